package transfer

import (
	"context"
	"time"

	"lanyard/netcore/store"
)

// receipted notes that a file is in place at the receiver, with its digest if
// that is known there. It returns the record, if that is news.
func (j *job) receipted(got receipt, v2 bool) (store.TransferFile, bool, error) {
	var theirs digest
	if got.MD5 != "" {
		if err := unhex(theirs[:], got.MD5); err != nil {
			return store.TransferFile{}, false, err
		}
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	e, s, err := j.entryOf(got.F)
	if err != nil || s.is(sumEnded) {
		return store.TransferFile{}, false, err
	}
	if e.reason != ReasonNone {
		s.bits, s.reason = s.bits|sumEnded, e.reason
		return j.rowOf(got.F, e.reason), true, nil
	}
	if e.link != "" {
		s.bits |= sumEnded
		return j.rowOf(got.F, ReasonNone), true, nil
	}
	if got.MD5 == "" {
		if v2 && !s.is(sumKnown|sumNone|sumBusy) {
			j.hashLater(got.F)
		}
		if !v2 || s.is(sumPlaced) {
			return store.TransferFile{}, false, receiptFault(v2, got.F)
		}
		s.bits |= sumPlaced
		file := j.rowOf(got.F, ReasonNone)
		file.MD5, file.Pending = "", true
		return file, true, nil
	}
	s.theirs, s.bits = theirs, s.bits|sumTheirs
	if !s.is(sumKnown | sumNone) {
		return store.TransferFile{}, false, j.digestLater(got.F)
	}
	file, news := j.compared(got.F)
	return file, news, nil
}

// receiptFault is the error of a receipt without a digest.
func receiptFault(v2 bool, f int) error {
	if v2 {
		return nil // said again
	}
	return broken("a receipt without a digest for file %d", f)
}

// digestLater sees to the digest of a file that was sent by an earlier run of
// this program, or is being hashed. The caller holds j.mu.
func (j *job) digestLater(f int) error {
	if j.sums[f].is(sumBusy) {
		return nil // comes by itself
	}
	if !j.restored {
		return broken("receipt for file %d before it was sent", f)
	}
	j.hashLater(f)
	return nil
}

// lost notes that a file ended otherwise at the receiver.
func (j *job) lost(f int, reason Reason) (store.TransferFile, bool, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	e, s, err := j.entryOf(f)
	if err != nil || s.is(sumEnded) {
		return store.TransferFile{}, false, err
	}
	if e.reason != ReasonNone {
		reason = e.reason
	}
	s.bits, s.reason = s.bits|sumEnded, reason
	return j.rowOf(f, reason), true, nil
}

// entryOf returns a file of the list. The caller holds j.mu.
func (j *job) entryOf(f int) (*entry, *sum, error) {
	if f < 0 || f >= len(j.list.entries) || j.list.entries[f].dir {
		return nil, nil, broken("receipt for file %d", f)
	}
	return &j.list.entries[f], &j.sums[f], nil
}

// digestsDue waits until every file that the receiver has a digest of has one
// here.
func (j *job) digestsDue(ctx context.Context) error {
	tick := time.NewTicker(digestWait)
	defer tick.Stop()
	for j.digestDue() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	return nil
}

// digestWait is how often it is looked whether all digests are there.
const digestWait = 20 * time.Millisecond

// digestDue reports whether there is a digest to be waited for.
func (j *job) digestDue() bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	for f := range j.sums {
		if s := &j.sums[f]; s.is(sumTheirs) && !s.is(sumEnded) {
			return true
		}
	}
	return false
}

// tally is the outcome once every file has its receipt.
func (j *job) tally(theirs string) (*outcome, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	var files []named
	first := ReasonNone
	for f := range j.list.entries {
		switch e, s := &j.list.entries[f], &j.sums[f]; {
		case e.dir:
		case !s.is(sumEnded):
			return nil, broken("done without a receipt for file %d", f)
		case s.reason.skips():
		case s.reason == ReasonNone && e.link == "":
			files = append(files, named{e.path, s.digest})
		case first == ReasonNone:
			first = s.reason
		}
	}
	out := &outcome{state: StateVerified, md5: listDigest(files, j.single())}
	if out.md5 != theirs {
		return &outcome{state: StateFailed, reason: ReasonMismatch, tell: kindStop}, nil
	}
	if first != ReasonNone {
		out.state, out.reason = StateFailed, first
	}
	return out, nil
}

// single reports whether the transfer is one file. The caller holds j.mu.
func (j *job) single() bool { return j.rec.Count == 1 && j.folders == 0 }

// settleEnd ends a transfer of which the receiver says that it has all, if its
// digest proves it. What this program has no digest of it hashes first: what an
// earlier run sent, or a try whose stream went while it was hashing.
func (j *job) settleEnd(theirs string) {
	tick := time.NewTicker(digestWait)
	defer tick.Stop()
	for j.unhashed() {
		select {
		case <-tick.C:
		case <-j.ctx.Done():
			return
		}
	}
	if out, ok := j.allVerified(theirs); ok {
		j.finish(out)
		return
	}
	j.finish(outcome{state: StateFailed, reason: ReasonLost})
}

// unhashed reports whether a digest is missing, and sees to it that it comes.
func (j *job) unhashed() (missing bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for f := range j.list.entries {
		e, s := &j.list.entries[f], &j.sums[f]
		if !e.sendable() || s.is(sumEnded|sumKnown|sumNone) {
			continue
		}
		missing = true
		if !s.is(sumBusy) {
			j.hashLater(f)
		}
	}
	return missing
}

// allVerified is the outcome when the receiver says that it has all, and its
// digest proves it.
func (j *job) allVerified(theirs string) (outcome, bool) {
	j.mu.Lock()
	var files []named
	var rows []store.TransferFile
	all := true
	for f := range j.list.entries {
		e, s := &j.list.entries[f], &j.sums[f]
		if e.dir || s.is(sumEnded) && s.reason.skips() {
			continue
		}
		if e.link == "" {
			all = all && s.is(sumKnown)
			files = append(files, named{e.path, s.digest})
		}
		if !s.is(sumEnded) {
			s.bits |= sumEnded
			rows = append(rows, j.rowOf(f, ReasonNone))
		}
	}
	all = all && listDigest(files, j.single()) == theirs
	j.mu.Unlock()
	if !all || j.settle(context.WithoutCancel(j.ctx), rows) != nil {
		return outcome{}, false
	}
	return outcome{state: StateVerified, md5: theirs}, true
}

// unsent is the record of files none of which can be sent.
func (j *job) unsent() []store.TransferFile {
	j.mu.Lock()
	defer j.mu.Unlock()
	var rows []store.TransferFile
	for f := range j.list.entries {
		rows = append(rows, j.rowOf(f, j.list.entries[f].reason))
	}
	return rows
}
