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
	dropped BIGINT NOT NULL DEFAULT 0,
	PRIMARY KEY (kind, id)
) CLUSTERED;
CREATE INDEX entities_touched ON entities (touched);

CREATE TABLE findings (
	id          ROWID   PRIMARY KEY,
	touched     BIGINT  NOT NULL DEFAULT 0,
	asset       BIGINT  NOT NULL DEFAULT 0,
	rule        BIGINT  NOT NULL DEFAULT 0,
	flaw        BIGINT  NOT NULL DEFAULT 0,
	team        BIGINT  NOT NULL DEFAULT 0,
	assignee    BIGINT  NOT NULL DEFAULT 0,
	class       TEXT    NOT NULL DEFAULT '',
	state       TEXT    NOT NULL DEFAULT '',
	regression  BIGINT  NOT NULL DEFAULT 0,
	severity    BIGINT  NOT NULL DEFAULT 0,
	level       BIGINT  NOT NULL DEFAULT 0,
	score       BIGINT  NOT NULL DEFAULT 0,
	confidence  BIGINT  NOT NULL DEFAULT 0,
	reach       TEXT    NOT NULL DEFAULT '',
	internet    TEXT    NOT NULL DEFAULT '',
	environment TEXT    NOT NULL DEFAULT '',
	running     TEXT    NOT NULL DEFAULT '',
	data        TEXT    NOT NULL DEFAULT '',
	known       TEXT    NOT NULL DEFAULT '',
	exploit     TEXT    NOT NULL DEFAULT '',
	epss        DOUBLE PRECISION NOT NULL DEFAULT 0,
	place       TEXT    NOT NULL DEFAULT '',
	component   TEXT    NOT NULL DEFAULT '',
	fix         TEXT    NOT NULL DEFAULT '',
	sources     TEXT    NOT NULL DEFAULT '',
	saw         TEXT    NOT NULL DEFAULT '',
	doc_seq     BIGINT  NOT NULL DEFAULT 0,
	doc_n       BIGINT  NOT NULL DEFAULT 0,
	opened      BIGINT  NOT NULL DEFAULT 0,
	changed     BIGINT  NOT NULL DEFAULT 0,
	due         BIGINT  NOT NULL DEFAULT 0,
	closed      BIGINT  NOT NULL DEFAULT 0,
	expires     BIGINT  NOT NULL DEFAULT 0,
	clock       TEXT    NOT NULL DEFAULT '',
	next        BIGINT  NOT NULL DEFAULT 0,
	opened_seq  BIGINT  NOT NULL DEFAULT 0
);
CREATE INDEX findings_claimed ON findings (asset) WHERE state = 'fixed';

CREATE TABLE sightings (
	source  BIGINT NOT NULL,
	n       BIGINT NOT NULL,
	finding BIGINT NOT NULL,
	exact   BYTEA  NOT NULL,
	print   BIGINT NOT NULL DEFAULT 0,
	drift   BIGINT NOT NULL DEFAULT 0,
	code    BIGINT NOT NULL DEFAULT 0,
	spot    BIGINT NOT NULL DEFAULT 0,
	twin    BIGINT NOT NULL DEFAULT 0,
	near    BIGINT NOT NULL DEFAULT 0,
	digest  BIGINT NOT NULL DEFAULT 0,
	line    BIGINT NOT NULL DEFAULT 0,
	col     BIGINT NOT NULL DEFAULT 0,
	path    TEXT   NOT NULL DEFAULT '',
	doc_seq BIGINT NOT NULL DEFAULT 0,
	doc_n   BIGINT NOT NULL DEFAULT 0,
	gone    BIGINT NOT NULL DEFAULT 0,
	PRIMARY KEY (source, n)
) CLUSTERED;
CREATE UNIQUE INDEX sightings_exact ON sightings (source, exact);
CREATE INDEX sightings_finding ON sightings (finding);

CREATE TABLE changes (
	finding BIGINT NOT NULL,
	seq     BIGINT NOT NULL,
	at      BIGINT NOT NULL DEFAULT 0,
	known   BIGINT NOT NULL DEFAULT 0,
	actor   TEXT   NOT NULL DEFAULT '',
	what    TEXT   NOT NULL DEFAULT '',
	state   TEXT   NOT NULL DEFAULT '',
	level   BIGINT NOT NULL DEFAULT 0,
	score   BIGINT NOT NULL DEFAULT 0,
	team    BIGINT NOT NULL DEFAULT 0,
	why     TEXT   NOT NULL DEFAULT '',
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
	name  TEXT   NOT NULL DEFAULT '',
	seq   BIGINT NOT NULL,
	data  BYTEA  NOT NULL,
	PRIMARY KEY (asset, name)
);
