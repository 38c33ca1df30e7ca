package transfer

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"lanyard/netcore/safename"
	"lanyard/netcore/store"
)

// entry is one line of the manifest at the sender.
type entry struct {
	path   string // on the wire: slash-separated, valid UTF-8
	source string // on this disk, absolute
	size   int64
	mtime  int64 // nanoseconds since 1970
	dir    bool
	reason Reason // why it will not be sent
}

// listing is what there is to send.
type listing struct {
	entries  []entry
	roots    []store.TransferRoot
	files    int
	folders  int
	bytes    int64
	sendable int // files and folders
}

// walk lists the roots. What cannot be sent is listed with its reason.
func walk(ctx context.Context, roots []store.TransferRoot) (*listing, error) {
	list := &listing{}
	for _, root := range roots {
		before := list.bytes
		dir, err := list.root(ctx, root)
		if err != nil {
			return nil, err
		}
		root.Dir, root.Size = dir, list.bytes-before
		list.roots = append(list.roots, root)
	}
	return list, nil
}

// root lists one root and reports whether it is a folder. A link that was
// chosen by name is followed: the user means what it shows. Links below are not.
func (l *listing) root(ctx context.Context, root store.TransferRoot) (bool, error) {
	info, err := os.Stat(root.Path)
	if err != nil {
		return false, l.add(entry{path: root.Name, source: root.Path, reason: sourceReason(err)})
	}
	if !info.IsDir() {
		return false, l.add(entryOf(root.Name, root.Path, info))
	}
	top, err := filepath.EvalSymlinks(root.Path)
	if err != nil {
		return false, l.add(entry{path: root.Name, source: root.Path, reason: sourceReason(err)})
	}
	return true, filepath.WalkDir(top, func(p string, d fs.DirEntry, err error) error {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return l.visit(root.Name, top, p, d, err)
	})
}

// visit adds what the walk meets.
func (l *listing) visit(name, top, p string, d fs.DirEntry, failed error) error {
	rel, err := filepath.Rel(top, p)
	if err != nil {
		return fmt.Errorf("listing %q: %w", p, err)
	}
	sent := name
	if rel != "." {
		sent += "/" + safename.Escape(filepath.ToSlash(rel))
	}
	if failed != nil { // a folder: added before it could not be read
		return l.add(entry{path: sent + "/*", source: p, reason: sourceReason(failed)})
	}
	info, err := d.Info()
	if err != nil {
		return l.add(entry{path: sent, source: p, reason: sourceReason(err)})
	}
	return l.add(entryOf(sent, p, info))
}

// entryOf returns the entry of what lstat found.
func entryOf(sent, source string, info fs.FileInfo) entry {
	e := entry{path: sent, source: source, mtime: info.ModTime().UnixNano()}
	switch {
	case info.IsDir():
		e.dir = true
	case info.Mode().IsRegular():
		e.size = info.Size()
	default:
		e.reason = ReasonNotRegular
	}
	return e
}

// add appends an entry and counts it.
func (l *listing) add(e entry) error {
	if len(l.entries) == maxEntries {
		return &fault{ReasonTooMany, fmt.Errorf("more than %d files and folders", maxEntries)}
	}
	l.entries = append(l.entries, e)
	l.bytes += e.size
	if e.dir {
		l.folders++
	} else {
		l.files++
	}
	if e.reason == ReasonNone {
		l.sendable++
	}
	return nil
}

// firstFault returns why nothing can be sent.
func (l *listing) firstFault() error {
	for _, e := range l.entries {
		if e.reason != ReasonNone {
			return &fault{e.reason, fmt.Errorf("%q cannot be sent", e.source)}
		}
	}
	return &fault{ReasonVanished, errors.New("nothing to send")}
}

// sourceReason is the reason for an error from the source.
func sourceReason(err error) Reason {
	if f, ok := errors.AsType[*fault](err); ok {
		return f.reason
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return ReasonVanished
	case errors.Is(err, fs.ErrPermission):
		return ReasonNoPermission
	}
	return ReasonReadFailed
}

// rootName is the name under which a root is offered.
func rootName(full string) string {
	name := filepath.Base(full)
	if clean, _ := safename.Clean(name, safename.Unix); name == string(filepath.Separator) || name == "." {
		return clean
	}
	return safename.Escape(name)
}

// freeName returns name, or the first increment of it that is not taken, and
// takes it.
func freeName(name string, taken map[string]bool) string {
	free := name
	for n := 1; taken[safename.Key(free)]; n++ {
		free = safename.Increment(name, n)
	}
	taken[safename.Key(free)] = true
	return free
}
