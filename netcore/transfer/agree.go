package transfer

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"lanyard/netcore/store"
	"lanyard/netcore/wire"
)

// list returns the list of the transfer: the one that is known here by its
// name, or as the sender tells it.
func (r *receiving) list(ctx context.Context) (*checking, error) {
	if r.v2 {
		if !isListName(r.first.List) {
			return nil, broken("a list called %.80q", r.first.List)
		}
		if r.j.plan != nil && r.j.plan.name == r.first.List {
			return &checking{name: r.first.List}, nil // no more is needed of it
		}
		if c := r.j.knownList(""); c != nil {
			if c.name != r.first.List {
				return nil, &fault{ReasonChanged, errOtherList} // not in place of the one that was looked at
			}
			return c, nil
		}
		if err := r.say(kindList, nil); err != nil {
			return nil, err
		}
	}
	c, err := r.manifest(ctx)
	if err != nil {
		return nil, err
	}
	c.name = r.first.List
	return c, r.j.keepList(c, r.v2)
}

// isListName reports whether text may name a list.
func isListName(text string) bool { return len(text) == b3Digits && isHex(text) }

// knownList returns the list of that name, or if that is empty of any, from
// memory or from disk, or nil.
func (j *job) knownList(name string) *checking {
	j.mu.Lock()
	listed, rec := j.listed, j.rec
	j.looked = time.Now()
	j.mu.Unlock()
	if listed != nil && (name == "" || listed.name == name) {
		return listed
	}
	if j.s.cfg.Dir == "" {
		return nil
	}
	m, err := readList(listPath(j.s.cfg.Dir, j.key))
	if err != nil || name != "" && m.name != name {
		return nil
	}
	name = m.name
	c := newChecking(rec)
	for i := range m.entries {
		if err := c.add(m.entries[i].frame()); err != nil {
			return nil
		}
	}
	if c.done() != nil {
		return nil
	}
	c.name = name
	if j.sawOther(c) {
		return nil
	}
	j.describe(c)
	return c
}

// keepList keeps a list for later tries and runs.
func (j *job) keepList(c *checking, v2 bool) error {
	if j.sawOther(c) {
		return &fault{ReasonChanged, errOtherList}
	}
	if v2 && j.s.cfg.Dir != "" {
		if err := writeList(listPath(j.s.cfg.Dir, j.key), c.manifest(c.name), false); err != nil {
			return err
		}
	}
	if v2 {
		j.describe(c)
	}
	return nil
}

// describe notes that the list is there.
func (j *job) describe(c *checking) {
	j.mu.Lock()
	j.listed, j.looked = c, time.Now()
	j.mu.Unlock()
	j.s.trimLists()
	j.mu.Lock()
	defer j.mu.Unlock()
	select {
	case <-j.described:
	default:
		close(j.described)
	}
}

// manifest reads and checks all entries.
func (r *receiving) manifest(ctx context.Context) (*checking, error) {
	c := newChecking(r.j.record())
	for {
		frame, err := r.next(ctx, wire.MaxManifest)
		if err != nil {
			return nil, err
		}
		switch frame.Kind {
		case kindEntries:
			err = c.frame(frame)
		case kindEntriesEnd:
			return c, c.done()
		case kindDigests: // they are told again behind the list
		default:
			err = r.stray(frame)
		}
		if err != nil {
			return nil, err
		}
	}
}

