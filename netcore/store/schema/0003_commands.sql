-- Commands, here and elsewhere. What was asked for never changes.
CREATE TABLE runs (
	key      INTEGER PRIMARY KEY AUTOINCREMENT,
	device   BLOB NOT NULL,             -- the other side's device
	here     INTEGER NOT NULL,          -- 1: it runs on this PC
	id       TEXT NOT NULL,             -- the asker's name for it; empty: it was never asked for
	line     TEXT NOT NULL,             -- the whole command in one line, as it is shown
	request  TEXT NOT NULL,             -- JSON: what was asked for
	grp      INTEGER NOT NULL DEFAULT 0, -- of runs begun together: the key of the first
	state    TEXT NOT NULL,
	reason   TEXT NOT NULL DEFAULT '',
	decision TEXT NOT NULL DEFAULT '',
	asked    INTEGER NOT NULL,
	began    INTEGER NOT NULL DEFAULT 0, -- 0: it never ran
	ended    INTEGER NOT NULL DEFAULT 0, -- 0: not yet
	exit     INTEGER NOT NULL DEFAULT 0,
	signal   TEXT NOT NULL DEFAULT '',
	out_bytes INTEGER NOT NULL DEFAULT 0,
	err_bytes INTEGER NOT NULL DEFAULT 0,
	out_sha256 TEXT NOT NULL DEFAULT '',
	err_sha256 TEXT NOT NULL DEFAULT '',
	charset  TEXT NOT NULL DEFAULT '',  -- what programs over there print in
	kept     INTEGER NOT NULL DEFAULT 0 -- bytes of output in this PC's file of it
) STRICT;
CREATE INDEX runs_device ON runs(device, key);
CREATE INDEX runs_group ON runs(grp, key) WHERE grp <> 0;
CREATE INDEX runs_open ON runs(key) WHERE ended = 0;
CREATE INDEX runs_kept ON runs(key) WHERE kept <> 0;

ALTER TABLE items ADD COLUMN run INTEGER REFERENCES runs(key);
ALTER TABLE items ADD COLUMN data TEXT NOT NULL DEFAULT ''; -- JSON, of kinds that have no table
CREATE INDEX items_run ON items(run) WHERE run IS NOT NULL;

-- This user's own commands that others may press.
CREATE TABLE buttons (
	name       TEXT PRIMARY KEY,
	definition TEXT NOT NULL            -- JSON
) STRICT, WITHOUT ROWID;

-- What this user consented to for good: exactly this, of exactly this device.
CREATE TABLE consents (
	key    BLOB PRIMARY KEY,
	device BLOB NOT NULL,
	argv   TEXT NOT NULL,               -- JSON
	dir    TEXT NOT NULL,
	given  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX consents_device ON consents(device);

-- Commands that this user saved, to run them elsewhere.
CREATE TABLE saved_commands (
	name    TEXT PRIMARY KEY,
	request TEXT NOT NULL               -- JSON
) STRICT, WITHOUT ROWID;
