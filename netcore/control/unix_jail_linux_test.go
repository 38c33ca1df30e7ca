package control

import (
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// keepOrphans makes this process the parent of all orphans below it.
func keepOrphans() error { return unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) }

// One that leaves its session and outlives its parent is found below a root
// that keeps orphans.
func TestCommandThatKeepsItsOrphansHidesNone(t *testing.T) {
	for _, steps := range []string{"keep,child,alone", "keep,child,alone,child", "keep,session,orphan"} {
		profile, root := doorWithJail(t)
		said := family(t, profile, steps, func(pid int) { root.Store(int64(pid)) })
		if !strings.Contains(said, string(WordJailed)) {
			t.Errorf("%q: %s", steps, said)
		}
	}
}
