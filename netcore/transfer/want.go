package transfer

import (
	"context"
	"errors"
	"slices"
)

// spansInFrame is how many ranges one want frame has.
const spansInFrame = 2000

// want asks for what is still to come, and repeats the receipts of the rest,
// which may have been lost.
func (r *receiving) want(ctx context.Context) error {
	var claimed []*inFile
	if r.v2 {
		var err error
		if claimed, err = r.takeClaims(); err != nil {
			return err
		}
		if shorter, err := r.disk.shorten(claimed); err != nil {
			return diskFault("writing the journal anew", err)
		} else if shorter {
			r.j.s.log.Debug("the journal was written anew", "key", r.j.key, "bytes", r.disk.journal.at)
		}
		plan := r.planFrame(claimed)
		if err := errors.Join(r.j.decide(plan), r.say(kindPlan, plan)); err != nil {
			return err
		}
	}
	if err := r.wantParts(claimed); err != nil {
		return err
	}
	if err := r.wantFiles(); err != nil {
		return err
	}
	r.checkAll(claimed)
	r.repeat()
	return nil
}

// wantParts asks for the chunks that are missing of files that have begun.
func (r *receiving) wantParts(files []*inFile) error {
	for _, in := range files {
		e := &r.plan.files[in.f]
		in.mu.Lock()
		spans := in.missingOf()
		in.mu.Unlock()
		if len(spans) > spansInFrame {
			// Not in one frame: the last range takes the rest, and brings some twice.
			rest := [2]int{spans[spansInFrame-1][0], spans[len(spans)-1][1]}
			spans = append(spans[:spansInFrame-1], rest)
			in.forget(rest)
		}
		part := partWant{F: in.f, Size: e.size, MTime: e.mtime, C: spans}
		if part.C == nil {
			part.C = [][2]int{}
		}
		if err := r.say(kindWant, wantFrame{From: [][2]int{}, Parts: []partWant{part}, More: true}); err != nil {
			return err
		}
	}
	return nil
}

// forget takes back what is claimed of a range.
func (in *inFile) forget(span [2]int) {
	in.mu.Lock()
	defer in.mu.Unlock()
	for i := span[0]; i <= span[1]; i++ {
		if in.have[i] {
			in.missing++
		}
		in.have[i], in.asked[i] = false, true
	}
}

// wantFiles asks for the files of which nothing is there.
func (r *receiving) wantFiles() error {
	spans := r.whole()
	r.mu.Lock()
	last := !r.v2 || r.due == 0
	if last {
		r.asking = false
	}
	r.mu.Unlock()
	for more := true; more; {
		part := spans[:min(len(spans), spansInFrame)]
		spans = spans[len(part):]
		more = len(spans) > 0
		if part == nil {
			part = [][2]int{}
		}
		if err := r.say(kindWant, wantFrame{From: part, More: more || !last}); err != nil {
			return err
		}
	}
	return nil
}

// whole returns the files of which nothing is there, as ranges.
func (r *receiving) whole() (spans [][2]int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.j.mu.Lock() // digests may agree meanwhile
	defer r.j.mu.Unlock()
	for f := range r.plan.files {
		if !r.plan.open(f) || r.files[f] != nil {
			continue
		}
		if n := len(spans); n > 0 && spans[n-1][1] == f-1 {
			spans[n-1][1] = f
			continue
		}
		spans = append(spans, [2]int{f, f})
	}
	return spans
}

// repeat sends the receipts of what is there.
func (r *receiving) repeat() {
	var told []int
	r.j.mu.Lock()
	for f := range r.plan.files {
		if e := &r.plan.files[f]; e.placed && !e.folder {
			told = append(told, f)
		}
	}
	r.j.mu.Unlock()
	for part := range slices.Chunk(told, batchFiles) {
		if r.receipts(part) != nil {
			return // the stream is broken: that shows elsewhere
		}
	}
}
