//go:build e2e && linux

package main_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// office is five PCs on one switch: alice's, and those of people who let her
// run commands. Bob, carol and dave let her run any, erin asks each time.
type office struct {
	alice, bob, carol, dave, erin *served
}

func newOffice(t *testing.T) *office {
	t.Helper()
	lan := newLAN(t)
	open := func(name string) *served { return newUser(t, lan.host(), name).serve() }
	o := &office{alice: open("alice"), bob: open("bob"), carol: open("carol"), dave: open("dave"), erin: open("erin")}
	for _, owner := range o.owners() {
		o.alice.waitSees(owner.id, 10*time.Second)
		level := "always"
		if owner == o.erin {
			level = "ask"
		}
		owner.trusts(o.alice, "commands="+level)
	}
	return o
}

// owners are those whose PCs alice uses.
func (o *office) owners() []*served { return []*served{o.bob, o.carol, o.dave, o.erin} }

// TestCommands runs commands on other PCs. What takes long for good reasons goes
// on at the same time.
func TestCommands(t *testing.T) {
	o := newOffice(t)
	began := time.Now()
	lap := func(what string) {
		t.Logf("%-12s %v", what, time.Since(began).Round(10*time.Millisecond))
		began = time.Now()
	}
	silent := o.alice.begin("exec", "erin", "--", "echo", "unheard")
	nobody := o.alice.begin("exec", "10.77.1.200:9527", "--", "true")
	o.texts(t)
	lap("texts")
	o.streams(t)
	lap("streams")
	o.refusals(t)
	if code := nobody.wait(t, 20*time.Second); code != 128 {
		t.Errorf("where nobody is: exit code %d, %s", code, nobody.stderr.String())
	}
	lap("refusals")
	o.consents(t)
	lap("consents")
	o.together(t)
	lap("together")
	o.buttons(t)
	lap("buttons")
	o.stops(t)
	lap("stops")
	o.cuts(t)
	lap("cuts")
	o.nothingIsLeft(t, o.bob)
	o.card(t)
	lap("card")
	if code := silent.wait(t, 70*time.Second); code != 126 {
		t.Errorf("silence ended with %d: %s", code, silent.stderr.String())
	}
	o.words(t, o.erin, "echo unheard", "denied expired", "denied expired")
	lap("silence")
	o.askerDies(t)
	lap("asker dies")
	o.nothingIsLeft(t, o.carol, o.dave, o.erin)
}

// exec runs a command to its end.
func (o *office) exec(t *testing.T, person string, command ...string) result {
	t.Helper()
	return o.alice.cli(append([]string{"exec", person, "--"}, command...)...)
}

// find is the newest command of a copy whose line has a text in it.
func (u *user) find(text string) line {
	u.t.Helper()
	for _, l := range slices.Backward(u.runs()) {
		if strings.Contains(l.Line, text) {
			return l
		}
	}
	return line{}
}

// words fails unless a command ended with its own word on each side.
func (o *office) words(t *testing.T, owner *served, text, asker, owners string) {
	t.Helper()
	for _, side := range []struct {
		at   *user
		want string
	}{{o.alice.user, asker}, {owner.user, owners}} {
		var got string
		if !poll(5*time.Second, func() bool {
			l := side.at.find(text)
			got = strings.TrimSpace(l.State + " " + l.Reason)
			return got == side.want
		}) {
			t.Errorf("%q: with %s it is %q, not %q", text, side.at.name, got, side.want)
		}
	}
}

// texts are about characters.
func (o *office) texts(t *testing.T) {
	const codePage = `\265\261\307\260\264\372\302\353\322\263: 936\n` // in GBK
	if r := o.exec(t, "bob", "printf", codePage); r.stdout != "当前代码页: 936\n" || r.stderr != "" {
		t.Errorf("a program of GBK printed %q %q", r.stdout, r.stderr)
	}
	if r := o.exec(t, "bob", "sh", "-c", `printf '\345\245'; sleep 0.5; printf '\275\n'; echo 错 >&2; exit 7`); r.stdout != "好\n" || r.stderr != "错\n" || r.code != 7 {
		t.Errorf("a character in two pieces came as %q, %q, exit code %d", r.stdout, r.stderr, r.code)
	}
	half := o.alice.begin("exec", "bob", "--", "sh", "-c", `printf 'x\345\245'; exec sleep 86400.0`)
	eventually(t, 10*time.Second, "what came before the half character is shown", func() bool { return half.out.String() == "x" || !half.running() })
	half.interrupt(t)
	if got := half.out.String(); got != "x\uFFFD" {
		t.Errorf("half a character and nothing more came as %q", got)
	}
}

// streams are about much output and input.
func (o *office) streams(t *testing.T) {
	file := filepath.Join(o.alice.home, "out.txt")
	out, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	cmd := o.alice.command("exec", "bob", "--", "sh", "-c", "yes | head -c 200M")
	cmd.Stdout = out
	p := start(t, cmd)
	if code := p.wait(t, 60*time.Second); code != 0 || p.stderr.String() != "" {
		t.Errorf("much output: exit code %d, %s", code, p.stderr.String())
	}
	_ = out.Close() // the size and the sum tell
	want := strings.Fields(must(t, "sh", "-c", "yes | head -c 200M | sha256sum"))[0]
	if got := strings.Fields(must(t, "sha256sum", file))[0]; got != want {
		t.Errorf("200 MiB arrived as %s, sent %s", got, want)
	}
	for _, side := range []*user{o.alice.user, o.bob.user} {
		if l := side.find("head -c 200M"); l.State != "exited" || l.OutSHA256 != want {
			t.Errorf("%s notes %s, SHA-256 %s", side.name, l.State, l.OutSHA256)
		}
	}

	input := filepath.Join(o.alice.home, "in.bin")
	sum := writeBig(t, input, 8<<20, 5)
	in, err := os.Open(input)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	cmd = o.alice.command("exec", "--stdin", "bob", "--", "md5sum")
	cmd.Stdin = in
	if got, err := cmd.Output(); err != nil || !strings.HasPrefix(string(got), sum) {
		t.Errorf("a program that reads 8 MiB says %q, %v; sent was %s", got, err, sum)
	}
	if r := o.exec(t, "bob", "cat"); r.code != 0 || r.stdout != "" {
		t.Errorf("without --stdin cat printed %q, exit code %d", r.stdout, r.code)
	}
}

