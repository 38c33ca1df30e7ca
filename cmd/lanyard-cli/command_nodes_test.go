package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"lanyard/netcore/control"
)

// allowed returns two people who know each other: bob serves and lets alice do
// something.
func allowed(t *testing.T, commands string) (alice person, bob *servingPerson) {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("the commands of these tests are those of Unix")
	}
	alice, bob = newPerson(t, "alice"), newPerson(t, "bob").serve()
	allow(alice, bob, commands)
	return alice, bob
}

// allow lets somebody do something at somebody who serves.
func allow(asker person, owner *servingPerson, commands string) {
	asker.cli(0, "verify", owner.address, "--id", owner.id())
	owner.cli(0, "verify", asker.name, "--id", asker.id())
	owner.cli(0, "allow", asker.name, "commands="+commands)
}

// ran is how a command ended.
type ran struct {
	code     int
	out, err string
}

// exec runs a command line of the program to its end.
func (u person) exec(args ...string) ran {
	return u.execIn(u.t.Context(), strings.NewReader(""), args...)
}

func (u person) execIn(ctx context.Context, in io.Reader, args ...string) ran {
	u.t.Helper()
	s, global := u.program()
	s.in = in
	code := s.run(ctx, append(global, args...))
	return ran{code, s.out.String(), s.err.String()}
}

func TestExecBetweenTwoPrograms(t *testing.T) {
	alice, bob := allowed(t, "always")
	folder := t.TempDir()
	locked := filepath.Join(folder, "locked")
	if err := os.WriteFile(locked, []byte("#!/bin/sh\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		args string // before "--"
		argv []string
		code int
		out  string
		err  string // is in stderr
	}{
		{"", []string{"printf", "%s|", "a b", "$HOME", "*"}, 0, "a b|$HOME|*|", ""},
		{"", []string{"sh", "-c", "echo out; echo err >&2; exit 7"}, 7, "out\n", "err\n"},
		{"", []string{"sh", "-c", "exit 255"}, 255, "", ""},
		{"", []string{"sh", "-c", "kill -TERM $$"}, 128 + 15, "", "ended by SIGTERM"},
		{"--timeout 300ms", []string{"sleep", "60"}, control.ExitTimeout, "", "its time limit was over"},
		{"", []string{"no-such-program"}, control.ExitNotFound, "", "no such program"},
		{"", []string{locked}, control.ExitDenied, "", "does not let this program be run"},
		{"--cwd /no/such/folder", []string{"true"}, control.ExitOwn, "", "folder"},
		{"--cwd " + folder, []string{"pwd"}, 0, folder + "\n", ""},
		{"", []string{"cat"}, 0, "", ""}, // which has no input
		{"", []string{"printf", `\265\261\307\260\264\372\302\353\322\263: 936\n`}, 0, "当前代码页: 936\n", ""},
		{"", []string{"printf", `\345\275\223\345\211\215\n`}, 0, "当前\n", ""},
		{"--encoding big5", []string{"printf", `\247\101\246\156\n`}, 0, "你好\n", ""},
		{"--encoding shift-jis", []string{"printf", `\223\372\226\173\n`}, 0, "日本\n", ""},
		{"--encoding raw", []string{"printf", `\265\261\033[2J`}, 0, "\xb5\xb1\x1b[2J", ""},
		{"", []string{"printf", `\033[31mred\033[0m\033[2J`}, 0, "\x1b[31mred\x1b[0m\x1b[2J", ""}, // a pipe
		{"--timeout 500ms", []string{"sh", "-c", `printf 'abc\n\265\261\307'; sleep 60`}, control.ExitTimeout, "abc\n当", ""},
		{"--timeout 9s", []string{"sh", "-c", `printf '\265'; sleep 0.2; printf '\261'`}, 0, "当", ""},
	} {
		args := append(append([]string{"exec", bob.address}, strings.Fields(test.args)...), "--")
		got := alice.exec(append(args, test.argv...)...)
		if out := strings.TrimRight(got.out, "\ufffd"); got.code != test.code || out != test.out || !strings.Contains(got.err, test.err) ||
			test.err == "" && test.code == 0 && got.err != "" {
			t.Errorf("%s -- %q: exit %d, want %d; %q, want %q; %q", test.args, test.argv, got.code, test.code, got.out, test.out, got.err)
		}
	}
}

func TestExecThatDoesNotBegin(t *testing.T) {
	alice, bob := allowed(t, "off")
	if got := alice.exec("exec", bob.address, "--", "true"); got.code != control.ExitDenied || !strings.Contains(got.err, "not allowed") {
		t.Errorf("without permission: %+v", got)
	}
	if got := alice.exec("exec", "127.0.0.1:1", "--", "true"); got.code != control.ExitLost {
		t.Errorf("nobody there: %+v", got)
	}
	if got := alice.exec("exec", "nobody-known", "bob", "--", "true"); got.code != control.ExitLost {
		t.Errorf("nobody of that name: %+v", got)
	}
	alice.cli(0, "block", "bob")
	if got := alice.exec("exec", "bob", "--", "true"); got.code != control.ExitDenied {
		t.Errorf("somebody blocked: %+v", got)
	}
	stranger := newPerson(t, "eve")
	if got := stranger.exec("exec", bob.address, "--", "true"); got.code != control.ExitDenied {
		t.Errorf("a stranger: %+v", got)
	}
}

// summing is an output of which only the hash is kept.
type summing struct {
	mu   sync.Mutex
	hash hash.Hash
	n    int64
}

func (s *summing) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.n += int64(len(p))
	return s.hash.Write(p)
}

