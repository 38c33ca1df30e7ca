//go:build unix

package transfer

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// What the sender's files may do there, they may not do here: neither start,
// nor act as their owner, nor be written by everybody.
func TestOfTheModesOnlyTheOwnersExecutableBitArrives(t *testing.T) {
	before := syscall.Umask(0o022)
	defer syscall.Umask(before)
	n := newNetwork()
	a, b := join(t, n, "a"), join(t, n, "b")
	files := map[string]string{
		"tool": "#!/bin/sh\n", "big": noise(1, 3<<20), "src/run.sh": "#!/bin/sh\n", "src/x.desktop": "[Desktop Entry]\n", "src/in/deep": "x",
	}
	tree(t, a.dir, files)
	for name := range files {
		if err := os.Chmod(filepath.Join(a.dir, name), 0o777|os.ModeSetuid|os.ModeSetgid); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chmod(filepath.Join(a.dir, "src/in"), 0o777|os.ModeSticky|os.ModeSetgid); err != nil {
		t.Fatal(err)
	}
	_, got := pass(t, a, b, filepath.Join(a.dir, "tool"), filepath.Join(a.dir, "big"), filepath.Join(a.dir, "src"))
	wantEnd(t, got, StateVerified, ReasonNone)
	for name := range files {
		info, err := os.Lstat(filepath.Join(b.dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode() != 0o744 { // executable for the owner alone
			t.Errorf("%s arrived with mode %v", name, info.Mode())
		}
	}
	if info, err := os.Lstat(filepath.Join(b.dir, "src/in")); err != nil || info.Mode() != os.ModeDir|0o755 {
		t.Errorf("folder arrived as %v, %v", info, err)
	}
}
