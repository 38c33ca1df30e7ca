//go:build e2e && linux

package main_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// refused fails unless a command ended with the code and with words on stderr.
func refused(t *testing.T, r result, code int, words string) {
	t.Helper()
	if r.code != code {
		t.Errorf("exit code %d, not %d", r.code, code)
	}
	if !regexp.MustCompile("(?i)" + words).MatchString(r.stderr) {
		t.Errorf("stderr does not say %q: %q", words, r.stderr)
	}
	if regexp.MustCompile(`(?i)panic|goroutine|errno|0x[0-9a-f]+`).MatchString(r.stderr) {
		t.Errorf("stderr is not for people: %q", r.stderr)
	}
	t.Logf("it said: %s", strings.TrimSpace(r.stderr))
}

// works fails unless a small file still goes from one to the other.
func works(t *testing.T, from, to *served, name string) {
	t.Helper()
	file := filepath.Join(from.home, name)
	writeFile(t, file, name)
	from.do("send", to.id, file)
	got, err := os.ReadFile(filepath.Join(to.save, name))
	if err != nil || string(got) != name {
		t.Errorf("afterwards: %q, %v", got, err)
	}
}

func TestAFullDisk(t *testing.T) {
	net := newLAN(t)
	a, b := newUser(t, net.host(), "alice"), newUser(t, net.host(), "bob")
	newDisk(t, b.save, 48<<20)
	alice, bob := a.serve(), b.serve()
	alice.waitSees(bob.id, 10*time.Second)
	writeBig(t, a.home+"/big.bin", 80<<20, 1)
	refused(t, alice.cli("send", bob.id, a.home+"/big.bin"), 1, "space|room|full")
	holdsOnly(t, b.save)
	works(t, alice, bob, "small.txt")
}

// A disk that has room for the bytes, but not for so many files: nobody can know
// that before.
func TestADiskThatFillsUpOnTheWay(t *testing.T) {
	net := newLAN(t)
	a, b := newUser(t, net.host(), "alice"), newUser(t, net.host(), "bob")
	newDisk(t, b.save, 48<<20)
	must(t, "mount", "-o", "remount,nr_inodes=60", b.save)
	alice, bob := a.serve(), b.serve()
	alice.waitSees(bob.id, 10*time.Second)
	source := a.home + "/many"
	writeSmall(t, source, 200)
	refused(t, alice.cli("send", bob.id, source), 1, "space|room|full")
	if left := hidden(t, b.save); len(left) > 0 {
		t.Errorf("left over: %q", left)
	}
	must(t, "rm", "-rf", b.save+"/many")
	works(t, alice, bob, "small.txt")
}

func TestAReadOnlyFolder(t *testing.T) {
	net := newLAN(t)
	a, b := newUser(t, net.host(), "alice"), newUser(t, net.host(), "bob")
	newDisk(t, b.save, 64<<20)
	alice, bob := a.serve(), b.serve()
	alice.waitSees(bob.id, 10*time.Second)
	must(t, "mount", "-o", "remount,ro", b.save)
	writeFile(t, a.home+"/a.txt", "a")
	refused(t, alice.cli("send", bob.id, a.home+"/a.txt"), 1, "writ|read-only|saved")
	must(t, "mount", "-o", "remount,rw", b.save)
	works(t, alice, bob, "small.txt")
}

// ask makes alice, who accepts all, and bob, who asks.
func ask(t *testing.T) (alice, bob *served) {
	t.Helper()
	net := newLAN(t)
	alice = newUser(t, net.host(), "alice").serve()
	b := newUser(t, net.host(), "bob")
	bob = b.serveRaw("--save", b.save)
	alice.waitSees(bob.id, 10*time.Second)
	return alice, bob
}

// offer waits for the next offer that stands on this side.
func (s *served) offer(have int) int64 {
	s.t.Helper()
	eventually(s.t, 20*time.Second, "an offer", func() bool { return s.count("offer") > have })
	var key int64
	for _, l := range s.snapshot() {
		if l.Event == "offer" {
			key = l.Transfer
		}
	}
	return key
}

func TestStrangersGetNothingByThemselves(t *testing.T) {
	alice, bob := ask(t)
	file := alice.home + "/gift.txt"
	writeFile(t, file, "gift")
	send := alice.begin("send", bob.id, file)
	key := bob.offer(0)
	holdsOnly(t, bob.save)
	bob.do("decline", fmt.Sprint(key))
	refused(t, result{code: send.wait(t, 20*time.Second), stderr: send.stderr.String()}, 3, "declined")
	holdsOnly(t, bob.save)

	send = alice.begin("send", bob.id, file)
	bob.do("accept", fmt.Sprint(bob.offer(1)))
	if code := send.wait(t, 20*time.Second); code != 0 {
		t.Errorf("accepted, yet send ended with %d: %s", code, send.stderr.String())
	}
	holdsOnly(t, bob.save, "gift.txt")
}

func TestTheSenderCancels(t *testing.T) {
	alice, bob := ask(t)
	file := alice.home + "/gift.txt"
	writeFile(t, file, "gift")
	send := alice.begin("send", bob.id, file)
	key := bob.offer(0)
	send.interrupt(t)
	if code := send.cmd.ProcessState.ExitCode(); code == 0 {
		t.Error("an interrupted send ended with 0")
	}
	eventually(t, 10*time.Second, "bob learns that it was cancelled", func() bool {
		return bob.countIf(func(l line) bool { return l.Event == "ended" && l.Transfer == key && l.State == "cancelled" }) > 0
	})
	if r := bob.cli("accept", fmt.Sprint(key)); r.code == 0 {
		t.Error("a cancelled offer could be accepted")
	}
	holdsOnly(t, bob.save)
}