// refusals are what never runs, or is over in its time.
func (o *office) refusals(t *testing.T) {
	r := o.exec(t, "bob", "no-such-program-1")
	refused(t, r, 127, "no such program")
	o.words(t, o.bob, "no-such-program-1", "not-found", "not-found")

	refused(t, o.alice.cli("exec", "--timeout", "1s", "bob", "--", "sleep", "86400.1"), 124, "time")
	o.words(t, o.bob, "86400.1", "timeout", "timeout")

	o.bob.do("allow", "alice", "commands=off")
	refused(t, o.exec(t, "bob", "echo", "not-allowed-1"), 126, "not allowed")
	o.words(t, o.bob, "not-allowed-1", "denied not-permitted", "") // who may nothing is in no conversation, but in the log
	if entry := o.bob.do("audit").stdout; !strings.Contains(entry, "denied not-permitted echo not-allowed-1") {
		t.Errorf("bob's log says %s", entry)
	}
	o.bob.do("allow", "alice", "commands=always")

	taken := o.alice.begin("exec", "bob", "--", "sleep", "86400.2")
	o.waitRuns(t, o.bob, "86400.2", 1)
	o.bob.do("allow", "alice", "commands=off")
	o.waitGone(t, o.bob, "86400.2", 7*time.Second)
	if code := taken.wait(t, 10*time.Second); code != 126 {
		t.Errorf("a permission that was taken back ended it with %d: %s", code, taken.stderr.String())
	}
	o.words(t, o.bob, "86400.2", "killed-there revoked", "killed-here revoked")
	o.bob.do("allow", "alice", "commands=always")
}

// consents are asked for in erin's terminal.
func (o *office) consents(t *testing.T) {
	for _, answer := range []struct {
		word, state, line string
		code              int
	}{
		{"deny", "denied denied", "echo no-1", 126},
		{"allow", "exited", "echo yes-1", 0},
	} {
		run := o.alice.begin(append([]string{"exec", "erin", "--"}, strings.Fields(answer.line)...)...)
		o.erin.do("consent", answer.word, o.asked(t, o.erin, answer.line))
		if code := run.wait(t, 20*time.Second); code != answer.code {
			t.Errorf("%s: exit code %d: %s", answer.word, code, run.stderr.String())
		}
		if answer.code == 0 && run.out.String() != "yes-1\n" {
			t.Errorf("it printed %q", run.out.String())
		}
		o.words(t, o.erin, answer.line, answer.state, answer.state)
	}
}

// asked waits until somebody is asked about a command, and returns the number.
func (o *office) asked(t *testing.T, owner *served, command string) string {
	t.Helper()
	var number int64
	eventually(t, 20*time.Second, owner.name+" is asked", func() bool {
		for _, l := range owner.do("consent", "list", "--json").lines {
			if l.Line == command {
				number = l.Number
			}
		}
		return number != 0
	})
	return fmt.Sprint(number)
}

// together runs one command on four PCs.
func (o *office) together(t *testing.T) {
	for _, owner := range o.owners() {
		text := "the same\n"
		if owner == o.carol {
			text = "another\n"
		}
		writeFile(t, filepath.Join(owner.home, "note.txt"), text)
	}
	run := o.alice.begin("exec", "bob", "carol", "dave", "erin", "--", "cat", "note.txt")
	o.erin.do("consent", "allow", o.asked(t, o.erin, "cat note.txt"))
	if code := run.wait(t, 20*time.Second); code != 0 {
		t.Errorf("exit code %d: %s", code, run.stderr.String())
	}
	outputs, table, _ := strings.Cut(run.out.String(), "PERSON")
	if want := "==> bob, dave, erin <==\nthe same\n==> carol <==\nanother\n"; strings.TrimRight(outputs, "\n") != strings.TrimRight(want, "\n") {
		t.Errorf("folded: %q", outputs)
	}
	for _, owner := range o.owners() {
		if !strings.Contains(table, owner.name) {
			t.Errorf("the table is without %s: %s", owner.name, table)
		}
	}
}

// buttons are pressed from afar.
func (o *office) buttons(t *testing.T) {
	o.bob.do("buttons", "add", "say", "--param", "word:text", "--", "printf", "<%s>", "{word}")
	o.bob.do("allow", "alice", "commands=buttons")
	if r := o.alice.do("buttons", "list", "bob"); !strings.Contains(r.stdout, "say") || strings.Contains(r.stdout, "printf") {
		t.Errorf("bob's buttons are told as %q", r.stdout)
	}
	if r := o.alice.do("run", "bob", "say", "word=; echo $HOME `id` 中文"); r.stdout != "<; echo $HOME `id` 中文>" {
		t.Errorf("the button said %q", r.stdout)
	}
	refused(t, o.alice.cli("run", "bob", "say"), 125, "a value of the button")
	refused(t, o.alice.cli("run", "bob", "no-such"), 127, "button")
	refused(t, o.exec(t, "bob", "true"), 126, "not allowed")
	o.bob.do("allow", "alice", "commands=always")
}
