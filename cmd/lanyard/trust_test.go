//go:build e2e && linux

package main_test

import (
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// dialog is a command of lanyard-cli that asks something.
type dialog struct {
	*running
	answer io.WriteCloser
}

// ask starts a command that will ask something.
func (u *user) ask(args ...string) *dialog {
	u.t.Helper()
	d := &dialog{running: &running{}}
	cmd := u.command(args...)
	cmd.Stdout = &d.out
	var err error
	if d.answer, err = cmd.StdinPipe(); err != nil {
		u.t.Fatal(err)
	}
	d.process = spawn(u.t, cmd)
	return d
}

// code waits for the digits that the command shows.
func (d *dialog) code(t *testing.T) string {
	t.Helper()
	var code string
	eventually(t, 30*time.Second, "the digits are shown", func() bool {
		for _, l := range parse(d.out.String()) {
			if l.Event == "code" {
				code = l.Code
			}
		}
		return code != "" || !d.running.running()
	})
	return code
}

// say types an answer and waits for the end of the command.
func (d *dialog) say(t *testing.T, text string) int {
	t.Helper()
	if _, err := io.WriteString(d.answer, text+"\n"); err != nil {
		t.Errorf("answering: %v", err)
	}
	return d.wait(t, 30*time.Second)
}

// neighbours starts two copies that see each other and accept nothing.
func neighbours(t *testing.T) (alice, bob *served) {
	t.Helper()
	lan := newLAN(t)
	a, b := newUser(t, lan.host(), "alice"), newUser(t, lan.host(), "bob")
	alice, bob = a.serveRaw("--save", a.save), b.serveRaw("--save", b.save)
	a.waitSees(bob.id, 10*time.Second)
	b.waitSees(alice.id, 10*time.Second)
	return alice, bob
}

// trust is what a copy says of somebody.
func (u *user) trust(id string) string {
	u.t.Helper()
	for _, l := range u.people() {
		if l.ID == id {
			return l.Trust
		}
	}
	return ""
}

func TestSixDigitsInTwoTerminals(t *testing.T) {
	alice, bob := neighbours(t)
	for _, round := range []struct {
		answers [2]string
		codes   [2]bool // whether a side succeeds
		trust   string
	}{
		{[2]string{"yes", "no"}, [2]bool{false, false}, "stranger"},
		{[2]string{"yes", "yes"}, [2]bool{true, true}, "verified"},
	} {
		left := alice.ask("verify", bob.id, "--json")
		right := bob.ask("verify", "alice", "--json")
		one, other := left.code(t), right.code(t)
		if one != other || len(one) != 6 || strings.Trim(one, "0123456789") != "" {
			t.Fatalf("the terminals show %q and %q", one, other)
		}
		got := [2]bool{}
		rightSaid := make(chan int, 1)
		go func() { rightSaid <- right.say(t, round.answers[1]) }()
		got[0] = left.say(t, round.answers[0]) == 0
		got[1] = <-rightSaid == 0
		if got != round.codes {
			t.Errorf("%q: success is %v\n%s%s", round.answers, got, left.stderr.String(), right.stderr.String())
		}
		if a, b := alice.trust(bob.id), bob.trust(alice.id); a != round.trust || b != round.trust {
			t.Errorf("%q: alice takes bob for %s, bob alice for %s", round.answers, a, b)
		}
	}
}

func TestAPairStringBetweenTerminals(t *testing.T) {
	alice, bob := neighbours(t)
	made := alice.do("pair-string")
	text := strings.TrimSuffix(made.stdout, "\n")
	if strings.ContainsAny(text, " \n") || !strings.Contains(text, "127.0.0.1:9527") || !strings.Contains(text, alice.host.ip+":9527") {
		t.Errorf("the string is %q", made.stdout)
	}
	d := bob.ask("verify", "--string", "-")
	if code := d.say(t, text); code != 0 {
		t.Fatalf("using it: exit code %d: %s", code, d.stderr.String())
	}
	if a, b := alice.trust(bob.id), bob.trust(alice.id); a != "verified" || b != "verified" {
		t.Errorf("alice takes bob for %s, bob alice for %s", a, b)
	}
	eventually(t, 10*time.Second, "alice is told who used it", func() bool {
		return alice.countIf(func(l line) bool { return l.Event == "verified" && l.ID == bob.id }) == 1
	})
	eve := newUser(t, bob.host, "eve")
	if again := eve.cli("--discovery", "off", "verify", "--string", text); again.code == 0 {
		t.Errorf("it worked twice: %s", again.stdout)
	}
	alone := newUser(t, bob.host, "nobody")
	if r := alone.cli("pair-string"); r.code == 0 || r.stdout != "" {
		t.Errorf("without a running copy: %d, %q", r.code, r.stdout)
	}
}

func TestWhatIsAllowedHappensAndIsLogged(t *testing.T) {
	alice, bob := neighbours(t)
	if r := alice.cli("allow", "bob", "files=auto"); r.code == 0 {
		t.Error("a stranger was given a permission")
	}
	bob.do("verify", "--string", strings.TrimSpace(alice.do("pair-string").stdout))
	alice.do("allow", "bob", "files=auto", "commands=off", "clock=on")
	source := filepath.Join(bob.home, "报告.txt")
	writeFile(t, source, "content")
	bob.do("send", "alice", source)
	if got, err := os.ReadFile(filepath.Join(alice.save, "报告.txt")); err != nil || string(got) != "content" {
		t.Errorf("alice has %q, %v", got, err)
	}
	lines := alice.do("audit", "--json").lines
	for _, want := range []string{"verify", "permissions", "files"} {
		if !slices.ContainsFunc(lines, func(l line) bool { return l.What == want && l.ID == bob.id && l.Outcome != "" }) {
			t.Errorf("the audit log has no %q of bob: %+v", want, lines)
		}
	}

	alice.do("block", bob.id)
	bob.waitGone(alice.id, 10*time.Second)
	if r := bob.cli("say", "alice", "still there?"); r.code == 0 {
		t.Error("the blocked got through")
	}
	if r := alice.cli("say", bob.id, "x"); r.code == 0 {
		t.Error("a text went to somebody blocked")
	}
	alice.do("unblock", bob.id)
	bob.waitSees(alice.id, 30*time.Second)
	bob.do("say", "alice", "there again")
	alice.waitText("there again")
}