func TestMuchOutputComesWhole(t *testing.T) {
	alice, bob := allowed(t, "always")
	size := 200_000_000
	if underRace {
		size /= 10
	}
	want, line := sha256.New(), strings.Repeat("y\n", 32<<10)
	for left := size; left > 0; left -= len(line) {
		_, _ = io.WriteString(want, line[:min(left, len(line))])
	}
	s, global := alice.program()
	out := &summing{hash: sha256.New()}
	s.program.out = out
	if code := s.run(t.Context(), append(global, "exec", bob.address, "--", "sh", "-c", fmt.Sprintf("yes | head -c %d", size))); code != 0 {
		t.Fatalf("exit %d: %s", code, s.err.String())
	}
	if got := hex.EncodeToString(out.hash.Sum(nil)); out.n != int64(size) || got != hex.EncodeToString(want.Sum(nil)) {
		t.Errorf("%d bytes came, of hash %s", out.n, got)
	}
}

func TestExecWithStandardInput(t *testing.T) {
	alice, bob := allowed(t, "always")
	in := strings.Repeat("0123456789abcdef", 300_000)
	got := alice.execIn(t.Context(), strings.NewReader(in), "exec", bob.address, "--stdin", "--", "cat")
	if got.code != 0 || got.out != in {
		t.Errorf("exit %d, %d of %d bytes: %s", got.code, len(got.out), len(in), got.err)
	}
	got = alice.execIn(t.Context(), strings.NewReader(in), "exec", bob.address, "--stdin", "--", "head", "-c", "3")
	if got.code != 0 || got.out != "012" {
		t.Errorf("one that reads little: exit %d, %q: %s", got.code, got.out, got.err)
	}
}

// broken is an output that nobody reads any more.
type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, fmt.Errorf("write: %w", syscall.EPIPE) }

func TestOutputThatNobodyReadsEndsTheCommand(t *testing.T) {
	alice, bob := allowed(t, "always")
	s, global := alice.program()
	s.program.out = broken{}
	if code := s.run(t.Context(), append(global, "exec", bob.address, "--", "yes", mark(t))); code != exitPipe || s.err.String() != "" {
		t.Errorf("exit %d: %s", code, s.err.String())
	}
	bob.wait(control.EventExit, 1)
	noneLeft(t, mark(t))
}

