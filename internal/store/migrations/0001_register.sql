-- The log: events are never changed. A block holds the records of an event; its digest is part of the event's hash.
CREATE TABLE head (
	one           INTEGER PRIMARY KEY CHECK (one = 1),
	seq           BIGINT NOT NULL,
	hash          BYTEA  NOT NULL,
	known         BIGINT NOT NULL,
	next_entity   BIGINT NOT NULL,
	next_finding  BIGINT NOT NULL,
	next_sighting BIGINT NOT NULL
);
INSERT INTO head VALUES (1, 0, '', 0, 1, 1, 1);

CREATE TABLE events (
	seq    BIGINT NOT NULL PRIMARY KEY,
	at     BIGINT NOT NULL,
	known  BIGINT NOT NULL,
	actor  TEXT   NOT NULL,
	kind   TEXT   NOT NULL,
	data   BYTEA  NOT NULL,
	blocks BIGINT NOT NULL,
	digest BYTEA  NOT NULL,
	hash   BYTEA  NOT NULL
) CLUSTERED;

CREATE TABLE blocks (
	seq  BIGINT NOT NULL,
	n    BIGINT NOT NULL,
	data BYTEA  NOT NULL,
	PRIMARY KEY (seq, n)
);

-- Projections: what the log amounts to. They can be thrown away and made again.
CREATE TABLE entities (
	kind    TEXT   NOT NULL,
	id      BIGINT NOT NULL,
	name    TEXT   NOT NULL,
	doc     BYTEA  NOT NULL,
	touched BIGINT NOT NULL,
	dropped BIGINT NOT NULL,
	PRIMARY KEY (kind, id)
) CLUSTERED;
CREATE INDEX entities_touched ON entities (touched);

CREATE TABLE findings (
	id          ROWID   PRIMARY KEY,
	touched     BIGINT  NOT NULL,
	asset       BIGINT  NOT NULL,
	rule        BIGINT  NOT NULL,
	flaw        BIGINT  NOT NULL,
	team        BIGINT  NOT NULL,
	assignee    BIGINT  NOT NULL,
	class       TEXT    NOT NULL,
	state       TEXT    NOT NULL,
	regression  BIGINT  NOT NULL,
	severity    BIGINT  NOT NULL,
	level       BIGINT  NOT NULL,
	score       BIGINT  NOT NULL,
	confidence  BIGINT  NOT NULL,
	reach       TEXT    NOT NULL,
	internet    TEXT    NOT NULL,
	environment TEXT    NOT NULL,
	running     TEXT    NOT NULL,
	data        TEXT    NOT NULL,
	known       TEXT    NOT NULL,
	exploit     TEXT    NOT NULL,
	epss        DOUBLE PRECISION NOT NULL,
	place       TEXT    NOT NULL,
	component   TEXT    NOT NULL,
	fix         TEXT    NOT NULL,
	sources     TEXT    NOT NULL,
	doc_seq     BIGINT  NOT NULL,
	doc_n       BIGINT  NOT NULL,
	opened      BIGINT  NOT NULL,
	changed     BIGINT  NOT NULL,
	due         BIGINT  NOT NULL,
	closed      BIGINT  NOT NULL,
	expires     BIGINT  NOT NULL,
	clock       TEXT    NOT NULL,
	next        BIGINT  NOT NULL,
	opened_seq  BIGINT  NOT NULL
);
CREATE INDEX findings_claimed ON findings (asset) WHERE state = 'fixed';

CREATE TABLE sightings (
	source  BIGINT NOT NULL,
	n       BIGINT NOT NULL,
	finding BIGINT NOT NULL,
	exact   BYTEA  NOT NULL,
	print   BIGINT NOT NULL,
	drift   BIGINT NOT NULL,
	code    BIGINT NOT NULL,
	spot    BIGINT NOT NULL,
	twin    BIGINT NOT NULL,
	near    BIGINT NOT NULL,
	digest  BIGINT NOT NULL,
	line    BIGINT NOT NULL,
	col     BIGINT NOT NULL,
	path    TEXT   NOT NULL,
	doc_seq BIGINT NOT NULL,
	doc_n   BIGINT NOT NULL,
	gone    BIGINT NOT NULL,
	PRIMARY KEY (source, n)
) CLUSTERED;
CREATE UNIQUE INDEX sightings_exact ON sightings (source, exact);
CREATE INDEX sightings_finding ON sightings (finding);

CREATE TABLE changes (
	finding BIGINT NOT NULL,
	seq     BIGINT NOT NULL,
	at      BIGINT NOT NULL,
	known   BIGINT NOT NULL,
	actor   TEXT   NOT NULL,
	what    TEXT   NOT NULL,
	state   TEXT   NOT NULL,
	level   BIGINT NOT NULL,
	score   BIGINT NOT NULL,
	team    BIGINT NOT NULL,
	why     TEXT   NOT NULL,
	PRIMARY KEY (finding, seq)
) CLUSTERED;

-- Beside the log: what is not part of the truth about findings.
CREATE TABLE settings (
	name  TEXT  NOT NULL PRIMARY KEY,
	value BYTEA NOT NULL
);

CREATE TABLE receipts (
	actor   TEXT   NOT NULL,
	key     TEXT   NOT NULL,
	request BYTEA  NOT NULL,
	receipt BYTEA  NOT NULL,
	made    BIGINT NOT NULL,
	PRIMARY KEY (actor, key)
);
CREATE INDEX receipts_made ON receipts (made);

CREATE TABLE bills (
	asset BIGINT NOT NULL,
	name  TEXT   NOT NULL,
	seq   BIGINT NOT NULL,
	data  BYTEA  NOT NULL,
	PRIMARY KEY (asset, name)
);
