-- People and their devices. A person has one device or several; a conversation
-- belongs to a person, a key to a device.
CREATE TABLE people (
	id      INTEGER PRIMARY KEY AUTOINCREMENT,
	alias   TEXT NOT NULL DEFAULT '',  -- a name that this user gave
	known   INTEGER NOT NULL DEFAULT 0, -- 1: this user wrote or sent to them, added or named them; 0: a stranger
	created INTEGER NOT NULL           -- all times: milliseconds since 1970, UTC
) STRICT;

CREATE TABLE devices (
	id         BLOB PRIMARY KEY,       -- device ID, 32 bytes
	person     INTEGER NOT NULL REFERENCES people(id),
	name       TEXT NOT NULL,          -- as the device last said over its link
	added      INTEGER NOT NULL DEFAULT 0, -- 1: this user added it by address
	first_seen INTEGER NOT NULL,
	last_seen  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX devices_person ON devices(person);

-- Where a device was reached: host:port that this PC dialed with success.
CREATE TABLE addresses (
	device  BLOB NOT NULL REFERENCES devices(id) ON DELETE CASCADE,
	address TEXT NOT NULL,
	last_ok INTEGER NOT NULL,
	PRIMARY KEY (device, address)
) STRICT, WITHOUT ROWID;

-- The conversations. seq grows for good and is never used again: whoever has
-- read up to a seq asks for what is above it.
CREATE TABLE items (
	seq       INTEGER PRIMARY KEY AUTOINCREMENT,
	person    INTEGER NOT NULL REFERENCES people(id),
	device    BLOB NOT NULL,           -- the other side's device
	id        TEXT NOT NULL,           -- the author's name for it
	outgoing  INTEGER NOT NULL,
	kind      TEXT NOT NULL,           -- text, file
	text      TEXT NOT NULL DEFAULT '',
	transfer  INTEGER REFERENCES transfers(key),
	state     TEXT NOT NULL,
	reason    TEXT NOT NULL DEFAULT '',
	sent      INTEGER NOT NULL,        -- by the author's clock
	added     INTEGER NOT NULL,        -- by this PC's clock
	unread    INTEGER NOT NULL DEFAULT 0,
	receipt   INTEGER NOT NULL DEFAULT 0, -- 1: its author is still to be told that it was seen
	UNIQUE (device, outgoing, id)
) STRICT;
CREATE INDEX items_person ON items(person, seq);
CREATE INDEX items_unread ON items(person, seq) WHERE unread = 1;
CREATE INDEX items_receipt ON items(device, seq) WHERE receipt = 1;
CREATE INDEX items_outbox ON items(device, seq) WHERE outgoing = 1 AND state = 'queued';
CREATE INDEX items_transfer ON items(transfer) WHERE transfer IS NOT NULL;

CREATE TABLE transfers (
	key       INTEGER PRIMARY KEY AUTOINCREMENT,
	device    BLOB NOT NULL,           -- the other side's device
	id        TEXT NOT NULL,           -- the sender's name for it
	outgoing  INTEGER NOT NULL,
	name      TEXT NOT NULL,           -- for display: the file, the folder, or the first of several
	count     INTEGER NOT NULL,        -- files offered
	bytes     INTEGER NOT NULL,        -- bytes offered
	done      INTEGER NOT NULL DEFAULT 0, -- files verified
	failed    INTEGER NOT NULL DEFAULT 0, -- files that ended otherwise
	done_bytes INTEGER NOT NULL DEFAULT 0,
	state     TEXT NOT NULL,
	reason    TEXT NOT NULL DEFAULT '',
	md5       TEXT NOT NULL DEFAULT '',
	folder    TEXT NOT NULL DEFAULT '', -- incoming: the save folder chosen at accept
	roots     TEXT NOT NULL DEFAULT '[]', -- JSON: outgoing: absolute source paths; incoming: top-level names as saved
	created   INTEGER NOT NULL,
	ended     INTEGER NOT NULL DEFAULT 0,
	UNIQUE (device, outgoing, id)
) STRICT;

-- One row for each file that ended, in the order of their ending.
CREATE TABLE transfer_files (
	seq      INTEGER PRIMARY KEY AUTOINCREMENT,
	transfer INTEGER NOT NULL REFERENCES transfers(key) ON DELETE CASCADE,
	idx      INTEGER NOT NULL,         -- position in the manifest
	path     TEXT NOT NULL,            -- slash-separated, as offered
	saved    TEXT NOT NULL DEFAULT '', -- absolute path on this PC
	size     INTEGER NOT NULL,
	md5      TEXT NOT NULL DEFAULT '',
	state    TEXT NOT NULL,            -- verified, failed
	reason   TEXT NOT NULL DEFAULT '',
	UNIQUE (transfer, idx)
) STRICT;

CREATE TABLE settings (
	key   TEXT PRIMARY KEY,
	value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