// frame checks the entries of one frame.
func (c *checking) frame(frame wire.Frame) error {
	var list entriesFrame
	if err := decodeEntries(frame, &list); err != nil {
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

// lay makes the plan, or checks the list against that of an earlier try, and
// sees to the roots and to the room on the disk.
func (r *receiving) lay(ctx context.Context, c *checking) error {
	j := r.j
	if j.plan != nil {
		if !(r.v2 && j.plan.name == c.name) && !j.plan.same(c.entries) {
			return &fault{ReasonChanged, errOtherList}
		}
		r.usePlan(j.plan)
		for i := range r.plan.dirs[1:] {
			r.plan.dirs[i+1].made = false // somebody may have cleaned up meanwhile
		}
		return nil
	}
	if err := j.asSeen(c); err != nil {
		return err
	}
	plan, err := r.newPlan(ctx, c)
	if err != nil {
		return err
	}
	if made := len(plan.dirs) - 1; c.t.Auto && made > c.t.Folders {
		return broken("%d folders, offered were %d", made, c.t.Folders)
	}
	plan.name = c.name
	r.usePlan(plan)
	if r.resumed {
		if err := r.recall(ctx); err != nil {
			return err
		}
	}
	if err := r.decide(ctx); err != nil {
		return err
	}
	_, blocks := r.plan.wanted()
	if err := r.disk.fits(blocks - r.claimedBytes()); err != nil {
		return err
	}
	j.mu.Lock()
	j.concludeIn(r.plan)
	j.plan, j.listed = r.plan, nil // it is not kept twice; who asks gets it from disk
	j.mu.Unlock()
	return nil
}

// newPlan lays out the list, each root under the name that it has or gets.
func (r *receiving) newPlan(ctx context.Context, c *checking) (*plan, error) {
	rec := r.j.record()
	c.adopt(rec)
	r.j.likeBefore(ctx, rec, c.t.Roots)
	if opts := r.j.chosen(); opts.Policy != PolicyBeside {
		shareRoots(r.disk.root, c.t.Roots)
	}
	roots, err := r.nameRoots(ctx, c.t.Roots)
	if err != nil {
		return nil, err
	}
	return newPlan(slices.Clone(c.entries), roots), nil
}

// claimedBytes is how much of what is to come an earlier try wrote.
func (r *receiving) claimedBytes() (bytes int64) {
	for _, c := range r.disk.claims {
		bytes += int64(len(c.chunks)) * chunkSize
	}
	return bytes
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
	if !slices.Equal(roots, r.j.record().Roots) { // some share folders that are there: people ask where they are
		if err := note(); err != nil {
			return nil, err
		}
	}
	return roots, r.disk.nameRoots(roots, note)
}

// usePlan sets the plan of this try.
func (r *receiving) usePlan(p *plan) {
	r.plan, r.disk.plan = p, p
	r.mu.Lock()
	r.expected, r.left = make([]uint16, len(p.files)), make([]bool, len(p.files))
	r.due, r.unended = 0, 0
	var left int64
	r.j.mu.Lock()
	r.j.concludeIn(p)
	for f := range p.files {
		e := &p.files[f]
		if p.open(f) {
			r.expected[f] = 1
			r.due++
			left += e.size
		}
		if !e.folder && !e.ended && e.link == "" {
			r.left[f] = true
			r.unended++
		}
	}
	all := r.j.rec.Bytes + r.j.grown
	r.j.mu.Unlock()
	r.mu.Unlock()
	r.j.beginAt(max(all-left, 0))
}

// recall marks what an earlier run of this program received.
func (r *receiving) recall(ctx context.Context) error {
	rows, err := r.j.s.cfg.Store.TransferFiles(ctx, r.j.key)
	if err != nil {
		return err
	}
	for _, row := range rows {
		if row.Index < 0 || row.Index >= len(r.plan.files) {
			return &fault{ReasonChanged, errors.New("a shorter list than before")}
		}
		e := &r.plan.files[row.Index]
		if e.path != row.Path || e.size != row.Size && !r.v2 {
			return &fault{ReasonChanged, fmt.Errorf("%q where %q was", e.path, row.Path)}
		}
		e.size, e.placed, e.ended = row.Size, true, !row.Pending
		switch {
		case row.Pending:
			r.j.recallPending(row)
		case State(row.State) != StateVerified:
			e.reason, e.refused = Reason(row.Reason), true
		case row.MD5 != "":
			if err := unhex(e.sum[:], row.MD5); err != nil {
				return err
			}
		}
	}
	r.usePlan(r.plan)
	return nil
}

// recallPending takes up a file in place whose MD5 an earlier run did not take.
func (j *job) recallPending(row store.TransferFile) {
	j.mu.Lock()
	s := j.sumsOf(row.Index)
	known := s.placed
	s.row, s.placed = row, true
	j.pending[row.Index] = true
	folder := j.rec.Folder
	j.mu.Unlock()
	if !known {
		j.hashPlaced(row, folder)
	}
}
