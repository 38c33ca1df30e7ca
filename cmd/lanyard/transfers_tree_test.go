//go:build e2e && linux

package main_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// What is in a name.
const (
	composed   = "caf\u00e9 \u1ec7.txt"
	decomposed = "cafe\u0301 e\u0323\u0302.txt"
	noUTF8     = "latin1-\xe9\xff.txt"
)

// TestATreeArrivesAsTheTableSays sends one of everything that can be in a
// folder, and compares what find(1) says on both sides with docs/transfers.md.
func TestATreeArrivesAsTheTableSays(t *testing.T) {
	alice, bob := ask(t)
	source, target := filepath.Join(alice.home, "tree"), filepath.Join(bob.save, "tree")
	secret := filepath.Join(alice.home, "secret.txt")
	writeFile(t, secret, "secret")
	deep := plantTree(t, source, secret)

	send := alice.begin("send", "--json", bob.id, source)
	bob.do("accept", fmt.Sprint(bob.offer(0)))
	send.wait(t, 60*time.Second)
	want, got := listed(t, source), listed(t, target)
	if special := must(t, "find", target, "-perm", "/7000"); special != "" {
		t.Errorf("set-user-ID, set-group-ID or sticky arrived: %q", special)
	}

	left := map[string]string{} // what does not come, and the reason that is said
	for _, name := range []string{"links/escaping", "links/absolute", "links/through-a-link"} {
		left[name] = "no-link"
	}
	left["pipe"] = "not-regular"
	for name, reason := range left {
		if _, there := got[name]; there {
			t.Errorf("%q arrived as %+v", name, got[name])
		}
		if said := reasonOf(send.out.String()+bob.raw.String(), name); said != reason {
			t.Errorf("of %q %q is said, not %q", name, said, reason)
		}
		delete(want, name)
	}
	want[strings.NewReplacer("\xe9", "%E9", "\xff", "%FF").Replace(noUTF8)] = want[noUTF8]
	delete(want, noUTF8)

	for _, name := range slices.Sorted(maps.Keys(want)) {
		if got[name] != want[name] {
			t.Errorf("%q: sent as %+v, arrived as %+v", name, want[name], got[name])
		}
		delete(got, name)
	}
	if len(got) > 0 {
		t.Errorf("arrived and was not sent: %q", slices.Sorted(maps.Keys(got)))
	}
	if len(deep) < 1000 || want[deep].kind != "f" {
		t.Errorf("the deep file has a path of %d bytes: %+v", len(deep), want[deep])
	}
}

// plantTree makes the folder, and returns the path of the deepest file in it.
func plantTree(t *testing.T, dir, outside string) (deep string) {
	t.Helper()
	deep = strings.Repeat(strings.Repeat("深", 20)+"/", 20) + "deep.txt"
	files := map[string]string{
		"empty": "", ".hidden/.bashrc": "dot", "中文 文件夹/说明（终稿）.txt": "中文", composed: "NFC", decomposed: "NFD",
		noUTF8: "no UTF-8", "emoji 👩‍💻.md": "joined", strings.Repeat("长", 84) + "abc": "255 bytes", deep: "deep",
		"tool.sh": "#!/bin/sh\n", "setuid": "#!/bin/sh\n", "read-only": "r", "twin-1": "one inode", "blank at the end ": "blank",
		"-rf": "no option", "links/target": "target", "links/below/file": "below",
	}
	for name, content := range files {
		writeFile(t, filepath.Join(dir, name), content)
	}
	for _, name := range []string{"nothing", "nothing-but/nothing"} {
		if err := os.MkdirAll(filepath.Join(dir, name), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	must(t, "truncate", "-s", "32M", dir+"/sparse")
	must(t, "mkfifo", dir+"/pipe")
	must(t, "ln", dir+"/twin-1", dir+"/twin-2")
	for name, target := range map[string]string{
		"inside": "target", "up": "../empty", "dangling": "nobody", "folder": "below", "chain": "inside",
		"escaping": "../../secret.txt", "absolute": outside, "through-a-link": "folder/../../empty",
	} {
		if err := os.Symlink(target, filepath.Join(dir, "links", name)); err != nil {
			t.Fatal(err)
		}
	}
	must(t, "chmod", "0755", dir+"/tool.sh")
	must(t, "chmod", "6755", dir+"/setuid")
	must(t, "chmod", "0444", dir+"/read-only")
	must(t, "find", dir, "-depth", "-exec", "touch", "-h", "-d", "2003-04-05 06:07:08.123456789", "{}", "+")
	must(t, "touch", "-d", "1999-12-31 23:59:59.999999999", dir+"/empty", dir+"/nothing")
	must(t, "touch", "-d", "1955-01-02 03:04:05.5", dir+"/read-only")
	return deep
}

// found is what find(1) says of one thing in a folder.
type found struct {
	kind, size, mtime, target string
	executable                bool
}

// listed is everything in a folder, by its path, with what has to be the same.
func listed(t *testing.T, dir string) map[string]found {
	t.Helper()
	all := map[string]found{}
	for record := range strings.SplitSeq(must(t, "find", dir, "-mindepth", "1", "-printf", `%P\t%y\t%s\t%T@\t%l\t%m\0`), "\x00") {
		field := strings.Split(record, "\t")
		if len(field) != 6 {
			continue // after the last one
		}
		f := found{kind: field[1], size: field[2], mtime: field[3], target: field[4]}
		var mode int
		if _, err := fmt.Sscanf(field[5], "%o", &mode); err != nil {
			t.Fatal(err)
		}
		switch f.kind {
		case "d":
			f.size = "" // the disk's own
		case "l":
			f.mtime = "" // links get a new one
		default:
			f.executable = mode&0o100 != 0
		}
		all[field[0]] = f
	}
	return all
}

// reasonOf is why a file did not come, by what the programs said.
func reasonOf(said, name string) string {
	for _, l := range parse(said) {
		if l.Reason != "" && strings.HasSuffix(l.FileName, "/"+name) {
			return l.Reason
		}
	}
	return ""
}
