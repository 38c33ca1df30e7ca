package transfer

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"lanyard/netcore/store"
	"lanyard/netcore/wire"
)

// twoSums are the digests of a large file that comes in: this side's and the
// sender's.
type twoSums struct {
	here, there       digest
	isHere, isThere   bool
	taker             *follow // who takes this side's
	failed            bool    // which could not read the partial file to its end
	gone              bool    // it went before it could be hashed here
	unread            bool    // it is there, and cannot be read
	none              Reason  // why the sender has none
	row               store.TransferFile
	placed, announced bool // recorded as in place
	settled           bool // and for good
}

// sumsOf returns the digests of a file. The caller holds j.mu.
func (j *job) sumsOf(f int) *twoSums {
	if j.two == nil {
		j.two = map[int]*twoSums{}
	}
	if j.two[f] == nil {
		j.two[f] = &twoSums{}
	}
	return j.two[f]
}

// takenBy notes who takes this side's MD5 of a large file.
func (j *job) takenBy(w *follow) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.sumsOf(w.f).take(w)
}

// take has another take this side's digest. The caller holds j.mu.
func (s *twoSums) take(w *follow) {
	s.taker, s.failed, s.isHere, s.gone, s.unread = w, false, false, false, false
}

// digestHere notes this side's MD5 of a large file, unless that has begun anew
// since.
func (j *job) digestHere(w *follow, sum digest) {
	j.mu.Lock()
	s := j.sumsOf(w.f)
	mine := s.taker == w
	if mine {
		s.here, s.isHere = sum, true
	}
	j.mu.Unlock()
	if mine {
		j.agree(w.f)
	}
}

// notRead notes that a partial file could not be read to its end: it has its name
// by now, or somebody cut it, or the disk is bad. What has its name is read again.
func (j *job) notRead(w *follow, err error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	s := j.sumsOf(w.f)
	if s.taker != w || s.announced {
		return
	}
	if !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, fs.ErrClosed) {
		j.s.log.Warn("a partial file could not be read back", "key", j.key, "index", w.f, "error", err)
	}
	if s.failed = true; s.placed {
		j.hashAgain(s)
	}
}

// hashAgain has a file that is in place hashed from its beginning. The caller
// holds j.mu.
func (j *job) hashAgain(s *twoSums) {
	w := j.newPlaced(s.row, j.rec.Folder)
	s.take(w)
	j.md5s.add(w)
}

// forgetTheirs drops the sender's digest of a file that it begins to send: of
// what it sends now another follows.
func (j *job) forgetTheirs(f int) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if s := j.two[f]; s != nil && !s.placed {
		s.there, s.isThere, s.none = digest{}, false, ReasonNone
	}
}

// forgetDigests drops the digests of a file that begins anew.
func (j *job) forgetDigests(f int) {
	j.mu.Lock()
	defer j.mu.Unlock()
	delete(j.two, f)
}

// digests takes the sender's MD5 of large files.
func (r *receiving) digests(frame wire.Frame) error {
	var list digestsFrame
	if err := frame.Decode(&list); err != nil {
		return &fault{ReasonProtocol, err}
	}
	if frame.BodySize != 0 {
		return broken("digests with a body")
	}
	for _, one := range list.Files {
		if one.F < 0 || one.F >= len(r.plan.files) || r.plan.files[one.F].folder {
			return broken("the digest of file %d", one.F)
		}
		if r.plan.files[one.F].size <= smallMax {
			continue // it came with its file; nothing is kept of as many as there may be
		}
		var sum digest
		if one.MD5 != "" {
			if err := unhex(sum[:], one.MD5); err != nil {
				return err
			}
		}
		r.j.mu.Lock()
		if s := r.j.sumsOf(one.F); !s.announced {
			s.there, s.isThere, s.none = sum, true, ReasonNone
			if one.MD5 == "" {
				s.none = known(one.Reason)
			}
		}
		r.j.mu.Unlock()
		r.j.agree(one.F)
	}
	return nil
}

// isPlaced notes the record of a large file that is in place. If both digests
// are there it is complete; else it says that they follow.
func (j *job) isPlaced(f int, row store.TransferFile) store.TransferFile {
	j.mu.Lock()
	defer j.mu.Unlock()
	s := j.sumsOf(f)
	s.row, s.placed = row, true
	if s.isHere && s.isThere {
		s.announced = true
		return s.final()
	}
	if s.failed {
		j.hashAgain(s)
	}
	row.Pending = true
	return row
}

