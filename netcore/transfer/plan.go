package transfer

import (
	"fmt"
	"path"
	"runtime"
	"strings"

	"lanyard/netcore/safename"
	"lanyard/netcore/store"
)

// maxTops caps the top-level folders of a transfer: their names are kept.
const maxTops = 4096

// maxPaths caps the bytes of all paths of a manifest, which is held in memory:
// a million files with 128 bytes each.
const maxPaths = 128 << 20

// listAhead is for how many entries room is made on the word of an offer.
const listAhead = 16 << 10

// plan is a checked manifest: what arrives, and where it goes.
type plan struct {
	files []planned
	dirs  []folder // the first is the save folder itself
	name  string   // the sender's name for the list
	roots []store.TransferRoot
	notes Decision

	// While it is laid out.
	byPath map[string]int32
	taken  map[place]int // names; behind a "/", the last increment of those that share them
}

// planned is an entry of the manifest.
type planned struct {
	path    string // as offered
	clean   string // as this system can hold it, below the save folder; until it is laid out
	name    string // what it is called there
	link    string // target of a symbolic link
	size    int64
	mtime   int64
	reason  Reason // why it failed, or will not come
	sum     digest // once it ended well
	dir     int32  // where it goes
	folder  bool
	exec    bool
	refused bool // it will not come
	replace bool // what stands in its place goes
	ended   bool // recorded for good
	placed  bool // in place, its MD5 follows
}

// folder is one that files go to, or one that is listed.
type folder struct {
	path   string // below the save folder, "." for itself
	parent int32
	mtime  int64
	listed bool
	made   bool
}

// place is a name in a folder, as the system tells names apart.
type place struct {
	dir int32
	key string
}

// checking reads a manifest against its offer.
type checking struct {
	t       store.Transfer
	name    string
	entries []planned
	tops    map[string]int // offered name of a root to its place in t.Roots; -1: a file that is not named there
	files   int
	folders int
	bytes   int64
	paths   int // bytes of all paths and targets of links
	deep    int // folders that paths name, at least as many as there are
	last    string
	more    bool // there may be roots that the offer did not name
}

func newChecking(t store.Transfer) *checking {
	c := &checking{
		t: t, tops: map[string]int{}, more: mayLeaveOut(t.Roots),
		entries: make([]planned, 0, min(t.Count+t.Folders, listAhead)),
	}
	for i, root := range t.Roots {
		c.tops[root.Name] = i
	}
	return c
}

// add checks one entry.
func (c *checking) add(e entryFrame) error {
	top, _, below := strings.Cut(e.Path, "/")
	if len(e.Path) > maxPath || e.Size < 0 || e.Size > maxBytes-c.bytes || e.Dir && (e.Size != 0 || e.Reason != ReasonNone) {
		return broken("entry %.80q of %d bytes", e.Path, e.Size)
	}
	if c.paths += len(e.Path) + len(e.Link); c.paths > maxPaths {
		return &fault{ReasonTooMany, fmt.Errorf("%d bytes of paths, at most %d", c.paths, maxPaths)}
	}
	if c.deepen(e.Path) > maxEntries {
		return &fault{ReasonTooMany, fmt.Errorf("more than %d folders", maxEntries)}
	}
	if err := c.root(top, below || e.Dir); err != nil {
		return err
	}
	p := planned{path: e.Path, size: e.Size, mtime: e.MTime, folder: e.Dir}
	switch {
	case e.Link != "" && !e.Dir && e.Size == 0 && len(e.Link) <= maxLink:
		p.link = e.Link
	case e.Reason != ReasonNone:
		p.reason, p.refused = known(e.Reason), true
	}
	p.exec = e.Exec
	var err error
	if p.clean, err = safename.Path(e.Path, safename.Native()); err != nil && p.reason == ReasonNone {
		p.reason, p.refused = refusal(err), true // alone: the rest may be honest
	}
	c.bytes += e.Size
	if e.Dir {
		c.folders++
	} else {
		c.files++
	}
	if c.files > c.t.Count || c.bytes > c.t.Bytes || len(c.entries) == maxEntries {
		return broken("more entries than offered")
	}
	c.entries = append(c.entries, p)
	return nil
}

// deepen counts the folders that a path names and the one before does not, and
// returns how many that were: in the order of a walk, each counts once.
func (c *checking) deepen(path string) int {
	same := 0
	for i := 0; i < min(len(path), len(c.last)) && path[i] == c.last[i]; i++ {
		if path[i] == '/' {
			same = i + 1
		}
	}
	if c.last != path && strings.HasPrefix(path, c.last+"/") {
		same = len(c.last) + 1 // what is in a folder that was listed
	}
	c.deep += strings.Count(path[same:], "/")
	c.last = path
	return c.deep
}

// root checks that an entry belongs to an offered root of its kind. Only an
// offer of many roots may leave some unnamed.
func (c *checking) root(top string, dir bool) error {
	i, known := c.tops[top]
	switch {
	case known && i < 0:
		if dir {
			return broken("%.80q is a file and a folder", top)
		}
	case known:
		if dir && !c.t.Roots[i].Dir {
			return broken("%.80q was offered as a file", top)
		}
	case !c.more, len(top) > maxName:
		return broken("%.80q was not offered", top)
	case !dir:
		c.tops[top] = -1
	case len(c.t.Roots) == maxTops:
		return &fault{ReasonTooMany, fmt.Errorf("more than %d folders side by side", maxTops)}
	default:
		c.tops[top] = len(c.t.Roots)
		c.t.Roots = append(c.t.Roots, store.TransferRoot{Name: top, Dir: true})
	}
	return nil
}

