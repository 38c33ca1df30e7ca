//go:build linux

package transfer

import (
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"
)

// A disk that becomes read-only in the middle keeps what was there of the transfer.
// Once it can be written to, that goes.
func TestWhatAReadOnlyDiskKeptIsRemovedLater(t *testing.T) {
	for name, later := range map[string]func(n *network, a, b *member){
		"at the next start": func(n *network, _, b *member) {
			b.leave(n)
			b.start(n)
		},
		"with the next transfer": func(_ *network, a, b *member) {
			tree(t, a.dir, map[string]string{"other": "x"})
			_, got := pass(t, a, b, filepath.Join(a.dir, "other"))
			wantEnd(t, got, StateVerified, ReasonNone)
		},
	} {
		t.Run(name, func(t *testing.T) {
			n, reached, goOn := halted(3 << 20)
			a, b := join(t, n, "a"), join(t, n, "b")
			b.dir = mounted(t, "size=80m")
			tree(t, a.dir, map[string]string{"src/big": noise(1, 8<<20)})
			mine, theirs := begin(t, a, b, filepath.Join(a.dir, "src"))
			<-reached
			b.leave(n)
			remountReadOnly(t, b.dir)
			close(goOn)
			b.start(n)
			n.heal()
			wantEnd(t, b.await(theirs), StateFailed, ReasonReadOnly)
			wantEnd(t, a.await(mine), StateFailed, ReasonReadOnly)
			b.stageOf() // is left
			if err := unix.Mount("", b.dir, "", unix.MS_REMOUNT, ""); err != nil {
				t.Fatal(err)
			}
			later(n, a, b)
			until(t, "nothing is left", func() bool {
				stages, _ := filepath.Glob(filepath.Join(b.dir, ".lanyard-*"))
				notes, _ := filepath.Glob(filepath.Join(b.profile, "transfers", "*"))
				return len(stages)+len(notes) == 0
			})
		})
	}
}
