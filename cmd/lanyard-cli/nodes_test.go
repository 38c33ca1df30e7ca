package main

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"lanyard/netcore"
	"lanyard/netcore/control"
)

// person is somebody with a profile, who runs the whole program.
type person struct {
	t             *testing.T
	name, profile string
}

func newPerson(t *testing.T, name string) person {
	t.Helper()
	dir, err := os.MkdirTemp("", "ly")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return person{t, name, dir}
}

// program is one start of lanyard-cli, which announces nothing.
func (u person) program() (*stage, []string) {
	s := &stage{}
	s.program = &program{in: strings.NewReader(""), out: &s.out, err: &s.err, zone: time.UTC, open: openSession}
	return s, []string{"--profile", u.profile, "--name", u.name, "--discovery", "off"}
}

// cli runs one command to its end and insists on its exit code.
func (u person) cli(code int, args ...string) string {
	u.t.Helper()
	s, global := u.program()
	if got := s.run(u.t.Context(), append(global, args...)); got != code {
		u.t.Fatalf("%s: %q: exit %d, want %d: %s%s", u.name, args, got, code, s.out.String(), s.err.String())
	}
	return s.out.String()
}

// servingPerson is somebody who serves until the test ends.
type servingPerson struct {
	person
	out     *buffer
	address string
	stop    context.CancelFunc
}

func (u person) serve(args ...string) *servingPerson {
	u.t.Helper()
	s, global := u.program()
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan int, 1)
	go func() {
		ended <- s.run(ctx, append(append(global, "serve", "--json", "--listen", "127.0.0.1:0"), args...))
	}()
	u.t.Cleanup(func() {
		stop()
		if code := <-ended; code != 0 {
			u.t.Errorf("%s: serve ended with %d: %s", u.name, code, s.err.String())
		}
	})
	served := &servingPerson{person: u, out: &s.out, stop: stop}
	served.address = served.wait(control.EventReady, 1).Address
	return served
}

// wait waits for the line of an event of which there are so many, and returns
// the last of them.
func (s *servingPerson) wait(event string, count int) line {
	s.t.Helper()
	deadline := time.After(time.Minute)
	for {
		seen, last := 0, line{}
		for raw := range strings.Lines(s.out.String()) {
			var l line
			if json.Unmarshal([]byte(raw), &l) == nil && l.Event == event {
				seen, last = seen+1, l
			}
		}
		if seen >= count {
			return last
		}
		select {
		case <-time.After(5 * time.Millisecond):
		case <-deadline:
			s.t.Fatalf("%s: no %s line: %s", s.name, event, s.out.String())
		}
	}
}

func TestTwoPeopleOnOnePC(t *testing.T) {
	save := t.TempDir()
	bob := newPerson(t, "bob").serve("--accept", "all", "--save", save)
	alice := newPerson(t, "alice")

	alice.cli(0, "say", bob.address, "你好 👋")
	if m := bob.wait(control.EventMessage, 1); m.Text != "你好 👋" || m.From != "alice" {
		t.Errorf("bob reads %+v", m)
	}

	source := filepath.Join(t.TempDir(), "src")
	if err := errors.Join(os.MkdirAll(filepath.Join(source, "sub"), 0o755),
		os.WriteFile(filepath.Join(source, "a.txt"), []byte("one"), 0o644),
		os.WriteFile(filepath.Join(source, "sub", "中.txt"), nil, 0o644)); err != nil {
		t.Fatal(err)
	}
	sent := alice.cli(0, "send", bob.address, source, "--json")
	if !strings.Contains(sent, `"file_name":"src/a.txt","file_size":3,"md5":"f97c5d29941bfb1b2fdab0874906ab82"`) {
		t.Errorf("sent: %s", sent)
	}
	if got := bob.wait(control.EventReceived, 2); !strings.HasPrefix(got.Path, save) {
		t.Errorf("received: %+v", got)
	}
	if got, err := os.ReadFile(filepath.Join(save, "src", "a.txt")); string(got) != "one" {
		t.Errorf("saved %q, %v", got, err)
	}

	log := alice.cli(0, "--json", "log", bob.address)
	if strings.Count(log, `"direction":"out"`) != 2 || !strings.Contains(log, `"state":"delivered"`) {
		t.Errorf("log: %s", log)
	}
	if people := alice.cli(0, "people", "--wait", "0s", "--json"); !strings.Contains(people, `"name":"bob"`) {
		t.Errorf("people: %s", people)
	}
}

