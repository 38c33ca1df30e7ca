package transfer

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"

	"github.com/zeebo/blake3"

	"lanyard/netcore/wire"
)

// startFollow begins the MD5 of a file, from its first byte.
func (r *receiving) startFollow(in *inFile) {
	stage := r.disk.stage
	w := newFollow(in.f, in.size, func() (*os.File, error) { return stage.Open(partName(in.f)) })
	w.done = func(sum digest, err error) {
		in.mu.Lock()
		mine := in.follow == w
		in.mu.Unlock()
		if mine {
			r.hashed(in, w, sum, err)
		}
	}
	in.mu.Lock()
	in.follow = w
	in.mu.Unlock()
	r.j.takenBy(w)
	if !r.v2 {
		r.pending.Add(1) // until hashed
	}
	r.j.md5s.add(w)
}

// hashed takes the MD5 of a large file. In version 1 it decides.
func (r *receiving) hashed(in *inFile, w *follow, sum digest, err error) {
	if r.v2 {
		if err == nil {
			r.j.digestHere(w, sum)
		} else if !errors.Is(err, errAborted) && r.j.ctx.Err() == nil {
			r.j.notRead(w, err)
		}
		return
	}
	defer r.pending.Done()
	in.mu.Lock()
	good, md5 := in.judged && !in.drop, in.md5
	in.mu.Unlock()
	if err != nil || !good {
		return // the stream ended, or it failed before
	}
	if md5 != sum.text() {
		r.results <- result{f: in.f, reason: ReasonMismatch}
		return
	}
	r.results <- result{f: in.f, sum: sum}
}

// judge looks whether a file is whole and good.
func (r *receiving) judge(in *inFile) error {
	in.mu.Lock()
	whole := in.missing == 0 || in.bad && !r.v2
	if in.judged || in.drop || in.claimed || in.root == "" || !whole {
		in.mu.Unlock()
		return nil
	}
	root := blake3.New()
	for i := range in.hashes {
		_, _ = root.Write(in.hashes[i][:])
	}
	good := in.root == hexOf(root.Sum(nil)) && in.missing == 0
	in.judged = good || !r.v2
	in.drop = in.drop || !good
	in.mu.Unlock()
	switch {
	case good:
		return r.good(in)
	case !r.v2:
		in.follow.abort()
		err := in.close()
		r.results <- result{f: in.f, reason: ReasonMismatch}
		return diskError("closing a file", err)
	}
	return r.anew(in)
}

// good passes a file on that is whole.
func (r *receiving) good(in *inFile) error {
	err := r.disk.timesOf(in.f, r.plan.files[in.f].mtime)
	if err = errors.Join(err, in.close()); err != nil {
		return diskFault("finishing a file", err)
	}
	r.mu.Lock()
	delete(r.files, in.f)
	r.judged[in.f] = r.v2
	r.mu.Unlock()
	in.follow.advance(in.size)
	if !r.v2 {
		return nil // the MD5 decides
	}
	r.results <- result{f: in.f, pending: true}
	return r.came(in.f)
}

// drop gives a file up.
func (r *receiving) drop(in *inFile, reason Reason) error {
	in.mu.Lock()
	was := in.judged
	in.judged, in.drop = true, true
	in.mu.Unlock()
	if was && r.v2 {
		return nil // it is good, and this of a second wish
	}
	if was {
		return broken("file %d skipped after its end", in.f)
	}
	in.follow.abort()
	if err := in.close(); err != nil {
		return diskFault("closing a file", err)
	}
	r.mu.Lock()
	delete(r.files, in.f)
	if r.judged[in.f] = r.v2; r.v2 {
		r.passed[in.f] = in.size
	}
	r.mu.Unlock()
	r.results <- result{f: in.f, reason: reason}
	return r.came(in.f)
}

// again asks once more for a chunk that came and is of no use.
func (r *receiving) again(in *inFile, i int) {
	if err := r.tired(in.f); err != nil {
		r.cancel(err)
		return
	}
	r.ask(in, [][2]int{{i, i}})
}

// ask asks once more for chunks, as ranges.
func (r *receiving) ask(in *inFile, spans [][2]int) {
	var bytes int64
	in.mu.Lock()
	if in.drop { // it has begun anew, or is not wanted
		in.mu.Unlock()
		return
	}
	for _, span := range spans {
		for i := span[0]; i <= span[1]; i++ {
			in.asked[i] = true
			bytes += int64(chunkLen(in.size, i))
		}
	}
	in.mu.Unlock()
	r.mu.Lock()
	r.expected[in.f]++
	r.mu.Unlock()
	r.j.moved.Add(-bytes)
	part := partWant{F: in.f, Size: in.size, MTime: in.mtime, C: spans}
	if err := r.say(kindWant, wantFrame{From: [][2]int{}, Parts: []partWant{part}, Again: true, More: true}); err != nil {
		r.cancel(err)
	}
}

