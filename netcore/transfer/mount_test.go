//go:build linux

package transfer

import (
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"
)

// mounted mounts a small file system in memory, where the system allows it.
func mounted(t *testing.T, options string) string {
	t.Helper()
	dir := t.TempDir()
	if err := unix.Mount("none", dir, "tmpfs", 0, options); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("mounting:", err)
		}
		t.Skip("mounting needs root:", err)
	}
	t.Cleanup(func() { _ = unix.Unmount(dir, unix.MNT_DETACH) })
	return dir
}

func TestAFullDiskAndAReadOnlyOne(t *testing.T) {
	for name, test := range map[string]struct {
		prepare func(dir string) error
		reason  Reason
	}{
		"full before": {func(dir string) error { return os.WriteFile(filepath.Join(dir, "fill"), make([]byte, 39<<20), 0o600) }, ReasonDiskFull},
		"read-only":   {func(dir string) error { return unix.Mount("", dir, "", unix.MS_REMOUNT|unix.MS_RDONLY, "") }, ReasonReadOnly},
		"no inodes":   {func(string) error { return nil }, ReasonDiskFull},
	} {
		t.Run(name, func(t *testing.T) {
			n := newNetwork()
			a, b := join(t, n, "a"), join(t, n, "b")
			files := map[string]string{"src/big": noise(1, 4<<20)}
			for i := range 40 {
				files["src/"+string(rune('A'+i))] = "small"
			}
			tree(t, a.dir, files)
			b.dir = mounted(t, "size=44m,nr_inodes=30")
			if err := test.prepare(b.dir); err != nil {
				t.Fatal(err)
			}
			before := look(t, b.dir)
			sent, got := pass(t, a, b, filepath.Join(a.dir, "src"))
			wantEnd(t, sent, StateFailed, test.reason)
			wantEnd(t, got, StateFailed, test.reason)
			if name == "no inodes" {
				before = nil // what fitted may stay
			}
			for name := range look(t, b.dir) {
				if _, ok := before[name]; !ok && before != nil {
					t.Errorf("%q was left", name)
				}
			}
			if list, _ := filepath.Glob(filepath.Join(b.dir, ".lanyard-*")); len(list) > 0 {
				t.Errorf("left over: %q", list)
			}
		})
	}
}

func TestASmallDiskTakesWhatFits(t *testing.T) {
	n := newNetwork()
	a, b := join(t, n, "a"), join(t, n, "b")
	tree(t, a.dir, map[string]string{"src/small": "less than thirty bytes"})
	b.dir = mounted(t, "size=20m")
	sent, got := pass(t, a, b, filepath.Join(a.dir, "src"))
	wantEnd(t, sent, StateVerified, ReasonNone)
	wantEnd(t, got, StateVerified, ReasonNone)
}

// remountReadOnly makes a mounted folder one that cannot be written to.
func remountReadOnly(t *testing.T, dir string) {
	t.Helper()
	if err := unix.Mount("", dir, "", unix.MS_REMOUNT|unix.MS_RDONLY, ""); err != nil {
		t.Fatal(err)
	}
}
