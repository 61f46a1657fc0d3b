-- The outbox. A cursor says up to which event the log was looked through.
CREATE TABLE cursors (
	name TEXT   NOT NULL PRIMARY KEY,
	seq  BIGINT NOT NULL
);

-- What is to be told to whom, and what became of it.
CREATE TABLE deliveries (
	hook     BIGINT NOT NULL,
	event    BIGINT NOT NULL,
	part     BIGINT NOT NULL,
	state    TEXT   NOT NULL,
	body     BYTEA  NOT NULL,
	made     BIGINT NOT NULL,
	tried    BIGINT NOT NULL,
	attempts BIGINT NOT NULL,
	note     TEXT   NOT NULL,
	PRIMARY KEY (hook, event, part)
);
CREATE INDEX deliveries_early ON deliveries (state, hook) WHERE state IN ('new', 'held');
CREATE INDEX deliveries_open ON deliveries (hook, part) WHERE state IN ('new', 'held', 'waiting');
CREATE INDEX deliveries_made ON deliveries (hook, made);

-- The issue of a finding in somebody's tracker.
CREATE TABLE issues (
	hook    BIGINT NOT NULL,
	finding BIGINT NOT NULL,
	name    TEXT   NOT NULL,
	url     TEXT   NOT NULL,
	closed  BIGINT NOT NULL,
	tried   BIGINT NOT NULL,
	until   BIGINT NOT NULL,
	PRIMARY KEY (hook, finding)
);
CREATE INDEX issues_finding ON issues (finding);

-- Clocks that will ring.
CREATE INDEX findings_next ON findings (next) WHERE next > 0;