// tired counts how often a file was of no use.
func (r *receiving) tired(f int) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.wrong[f]++; r.wrong[f] > maxWrong {
		return &fault{ReasonMismatch, fmt.Errorf("file %d is wrong again and again", f)}
	}
	return nil
}

// anew begins a file anew whose source changed while nobody looked: what was
// received before does not go with what comes now.
func (r *receiving) anew(in *inFile) error {
	if err := r.tired(in.f); err != nil {
		return err
	}
	r.j.restarted(in.f)
	r.j.moved.Add(-in.size)
	if err := r.reset(in); err != nil {
		return err
	}
	r.mu.Lock()
	r.expected[in.f]++
	r.mu.Unlock()
	return r.say(kindWant, wantFrame{From: [][2]int{{in.f, in.f}}, Again: true, More: true})
}

// reset forgets what is there of a file.
func (r *receiving) reset(in *inFile) error {
	in.mu.Lock()
	in.drop = true // what is on its way to the disk is not of the new one
	w := in.follow
	in.follow = nil
	in.mu.Unlock()
	w.kill()
	r.j.forgetDigests(in.f)
	if err := in.close(); err != nil {
		return diskFault("closing a file", err)
	}
	fresh, err := r.newFile(in.f)
	if err != nil {
		return err
	}
	fresh.askAll()
	return r.large(in.f)
}

// changedFile takes the beginning of a file whose source is not what was
// listed, or is sent as a whole though chunks of it were asked for.
func (r *receiving) changedFile(ctx context.Context, frame wire.Frame, head fileFrame) error {
	e := &r.plan.files[head.F]
	r.mu.Lock()
	in, due := r.files[head.F], r.expected[head.F] > 0
	r.mu.Unlock()
	if in == nil && !due || e.folder || head.Size < 0 || head.Size > maxBytes || (head.Size <= smallMax) != (frame.BodySize == head.Size && head.MD5 != "") {
		return broken("file %d is not due", head.F)
	}
	if in != nil && !in.letGo() {
		return broken("file %d changed after its end", head.F)
	}
	if err := r.tired(head.F); err != nil {
		return err
	}
	grown := head.Size - e.size
	if err := r.j.grow(grown); err != nil {
		return err
	}
	if grown > 0 {
		if err := r.disk.fits(grown); err != nil {
			return err
		}
	}
	r.mu.Lock()
	r.expected[head.F] = max(r.expected[head.F], 1) - 1
	r.mu.Unlock()
	e.size, e.mtime = head.Size, head.MTime
	if in != nil {
		r.j.moved.Add(in.left() - in.size)
	}
	r.j.restarted(head.F)
	if head.Size <= smallMax {
		return r.shrunk(ctx, frame, head, in)
	}
	if in != nil {
		return r.reset(in)
	}
	return r.large(head.F)
}

// letGo has nothing more become of what is there of a file, unless it is whole
// and on its way to its place.
func (in *inFile) letGo() bool {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.drop = in.drop || !in.judged
	return !in.judged
}

// shrunk takes a file that is small now.
func (r *receiving) shrunk(ctx context.Context, frame wire.Frame, head fileFrame, in *inFile) error {
	if in != nil {
		in.mu.Lock()
		in.drop, in.judged = true, true
		w := in.follow
		in.follow = nil
		in.mu.Unlock()
		w.kill()
		r.j.forgetDigests(head.F)
		if err := in.close(); err != nil {
			return diskFault("closing a file", err)
		}
		r.mu.Lock()
		delete(r.files, head.F)
		r.mu.Unlock()
		if err := removeAllIn(r.disk.stage, partName(head.F)); err != nil {
			return diskFault("removing a partial file", err)
		}
	}
	return r.small(ctx, frame, head)
}

// abandon lets go of what is under way when the stream ended. What is on the
// disk stays, for the next try.
func (r *receiving) abandon() {
	r.mu.Lock()
	files := make([]*inFile, 0, len(r.files))
	for _, in := range r.files {
		files = append(files, in)
	}
	clear(r.files)
	r.mu.Unlock()
	for _, in := range files {
		in.mu.Lock()
		judged := in.judged
		in.mu.Unlock()
		if !judged {
			in.follow.kill()
		}
		_ = in.close() // what it held is hashed again
	}
}

// missingOf returns the chunks that are not there, as ranges.
func (in *inFile) missingOf() (spans [][2]int) {
	for i, have := range in.have {
		if !have {
			spans = withChunk(spans, i)
		}
	}
	return slices.Clip(spans)
}

// withChunk adds a chunk after the others to ranges.
func withChunk(spans [][2]int, i int) [][2]int {
	if n := len(spans); n > 0 && spans[n-1][1] == i-1 {
		spans[n-1][1] = i
		return spans
	}
	return append(spans, [2]int{i, i})
}
