//go:build e2e && linux

package main_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// TestWhatChangedOnDiskIsNoticed damages what has come while the receiver's
// program is down, and changes a source while the sender's is: just that comes
// again.
func TestWhatChangedOnDiskIsNoticed(t *testing.T) {
	s := newShipping(t)
	s.damagedPart(t)
	s.changedSource(t)
}

func (s *shipping) damagedPart(t *testing.T) {
	t.Helper()
	const size, damaged = 160 * mib, 24
	source, start := filepath.Join(s.disk, "damaged.bin"), s.in.read()
	writeBig(t, source, size, 31)
	s.alice.begin("send", "--json", s.bob.id, source)
	s.waitBytes(t, start, 100*mib, 60*time.Second, "a part has come")
	s.bob.kill()
	damage(t, s.bob.save, damaged)
	s.bob = s.bob.user.serve()
	sameFile(t, source, filepath.Join(s.bob.save, "damaged.bin"), s.bothHave(t, 60*time.Second))
	s.cameFor(t, start, size+damaged*mib, 1)
}

func (s *shipping) changedSource(t *testing.T) {
	t.Helper()
	const size = 96 * mib
	source, start := filepath.Join(s.disk, "changed.bin"), s.in.read()
	writeBig(t, source, size, 32)
	s.alice.begin("send", "--json", s.bob.id, source)
	s.waitBytes(t, start, size/2, 60*time.Second, "a half has come")
	s.alice.kill()
	half := s.in.read()
	writeBig(t, source, size, 33)
	s.alice = s.alice.user.serve()
	sameFile(t, source, filepath.Join(s.bob.save, "changed.bin"), s.bothHave(t, 60*time.Second))
	s.cameFor(t, half, size, 1)
	for _, side := range []*served{s.alice, s.bob} {
		if newest := side.shipments("")[0]; newest.Restarted != 1 {
			t.Errorf("%s says that %d files began anew, not one", side.name, newest.Restarted)
		}
	}
	holdsOnly(t, s.bob.save, "changed.bin", "damaged.bin")
}

// damage changes one byte in each of the first chunks, a chunk apart, of what
// has come of the first file.
func damage(t *testing.T, save string, chunks int64) {
	t.Helper()
	parts, err := filepath.Glob(filepath.Join(save, ".lanyard-*", "*.part"))
	if err != nil || len(parts) == 0 {
		t.Fatalf("nothing partial is in the save folder: %v", err)
	}
	file, err := os.OpenFile(parts[0], os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for i := range chunks {
		at, one := 2*i*mib+777, make([]byte, 1)
		if _, err := file.ReadAt(one, at); err != nil {
			t.Fatal(err)
		}
		one[0] ^= 0x10
		if _, err := file.WriteAt(one, at); err != nil {
			t.Fatal(err)
		}
	}
}
