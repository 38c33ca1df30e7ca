package transfer

import (
	"errors"
	"io"

	"github.com/zeebo/blake3"
)

// The list that a user looked at before a decision is the one that counts. A
// choice names files by their index, so another list would have other files
// replaced than the ones that were chosen.

// errOtherList says that a sender has another list than before.
var errOtherList = errors.New("another list than before")

// sum is what the list says, as 64 hex digits. Its name is no more than what
// the sender calls it.
func (c *checking) sum() string {
	w := &listWriter{out: io.Discard, hash: blake3.New()}
	for i := range c.entries {
		p := &c.entries[i]
		w.entry(&entry{
			path: p.path, link: p.link, size: p.size, mtime: p.mtime, reason: p.reason, dir: p.folder, exec: p.exec,
		})
	}
	return hexOf(w.sum())
}

// seen returns what the list says that is there before the decision, empty if
// there is none.
func (j *job) seen() string {
	j.mu.Lock()
	saw := j.saw
	j.mu.Unlock()
	if saw != "" {
		return saw
	}
	if c := j.knownList(""); c != nil {
		return c.sum()
	}
	return ""
}

// asSeen refuses a list that is not the one that was there at the decision.
func (j *job) asSeen(c *checking) error {
	if seen := j.chosen().Seen; seen != "" && c.sum() != seen {
		return &fault{ReasonChanged, errOtherList}
	}
	return nil
}