// done checks the totals.
func (c *checking) done() error {
	if c.files != c.t.Count || c.bytes != c.t.Bytes {
		return broken("%d files of %d bytes, offered were %d of %d", c.files, c.bytes, c.t.Count, c.t.Bytes)
	}
	return nil
}

// same reports whether a later manifest is that of the plan.
func (p *plan) same(entries []planned) bool {
	if len(entries) != len(p.files) {
		return false
	}
	for i, e := range entries {
		old := &p.files[i]
		if e.path != old.path || e.size != old.size || e.mtime != old.mtime || e.folder != old.folder {
			return false
		}
	}
	return true
}

// adopt takes over the names in the save folder that an earlier try recorded.
func (c *checking) adopt(rec store.Transfer) {
	named := map[string]string{}
	for _, root := range rec.Roots {
		named[root.Name] = root.Path
	}
	roots := make([]store.TransferRoot, len(c.t.Roots))
	for i, root := range c.t.Roots {
		if root.Dir && root.Path == "" {
			root.Path = named[root.Name]
		}
		roots[i] = root
	}
	c.t.Roots, c.t.Auto, c.t.Folder = roots, rec.Auto, rec.Folder
}

// manifest returns the list as it is kept.
func (c *checking) manifest(name string) *manifest {
	m := &manifest{name: name, entries: make([]entry, 0, len(c.entries))}
	for i := range c.entries {
		p := &c.entries[i]
		e := entry{path: p.path, link: p.link, size: p.size, mtime: p.mtime, dir: p.folder, exec: p.exec}
		if p.reason != ReasonBadName && p.reason != ReasonTooDeep { // found again when it is read
			e.reason = p.reason
		}
		m.entries = append(m.entries, e)
	}
	return m
}

// newPlan lays out a checked manifest. roots gives the name in the save folder
// of each root folder, by what its name is cleaned to.
func newPlan(entries []planned, roots []store.TransferRoot) *plan {
	p := &plan{
		files: entries, dirs: []folder{{path: ".", made: true}}, roots: roots,
		byPath: map[string]int32{}, taken: map[place]int{},
	}
	tops := map[string]string{}
	for _, root := range roots {
		tops[root.Name] = root.Path
	}
	for i := range p.files {
		p.lay(&p.files[i], tops, true)
	}
	for i := range p.files {
		p.lay(&p.files[i], tops, false)
	}
	p.byPath, p.taken = nil, nil
	return p
}

// lay decides where an entry goes: folders first, so that a file whose name
// collides with a folder's gives way.
func (p *plan) lay(e *planned, tops map[string]string, folders bool) {
	if e.reason != ReasonNone || e.folder != folders {
		return
	}
	defer func() { e.clean = "" }()
	offered, _, below := strings.Cut(e.path, "/")
	if _, rest, _ := strings.Cut(e.clean, "/"); below {
		e.clean = tops[offered] + "/" + rest
	} else if e.folder {
		e.clean = tops[offered]
	} else {
		e.clean, _ = safename.SingleFile(offered, safename.Native())
	}
	if e.folder {
		e.dir = p.folder(e.clean)
		p.dirs[e.dir].mtime, p.dirs[e.dir].listed = e.mtime, true
		return
	}
	dir, name := path.Split(e.clean)
	e.dir = p.folder(strings.TrimSuffix(dir, "/"))
	if e.name = p.free(e.dir, name); e.name == path.Base(e.path) {
		e.name = path.Base(e.path) // shares its memory
	}
}

// folder returns the number of a folder, making up it and its parents.
func (p *plan) folder(clean string) int32 {
	if clean == "" {
		return 0
	}
	if i, ok := p.byPath[nameKey(clean)]; ok {
		return i
	}
	parent, name := path.Split(clean)
	above := p.folder(strings.TrimSuffix(parent, "/"))
	i := int32(len(p.dirs)) // #nosec G115 -- at most maxEntries times safename.MaxDepth
	p.dirs = append(p.dirs, folder{path: clean, parent: above})
	p.byPath[nameKey(clean)] = i
	p.taken[place{above, nameKey(name)}] = 1
	return i
}

// free returns name, or the first increment of it that is not taken in the
// folder, and takes it.
func (p *plan) free(dir int32, name string) string {
	mine := place{dir, nameKey(name)}
	if p.taken[mine] == 0 {
		p.taken[mine] = 1
		return name
	}
	// Long names are cut and may share their increments: all go on from where
	// the last of them was, or a list of such names would take for ever.
	stem := place{dir, "/" + nameKey(safename.Increment(name, 1))}
	for n := p.taken[stem] + 1; ; n++ {
		other := safename.Increment(name, n)
		if its := (place{dir, nameKey(other)}); p.taken[its] == 0 {
			p.taken[its], p.taken[stem] = 1, n
			return other
		}
	}
}

// nameKey is the form in which this system takes two names for one.
func nameKey(name string) string {
	if runtime.GOOS == "windows" || runtime.GOOS == "darwin" {
		return safename.Key(name)
	}
	return name
}

// wanted returns the files that are still to come, as ranges, and their bytes
// in blocks of the disk.
func (p *plan) wanted() (spans [][2]int, blocks int64) {
	const block = 4096
	for f := range p.files {
		if !p.open(f) {
			continue
		}
		blocks += (p.files[f].size + block - 1) / block * block
		if n := len(spans); n > 0 && spans[n-1][1] == f-1 {
			spans[n-1][1] = f
			continue
		}
		spans = append(spans, [2]int{f, f})
	}
	return spans, blocks
}

// open reports whether file f is still to come.
func (p *plan) open(f int) bool {
	e := &p.files[f]
	return !e.folder && !e.ended && !e.placed && e.reason == ReasonNone && e.link == ""
}
