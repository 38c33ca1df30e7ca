package transfer

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"

	"github.com/zeebo/blake3"

	"lanyard/netcore/safename"
	"lanyard/netcore/store"
	"lanyard/netcore/wire"
)

// How much is hashed to find out whether files of one size and another time
// are the same: of more, they count as different.
const (
	maxDoubts     = 500
	maxDoubtBytes = 1 << 30
)

// likeness is how a file that is there compares with one that is offered.
type likeness int

const (
	absent    likeness = iota
	identical          // size and time are equal
	doubtful           // size is equal, time is not
	different
)

// compare looks at what stands in the place of a file.
func (p *plan) compare(root *os.Root, f int) likeness {
	e := &p.files[f]
	info, err := root.Lstat(p.target(f))
	switch {
	case err != nil:
		return absent // what keeps it from being seen keeps it from being written, too
	case !info.Mode().IsRegular() || info.Size() != e.size:
		return different
	case sameTime(info.ModTime(), e.mtime):
		return identical
	}
	return doubtful
}

// glance compares files with what is there. Folders that are not there yet, or
// have nothing in them, are looked at once and not for each of their files.
type glance struct {
	root *os.Root
	plan *plan
	bare map[int32]bool
}

func (p *plan) glance(root *os.Root) *glance { return &glance{root, p, map[int32]bool{}} }

// at is plan.compare.
func (l *glance) at(f int) likeness {
	dir := l.plan.files[f].dir
	bare, known := l.bare[dir]
	if !known {
		bare = isBare(l.root, l.plan.dirs[dir].path)
		l.bare[dir] = bare
	}
	if bare {
		return absent
	}
	return l.plan.compare(l.root, f)
}

// isBare reports whether a folder is not there, or has nothing in it.
func isBare(root *os.Root, dir string) bool {
	info, err := root.Lstat(dir)
	if err != nil || !info.IsDir() {
		return errors.Is(err, fs.ErrNotExist)
	}
	file, err := root.Open(dir)
	if err != nil {
		return false
	}
	defer func() { _ = file.Close() }() // only read
	_, err = file.ReadDir(1)
	return errors.Is(err, io.EOF)
}

// target is where a file goes, below the save folder.
func (p *plan) target(f int) string {
	e := &p.files[f]
	return path.Join(p.dirs[e.dir].path, e.name)
}

// shareRoots has root folders use those of their name that are there.
func shareRoots(root *os.Root, roots []store.TransferRoot) {
	for i := range roots {
		name, _ := safename.SingleFile(roots[i].Name, safename.Native())
		if !roots[i].Dir || roots[i].Path != "" {
			continue
		}
		if info, err := root.Lstat(name); err == nil && info.IsDir() {
			roots[i].Path = name
		}
	}
}

// decide applies what the user chose to what is still to come.
func (r *receiving) decide(ctx context.Context) error {
	o := r.j.chosen()
	p := r.plan
	chosen := o.selects(len(p.files))
	if o.Failed {
		var err error
		if chosen, err = r.j.failedBefore(ctx, p.files); err != nil {
			return err
		}
	}
	likes := map[int]likeness{}
	var doubts []int
	there := p.glance(r.disk.root)
	for f := range p.files {
		e := &p.files[f]
		if chosen != nil && !chosen[f] {
			p.leaveOut(f)
			continue
		}
		if e.name != "" && e.name != path.Base(e.path) {
			p.notes.Renamed++
		}
		if o.Policy == PolicyBeside || !p.open(f) {
			continue
		}
		like := there.at(f)
		if like == absent {
			continue
		}
		likes[f] = like
		if like == doubtful {
			doubts = append(doubts, f)
		}
	}
	if err := r.resolve(ctx, doubts, likes); err != nil {
		return err
	}
	for f, like := range likes {
		p.apply(f, like, o.of(f))
	}
	r.usePlan(p)
	return nil
}

// leaveOut notes that an entry is not accepted.
func (p *plan) leaveOut(f int) {
	e := &p.files[f]
	switch {
	case e.folder && e.reason == ReasonNone:
		p.dirs[e.dir].listed = false
	case !e.folder && !e.placed && e.reason == ReasonNone:
		e.reason, e.refused = ReasonUnselected, true
		p.notes.Unselected++
	}
}

