package transfer

import (
	"context"
	"errors"
	"fmt"
	"os"

	"lanyard/netcore/store"
)

// maxRenewals is how often one file is begun anew because its source changed.
const maxRenewals = 3

// sum is what the sender knows of an entry.
type sum struct {
	digest digest
	theirs digest // what the receiver has
	reason Reason // why it did not end well, or why there is no digest
	bits   uint8
}

// What is true of a sum.
const (
	sumKnown  uint8 = 1 << iota // digest is that of what was sent
	sumTheirs                   // theirs is the receiver's
	sumPlaced                   // recorded as in place, MD5 pending
	sumEnded                    // recorded for good
	sumNone                     // there is no digest: the source changed after it was sent
	sumBusy                     // it is being taken
)

func (s *sum) is(bits uint8) bool { return s.bits&bits != 0 }

// know notes the digest of what was sent.
func (j *job) know(f int, d digest) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if s := &j.sums[f]; !s.is(sumEnded) {
		s.digest, s.bits = d, s.bits|sumKnown
	}
}

// now returns size and time of a source as it is being sent.
func (j *job) now(f int) (size, mtime int64) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if v, ok := j.renewed[f]; ok {
		return v.size, v.mtime
	}
	e := &j.list.entries[f]
	return e.size, e.mtime
}

// nowLarge reports whether a source travels in chunks as it is being sent.
func (j *job) nowLarge(f int) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.isLarge(f)
}

// wasRenewed reports whether a source was not what is listed, if only for a time.
func (j *job) wasRenewed(f int) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	_, renewed := j.renewed[f]
	return renewed
}

