-- Transfers that go on after a restart of either side, that hold, and that
-- skip what is there already.
ALTER TABLE transfers ADD COLUMN skipped INTEGER NOT NULL DEFAULT 0;   -- files that are there already, or were not chosen
ALTER TABLE transfers ADD COLUMN accepted INTEGER NOT NULL DEFAULT 0;  -- 1: the receiver said yes
ALTER TABLE transfers ADD COLUMN paused INTEGER NOT NULL DEFAULT 0;    -- 1: here, 2: there, 3: by both
ALTER TABLE transfers ADD COLUMN restarted INTEGER NOT NULL DEFAULT 0; -- how often a file began anew because its source changed
ALTER TABLE transfers ADD COLUMN list TEXT NOT NULL DEFAULT '';        -- the sender's name for the list of files
ALTER TABLE transfers ADD COLUMN retry TEXT NOT NULL DEFAULT '';       -- ID of the ended transfer whose failed files these are
ALTER TABLE transfers ADD COLUMN options TEXT NOT NULL DEFAULT '';     -- incoming, JSON: what the user chose at accept
ALTER TABLE transfers ADD COLUMN decision TEXT NOT NULL DEFAULT '';    -- JSON: what came of that, on both sides
ALTER TABLE transfers ADD COLUMN cleared INTEGER NOT NULL DEFAULT 0;   -- 1: taken off the page of transfers; its conversation shows it
UPDATE transfers SET accepted = 1 WHERE state = 'running';

ALTER TABLE transfer_files ADD COLUMN pending INTEGER NOT NULL DEFAULT 0; -- 1: verified and in place, its MD5 follows
CREATE INDEX transfer_files_pending ON transfer_files(transfer) WHERE pending = 1;
CREATE INDEX transfers_open ON transfers(key) WHERE ended = 0;
CREATE INDEX transfers_shown ON transfers(key) WHERE cleared = 0;
CREATE INDEX transfer_files_failed ON transfer_files(transfer, seq) WHERE state = 'failed';
