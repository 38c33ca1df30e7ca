package transfer

import (
	"path/filepath"
	"strings"
)

// entry is one line of the manifest.
type entry struct {
	path   string // on the wire: slash-separated, valid UTF-8
	raw    string // sender: where it is below its root, if path does not say it
	link   string // of a symbolic link: its target
	size   int64
	mtime  int64  // nanoseconds since 1970
	ctime  int64  // sender: when its metadata changed; 0 where there is no such time
	inode  uint64 // sender: 0 where there is none
	reason Reason // why it will not be sent
	root   int32  // sender: of manifest.tops
	dir    bool
	exec   bool // its owner may execute it
}

// manifest is the list of what a transfer has, in the order of the wire.
type manifest struct {
	entries []entry
	tops    []string // sender: where the roots are on this disk, absolute
	name    string   // the sender's name for it, 64 hex digits
}

// source returns where an entry is on the sender's disk.
func (m *manifest) source(e *entry) string {
	top := m.tops[e.root]
	if e.raw != "" {
		return filepath.Join(top, filepath.FromSlash(e.raw))
	}
	_, rest, below := strings.Cut(e.path, "/")
	if !below {
		return top
	}
	return filepath.Join(top, filepath.FromSlash(rest))
}

// frame is the entry as it travels. A link is one that cannot be sent for
// those who do not know what it is.
func (e *entry) frame() entryFrame {
	f := entryFrame{Path: e.path, Size: e.size, MTime: e.mtime, Dir: e.dir, Exec: e.exec, Link: e.link, Reason: e.reason}
	if e.link != "" && e.reason == ReasonNone {
		f.Reason = ReasonNotRegular
	}
	return f
}

// sendable reports whether there is content to be sent.
func (e *entry) sendable() bool { return !e.dir && e.link == "" && e.reason == ReasonNone }
