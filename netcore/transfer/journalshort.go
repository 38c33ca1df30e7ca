package transfer

import (
	"bufio"
	"errors"
	"fmt"
	"os"
)

// journalSlack is how much longer than it need be a journal may get.
const journalSlack = 64 << 10

// newJournalName is what a journal is called that is being written anew. What was
// left of one is removed by clearStage.
const newJournalName = journalName + ".new"

// shorten writes the journal anew if most of it is of no use any more: it is only
// added to, and of files that have their names nothing is claimed. It leaves what
// it finds in these files. Nothing else may use the journal meanwhile. Where the
// new one cannot be written the old one stays; an error says that there is none.
func (d *disk) shorten(files []*inFile) (done bool, err error) {
	need := int64(journalSize)
	for _, in := range files {
		need += journalSize * int64(1+len(in.hashes)-in.missing)
	}
	j := d.journal
	if j.at < 2*need || j.at < need+journalSlack {
		return false, nil
	}
	if d.writeJournal(files) != nil {
		_ = removeAllIn(d.stage, newJournalName)
		return false, nil //nolint:nilerr // the disk may be full: the old one is as good
	}
	if err := j.file.Close(); err != nil { // a system may not rename over an open one
		return false, fmt.Errorf("closing the journal: %w", err)
	}
	if d.stage.Rename(newJournalName, journalName) == nil {
		done, j.at = true, need
	}
	if j.file, err = d.stage.OpenFile(journalName, os.O_RDWR, 0o600); err != nil {
		j.file = nil
		return false, fmt.Errorf("opening the journal: %w", err)
	}
	return done, nil
}

// writeJournal writes what is claimed of files to a new journal, and syncs it.
func (d *disk) writeJournal(files []*inFile) error {
	file, err := d.stage.OpenFile(newJournalName, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	out := bufio.NewWriter(file)
	_, err = out.Write(d.journal.head[:])
	for _, in := range files {
		_, failed := out.Write(beginRecord(in.f, in.size, in.mtime)[:])
		err = errors.Join(err, failed)
		for i := range in.hashes {
			if in.have[i] && err == nil {
				_, err = out.Write(chunkRecord(in.f, i, &in.hashes[i])[:])
			}
		}
	}
	if err = errors.Join(err, out.Flush()); err == nil {
		err = file.Sync()
	}
	return errors.Join(err, file.Close())
}
