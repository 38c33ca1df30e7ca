package transfer

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"lanyard/netcore/store"
	"lanyard/netcore/wire"
)

// spansInFrame is how many ranges one want frame has.
const spansInFrame = 2000

// manifest reads and checks all entries.
func (r *receiving) manifest(ctx context.Context) ([]planned, store.Transfer, error) {
	c := newChecking(r.j.record())
	for {
		frame, err := r.next(ctx, wire.MaxManifest)
		if err != nil {
			return nil, c.t, err
		}
		switch frame.Kind {
		case kindEntries:
			err = c.frame(frame)
		case kindEntriesEnd:
			return c.entries, c.t, c.done()
		default:
			err = r.stray(frame)
		}
		if err != nil {
			return nil, c.t, err
		}
	}
}

// frame checks the entries of one frame.
func (c *checking) frame(frame wire.Frame) error {
	var list entriesFrame
	if err := frame.Decode(&list); err != nil {
		return &fault{ReasonProtocol, err}
	}
	if frame.BodySize != 0 || len(list.Entries) == 0 {
		return broken("a frame of %d entries", len(list.Entries))
	}
	for _, e := range list.Entries {
		if err := c.add(e); err != nil {
			return err
		}
	}
	return nil
}

// stray answers a frame that has no place where it came.
func (r *receiving) stray(frame wire.Frame) error {
	switch frame.Kind {
	case kindCancel:
		return errCancelledThere
	case wire.KindError:
		return unknown(frame)
	}
	_ = r.conn.WriteError(wire.CodeUnknownKind, frame.Kind)
	return broken("a %.32q has no place here", frame.Kind)
}

// lay makes the plan, or checks the manifest against that of an earlier try,
// and sees to the roots and to the room on the disk.
func (r *receiving) lay(ctx context.Context, entries []planned, t store.Transfer) error {
	j := r.j
	r.resumed, j.again = j.again, true
	if j.plan != nil {
		if !j.plan.same(entries) {
			return &fault{ReasonChanged, errors.New("another manifest than before")}
		}
		r.usePlan(j.plan)
		for i := range r.plan.dirs[1:] {
			r.plan.dirs[i+1].made = false // somebody may have cleaned up meanwhile
		}
		return nil
	}
	roots, err := r.nameRoots(ctx, t.Roots)
	if err != nil {
		return err
	}
	r.usePlan(newPlan(entries, roots))
	if made := len(r.plan.dirs) - 1; t.Auto && made > t.Folders {
		return broken("%d folders, offered were %d", made, t.Folders)
	}
	if r.resumed {
		if err := r.recall(ctx); err != nil {
			return err
		}
	}
	_, blocks := r.plan.wanted()
	if err := r.disk.fits(blocks); err != nil {
		return err
	}
	j.plan = r.plan
	return nil
}

// nameRoots returns the roots with their names in the save folder, recorded.
// One transfer at a time looks for free names: two would find the same.
func (r *receiving) nameRoots(ctx context.Context, offered []store.TransferRoot) ([]store.TransferRoot, error) {
	r.j.s.naming.Lock()
	defer r.j.s.naming.Unlock()
	roots := slices.Clone(offered)
	note := func() error {
		named := slices.Clone(roots)
		_, err := r.j.change(ctx, func(t *store.Transfer) { t.Roots = named })
		return err
	}
	return roots, r.disk.nameRoots(roots, note)
}

// usePlan sets the plan of this try.
func (r *receiving) usePlan(p *plan) {
	r.plan, r.disk.plan = p, p
	r.seen = make([]bool, len(p.files))
	r.due = 0
	var have int64
	for f := range p.files {
		if p.open(f) {
			r.due++
		} else {
			r.seen[f] = true
			have += p.files[f].size
		}
	}
	r.j.moved.Store(have)
}

// recall marks what an earlier run of this program received.
func (r *receiving) recall(ctx context.Context) error {
	rows, err := r.j.s.cfg.Store.TransferFiles(ctx, r.j.key)
	if err != nil {
		return err
	}
	for _, row := range rows {
		if row.Index < 0 || row.Index >= len(r.plan.files) {
			return &fault{ReasonChanged, errors.New("a shorter manifest than before")}
		}
		e := &r.plan.files[row.Index]
		if e.path != row.Path || e.size != row.Size {
			return &fault{ReasonChanged, fmt.Errorf("%q where %q was", e.path, row.Path)}
		}
		e.ended, e.reason = true, Reason(row.Reason)
		if row.MD5 == "" {
			continue
		}
		if err := unhex(e.sum[:], row.MD5); err != nil {
			return err
		}
	}
	r.usePlan(r.plan)
	return nil
}

// want asks for what is still to come, and repeats the receipts of the rest,
// which may have been lost.
func (r *receiving) want() error {
	spans, _ := r.plan.wanted()
	for more := true; more; {
		part := spans[:min(len(spans), spansInFrame)]
		spans = spans[len(part):]
		more = len(spans) > 0
		if part == nil {
			part = [][2]int{}
		}
		if err := r.say(kindWant, wantFrame{From: part, More: more}); err != nil {
			return err
		}
	}
	var ended []int
	for f := range r.plan.files {
		if r.plan.files[f].ended {
			ended = append(ended, f)
		}
	}
	for part := range slices.Chunk(ended, batchFiles) {
		if err := r.receipts(part); err != nil {
			return err
		}
	}
	return nil
}
