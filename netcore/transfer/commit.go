package transfer

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"time"

	"lanyard/netcore/store"
)

// A batch is committed when it has so many files or bytes, or is so old. At its
// smallest it has batchLeast files.
const (
	batchFiles = 1024
	batchLeast = 64
	batchBytes = 64 << 20
	batchAge   = 100 * time.Millisecond
)

// commit makes what was written durable and known, batch by batch, until
// results is closed. After an error it only drains results.
func (r *receiving) commit(ctx context.Context) error {
	var batch []result
	var size int64
	age := time.NewTimer(batchAge)
	defer age.Stop()
	var failed error
	last := false // nothing else will come: no batch gets larger by waiting
	flush := func() {
		if failed == nil && len(batch) > 0 {
			if failed = r.flush(ctx, batch); failed != nil {
				r.cancel(failed)
			}
		}
		batch, size = batch[:0], 0
	}
	for {
		select {
		case one, more := <-r.results:
			if !more {
				flush()
				return failed
			}
			if len(batch) == 0 {
				age.Reset(batchAge)
			}
			if one.err != nil && failed == nil {
				failed = one.err
				r.cancel(failed)
			}
			batch = append(batch, one)
			size += r.plan.files[one.f].size
			if r.isFull(len(batch)) || size >= batchBytes || last && len(r.results) == 0 {
				flush()
			}
		case <-r.ending:
			last = true
			flush()
		case <-age.C:
			flush()
		}
	}
}

// isFull reports whether a batch is large enough. Towards the end they get
// smaller: for the last one everybody waits.
func (r *receiving) isFull(files int) bool {
	if files < batchLeast {
		return false
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return files >= min(max(r.unended/4, batchLeast), batchFiles)
}

// flush commits one batch: marks and data, then names, then the record, then
// receipts.
func (r *receiving) flush(ctx context.Context, batch []result) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	var whole []int
	for _, one := range batch {
		if one.reason == ReasonNone {
			whole = append(whole, one.f)
		}
	}
	if err := r.disk.mark(whole); err != nil {
		r.j.s.log.Debug("files not marked", "key", r.j.key, "error", err)
	}
	if err := r.disk.syncData(whole); err != nil {
		return diskFault("syncing files", err)
	}
	saved := make([]string, len(batch))
	for i := range batch {
		one := &batch[i]
		if one.reason != ReasonNone {
			continue
		}
		var err error
		saved[i], one.reason, err = r.place(one.f, one.sum)
		if err != nil {
			return err
		}
	}
	if err := r.disk.syncFolders(); err != nil {
		return diskFault("syncing folders", err)
	}
	return r.record(ctx, batch, saved)
}

// place moves one file into place. A name that cannot be held costs only the
// file; other errors cost the transfer.
func (r *receiving) place(f int, sum digest) (string, Reason, error) {
	saved, err := r.disk.place(f, r.resumed, sum)
	if err == nil {
		return saved, ReasonNone, nil
	}
	err = diskFault(fmt.Sprintf("placing %q", r.plan.files[f].path), err)
	if bad, ok := errors.AsType[*fault](err); ok && (bad.reason == ReasonBadName || bad.reason == ReasonExists) {
		r.j.s.log.Debug("file not placed", "key", r.j.key, "error", err)
		return "", bad.reason, nil
	}
	return "", ReasonNone, err
}

// record stores a batch that is in place and sends its receipts. A cancel does
// not come between what is on the disk and what is known of it.
func (r *receiving) record(ctx context.Context, batch []result, saved []string) error {
	folder := r.j.record().Folder
	rows := make([]store.TransferFile, len(batch))
	told := make([]int, len(batch))
	for i, one := range batch {
		e := &r.plan.files[one.f]
		rows[i] = store.TransferFile{
			Index: one.f, Path: e.path, Size: e.size, State: string(StateFailed), Reason: string(one.reason),
		}
		if one.reason == ReasonNone {
			rows[i].State, rows[i].MD5 = string(StateVerified), one.sum.text()
			rows[i].Saved = filepath.Join(folder, filepath.FromSlash(saved[i]))
			if one.pending {
				rows[i] = r.j.isPlaced(one.f, rows[i])
			}
		} else if one.reason.skips() {
			rows[i].State = string(StateSkipped)
		} else if err := removeIn(r.disk.stage, partName(one.f)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return diskFault("removing a partial file", err)
		}
		told[i] = one.f
	}
	if err := r.j.settle(context.WithoutCancel(ctx), rows); err != nil {
		return err
	}
	var ended []int
	r.j.mu.Lock()
	for i, one := range batch {
		e := &r.plan.files[one.f]
		e.placed = true
		if !rows[i].Pending {
			e.reason = one.reason
			r.plan.conclude(rows[i])
			ended = append(ended, one.f)
		}
		if one.reason == ReasonNone && e.dir == 0 {
			r.j.placedRoot(e.path, path.Base(saved[i]))
		}
	}
	r.j.mu.Unlock()
	r.isOver(ended)
	err := r.receipts(told)
	for i := range rows {
		if rows[i].Pending {
			r.j.agree(rows[i].Index)
		}
	}
	r.finished()
	return err
}

// placedRoot notes the name under which a single file was saved. The caller
// holds j.mu.
func (j *job) placedRoot(offered, saved string) {
	for i, root := range j.rec.Roots {
		if root.Name == offered && !root.Dir {
			j.rec.Roots = slices.Clone(j.rec.Roots) // copies of the record share the old one
			j.rec.Roots[i].Path = saved
			return
		}
	}
}

// receipts tells the sender about files that are recorded.
func (r *receiving) receipts(ended []int) error {
	var frame receiptsFrame
	r.j.mu.Lock()
	for _, f := range ended {
		switch e := &r.plan.files[f]; {
		case e.reason.skips() && !r.v2:
			frame.Failed = append(frame.Failed, skipFrame{f, ReasonDeclined}) // what that version has for it
		case e.reason != ReasonNone:
			frame.Failed = append(frame.Failed, skipFrame{f, e.reason})
		case e.link != "" || !e.ended:
			frame.Files = append(frame.Files, receipt{F: f})
		default:
			frame.Files = append(frame.Files, receipt{f, e.sum.text()})
		}
	}
	r.j.mu.Unlock()
	return r.say(kindReceipts, frame)
}