func TestSignalStopsTheWholeTree(t *testing.T) {
	alice, bob := allowed(t, "always")
	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	s, global := alice.program()
	ended := make(chan int, 1)
	script := "trap '' TERM INT; (trap '' TERM; sleep MARK; true) & setsid sleep MARK & echo up; sleep MARK; true"
	script = strings.ReplaceAll(script, "MARK", mark(t))
	go func() { ended <- s.run(ctx, append(global, "exec", bob.address, "--", "sh", "-c", script)) }()
	shown(t, &s.out, "up")
	began := time.Now()
	interrupt()
	if code := <-ended; code != control.ExitStopped {
		t.Errorf("exit %d: %s", code, s.err.String())
	}
	if took := time.Since(began); took > 6*stopTime { // one and a moment, on a PC with nothing else to do
		t.Errorf("the end took %v", took)
	}
	if end := bob.wait(control.EventExit, 1); end.State != "killed-there" {
		t.Errorf("bob sees %+v", end)
	}
	noneLeft(t, mark(t))
}

func TestStopEndsARunFromEitherSide(t *testing.T) {
	alicePlain, bob := allowed(t, "always")
	alice := alicePlain.serve()
	for i, from := range []person{bob.person, alice.person} {
		ended := make(chan ran, 1)
		go func() { ended <- alice.exec("exec", "bob", "--", "sleep", "600") }()
		bob.wait(control.EventStarted, i+1)
		var run line
		for raw := range strings.Lines(from.cli(0, "runs", "--json")) {
			if err := json.Unmarshal([]byte(raw), &run); err != nil {
				t.Fatal(err)
			}
		}
		if run.State != "running" || run.Line != "sleep 600" {
			t.Errorf("%s lists %+v", from.name, run)
		}
		from.cli(0, "stop", fmt.Sprint(run.Run))
		want := []int{control.ExitDenied, control.ExitStopped}[i]
		if got := <-ended; got.code != want {
			t.Errorf("stopped by %s: %+v", from.name, got)
		}
		from.cli(control.ExitFailed, "stop", fmt.Sprint(run.Run))
	}
	alice.cli(control.ExitFailed, "stop", "999")
}

func TestConsentFromTheTerminal(t *testing.T) {
	alice, bob := allowed(t, "ask")
	asked := 0
	// answered runs something and has bob answer.
	answered := func(args []string, answer ...string) ran {
		t.Helper()
		ended := make(chan ran, 1)
		go func() { ended <- alice.execIn(t.Context(), strings.NewReader("typed"), args...) }()
		asked++
		ask := bob.wait(control.EventConsent, asked)
		if ask.Person != "alice" || ask.Line == "" || ask.Account == "" {
			t.Errorf("the request: %+v", ask)
		}
		bob.cli(0, append([]string{"consent", answer[0], fmt.Sprint(ask.Number)}, answer[1:]...)...)
		return <-ended
	}
	exec := []string{"exec", bob.address, "--", "echo", "a b"}
	if got := answered(exec, "deny"); got.code != control.ExitDenied || got.out != "" ||
		got.err != "lanyard-cli: waiting for bob to allow it\nlanyard-cli: they said no\n" {
		t.Errorf("denied: %+v", got)
	}
	if got := answered(exec, "allow"); got.code != 0 || got.out != "a b\n" {
		t.Errorf("allowed: %+v", got)
	}
	if got := answered(exec, "allow", "--forever"); got.code != 0 || got.out != "a b\n" {
		t.Errorf("allowed for good: %+v", got)
	}
	if got := alice.exec(exec...); got.code != 0 || got.err != "" {
		t.Errorf("remembered: %+v", got)
	}
	var kept line
	if err := json.Unmarshal([]byte(bob.cli(0, "consent", "remembered", "--json")), &kept); err != nil || kept.Line != `echo "a b"` {
		t.Errorf("remembered: %+v, %v", kept, err)
	}
	bob.cli(0, "consent", "forget", kept.Key[:8])
	bob.cli(control.ExitFailed, "consent", "forget", kept.Key[:8])
	if got := answered(exec, "deny"); got.code != control.ExitDenied {
		t.Errorf("forgotten: %+v", got)
	}
	if got := answered([]string{"exec", bob.address, "--stdin", "--", "cat"}, "allow"); got.code != 0 || got.out != "typed" {
		t.Errorf("with input: %+v", got)
	}
	bob.cli(control.ExitFailed, "consent", "allow", "999")
	if list := bob.cli(0, "consent", "list"); list != "" {
		t.Errorf("nobody waits: %s", list)
	}
}

