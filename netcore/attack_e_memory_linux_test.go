package netcore_test

import (
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"lanyard/netcore"
)

// TestE05StreamsFullOfNothing has strangers open all the streams that they may
// have and fill the windows of each without ever finishing a header.
func TestE05StreamsFullOfNothing(t *testing.T) {
	t.Parallel()
	plainOnly(t)
	v := newTarget(t)
	friend := newGuest(t, v.address)
	full := make([]byte, 250<<10)
	copy(full, "\xff\xff\x00\x00{") // a header of 65,535 bytes, the most there may be, and more behind it
	for range 24 {
		h, err := tryEnter(t, v.address)
		if err != nil {
			continue // over a limit: just as well
		}
		for range 128 {
			s, err := h.mux.OpenStream(t.Context())
			if err != nil {
				break
			}
			_ = s.SetDeadline(time.Now().Add(2 * time.Second))
			if _, err := s.Write(full[:60<<10]); err != nil {
				break
			}
			go func() { _, _ = s.Write(full[60<<10:]) }()
		}
	}
	friend.tells("in the middle of it")
	if peak := v.peak(); peak > 320*costs {
		t.Errorf("24 strangers made it take %d MiB", peak)
	}
	t.Logf("peak %d MiB", v.peak())
}

// TestE06AnnouncedTenTerabytes is refused before the first byte.
func TestE06AnnouncedTenTerabytes(t *testing.T) {
	t.Parallel()
	v := newVictim(t)
	h := v.meet("mallory")
	g := &gift{}
	g.entries, g.bodies = []fields{{"p": "x.bin", "s": int64(10) << 40, "m": 1}}, []string{""}
	g.offer = fields{"id": randomHex(16), "name": "x.bin", "count": 1, "bytes": int64(10) << 40, "roots": []fields{{"name": "x.bin", "size": int64(10) << 40}}}
	var before, after unix.Statfs_t
	_ = unix.Statfs(v.save, &before)
	if got, _ := h.give(v, g); got.State != netcore.StateFailed || got.Reason != netcore.ReasonDiskFull {
		t.Errorf("ended as %+v", got)
	}
	_ = unix.Statfs(v.save, &after)
	if used := int64(before.Bavail-after.Bavail) * before.Bsize; used > 10<<30 {
		t.Errorf("%d bytes of the disk were taken", used)
	}
	v.savedNothing("what is too large")
	v.tidySave()
}

// TestE06FilesThatFillTheDisk goes over what is free while it is under way, and
// over how many files the disk can have.
func TestE06FilesThatFillTheDisk(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		options     string
		files, size int
		meanwhile   int // bytes that something else writes after the yes
	}{
		"bytes":  {"size=60m,mode=755", 6, 2 << 20, 50 << 20},
		"inodes": {"size=80m,nr_inodes=40,mode=755", 200, 10, 0},
	} {
		t.Run(name, func(t *testing.T) {
			v := newVictim(t)
			mount(t, v.save, test.options)
			h := v.meet("mallory")
			g := &gift{offer: fields{
				"id": randomHex(16), "name": "d", "count": test.files, "bytes": test.files * test.size,
				"roots": []fields{{"name": "d", "dir": true}},
			}}
			for i := range test.files {
				g.add(fmt.Sprint("d/", i), strings.Repeat("x", test.size))
			}
			transfer, s := v.takes(h, g.offer)
			data := h.open("data", fields{"id": g.id()})
			data.send(g.manifest())
			wanted := data.wanted()
			v.write("Downloads/Lanyard/other", strings.Repeat("x", test.meanwhile))
			for _, f := range wanted {
				data.send(g.file(f)...)
			}
			if end := v.ended(transfer.Key); end.State != netcore.StateFailed || end.Reason != netcore.ReasonDiskFull {
				t.Errorf("ended as %+v", end)
			}
			_ = s.raw.Close()
			v.tidySave()
			v.resultsAreInside()
		})
	}
}

// mount puts a small file system in memory over a folder.
func mount(t *testing.T, dir, options string) {
	t.Helper()
	need(t, "mounting needs root", unix.Mount("none", dir, "tmpfs", 0, options))
	t.Cleanup(func() { _ = unix.Unmount(dir, unix.MNT_DETACH) })
}

// TestE07ManifestBomb has a user accept one offer, and then lists files with
// paths as long as may be, without end.
func TestE07ManifestBomb(t *testing.T) {
	t.Parallel()
	plainOnly(t)
	v := newTarget(t)
	h := meet(t, v.address, "mallory")
	const files = 20_000 // of 16 KiB: 320 MiB
	offer := fields{"id": randomHex(16), "name": "d", "count": files, "bytes": 0, "roots": []fields{{"name": "d", "dir": true}}}
	s, shown := h.propose(offer)
	if !shown {
		t.Fatal("the offer was not shown")
	}
	var now stats
	v.ask("accept", &now)
	s.wantAnswer("an accepted offer", "accept")
	data := h.open("data", fields{"id": offer["id"]})
	long := "\x00" + strings.Repeat("n", 16<<10-50) // a bad name, which costs only the file
	go func() {
		for i := range files / 50 {
			var lines []fields
			for j := range 50 {
				lines = append(lines, entry("d/"+long+fmt.Sprint(i*50+j), 0))
			}
			if _, err := data.raw.Write(encode("entries", fields{"entries": lines}, "")); err != nil {
				return
			}
		}
	}()
	go func() { _, _ = io.Copy(io.Discard, data.raw) }()
	answer := s.answer()
	if !strings.Contains(answer, "too-many") && !strings.Contains(answer, "protocol") {
		t.Errorf("answered %q", answer)
	}
	if peak := v.peak(); peak > 450*costs {
		t.Errorf("it made it take %d MiB", peak)
	}
	newGuest(t, v.address).tells("still here")
}

// TestE09ReaderThatStalls never reads what it is sent. Others do not wait, and
// the user can stop it.
func TestE09ReaderThatStalls(t *testing.T) {
	t.Parallel()
	v := newVictim(t)
	friend := newFriend(t, v)
	h := v.meet("mallory")
	person := v.befriend(h)
	path := v.write("Downloads/Lanyard/big.bin", strings.Repeat("x", 8<<20))
	item, err := v.Send(t.Context(), person.ID, []string{path})
	if err != nil {
		t.Fatal(err)
	}
	offered := make(chan struct{})
	go func() {
		defer close(offered)
		for { // answers the offer, asks for everything, and reads nothing more
			s, err := h.mux.AcceptStream()
			if err != nil {
				return
			}
			stalls(s)
		}
	}()
	until(t, "it is under way", func() bool {
		now, err := v.Transfer(t.Context(), item.Transfer.Key)
		return err == nil && now.State == netcore.StateRunning
	})
	friend.tells("while somebody does not read")
	began := time.Now()
	if err := v.Cancel(t.Context(), item.Transfer.Key); err != nil {
		t.Error(err)
	}
	if end := v.ended(item.Transfer.Key); end.State != netcore.StateCancelled || time.Since(began) > 15*time.Second {
		t.Errorf("cancelled as %+v after %v", end, time.Since(began))
	}
	_ = h.conn.NetConn().Close()
	<-offered
}
