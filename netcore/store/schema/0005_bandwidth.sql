-- A limit of one transfer that holds for as long as it goes on.
ALTER TABLE transfers ADD COLUMN bandwidth INTEGER NOT NULL DEFAULT 0; -- bytes a second that this user lets through at most; 0: no limit
