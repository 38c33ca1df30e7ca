package transfer

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"lanyard/netcore/safename"
	"lanyard/netcore/store"
)

// listing is what there is to send.
type listing struct {
	manifest
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
		list.tops = append(list.tops, root.Path)
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
		return false, l.add(entry{path: root.Name, reason: sourceReason(err)})
	}
	top, err := filepath.EvalSymlinks(root.Path)
	if err != nil {
		return false, l.add(entry{path: root.Name, reason: sourceReason(err)})
	}
	l.tops[len(l.tops)-1] = top
	if !info.IsDir() {
		return false, l.add(entryOf(root.Name, info))
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
	rel, sent := ".", name
	if below := strings.TrimPrefix(strings.TrimPrefix(p, top), string(filepath.Separator)); below != "" {
		rel = filepath.ToSlash(below)
		sent += "/" + safename.Escape(rel)
	}
	if failed != nil { // a folder: added before it could not be read
		return l.add(entry{path: sent + "/*", raw: rel, reason: sourceReason(failed)})
	}
	e := entry{path: sent}
	if info, err := d.Info(); err != nil {
		e.reason = sourceReason(err)
	} else {
		e = entryOf(sent, info)
	}
	if safename.Escape(rel) != rel {
		e.raw = rel
	}
	if d.Type()&fs.ModeSymlink != 0 {
		e.readLink(p)
	}
	return l.add(e)
}

// readLink makes the entry of a link one that can be sent, if it stays in its
// root wherever that is put. One that does not is skipped, which is no failure.
func (e *entry) readLink(p string) {
	target, err := os.Readlink(p)
	if err != nil {
		e.reason = sourceReason(err)
		return
	}
	e.reason = ReasonNoLink
	if target = filepath.ToSlash(target); linkStays(e.path, target) {
		e.link, e.reason = target, ReasonNone
	}
}

// entryOf returns the entry of what lstat found.
func entryOf(sent string, info fs.FileInfo) entry {
	e := entry{path: sent, mtime: info.ModTime().UnixNano()}
	e.ctime, e.inode = identityOf(info)
	switch {
	case info.IsDir():
		e.dir = true
	case info.Mode().IsRegular():
		e.size, e.exec = info.Size(), info.Mode().Perm()&0o100 != 0
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
	e.root = int32(len(l.tops) - 1)       // #nosec G115 -- of at most maxEntries
	if len(l.entries) == cap(l.entries) { // append alone would copy a long list many times
		l.entries = slices.Grow(l.entries, max(len(l.entries), 64))
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
	for i := range l.entries {
		if e := &l.entries[i]; e.reason != ReasonNone {
			return &fault{e.reason, fmt.Errorf("%q cannot be sent", l.source(e))}
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
	case errors.Is(err, io.ErrUnexpectedEOF):
		return ReasonChanged // it was longer
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