// final is the record once both digests are there.
func (s *twoSums) final() store.TransferFile {
	row := s.row
	row.Pending, row.MD5 = false, s.here.text()
	switch {
	case s.unread:
		row.State, row.Reason, row.MD5 = string(StateFailed), string(ReasonReadFailed), ""
	case s.gone && s.none != ReasonNone: // nobody has a digest of what arrived
		row.State, row.Reason, row.MD5 = string(StateFailed), string(ReasonVanished), ""
	case s.gone:
		row.Reason, row.MD5 = string(ReasonVanished), s.there.text()
	case s.none != ReasonNone:
		row.Reason = string(s.none) // the source was another by then
	case s.here != s.there:
		row.State, row.Reason, row.MD5 = string(StateFailed), string(ReasonMismatch), ""
	}
	return row
}

// agree completes the record of a file that is in place, once both digests are
// there, and tells the sender.
func (j *job) agree(f int) {
	j.mu.Lock()
	s := j.sumsOf(f)
	if !s.placed || s.announced || !s.isHere || !s.isThere || !j.pending[f] {
		j.mu.Unlock()
		return
	}
	s.announced = true
	row := s.final()
	j.mu.Unlock()
	if err := j.settle(context.WithoutCancel(j.ctx), []store.TransferFile{row}); err != nil {
		j.fail(err)
		return
	}
	j.mu.Lock()
	s.row, s.settled = row, true // as it was decided, whatever is said of it later
	if j.plan != nil {
		j.plan.conclude(row)
	}
	r := j.trying // that of now: it counts what was not settled when it began
	j.mu.Unlock()
	if r != nil {
		r.ended([]int{f})
	}
}

// conclude notes in the plan how a file ended. The caller holds job.mu.
func (p *plan) conclude(row store.TransferFile) {
	e := &p.files[row.Index]
	e.ended, e.placed = true, true
	if State(row.State) != StateVerified {
		e.reason = Reason(row.Reason)
		return
	}
	_ = unhex(e.sum[:], row.MD5) // of our own making
}

// concludeIn notes in a plan that is not the job's yet which files ended while it
// was made: digests agree whenever they do. The caller holds j.mu.
func (j *job) concludeIn(p *plan) {
	for _, s := range j.two {
		if s.settled {
			p.conclude(s.row)
		}
	}
}

// isOver counts files that are recorded for good, each once. False: there is no
// plan yet, and what makes it will find them so.
func (r *receiving) isOver(files []int) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, f := range files {
		if f < len(r.left) && r.left[f] {
			r.left[f] = false
			r.unended--
		}
	}
	return r.left != nil
}

// ended tells the sender of files that are recorded for good.
func (r *receiving) ended(files []int) {
	if r.isOver(files) {
		_ = r.receipts(files) // lost: said again in the next try
		r.finished()
	}
}

// hashPlaced sees to the MD5 of a file that an earlier run put in place.
func (j *job) hashPlaced(row store.TransferFile, folder string) {
	w := j.newPlaced(row, folder)
	j.takenBy(w)
	j.md5s.add(w)
}

// newPlaced returns the MD5 of a file that is in place.
func (j *job) newPlaced(row store.TransferFile, folder string) *follow {
	w := newThere(row.Index, func() (*os.File, error) { return openSaved(row.Saved, folder) })
	w.done = func(sum digest, err error) {
		if err == nil {
			j.digestHere(w, sum)
		} else if j.ctx.Err() == nil {
			j.noDigest(w, row, err)
		}
	}
	return w
}

// noDigest notes that a file in place has no MD5: it went, which is its owner's
// right, or it cannot be read.
func (j *job) noDigest(w *follow, row store.TransferFile, err error) {
	j.s.log.Info("no MD5 of a file in place", "key", j.key, "path", row.Saved, "error", err)
	j.mu.Lock()
	if s := j.sumsOf(row.Index); s.taker == w {
		s.gone = errors.Is(err, fs.ErrNotExist) || errors.Is(err, os.ErrInvalid)
		s.unread = !s.gone
	}
	j.mu.Unlock()
	j.digestHere(w, digest{})
}

// openSaved opens a file in place, in a save folder.
func openSaved(saved, folder string) (*os.File, error) {
	rel, err := filepath.Rel(folder, saved)
	if err != nil {
		return nil, err
	}
	file, err := os.OpenInRoot(folder, rel)
	if err != nil {
		return nil, err
	}
	info, err := file.Stat()
	if err != nil || !info.Mode().IsRegular() {
		return nil, errors.Join(err, file.Close(), os.ErrInvalid)
	}
	return file, nil
}
