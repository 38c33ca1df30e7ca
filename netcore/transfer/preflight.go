package transfer

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"

	"lanyard/netcore/safename"
)

// maxNamed is how many files of a kind a Preflight names.
const maxNamed = 1000

// Preflight is what there is to know about an offer before a decision.
type Preflight struct {
	Count, Folders, Links int
	Bytes                 int64 // of all files
	Needed                int64 // on the disk, without what is there already
	Free, Reserve         int64 // on the disk of the folder, -1 if unknown; what of it a transfer leaves
	Fits                  bool  // Needed, as far as known

	Renamed   int // files whose names the system cannot hold as they are
	Identical int // there already, by size and time
	Doubtful  int // there with the same size and another time: their content is compared after a yes
	Different int // another of the name is there
	Unsent    int // files that cannot be sent, or whose names cannot be held at all
	Named     []PreflightFile
}

// PreflightFile is a file that a user may want to know of.
type PreflightFile struct {
	Index   int    // in the list
	Path    string // as offered, not to be shown as it is
	Becomes string // below the save folder
	Size    int64
	Kind    PreflightKind
	Reason  Reason // why it will not come, of one that is unsent
}

// PreflightKind is what there is about a file.
type PreflightKind string

// The kinds.
const (
	PreflightRenamed   PreflightKind = "renamed"
	PreflightIdentical PreflightKind = "identical"
	PreflightDoubtful  PreflightKind = "doubtful"
	PreflightDifferent PreflightKind = "different"
	PreflightUnsent    PreflightKind = "unsent"
)

// Entry is one line of the list of an offer.
type Entry struct {
	Index  int
	Path   string // as offered, not to be shown as it is
	Size   int64
	Folder bool
	Link   string // target of a symbolic link
	Reason Reason // why it cannot be sent
}

// askList asks for the list if this user wants to see it.
func (j *job) askList(c *control) {
	j.mu.Lock()
	curious := j.curious && j.listed == nil && j.saw == "" && !j.rec.Accepted
	j.mu.Unlock()
	if curious {
		_ = c.say(kindList, nil)
	}
}

// await waits until the list of an incoming offer is there, which is asked for
// now if it was not.
func (j *job) await(ctx context.Context) (*checking, error) {
	if c := j.knownList(""); c != nil {
		return c, nil
	}
	j.mu.Lock()
	old := j.theirs < spoken && j.theirs > 0
	j.curious = true
	c := j.ctl
	j.mu.Unlock()
	if old {
		return nil, ErrVersion
	}
	if c != nil {
		_ = c.say(kindList, nil) // lost: said again with the next offer stream
	}
	select {
	case <-j.described:
	case <-j.ended:
		return nil, ErrState
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	j.mu.Lock()
	listed := j.listed
	j.mu.Unlock()
	if listed == nil {
		listed = j.knownList("")
	}
	if listed == nil {
		return nil, ErrState
	}
	return listed, nil
}

// Entries returns up to limit entries of an incoming offer from an index on,
// once its list has come, which it waits for. ErrVersion says that the sender
// cannot list files before a decision.
func (s *Service) Entries(ctx context.Context, key int64, from, limit int) ([]Entry, error) {
	j := s.job(key)
	if j == nil || j.outgoing {
		return nil, ErrState
	}
	c, err := j.await(ctx)
	if err != nil {
		return nil, err
	}
	var list []Entry
	for f := max(from, 0); f < len(c.entries) && len(list) < limit; f++ {
		e := &c.entries[f]
		list = append(list, Entry{f, e.path, e.size, e.folder, e.link, e.reason})
	}
	return list, nil
}

// Preflight looks at an incoming offer as if it were accepted into a folder,
// sharing folders that are there. It waits for the list of files, and looks
// for each of them on the disk; nothing is changed. ErrVersion says that the
// sender cannot list files before a decision.
func (s *Service) Preflight(ctx context.Context, key int64, folder string) (Preflight, error) {
	j := s.job(key)
	if j == nil || j.outgoing {
		return Preflight{}, ErrState
	}
	if _, err := j.await(ctx); err != nil {
		return Preflight{}, err
	}
	if err := s.previews.Acquire(ctx, 1); err != nil {
		return Preflight{}, err
	}
	defer s.previews.Release(1)
	c, err := j.await(ctx) // not held meanwhile
	if err != nil {
		return Preflight{}, err
	}
	full, err := filepath.Abs(folder)
	if err != nil {
		return Preflight{}, fmt.Errorf("finding %q: %w", folder, err)
	}
	return c.preflight(ctx, full)
}

// preflight compares a list with a folder.
func (c *checking) preflight(ctx context.Context, folder string) (Preflight, error) {
	look := Preflight{Free: -1}
	at := folder
	root, err := os.OpenRoot(at)
	for errors.Is(err, os.ErrNotExist) && filepath.Dir(at) != at {
		at = filepath.Dir(at) // it will be made here
		root, err = os.OpenRoot(at)
	}
	if err != nil {
		return look, fmt.Errorf("opening %q: %w", at, err)
	}
	defer func() { _ = root.Close() }()
	look.room(root)
	roots := slices.Clone(c.t.Roots)
	for i := range roots {
		if roots[i].Dir {
			roots[i].Path, _ = safename.SingleFile(roots[i].Name, safename.Native())
		}
	}
	p := newPlan(slices.Clone(c.entries), roots)
	for f := range p.files {
		if ctx.Err() != nil {
			return look, ctx.Err()
		}
		look.add(p, f, root, at == folder)
	}
	look.Fits = look.Free < 0 || look.Free-look.Reserve >= look.Needed
	return look, nil
}

// room looks how much is free.
func (l *Preflight) room(root *os.Root) {
	dir, err := root.Open(".")
	if err != nil {
		return
	}
	defer func() { _ = dir.Close() }()
	if free, size, err := freeSpace(root.Name(), dir); err == nil {
		l.Free, l.Reserve = free, reserve(size)
	}
}

// add looks at one entry.
func (l *Preflight) add(p *plan, f int, root *os.Root, exists bool) {
	e := &p.files[f]
	switch {
	case e.folder:
		l.Folders++
		return
	case e.link != "":
		l.Links++
		return
	}
	l.Count++
	l.Bytes += e.size
	if e.reason != ReasonNone {
		l.Unsent++
		l.name(p, f, PreflightUnsent)
		return
	}
	if e.name != path.Base(e.path) {
		l.Renamed++
		l.name(p, f, PreflightRenamed)
	}
	like := absent
	if exists {
		like = p.compare(root, f)
	}
	l.compared(p, f, like)
}

// compared counts a file by what stands in its place.
func (l *Preflight) compared(p *plan, f int, like likeness) {
	const block = 4096
	if like != identical {
		l.Needed += (p.files[f].size + block - 1) / block * block
	}
	switch like {
	case identical:
		l.Identical++
		l.name(p, f, PreflightIdentical)
	case doubtful:
		l.Doubtful++
		l.name(p, f, PreflightDoubtful)
	case different:
		l.Different++
		l.name(p, f, PreflightDifferent)
	}
}

// name lists a file, if there is room.
func (l *Preflight) name(p *plan, f int, kind PreflightKind) {
	if len(l.Named) < maxNamed {
		e := &p.files[f]
		one := PreflightFile{Index: f, Path: e.path, Size: e.size, Kind: kind, Reason: e.reason}
		if e.reason == ReasonNone {
			one.Becomes = p.target(f)
		}
		l.Named = append(l.Named, one)
	}
}