// renew notes that a source changed and is sent as it is now.
func (j *job) renew(f int, is version) error {
	if err := j.count(f); err != nil {
		return err
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if is.size > maxBytes-j.rec.Bytes {
		return is.changed()
	}
	old := j.list.entries[f].size
	if v, ok := j.renewed[f]; ok {
		old = v.size
	}
	j.grown += is.size - old
	if j.renewed == nil {
		j.renewed = map[int]version{}
	}
	j.renewed[f] = is
	return nil
}

// count notes that a file is begun anew, which may not go on for ever.
func (j *job) count(f int) error {
	j.mu.Lock()
	if j.renewals == nil {
		j.renewals = map[int]int{}
	}
	j.renewals[f]++
	over := j.renewals[f] > maxRenewals
	j.mu.Unlock()
	if over {
		return &fault{ReasonChanged, fmt.Errorf("it changed %d times", maxRenewals)}
	}
	j.s.log.Info("a source changed, its file begins anew", "key", j.key, "index", f)
	j.restarted(f)
	return nil
}

// followSource begins to take the MD5 of a large file, of which the content is
// hashes, chunk by chunk, once all of it may be read; nil: that is not known. The
// result goes to known too, if that is not nil.
func (j *job) followSource(f int, is version, hashes []hash32, known chan<- digested) *follow {
	path := j.list.source(&j.list.entries[f])
	var src *source
	w := newFollow(f, is.size, func() (_ *os.File, err error) {
		src, err = openAs(path, func(now version) bool { return now.isLike(is) && (now == is || hashes != nil) })
		if err != nil {
			return nil, err
		}
		return src.File, nil
	})
	w.judge = func(*os.File) error {
		if src.version != is {
			if err := src.holds(j.ctx, hashes, nil); err != nil {
				return err
			}
		}
		return src.unchanged()
	}
	w.done = func(sum digest, err error) {
		if known != nil {
			known <- digested{sum, err}
		}
		j.digested(w, sum, err)
	}
	j.mu.Lock()
	s := &j.sums[f]
	s.bits = s.bits&^(sumKnown|sumNone) | sumBusy // not of an earlier try
	if !s.is(sumEnded) {
		s.reason = ReasonNone
	}
	j.followed(w)
	j.mu.Unlock()
	j.md5s.add(w)
	return w
}

// hashLater sees to the MD5 of a source that was sent by an earlier run. The
// caller holds j.mu, or has the job alone.
func (j *job) hashLater(f int) {
	j.sums[f].bits |= sumBusy
	path := j.list.source(&j.list.entries[f])
	var src *source
	w := newThere(f, func() (_ *os.File, err error) {
		size, mtime := j.now(f)
		src, err = openAs(path, func(now version) bool { return now.size == size && now.mtime == mtime })
		if err != nil {
			return nil, err
		}
		return src.File, nil
	})
	w.judge = func(*os.File) error { return src.unchanged() }
	w.done = func(sum digest, err error) { j.digested(w, sum, err) }
	j.followed(w)
	j.md5s.add(w)
}

// followed notes who takes the MD5 of a source. One of an earlier try may be at
// it still: the source may have been another then, and it counts no more. The
// caller holds j.mu, or has the job alone.
func (j *job) followed(w *follow) {
	if j.latest == nil {
		j.latest = map[int]*follow{}
	}
	j.latest[w.f].kill()
	j.latest[w.f] = w
}

// digested notes the MD5 of a large source, or why there is none.
func (j *job) digested(w *follow, sum digest, err error) {
	if j.ctx.Err() != nil {
		return
	}
	f := w.f
	j.mu.Lock()
	if j.latest[f] != w {
		j.mu.Unlock()
		return
	}
	delete(j.latest, f)
	s := &j.sums[f]
	if s.bits &^= sumBusy; errors.Is(err, errAborted) {
		if s.is(sumPlaced) && !s.is(sumEnded|sumKnown|sumNone) {
			j.hashLater(f) // the receiver waits for it
		}
		j.mu.Unlock()
		return
	}
	if err == nil {
		s.digest, s.bits = sum, s.bits|sumKnown
	} else {
		s.reason, s.bits = sourceReason(err), s.bits|sumNone
	}
	j.fresh = append(j.fresh, f)
	file, news := store.TransferFile{}, false
	if s.is(sumTheirs) {
		file, news = j.compared(f)
	}
	j.mu.Unlock()
	j.wakeNews()
	if news {
		if err := j.settle(context.WithoutCancel(j.ctx), []store.TransferFile{file}); err != nil {
			j.fail(err)
		}
	}
}

// hasNoDigest notes that a source is not what was sent any more: if the receiver has
// all of that, there is nothing to compare it with.
func (j *job) hasNoDigest(f int, reason Reason) {
	j.mu.Lock()
	if s := &j.sums[f]; !s.is(sumEnded) {
		delete(j.latest, f) // it does not count
		s.bits, s.reason = s.bits&^(sumKnown|sumBusy)|sumNone, reason
		j.fresh = append(j.fresh, f)
	}
	j.mu.Unlock()
	j.wakeNews()
}

// wakeNews has digests told.
func (j *job) wakeNews() {
	select {
	case j.news <- struct{}{}:
	default:
	}
}

// tellAll has all digests told again that the receiver may still want.
func (j *job) tellAll() {
	j.mu.Lock()
	j.fresh = j.fresh[:0]
	for f := range j.sums {
		if s := &j.sums[f]; s.is(sumKnown|sumNone) && !s.is(sumEnded) && j.isLarge(f) {
			j.fresh = append(j.fresh, f)
		}
	}
	j.mu.Unlock()
	j.wakeNews()
}

// isLarge reports whether a file travels in chunks. The caller holds j.mu.
func (j *job) isLarge(f int) bool {
	if v, ok := j.renewed[f]; ok {
		return v.size > smallMax
	}
	return j.list.entries[f].size > smallMax
}

// untold returns some digests that are still to be told.
func (j *job) untold() []fileDigest {
	j.mu.Lock()
	defer j.mu.Unlock()
	n := 0
	var files []fileDigest
	for n < len(j.fresh) && len(files) < batchFiles {
		f := j.fresh[n]
		n++
		if s := &j.sums[f]; s.is(sumKnown) {
			files = append(files, fileDigest{F: f, MD5: s.digest.text()})
		} else if s.is(sumNone) {
			files = append(files, fileDigest{F: f, Reason: s.reason})
		}
	}
	j.fresh = j.fresh[:copy(j.fresh, j.fresh[n:])]
	return files
}

// compared is the record of a file of which both digests are there, or only
// the receiver's, where the source changed since. The caller holds j.mu.
func (j *job) compared(f int) (store.TransferFile, bool) {
	s := &j.sums[f]
	if s.is(sumEnded) || !s.is(sumTheirs) || !s.is(sumKnown|sumNone) {
		return store.TransferFile{}, false
	}
	reason := ReasonNone
	switch {
	case !s.is(sumKnown):
		s.digest = s.theirs // of what arrived, chunk by chunk; the source is another by now
	case s.digest != s.theirs:
		reason = ReasonMismatch
	}
	s.bits |= sumEnded | sumKnown
	file := j.rowOf(f, reason)
	if reason == ReasonNone {
		file.Reason = string(s.reason)
	}
	s.reason = reason
	return file, true
}

// rowOf is the record of a file that ended. The caller holds j.mu.
func (j *job) rowOf(f int, reason Reason) store.TransferFile {
	e := &j.list.entries[f]
	size := e.size
	if v, ok := j.renewed[f]; ok {
		size = v.size
	}
	file := store.TransferFile{
		Index: f, Path: e.path, Saved: j.list.source(e), Size: size, State: string(StateFailed), Reason: string(reason),
	}
	switch {
	case reason == ReasonNone && e.link == "":
		file.MD5, file.State = j.sums[f].digest.text(), string(StateVerified)
	case reason == ReasonNone:
		file.State = string(StateVerified)
	case reason.skips():
		file.State = string(StateSkipped)
	}
	return file
}
