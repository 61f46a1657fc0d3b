-- Who may come in, and who has. All of it stands beside the log: no hash of a password and no session is part of the truth about findings.
CREATE TABLE credentials (
	person BIGINT NOT NULL PRIMARY KEY,
	hash   TEXT   NOT NULL,
	made   BIGINT NOT NULL
);

-- A link lets somebody set a password once; person 0 is whoever becomes the first admin.
CREATE TABLE links (
	id      BYTEA  NOT NULL PRIMARY KEY,
	person  BIGINT NOT NULL,
	expires BIGINT NOT NULL
);

CREATE TABLE sessions (
	id      BYTEA  NOT NULL PRIMARY KEY,
	person  BIGINT NOT NULL,
	way     TEXT   NOT NULL,
	sid     TEXT   NOT NULL,
	made    BIGINT NOT NULL,
	seen    BIGINT NOT NULL,
	expires BIGINT NOT NULL,
	address TEXT   NOT NULL,
	agent   TEXT   NOT NULL
);
CREATE INDEX sessions_person ON sessions (person);
CREATE INDEX sessions_sid ON sessions (sid) WHERE sid <> '';

-- A pass lets one job of a forge in for some minutes.
CREATE TABLE passes (
	id      BYTEA  NOT NULL PRIMARY KEY,
	trust   BIGINT NOT NULL,
	touched BIGINT NOT NULL,
	asset   TEXT   NOT NULL,
	title   TEXT   NOT NULL,
	expires BIGINT NOT NULL
);

CREATE TABLE token_uses (
	token BIGINT NOT NULL PRIMARY KEY,
	used  BIGINT NOT NULL
);

-- What may be presented once and was.
CREATE TABLE spent (
	id      BYTEA  NOT NULL PRIMARY KEY,
	expires BIGINT NOT NULL
);

-- Tries to sign in, by what is being tried from where.
CREATE TABLE tries (
	id     TEXT   NOT NULL PRIMARY KEY,
	failed BIGINT NOT NULL,
	last   BIGINT NOT NULL,
	until  BIGINT NOT NULL
);
