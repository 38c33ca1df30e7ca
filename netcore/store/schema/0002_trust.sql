-- Trust and permissions belong to a key, so to a device: never to a person, a
-- name or an address.
ALTER TABLE devices ADD COLUMN verified INTEGER NOT NULL DEFAULT 0;      -- when, 0: not verified
ALTER TABLE devices ADD COLUMN verified_by TEXT NOT NULL DEFAULT '';     -- code, string, id
ALTER TABLE devices ADD COLUMN verified_name TEXT NOT NULL DEFAULT '';   -- what it called itself then
ALTER TABLE devices ADD COLUMN blocked INTEGER NOT NULL DEFAULT 0;       -- when, 0: not blocked
ALTER TABLE devices ADD COLUMN files TEXT NOT NULL DEFAULT 'ask';        -- ask, auto
ALTER TABLE devices ADD COLUMN files_cap INTEGER NOT NULL DEFAULT 0;     -- bytes of one offer that auto accepts; 0: the usual cap
ALTER TABLE devices ADD COLUMN commands TEXT NOT NULL DEFAULT 'off';     -- off, buttons, ask, always
ALTER TABLE devices ADD COLUMN clock INTEGER NOT NULL DEFAULT 1;         -- 1: may ask for the time, once verified
ALTER TABLE devices ADD COLUMN successor BLOB;                           -- the device that this key named as its successor when it was rotated

ALTER TABLE transfers ADD COLUMN auto INTEGER NOT NULL DEFAULT 0;    -- incoming: 1: accepted by itself, 0: by this user or not yet
ALTER TABLE transfers ADD COLUMN folders INTEGER NOT NULL DEFAULT 0; -- folders offered; 0 of those that the earlier version knew

-- What permissions allowed, and who changed them. Rows are added, never
-- changed; the oldest go when there are too many, those of what was refused
-- by a count of their own.
CREATE TABLE audit (
	seq     INTEGER PRIMARY KEY AUTOINCREMENT,
	at      INTEGER NOT NULL,
	device  BLOB NOT NULL,             -- whose permission; empty: this profile's own
	person  INTEGER NOT NULL DEFAULT 0, -- at that time; 0: nobody
	name    TEXT NOT NULL DEFAULT '',  -- what they were called then
	what    TEXT NOT NULL,
	detail  TEXT NOT NULL DEFAULT '',
	outcome TEXT NOT NULL
) STRICT;
CREATE INDEX audit_device ON audit(device, seq);
CREATE INDEX audit_what ON audit(what, seq);
CREATE INDEX audit_refused ON audit(seq) WHERE outcome = 'refused';
CREATE INDEX audit_other ON audit(seq) WHERE outcome <> 'refused';
CREATE TRIGGER audit_append BEFORE UPDATE ON audit BEGIN
	SELECT raise(ABORT, 'the audit log is only added to');
END;
