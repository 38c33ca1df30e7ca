package netcore_test

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"lanyard/netcore"
)

// plant makes a symbolic link in the save folder.
func (v *victim) plant(name, to string) string {
	v.t.Helper()
	path := filepath.Join(v.save, name)
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.Symlink(to, path)); err != nil {
		v.t.Fatal(err)
	}
	return path
}

// stillLinks fails unless each path is the link that was planted.
func stillLinks(t *testing.T, paths ...string) {
	t.Helper()
	for _, path := range paths {
		if info, err := os.Lstat(path); err != nil || info.Mode().Type() != fs.ModeSymlink {
			t.Errorf("%s is no link any more: %v, %v", path, info, err)
		}
	}
}

func TestA09LinksThatWereThere(t *testing.T) {
	t.Parallel()
	v := newVictim(t)
	h := v.meet("mallory")
	v.befriend(h)
	planted := []string{
		v.plant("d", filepath.Join(v.home, "secret")), v.plant("up", ".."), v.plant("diary.txt", "../../secret/diary.txt"),
		v.plant("new.txt", "../../secret/new.txt"), v.plant("loop", "loop"), v.plant("null", "/dev/null"),
	}
	for _, path := range []string{"d/x", "d/diary.txt", "up/pwned", "up/other.txt", "diary.txt", "new.txt", "loop/x", "loop", "null"} {
		got, shown := h.give(v, present(path))
		if !shown || got.State != netcore.StateVerified {
			t.Errorf("%q: %+v", path, got)
		}
		for _, saved := range got.Paths {
			if slices.Contains(planted, saved) {
				t.Errorf("%q went into the link %s", path, saved)
			}
		}
	}
	stillLinks(t, planted...)
}

func TestA10LinkChains(t *testing.T) {
	t.Parallel()
	v := newVictim(t)
	h := v.meet("mallory")
	v.befriend(h)
	planted := []string{v.plant("p", "."), v.plant("q", "../.."), v.plant("real/q", "../../../secret"), v.plant("real/r", "q")}
	for _, path := range []string{"p/q/secret/pwned", "p/p/p/q/pwned", "q/secret/pwned", "real/q/pwned", "real/r/pwned", "p/real/q/pwned"} {
		h.give(v, present(path))
	}
	stillLinks(t, planted...)
}

// stagingOf is the hidden folder that a transfer is written to.
func (v *victim) stagingOf(h *hostile, id string) string {
	device := h.id.ID()
	sum := sha256.Sum256(append(device[:], id...))
	return filepath.Join(v.save, ".lanyard-"+hex.EncodeToString(sum[:8]))
}

// A peer knows what the staging folder of its next transfer will be called.
func TestA11LinksWhereFilesAreStaged(t *testing.T) {
	t.Parallel()
	secret := "../../secret"
	for name, plant := range map[string]func(staging string) error{
		"the staging folder, before": func(staging string) error { return os.Symlink(secret, staging) },
		"the staging folder, during": func(staging string) error {
			return errors.Join(os.Rename(staging, staging+".away"), os.Symlink(secret, staging))
		},
		"a partial file": func(staging string) error {
			return os.Symlink("../"+secret+"/diary.txt", filepath.Join(staging, "0.part"))
		},
		"a large partial file": func(staging string) error {
			return os.Symlink("../"+secret+"/new.bin", filepath.Join(staging, "0.part"))
		},
		"the folder, removed": os.RemoveAll,
	} {
		t.Run(name, func(t *testing.T) {
			v := newVictim(t)
			h := v.meet("mallory")
			g := present("x.txt")
			if strings.Contains(name, "large") {
				g = &gift{offer: fields{"id": randomHex(16), "name": "x.bin", "count": 1, "bytes": 2 << 20, "roots": []fields{{"name": "x.bin"}}}}
				g.add("x.bin", strings.Repeat("large", 2<<20/5+1)[:2<<20])
			}
			staging := v.stagingOf(h, g.id())
			if strings.HasSuffix(name, "before") {
				if err := plant(staging); err != nil {
					t.Fatal(err)
				}
			}
			_, offer := v.takes(h, g.offer)
			data := h.open("data", fields{"id": g.id()})
			data.send(g.manifest())
			data.wanted()
			if !strings.HasSuffix(name, "before") {
				if err := plant(staging); err != nil {
					t.Fatal(err)
				}
			}
			data.send(append(g.file(0), encode("end", nil, ""))...)
			end := v.ended(v.offered(h, g.id()).Key)
			t.Logf("%s: %s %s", name, end.State, end.Reason)
			_ = offer.raw.Close()
			if _, err := os.Lstat(staging); err == nil {
				t.Error("the staging folder is left")
			}
		})
	}
}

// A name that a peer chooses is never that of a staging folder.
func TestA11NoPeerChoosesTheNameOfAStagingFolder(t *testing.T) {
	t.Parallel()
	v := newVictim(t)
	h := v.meet("mallory")
	next := present("d/x")
	name := filepath.Base(v.stagingOf(h, next.id()))
	h.give(v, present(name+"/0.part"))
	h.give(v, present(name))
	if got, _ := h.give(v, next); got.State != netcore.StateVerified {
		t.Errorf("ended as %+v", got)
	}
	if saved := v.saved(); len(saved) != 3 {
		t.Errorf("there are %q", saved)
	}
	v.tidySave()
}