// The source is offered, then one file goes and one gets shorter before the
// receiver has said yes: that one fails by name, the others arrive as they are then.
func TestTheSourceChangesAfterTheOffer(t *testing.T) {
	alice, bob := ask(t)
	source := alice.home + "/src"
	writeSmall(t, source, 30)
	writeFile(t, source+"/gone.txt", "was here")
	writeFile(t, source+"/short.txt", strings.Repeat("long ", 10_000))
	send := alice.begin("send", bob.id, source)
	key := bob.offer(0)
	if err := os.Remove(source + "/gone.txt"); err != nil {
		t.Fatal(err)
	}
	writeFile(t, source+"/short.txt", "short")
	bob.do("accept", fmt.Sprint(key))
	r := result{code: send.wait(t, 30*time.Second), stderr: send.stderr.String()}
	refused(t, r, 1, "gone.txt")
	sameTrees(t, source, bob.save+"/src")
}

// A file that gets shorter while its bytes flow arrives as it is now.
func TestAFileShrinksOnTheWay(t *testing.T) {
	needMemory(t, 3*gib)
	net := newLAN(t)
	a, b := newUser(t, net.host(), "alice"), newUser(t, net.host(), "bob")
	newDisk(t, a.home+"/disk", 1200<<20)
	newDisk(t, b.save, 1200<<20)
	alice, bob := a.serve(), b.serve()
	alice.waitSees(bob.id, 10*time.Second)
	source := a.home + "/disk/big.bin"
	writeBig(t, source, gib, 4)
	send := alice.begin("send", bob.id, source)
	eventually(t, 20*time.Second, "data flows", func() bool { return bob.moved() > 0 })
	if err := os.Truncate(source, 4096); err != nil {
		t.Fatal(err)
	}
	if code := send.wait(t, 60*time.Second); code != 0 {
		t.Errorf("exit code %d: %s", code, send.stderr.String())
	}
	for _, s := range []*served{alice, bob} { // it began anew, as it is now, and that is said
		if newest := s.shipments("")[0]; newest.Restarted != 1 {
			t.Errorf("%s says %+v", s.name, newest)
		}
	}
	must(t, "cmp", source, b.save+"/big.bin")
	holdsOnly(t, b.save, "big.bin")
	works(t, alice, bob, "small.txt")
}

// Names that are fine on the sending PC and traps elsewhere.
func TestNastyNames(t *testing.T) {
	alice, bob := meet(t)
	source := alice.home + "/src"
	names := []string{
		"CON", "nul.txt", "com1.log", "trailing.", "space ", `C:\Windows\x.exe`, "a:stream",
		"new\nline", "bell\a", "\x1b[31mred", "txt.\u202Eexe", "zero\u200Bwidth", "...", "-rf", "~", "%2e%2e%2f", "\xff\xfe",
		strings.Repeat("长", 83) + ".txt", strings.Repeat("x", 250),
	}
	for _, name := range names {
		writeFile(t, filepath.Join(source, name), name)
	}
	alice.do("send", bob.id, source)
	holdsOnly(t, bob.save, "src")
	arrived := map[string]bool{}
	entries, err := os.ReadDir(bob.save + "/src")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		content, err := os.ReadFile(filepath.Join(bob.save, "src", e.Name()))
		if err != nil {
			t.Errorf("%q: %v", e.Name(), err)
		}
		arrived[string(content)] = true
		if strings.ContainsAny(e.Name(), "\n\a\x1b\u202E") {
			t.Errorf("saved under a name that lies: %q", e.Name())
		}
	}
	for _, name := range names {
		if !arrived[name] {
			t.Errorf("%q did not arrive", name)
		}
	}

	writeFile(t, filepath.Join(alice.home, "odd", `..\..\up`), "up")
	if r := alice.cli("send", bob.id, alice.home+"/odd"); r.code != 0 {
		refused(t, r, 1, "name")
	}
	if _, err := os.Stat(filepath.Join(bob.home, "up")); err == nil {
		t.Error("a name climbed out of the save folder")
	}
}

// What is not a file is named and left out; nothing waits for a pipe.
func TestWhatIsNotAFile(t *testing.T) {
	alice, bob := meet(t)
	source := alice.home + "/src"
	writeFile(t, source+"/real.txt", "real")
	writeFile(t, alice.home+"/secret.txt", "secret")
	must(t, "mkfifo", source+"/pipe")
	if err := os.Symlink(alice.home+"/secret.txt", source+"/link"); err != nil {
		t.Fatal(err)
	}
	r := alice.cli("send", bob.id, source)
	t.Logf("code %d, %s", r.code, r.stderr)
	if got, err := os.ReadFile(bob.save + "/src/real.txt"); err != nil || string(got) != "real" {
		t.Errorf("the real file: %q, %v", got, err)
	}
	if !strings.Contains(r.stderr+r.stdout, "pipe") {
		t.Errorf("nothing says that the pipe was left out (code %d): %s%s", r.code, r.stdout, r.stderr)
	}
	if _, err := os.Lstat(bob.save + "/src/pipe"); err == nil {
		t.Error("a pipe arrived")
	}
}

// Nothing is ever overwritten.
func TestTheSameNameTwice(t *testing.T) {
	alice, bob := meet(t)
	file := alice.home + "/note.txt"
	writeFile(t, file, "one")
	alice.do("send", bob.id, file)
	writeFile(t, file, "two")
	alice.do("send", bob.id, file)
	holdsOnly(t, bob.save, "note.txt", "note (1).txt")
	if got, _ := os.ReadFile(bob.save + "/note.txt"); string(got) != "one" {
		t.Errorf("the first is now %q", got)
	}
	if got, _ := os.ReadFile(bob.save + "/note (1).txt"); string(got) != "two" {
		t.Errorf("the second is %q", got)
	}
}
