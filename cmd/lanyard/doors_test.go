//go:build e2e && linux

package main_test

import (
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestUsage(t *testing.T) {
	alice := newUser(t, newLAN(t).host(), "alice")
	for _, args := range [][]string{{"bogus"}, {"say"}, {"say", "bob"}, {"send", "bob"}, {"log"}, {"--bogus", "id"}, {"serve", "--accept", "perhaps"}, {"--discovery", "sometimes", "id"}} {
		if r := alice.cli(args...); r.code != 2 || strings.TrimSpace(r.stderr) == "" {
			t.Errorf("%v: code %d, %q", args, r.code, r.stderr)
		}
	}
	for _, args := range [][]string{{"say", "nobody", "x"}, {"log", "nobody"}} {
		if r := alice.cli(args...); r.code == 0 || r.code == 2 || strings.TrimSpace(r.stderr) == "" {
			t.Errorf("%v: code %d, %q", args, r.code, r.stderr)
		}
	}
}

// The same command does the same with a running copy and without one.
func TestManyDoors(t *testing.T) {
	lan := newLAN(t)
	a := newUser(t, lan.host(), "alice")
	bob := newUser(t, lan.host(), "bob").serve()
	alone := a.do("id", "--json")
	if len(alone.lines) != 1 || alone.lines[0].Name != "alice" || alone.stdout != fmt.Sprintf("{\"name\":\"alice\",\"id\":%q}\n", alone.lines[0].ID) {
		t.Errorf("id --json prints %q", alone.stdout)
	}
	file := a.home + "/a.txt"
	writeFile(t, file, "a")
	writeFile(t, a.home+"/b.txt", "b")
	target := bob.host.ip + ":9527"

	a.do("say", target, "without a running copy")
	bob.waitText("without a running copy")
	a.do("send", target, file)
	found := a.do("people", "--wait", "2s", "--json").lines
	if len(found) != 1 || found[0].Name != "bob" {
		t.Errorf("people --wait 2s finds %+v", found)
	}

	alice := a.serve()
	if inside := a.do("id", "--json"); inside.stdout != alone.stdout {
		t.Errorf("id through the door prints %q", inside.stdout)
	}
	alice.waitSees(bob.id, 10*time.Second)
	a.do("say", "bob", "by name")
	bob.waitText("by name")
	a.do("say", bob.id[:9], "by the beginning of the ID")
	bob.waitText("by the beginning of the ID")
	a.do("say", target, "by address")
	bob.waitText("by address")

	// Paths are those of the caller, not of the running copy.
	cmd := a.command("send", "bob", "./b.txt")
	cmd.Dir = a.home
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("send of a relative path: %v\n%s", err, out)
	}
	holdsOnly(t, bob.save, "a.txt", "b.txt")

	cmd = a.command("say", "bob", "-")
	cmd.Stdin = strings.NewReader("from stdin\nwith 两行")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("say -: %v\n%s", err, out)
	}
	bob.waitText("from stdin\nwith 两行")

	want := []string{"without a running copy", "by name", "by the beginning of the ID", "by address", "from stdin\nwith 两行"}
	for _, name := range []string{"bob", bob.id, target} {
		if got := a.texts(name, "out"); strings.Join(got, "|") != strings.Join(want, "|") {
			t.Errorf("log %s shows %q", name, got)
		}
	}
	alice.interrupt(t)
	bob.interrupt(t)
	if got := a.texts(target, "out"); strings.Join(got, "|") != strings.Join(want, "|") {
		t.Errorf("log host:port without anybody there shows %q", got)
	}
}

func TestTheDoorIsForThisUserOnly(t *testing.T) {
	alice := newUser(t, newLAN(t).host(), "alice").serve()
	sockets := 0
	err := filepath.WalkDir(alice.home, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.Type() != fs.ModeSocket {
			return err
		}
		sockets++
		info, err := os.Stat(filepath.Dir(name))
		if err == nil && info.Mode().Perm() != 0o700 {
			t.Errorf("%s stands in a folder of mode %o", name, info.Mode().Perm())
		}
		return err
	})
	if err != nil || sockets != 1 {
		t.Errorf("%d sockets below the home: %v", sockets, err)
	}

	// Somebody else, even with every folder on the way open.
	for dir := alice.profile; strings.HasPrefix(dir, alice.home); dir = filepath.Dir(dir) {
		if err := os.Chmod(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	must(t, "chmod", "-R", "a+rwX", alice.profile)
	cmd := exec.Command(program(t, "lanyard-cli"), "--profile", alice.profile, "say", "127.0.0.1:9", "x")
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	out, err := cmd.CombinedOutput()
	if err == nil {
		t.Errorf("another user came in: %s", out)
	}
	t.Logf("another user is told: %s", out)
	if !alice.running() {
		t.Error("alice is dead")
	}
}

// The socket's path may not be longer than about 100 bytes; a profile's may.
func TestALongProfilePath(t *testing.T) {
	lan := newLAN(t)
	u := newUser(t, lan.host(), "alice")
	u.profile = filepath.Join(u.home, strings.Repeat("很长的名字", 12), "profile")
	alice := u.serve()
	if got := u.do("id", "--json").lines; len(got) != 1 || got[0].ID != alice.id {
		t.Errorf("id says %+v", got)
	}
	bob := newUser(t, lan.host(), "bob").serve()
	alice.waitSees(bob.id, 10*time.Second)
	talk(t, alice, bob)
}

// Two people on one PC, as the README tells to try it.
func TestTwoProfilesOnOnePC(t *testing.T) {
	h := newLAN(t).host()
	alice, bob := newUser(t, h, "alice").serve(), newUser(t, h, "bob").serve()
	if alice.address == bob.address {
		t.Fatalf("both listen on %s", bob.address)
	}
	bob.waitSees(alice.id, 10*time.Second)
	alice.waitSees(bob.id, 10*time.Second)
	talk(t, alice, bob)
	_, port, _ := strings.Cut(alice.address[strings.LastIndex(alice.address, ":"):], ":")
	bob.do("say", "localhost:"+port, "by host name")
	alice.waitText("by host name")
}

// What a stranger writes must not reach the terminal as commands to it.
func TestTextIsNeutralInATerminal(t *testing.T) {
	alice, bob := meet(t)
	evil := "\x1b]0;owned\a\x1b[2Jred\u202Egnp.exe"
	alice.do("say", bob.id, evil)
	bob.waitText(evil)
	plain := bob.do("log", alice.id).stdout + bob.do("people").stdout
	if strings.ContainsAny(plain, "\x1b\a\u202E") {
		t.Errorf("log prints %q", plain)
	}
	if !strings.Contains(plain, "red") {
		t.Errorf("log hides the text: %q", plain)
	}
}

func TestManyTextsAtOnce(t *testing.T) {
	alice, bob := meet(t)
	start := time.Now()
	talks := make([]*chatter, 4)
	for i := range talks {
		talks[i] = alice.chat(bob.id, fmt.Sprint(i))
	}
	eventually(t, 60*time.Second, "300 texts arrive", func() bool { return bob.count("message") >= 300 })
	var acked []string
	for _, c := range talks {
		acked = append(acked, c.quiet()...)
	}
	t.Logf("%d texts by %d writers in %v, a program start each", len(acked), len(talks), time.Since(start))
	haveTexts(t, "bob", acked, bob.texts(alice.id, "in"))
}