func TestARunEndsWithItsPermissionAndWithItsPC(t *testing.T) {
	alice, bob := allowed(t, "always")
	// sleeping runs something until it is ended otherwise.
	sleeping := func(count int) <-chan ran {
		ended := make(chan ran, 1)
		go func() { ended <- alice.exec("exec", bob.address, "--", "sleep", mark(t)) }()
		bob.wait(control.EventStarted, count)
		return ended
	}
	ended := sleeping(1)
	bob.cli(0, "allow", "alice", "commands=off")
	if got := <-ended; got.code != control.ExitDenied || got.err != "lanyard-cli: the permission was taken back\n" {
		t.Errorf("revoked: %+v", got)
	}
	bob.cli(0, "allow", "alice", "commands=always")
	ended = sleeping(2)
	bob.stop()
	if got := <-ended; got.code != control.ExitLost {
		t.Errorf("the other program ended: %+v", got)
	}
	noneLeft(t, mark(t))
}

func TestSignalWithdrawsWhatWaitsForConsent(t *testing.T) {
	alice, bob := allowed(t, "ask")
	ctx, interrupt := context.WithCancel(t.Context())
	ended := make(chan ran, 1)
	go func() { ended <- alice.execIn(ctx, strings.NewReader(""), "exec", bob.address, "--", "true") }()
	bob.wait(control.EventConsent, 1)
	interrupt()
	if got := <-ended; got.code != control.ExitStopped {
		t.Errorf("interrupted: %+v", got)
	}
	bob.wait(control.EventConsentOver, 1)
}

func TestButtonsBetweenTwoPrograms(t *testing.T) {
	alice, bob := allowed(t, "buttons")
	bob.cli(0, "buttons", "add", "greet", "--param", "who=you:text", "--param", "n?:number:1..9", "--", "echo", "hello", "{who}", "{n}")
	bob.cli(0, "buttons", "add", "fail", "--", "sh", "-c", "exit 9")
	bob.cli(control.ExitUsage, "buttons", "add", "bad", "--param", "x:text", "--", "sh", "-c", "{x}")
	if list := bob.cli(0, "buttons", "list"); list != "fail  sh -c \"exit 9\"\ngreet  echo hello {who} {n}\n    who=you:text\n    n?:number:1..9\n" {
		t.Errorf("bob's buttons:\n%s", list)
	}
	if list := alice.cli(0, "buttons", "list", bob.address); list != "fail\ngreet\n    who=you:text\n    n?:number:1..9\n" {
		t.Errorf("bob's buttons, as alice sees them:\n%s", list)
	}
	for _, test := range []struct {
		args []string
		want ran
	}{
		{[]string{"greet"}, ran{0, "hello you\n", ""}},
		{[]string{"greet", "who=$(id) x", "n=3"}, ran{0, "hello $(id) x 3\n", ""}},
		{[]string{"fail"}, ran{9, "", ""}},
		{[]string{"greet", "n=12"}, ran{control.ExitOwn, "", "lanyard-cli: a value of the button is missing, unknown or not within its rule\n"}},
		{[]string{"nope"}, ran{control.ExitNotFound, "", "lanyard-cli: there is no such button there\n"}},
	} {
		if got := alice.exec(append([]string{"run", bob.address}, test.args...)...); got != test.want {
			t.Errorf("%q: %+v, want %+v", test.args, got, test.want)
		}
	}
	if got := alice.exec("exec", bob.address, "--", "true"); got.code != control.ExitDenied {
		t.Errorf("buttons allow commands: %+v", got)
	}
	bob.cli(0, "buttons", "remove", "fail")
	bob.cli(control.ExitFailed, "buttons", "remove", "fail")
	bob.cli(0, "allow", "alice", "commands=off")
	if got := alice.exec("buttons", "list", bob.address); got.code != control.ExitRefused {
		t.Errorf("buttons without permission: %+v", got)
	}
}

