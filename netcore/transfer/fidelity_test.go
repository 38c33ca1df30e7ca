//go:build unix

package transfer

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"lanyard/netcore/wire"
)

func TestATreeArrivesAsItIs(t *testing.T) {
	n := newNetwork()
	a, b := join(t, n, "a"), join(t, n, "b")
	deep := "src"
	for i := range 20 {
		deep += "/" + strings.Repeat(string(rune('a'+i)), 60) // 1,200 bytes
	}
	files := map[string]string{
		"src/empty": "", "src/.hidden/.bashrc": "dot", "src/nothing/": "", "src/nothing/below/": "", "src/空文件夹/文件.txt": "中文",
		"src/caf\u00e9": "NFC", "src/日本語": "x", "src/with space ": "blank at the end", "src/a:b*?": "signs", "src/tool": "#!/bin/sh\n",
		"src/old": "before 1970 is hard, before 2000 is not", deep + "/deep": "deep",
	}
	if runtime.GOOS == "linux" {
		files["src/cafe\u0301"] = "NFD"
	}
	tree(t, a.dir, files)
	for name, target := range map[string]string{
		"src/link": "tool", "src/空文件夹/up": "../tool", "src/dangling": "not/../there", "src/folder": "空文件夹",
	} {
		if err := os.Symlink(target, filepath.Join(a.dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	_ = os.Remove(filepath.Join(a.dir, "src/dangling"))
	if err := os.Symlink("nobody", filepath.Join(a.dir, "src/dangling")); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(filepath.Join(a.dir, "src/tool"), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"src/nothing", "src/.hidden"} {
		at := time.Unix(1_400_000_000, 5000)
		if err := os.Chtimes(filepath.Join(a.dir, name), at, at); err != nil {
			t.Fatal(err)
		}
	}
	mine, theirs := begin(t, a, b, filepath.Join(a.dir, "src"))
	sent, got := a.await(mine), b.await(theirs)
	wantEnd(t, sent, StateVerified, ReasonNone)
	wantEnd(t, got, StateVerified, ReasonNone)
	want, seen := look(t, a.dir), look(t, b.dir)
	for _, tree := range []map[string]string{want, seen} {
		for name, text := range tree {
			if strings.HasPrefix(text, "L") { // links have times of their own
				target, err := os.Readlink(filepath.Join(b.dir, name))
				tree[name] = fmt.Sprint("link to ", target, err)
			}
		}
	}
	sameTrees(t, want, seen)
	if info, err := os.Stat(filepath.Join(b.dir, "src/tool")); err != nil || info.Mode().Perm()&0o111 != 0o100 {
		t.Errorf("the tool arrived as %v, %v", info, err)
	}
}

func TestLinksThatLeadOutAreNotSent(t *testing.T) {
	for target, stays := range map[string]bool{
		"x": true, "../x": true, "../../x": false, "/etc/passwd": false, "": false, "a/../../x": true, "a/../../../x": false,
		"./..": true, "../..": false, "c:/x": false, `..\..\x`: false, "x\x00": false, "..": true, "d/e/../..": true,
	} {
		if got := linkStays("src/d/link", target); got != stays {
			t.Errorf("%q stays: %v, want %v", target, got, stays)
		}
	}
	if linkStays("link", "x") {
		t.Error("a link beside the roots may be anything")
	}
}

// linked has a peer bring links by hand, in version 2, beside two small files.
func linked(t *testing.T, b *member, links ...m) Snapshot {
	t.Helper()
	offer := handOffer(1+len(links), 1)
	offer["v"], offer["list"] = 2, strings.Repeat("0a", 32)
	p, key := accepted(t, b, offer)
	near, conn := p.knock(KindData, m{"id": handID, "v": 2, "list": offer["list"]})
	if _, err := conn.Expect(wire.MaxHello, kindList); err != nil {
		t.Fatal(err)
	}
	list := append([]m{{"p": "d/sub/file", "s": 1, "m": 1}}, links...)
	_, _ = near.Write(raw(t, entries(list...), kind("entries-end"), file(0, "file", "x")))
	for more := true; more; { // until the last want
		frame, err := conn.Next(wire.MaxManifest)
		if err != nil {
			t.Fatal(err)
		}
		var want wantFrame
		if frame.Kind == kindWant && frame.Decode(&want) == nil {
			more = want.More
		}
	}
	_, _ = near.Write(raw(t, kind("end")))
	return b.await(key)
}

func TestNoLinkLeadsOutOfItsFolder(t *testing.T) {
	b := join(t, newNetwork(), "b")
	secret := filepath.Join(b.profile, "secret")
	if err := os.WriteFile(secret, []byte("secret"), 0o600); err != nil {
		t.Fatal(err)
	}
	got := linked(t, b,
		m{"p": "d/good", "l": "sub/file"}, m{"p": "d/out", "l": "../../x"}, m{"p": "d/abs", "l": secret},
		m{"p": "d/sub/up", "l": ".."}, m{"p": "d/through", "l": "sub/up/../../x"}, m{"p": "d/chain", "l": "sub/up/../x"},
		m{"p": "d/to-link", "l": "good"}, m{"p": "d/sub/file", "l": "other"}, m{"p": "d/missing", "l": "no/such"},
	)
	wantEnd(t, got, StateVerified, ReasonNone)
	var made []string
	for _, name := range []string{"good", "out", "abs", "sub/up", "through", "chain", "to-link", "missing"} {
		if target, err := os.Readlink(filepath.Join(b.dir, "d", name)); err == nil {
			made = append(made, name+" "+target)
		}
	}
	if want := []string{"good sub/file", "sub/up ..", "to-link good"}; fmt.Sprint(made) != fmt.Sprint(want) {
		t.Errorf("made %q, want %q", made, want)
	}
	rows, err := b.db.TransferFiles(context.Background(), got.Key)
	if err != nil || len(rows) != 10 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	if got.Skipped != 5 && got.Skipped != 6 {
		t.Errorf("skipped %d: %+v", got.Skipped, rows)
	}
}

func TestAFileOfMoreThan4GiB(t *testing.T) {
	if os.Getenv("LANYARD_LARGE") == "" {
		t.Skip("reads, writes and hashes 4 GiB: set LANYARD_LARGE=1")
	}
	n := newNetwork()
	a, b := join(t, n, "a"), join(t, n, "b")
	var stat syscall.Statfs_t
	if err := syscall.Statfs(b.dir, &stat); err != nil || int64(stat.Bavail)*int64(stat.Bsize) < 6<<30 { //nolint:unconvert // differs by system
		t.Skip("the disk has no room for a file of 4 GiB")
	}
	tree(t, a.dir, map[string]string{"src/big": ""})
	path := filepath.Join(a.dir, "src/big")
	size := int64(4<<30 + 12345)
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, at := range []int64{0, 1<<32 - 3, size - 5} {
		if _, err := file.WriteAt([]byte("hello"), at); err != nil {
			t.Fatal(err)
		}
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	mine, theirs := begin(t, a, b, filepath.Join(a.dir, "src"))
	placed := false
	until2(t, 4*time.Minute, "it is there", func() bool {
		s, err := b.Snapshot(context.Background(), theirs)
		if err == nil && s.Pending == 1 && !placed {
			placed = true
			if info, err := os.Stat(filepath.Join(b.dir, "src/big")); err != nil || info.Size() != size {
				t.Errorf("verified and not in place: %v, %v", info, err)
			}
		}
		return err == nil && State(s.State).Ended()
	})
	sent, got := a.await(mine), b.await(theirs)
	wantEnd(t, sent, StateVerified, ReasonNone)
	wantEnd(t, got, StateVerified, ReasonNone)
	if sent.MD5 != got.MD5 || !placed {
		t.Errorf("ended as %+v, %+v; in place before its MD5: %v", sent, got, placed)
	}
	back, err := os.Open(filepath.Join(b.dir, "src/big"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = back.Close() }()
	text := make([]byte, 5)
	if _, err := back.ReadAt(text, 1<<32-3); err != nil || string(text) != "hello" {
		t.Errorf("around 4 GiB: %q, %v", text, err)
	}
}