// swap exchanges a folder and a link to the secrets, back and forth, as fast
// as it can until stop is closed.
func (v *victim) swap(folder string, stop <-chan struct{}) (times int) {
	link := folder + ".swap"
	for {
		select {
		case <-stop:
			return times
		default:
		}
		if err := os.Symlink("../../../secret", link); err != nil && !errors.Is(err, fs.ErrExist) {
			continue // the folder is not there yet
		}
		if unix.Renameat2(unix.AT_FDCWD, folder, unix.AT_FDCWD, link, unix.RENAME_EXCHANGE) == nil {
			times++
		}
	}
}

func TestA12FolderSwappedForALinkBetweenCheckAndUse(t *testing.T) {
	t.Parallel()
	v := newVictim(t)
	h := v.meet("mallory")
	v.befriend(h)
	var swaps int
	for i := range 12 {
		top := "race" + strconv.Itoa(i)
		var paths []string
		for f := range 60 {
			paths = append(paths, top+"/sub/"+strconv.Itoa(f%6)+"/pwned"+strconv.Itoa(f))
		}
		stop := make(chan struct{})
		var racer sync.WaitGroup
		racer.Go(func() { swaps += v.swap(filepath.Join(v.save, top, "sub"), stop) })
		h.give(v, present(paths...))
		close(stop)
		racer.Wait()
	}
	t.Logf("%d exchanges", swaps)
	list, err := os.ReadDir(filepath.Join(v.home, "secret"))
	if err != nil || len(list) != 1 {
		t.Errorf("among the secrets there is %v, %v", list, err)
	}
}

// What the user sends may be replaced by somebody who can write to the folder:
// a pipe must not stop the sender, a link must not give away what it points to.
func TestA24WhatIsNoFileIsNotSent(t *testing.T) {
	t.Parallel()
	v := newVictim(t)
	friend := newFriend(t, v)
	dir := filepath.Join(v.save, "mine") // a place where things may change
	v.write("Downloads/Lanyard/mine/file.txt", "a file")
	listener, err := net.Listen("unix", filepath.Join(dir, "s"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	if err := errors.Join(
		unix.Mkfifo(filepath.Join(dir, "pipe"), 0o666), os.Symlink("../../../secret/diary.txt", filepath.Join(dir, "link")),
		os.Symlink("../../../secret", filepath.Join(dir, "folder")), os.Symlink("/dev/zero", filepath.Join(dir, "zero")),
		os.Link(filepath.Join(dir, "file.txt"), filepath.Join(dir, "hard")),
	); err != nil {
		t.Fatal(err)
	}
	if os.Geteuid() == 0 {
		_ = unix.Mknod(filepath.Join(dir, "device"), unix.S_IFCHR|0o666, int(unix.Mkdev(1, 5))) // containers may forbid it
	}
	sent, got := friend.receives([]string{dir})
	if sent.State != netcore.StateFailed || sent.Reason != netcore.ReasonNotRegular || got.Done != 2 {
		t.Errorf("sent: %+v\ngot: %+v", sent, got)
	}
	sent, _ = friend.receives([]string{filepath.Join(dir, "pipe")})
	if sent.State != netcore.StateFailed || sent.Reason != netcore.ReasonNotRegular {
		t.Errorf("a pipe that was chosen by its name: %+v", sent)
	}
}

// A file that was listed is replaced by a pipe or a link before it is read: it
// is not sent. Another file in its place is sent as it is then, and that is said.
func TestA24SourceReplacedAfterItWasListed(t *testing.T) {
	t.Parallel()
	for name, replace := range map[string]func(path, secret string) error{
		"a link":    func(path, secret string) error { return os.Symlink(secret, path) },
		"a pipe":    func(path, _ string) error { return unix.Mkfifo(path, 0o666) },
		"a folder":  func(path, _ string) error { return os.Mkdir(path, 0o777) },
		"another":   func(path, _ string) error { return os.WriteFile(path, []byte("another!"), 0o666) },
		"a longer":  func(path, _ string) error { return os.WriteFile(path, []byte("much longer than before"), 0o666) },
		"a device":  func(path, _ string) error { return os.Symlink("/dev/zero", path) },
		"nothing":   func(string, string) error { return nil },
		"a shorter": func(path, _ string) error { return os.WriteFile(path, nil, 0o666) },
	} {
		t.Run(name, func(t *testing.T) {
			v := newVictim(t)
			friend := newFriend(t, v)
			path := v.write("Downloads/Lanyard/mine.txt", "is mine!")
			past := time.Now().Add(-time.Hour)
			if err := os.Chtimes(path, past, past); err != nil {
				t.Fatal(err)
			}
			var them netcore.Person
			until(t, "the friend is there", func() (there bool) { them, there = v.person(friend.Self().ID); return there })
			item, err := v.Send(t.Context(), them.ID, []string{path})
			if err != nil {
				t.Fatal(err)
			}
			until(t, "the offer arrives", func() bool {
				list, _ := friend.FindTransfers(t.Context(), netcore.TransferQuery{Limit: 1})
				return len(list) == 1
			})
			if err := errors.Join(os.Remove(path), replace(path, filepath.Join(v.home, "secret", "diary.txt"))); err != nil {
				t.Fatal(err)
			}
			list, _ := friend.FindTransfers(t.Context(), netcore.TransferQuery{Limit: 1})
			save := t.TempDir()
			until(t, "the offer can be accepted", func() bool {
				return friend.Accept(t.Context(), list[0].Key, netcore.AcceptOptions{SaveDir: save}) == nil
			})
			isFile := name == "another" || name == "a longer" || name == "a shorter"
			if end := v.ended(item.Transfer.Key); isFile != (end.State == netcore.StateVerified) || isFile != (end.Reason == "") {
				t.Errorf("ended as %+v", end)
			}
			if left, _ := os.ReadDir(save); isFile != (len(left) == 1) {
				t.Errorf("%v arrived", left)
			}
		})
	}
}
