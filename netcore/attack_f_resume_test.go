package netcore_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"lanyard/netcore"
)

// interrupted sends a file through a tap that cuts everything after some
// megabytes, lets act while the sender's program is closed, with the partial file
// that the victim has and the source, and returns how it ended at the victim.
func interrupted(t *testing.T, act func(part, journal, source string) error) (got netcore.Transfer, saved []byte) {
	t.Helper()
	v := newVictim(t)
	var shut, cut atomic.Bool
	tap := newTap(t, v.address(), func(n int64, part []byte) []byte {
		if n > 4<<20 && cut.CompareAndSwap(false, true) {
			shut.Store(true)
		}
		if shut.Load() {
			return nil
		}
		return part
	})
	friend := newFriendAt(t, v, tap.Addr().String())
	source := v.write("Downloads/Lanyard/source.bin", strings.Repeat("every byte counts. ", 12<<20/19))
	past := time.Now().Add(-time.Hour)
	if err := os.Chtimes(source, past, past); err != nil {
		t.Fatal(err)
	}
	item, err := friend.Send(t.Context(), friend.to, []string{source})
	if err != nil {
		t.Fatal(err)
	}
	accept := func() {
		for _, one := range v.transfers() {
			if got = one; one.State == netcore.StateOffered {
				_ = v.Accept(t.Context(), one.Key, netcore.AcceptOptions{})
			}
		}
	}
	until(t, "it is cut", func() bool { accept(); return shut.Load() })
	var parts []string
	until(t, "a part is there", func() bool {
		parts, _ = filepath.Glob(filepath.Join(v.save, ".lanyard-*", "*.part"))
		return len(parts) == 1
	})
	friend.close()
	until(t, "the link is gone", func() bool { here, _ := v.person(friend.Self().ID); return !here.Online })
	if err := act(parts[0], filepath.Join(filepath.Dir(parts[0]), "journal"), source); err != nil {
		t.Fatal(err)
	}
	shut.Store(false)
	friend.Node = openNode(t, friend.profile, "friend", nil)
	until(t, "it ends", func() bool {
		accept()
		sent, err := friend.Transfer(t.Context(), item.Transfer.Key)
		return err == nil && sent.State.Ended() && got.State.Ended()
	})
	if len(got.Paths) == 1 {
		saved, _ = os.ReadFile(got.Paths[0])
	}
	want, err := os.ReadFile(source)
	if err != nil || got.State != netcore.StateVerified || !bytes.Equal(saved, want) || got.MD5 != md5Of(string(want)) {
		t.Errorf("%d bytes of %d arrived (%v): %+v", len(saved), len(want), err, got)
	}
	v.tidySave()
	return got, saved
}

// spoilFile writes into a file, at its beginning.
func spoilFile(path, with string) error {
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	_, err = file.WriteAt([]byte(with), 100)
	return errors.Join(err, file.Close())
}

// TestF04SlowAndShreddedLink: what passes comes late and in small pieces. TCP
// hides loss and order; what is left of them is waiting.
func TestF04SlowAndShreddedLink(t *testing.T) {
	t.Parallel()
	var passed atomic.Int64
	_, got := spoiled(t, func(_ int64, part []byte) []byte {
		if passed.Add(1)%7 == 0 {
			<-time.After(2 * time.Millisecond)
		}
		return part
	})
	if got.State != netcore.StateVerified {
		t.Errorf("over a slow link: %+v", got)
	}
}

// TestF07PartEditedBetweenTries: a damaged partial file is found by its chunks,
// whatever the journal says.
func TestF07PartEditedBetweenTries(t *testing.T) {
	t.Parallel()
	for name, act := range map[string]func(part string) error{
		"damaged": func(part string) error { return spoilFile(part, "another byte") },
		"cut":     func(part string) error { return os.Truncate(part, 1<<19) },
		"gone":    os.Remove,
		"a link":  func(part string) error { _ = os.Remove(part); return os.Symlink("../../secret/diary.txt", part) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			interrupted(t, func(part, _, _ string) error { return act(part) })
		})
	}
}

// TestF08JournalThatLies: torn, of another transfer, or claiming everything.
func TestF08JournalThatLies(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(raw []byte) []byte{
		"torn":            func(raw []byte) []byte { return raw[:len(raw)-9] },
		"empty":           func([]byte) []byte { return nil },
		"stale":           func(raw []byte) []byte { return raw[:2*52] },
		"of another file": func(raw []byte) []byte { return append(bytes.Repeat([]byte{1}, 52), raw...) },
		"flipped":         func(raw []byte) []byte { raw[len(raw)-20] ^= 1; return raw },
		"long":            func(raw []byte) []byte { return append(raw, bytes.Repeat(raw[52:], 50)...) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			interrupted(t, func(_, journal, _ string) error {
				raw, err := os.ReadFile(journal)
				if err != nil {
					return err
				}
				return os.WriteFile(journal, change(raw), 0o600)
			})
		})
	}
}

// TestF09SourceChangedWithSizeAndTimeUnchanged: the root over all chunks tells,
// and the file begins anew.
func TestF09SourceChangedWithSizeAndTimeUnchanged(t *testing.T) {
	t.Parallel()
	_, saved := interrupted(t, func(_, _, source string) error {
		info, err := os.Stat(source)
		if err != nil {
			return err
		}
		return errors.Join(spoilFile(source, "ANOTHER BYTE"), os.Chtimes(source, info.ModTime(), info.ModTime()))
	})
	if !bytes.Contains(saved[:200], []byte("ANOTHER BYTE")) {
		t.Errorf("what arrived is what the source was: %.200q", saved)
	}
}