// apply decides about a file that is there already.
func (p *plan) apply(f int, like likeness, policy Policy) {
	e := &p.files[f]
	switch {
	case like == identical:
		e.reason, e.refused = ReasonIdentical, true
		p.notes.Identical++
	case policy == PolicySkip:
		e.reason, e.refused = ReasonKept, true
		p.notes.Kept++
	case policy == PolicyReplace:
		e.replace = true
		p.notes.Replaced++
	default:
		p.notes.Beside++
	}
}

// resolve finds out about files of one size and another time, by their content.
func (r *receiving) resolve(ctx context.Context, doubts []int, likes map[int]likeness) error {
	here := map[int]string{}
	var ask []int
	var bytes int64
	for _, f := range doubts {
		likes[f] = different
		size := r.plan.files[f].size
		if bytes+size > maxDoubtBytes || len(ask) == maxDoubts || !r.v2 {
			continue
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if sum, err := hashWhole(r.disk.root.Open(r.plan.target(f))); err == nil {
			bytes += size
			here[f] = sum
			ask = append(ask, f)
		}
	}
	if len(ask) == 0 {
		return nil
	}
	if err := r.say(kindHash, hashFrame{ask}); err != nil {
		return err
	}
	there, err := r.awaitHashes(ctx)
	if err != nil {
		return err
	}
	for _, one := range there.Files {
		if sum, asked := here[one.F]; asked && sum == one.B3 {
			likes[one.F] = identical
		}
	}
	return nil
}

// awaitHashes reads until the sender's answer.
func (r *receiving) awaitHashes(ctx context.Context) (hashesFrame, error) {
	var list hashesFrame
	for {
		frame, err := r.next(ctx, wire.MaxManifest)
		switch {
		case err != nil:
			return list, err
		case frame.Kind == kindHashes && frame.BodySize == 0:
			if err := frame.Decode(&list); err != nil {
				return list, &fault{ReasonProtocol, err}
			}
			return list, nil
		case frame.Kind == kindDigests:
			err = r.digests(frame)
		default:
			err = r.stray(frame)
		}
		if err != nil {
			return list, err
		}
	}
}

// hashWhole takes the BLAKE3 of an open file, and closes it.
func hashWhole(file *os.File, err error) (string, error) {
	if err != nil {
		return "", err
	}
	defer func() { _ = file.Close() }()
	info, err := file.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = fs.ErrInvalid
	}
	if err != nil {
		return "", err
	}
	h := blake3.New()
	if _, err := io.Copy(h, file); err != nil {
		return "", err
	}
	return hexOf(h.Sum(nil)), nil
}

// hashFiles answers which content files have, as far as that can be told.
func (s *sending) hashFiles(ctx context.Context, files []int) {
	list := hashesFrame{Files: []hashOf{}}
	var bytes int64
	for _, f := range files {
		e := &s.j.list.entries[f]
		if bytes += e.size; bytes > maxDoubtBytes || ctx.Err() != nil {
			break
		}
		src, err := openSource(s.j.list.source(e))
		if err == nil && (src.size != e.size || src.mtime != e.mtime) {
			err = errors.Join(src.changed(), src.Close())
		}
		if err != nil {
			continue
		}
		if sum, err := hashWhole(src.File, nil); err == nil {
			list.Files = append(list.Files, hashOf{f, sum})
		}
	}
	s.put(ctx, packet{kind: kindHashes, fields: list})
}

// planFrame is what the sender is told of the decision.
func (r *receiving) planFrame(claimed []*inFile) Decision {
	d := r.plan.notes
	r.j.mu.Lock() // digests may agree meanwhile
	for f := range r.plan.files {
		if r.plan.open(f) {
			d.Left += r.plan.files[f].size
		}
	}
	r.j.mu.Unlock()
	for _, in := range claimed {
		has := in.size - in.left()
		d.Left -= has
		r.j.moved.Add(has)
	}
	r.j.beginAt(r.j.moved.Load())
	return d
}
