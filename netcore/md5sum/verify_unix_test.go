//go:build unix

package md5sum

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

func TestNobodyWaitsForAPipe(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mkfifo(filepath.Join(dir, "pipe"), 0o600); err != nil {
		t.Fatal(err)
	}
	want := map[string]State{"pipe": Unreadable}
	if os.Geteuid() != 0 { // who may read everything
		write(t, filepath.Join(dir, "closed"), "hello")
		if err := os.Chmod(filepath.Join(dir, "closed"), 0); err != nil {
			t.Fatal(err)
		}
		want["closed"] = Unreadable
	}
	got, _, err := verified(t, dir, listOf(want))
	if err != nil {
		t.Fatal(err)
	}
	wantStates(t, got, want)
}