func TestDecidingAnOffer(t *testing.T) {
	bob := newPerson(t, "bob").serve()
	alice := newPerson(t, "alice").serve()
	file := filepath.Join(t.TempDir(), "gift")
	if err := os.WriteFile(file, []byte("x"), 0o644); err != nil {
		t.Fatal(err)
	}
	for i, test := range []struct {
		decide string
		code   int
	}{{control.CommandDecline, control.ExitRefused}, {control.CommandAccept, control.ExitDone}} {
		decided := make(chan struct{})
		go func() {
			defer close(decided)
			key := strconv.FormatInt(bob.wait(control.EventOffer, i+1).Transfer, 10)
			args := []string{test.decide, key}
			if test.decide == control.CommandAccept {
				args = append(args, "--save", t.TempDir())
			}
			bob.cli(0, args...)
		}()
		alice.cli(test.code, "send", bob.address, file)
		<-decided
	}
	bob.cli(control.ExitFailed, control.CommandAccept, "1")
}

func TestNobodyThere(t *testing.T) {
	alice := newPerson(t, "alice")
	alice.cli(control.ExitUnreachable, "say", "127.0.0.1:1", "hi")
	alice.cli(control.ExitFailed, "log", "127.0.0.1:1")
	alice.cli(control.ExitFailed, control.CommandAccept, "1")
	if people := alice.cli(0, "people", "--wait", "0s", "--json"); people != "" {
		t.Errorf("people: %s", people)
	}
}

func TestCommandsGoToTheRunningCopy(t *testing.T) {
	alice := newPerson(t, "alice")
	alone := alice.cli(0, "id", "--json")
	served := alice.serve()
	if through := alice.cli(0, "id", "--json"); through != alone {
		t.Errorf("through the door %s, alone %s", through, alone)
	}
	renamed := person{t, "艾丽", alice.profile}
	if id := renamed.cli(0, "id", "--json"); !strings.HasPrefix(id, `{"name":"艾丽",`) {
		t.Errorf("renamed to %s", id)
	}
	renamed.cli(control.ExitFailed, "serve", "--listen", "127.0.0.1:1")
	served.wait(control.EventReady, 1)
}

func TestProfileHeldByACopyThatDoesNotAnswer(t *testing.T) {
	alice := newPerson(t, "alice")
	hold, err := control.Lock(alice.profile)
	if err != nil {
		t.Fatal(err)
	}
	defer hold.Release()
	ctx, stop := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer stop()
	if _, err := openSession(ctx, options{profile: alice.profile}); err == nil {
		t.Error("opened")
	}
	if _, err := openOnce(t.Context(), options{profile: alice.profile, listen: anyLocalPort, quiet: true}); !errors.Is(err, netcore.ErrHeld) {
		t.Errorf("opened: %v", err)
	}
}

func TestOneShotsAtOnce(t *testing.T) {
	bob := newPerson(t, "bob").serve()
	alice := newPerson(t, "alice")
	const texts = 5
	ended := make(chan string, texts)
	for i := range texts {
		go func() {
			s, global := alice.program()
			if code := s.run(t.Context(), append(global, "say", bob.address, strconv.Itoa(i))); code != 0 {
				ended <- s.err.String()
				return
			}
			ended <- ""
		}()
	}
	for range texts {
		if failed := <-ended; failed != "" {
			t.Error(failed)
		}
	}
	bob.wait(control.EventMessage, texts)
}