func TestExecOnSeveralPeople(t *testing.T) {
	alice, bob := allowed(t, "always")
	carol := newPerson(t, "carol").serve()
	allow(alice, carol, "always")
	dave := newPerson(t, "dave").serve()
	allow(alice, dave, "off")
	got := alice.exec("exec", bob.address, carol.address, dave.address, "--", "sh", "-c", "echo same; echo odd >&2")
	if got.code != control.ExitDenied || !strings.HasPrefix(got.out, "==> bob, carol <==\nsame\nPERSON") {
		t.Errorf("exit %d:\n%s%s", got.code, got.out, got.err)
	}
	for _, want := range []string{"\nbob     ended  ", "\ncarol   ended  ", "\ndave    refused: you are not allowed"} {
		if !strings.Contains(got.out, want) {
			t.Errorf("no %q in\n%s", want, got.out)
		}
	}
	if got.err != "odd\n" {
		t.Errorf("stderr: %s", got.err)
	}
	lines := alice.exec("exec", bob.address, carol.address, "--json", "--", "sh", "-c", "printf '\\265\\261'; exit 3")
	if lines.code != 3 || strings.Count(lines.out, `"text":"当"`) != 2 || strings.Count(lines.out, `"state":"exited","exit":3,"result":3`) != 2 {
		t.Errorf("exit %d:\n%s%s", lines.code, lines.out, lines.err)
	}
}

func TestRunsStandInTheLog(t *testing.T) {
	alice, bob := allowed(t, "always")
	alice.exec("exec", bob.address, "--", "sh", "-c", "exit 4")
	log := alice.cli(0, "log", "bob")
	if !strings.Contains(log, `$ sh -c "exit 4"  [ended, exit 4, `) {
		t.Errorf("alice's log:\n%s", log)
	}
	bob.wait(control.EventExit, 1)
	log = bob.cli(0, "log", "alice", "--json")
	if !strings.Contains(log, `"direction":"in","person":"alice"`) || !strings.Contains(log, `"kind":"command","state":"exited"`) ||
		!strings.Contains(log, `"line":"sh -c \"exit 4\"","exit":4`) {
		t.Errorf("bob's log:\n%s", log)
	}
}

// mark is an argument by which the processes of a test are known: a number, of
// seconds too.
func mark(t *testing.T) string {
	t.Helper()
	sum := sha256.Sum256([]byte(t.Name()))
	return fmt.Sprintf("7%d%03d", os.Getpid(), sum[0])
}

// noneLeft insists that no process with a mark is left, after a moment.
func noneLeft(t *testing.T, mark string) {
	t.Helper()
	var left []string
	for deadline := time.Now().Add(time.Minute); ; {
		if left = marked(t, mark); len(left) == 0 {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("still running: %q", left)
		}
		<-time.After(20 * time.Millisecond)
	}
}

// marked returns the command lines of the processes with a mark.
func marked(t *testing.T, mark string) []string {
	t.Helper()
	files, err := filepath.Glob("/proc/[0-9]*/cmdline")
	if err != nil || len(files) == 0 && runtime.GOOS == "linux" {
		t.Fatalf("no process table: %v", err)
	}
	var found []string
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil && !errors.Is(err, os.ErrNotExist) && !errors.Is(err, syscall.ESRCH) {
			t.Fatal(err)
		}
		if strings.Contains(string(raw), mark) {
			found = append(found, strings.ReplaceAll(string(raw), "\x00", " "))
		}
	}
	return found
}
