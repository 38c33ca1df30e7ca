package control

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// backendFunc is a Backend of one function.
type backendFunc func(ctx context.Context, request Request, emit Emit) error

func (f backendFunc) Run(ctx context.Context, request Request, emit Emit) error {
	return f(ctx, request, emit)
}

// echo answers with its arguments and the exit code that they ask for.
func echo(_ context.Context, request Request, emit Emit) error {
	var args struct {
		Lines int
		Exit  int
	}
	if err := request.Decode(&args); err != nil {
		return err
	}
	for i := range args.Lines {
		if err := emit(map[string]any{"line": i, "command": request.Command}); err != nil {
			return err
		}
	}
	if args.Exit != 0 {
		return Fail(args.Exit, WordUnreachable, "bob")
	}
	return nil
}

// shortDir is a folder whose path leaves room for a socket.
func shortDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "lyd")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

// open opens a door that is closed at the end of the test.
func open(t *testing.T, profile string, backend backendFunc) *Server {
	t.Helper()
	server, err := Listen(profile, backend, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Errorf("closing the door: %v", err)
		}
	})
	return server
}

// ask runs one command and returns its lines.
func ask(t *testing.T, ctx context.Context, profile, command string, args any) ([]string, error) {
	t.Helper()
	client, err := Dial(ctx, profile)
	if err != nil {
		return nil, err
	}
	request, err := NewRequest(command, args)
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	err = client.Run(ctx, request, func(line []byte) error {
		lines = append(lines, string(line))
		return nil
	})
	return lines, err
}

func TestCommandsAndTheirEnds(t *testing.T) {
	profile := shortDir(t)
	open(t, profile, echo)
	for _, test := range []struct {
		name  string
		args  any
		lines int
		exit  int
	}{
		{"nothing to say", nil, 0, 0},
		{"two lines", map[string]int{"Lines": 2}, 2, 0},
		{"a thousand lines, then a failure", map[string]int{"Lines": 1000, "Exit": 4}, 1000, 4},
		{"arguments that are none", "text", 0, ExitUsage},
	} {
		t.Run(test.name, func(t *testing.T) {
			lines, err := ask(t, t.Context(), profile, "echo", test.args)
			if len(lines) != test.lines {
				t.Errorf("%d lines, want %d", len(lines), test.lines)
			}
			if test.exit == 0 && err != nil || test.exit != 0 && AsFailure(err).Exit != test.exit {
				t.Errorf("error %v, want exit code %d", err, test.exit)
			}
		})
	}
}

func TestFailureCrossesTheDoorWhole(t *testing.T) {
	profile := shortDir(t)
	open(t, profile, func(context.Context, Request, Emit) error {
		return fmt.Errorf("sending: %w", Fail(ExitRefused, WordDeclined, "小明"))
	})
	_, err := ask(t, t.Context(), profile, "send", nil)
	var failure *Failure
	if !errors.As(err, &failure) || failure.Exit != ExitRefused || failure.Word != WordDeclined ||
		failure.Args[0] != "小明" || failure.Error() != "小明 declined" {
		t.Errorf("got %#v", failure)
	}
	if !errors.Is(err, &Failure{Word: WordDeclined}) || errors.Is(err, &Failure{Word: WordLost}) {
		t.Error("the word does not tell failures apart")
	}
}

func TestPlainErrorBecomesExitOne(t *testing.T) {
	failure := AsFailure(errors.New("the disk is on fire"))
	if failure.Exit != ExitFailed || failure.Error() != "the disk is on fire" {
		t.Errorf("got %#v", failure)
	}
	if AsFailure(nil) != nil {
		t.Error("no error is a failure")
	}
}

func TestEveryWordHasASentence(t *testing.T) {
	for word, sentence := range English() {
		if sentence == "" {
			t.Errorf("%s says nothing", word)
		}
	}
	if text := Fail(1, WordAmbiguous, "a{1}b{2}").Error(); !strings.HasPrefix(text, "a{1}b{2} fits") {
		t.Errorf("an argument was filled in again: %s", text)
	}
}

func TestLongTextAndPathsThatAreNoUTF8(t *testing.T) {
	profile := shortDir(t)
	odd := "/tmp/\xd6\xd0\xce\xc4"
	text := strings.Repeat("\x01", 32<<10)
	open(t, profile, func(_ context.Context, request Request, emit Emit) error {
		var args SendArgs
		if err := request.Decode(&args); err != nil || string(args.Paths[0]) != odd {
			return fmt.Errorf("paths %q: %w", args.Paths, err)
		}
		return emit(Message{Event: EventMessage, Text: text})
	})
	lines, err := ask(t, t.Context(), profile, CommandSend, SendArgs{Paths: Paths([]string{odd})})
	if err != nil {
		t.Fatal(err)
	}
	var message Message
	if err := json.Unmarshal([]byte(lines[0]), &message); err != nil || message.Text != text {
		t.Errorf("%d bytes came back: %v", len(message.Text), err)
	}
}

func TestLineOverTheCap(t *testing.T) {
	profile := shortDir(t)
	open(t, profile, func(_ context.Context, _ Request, emit Emit) error {
		return emit(Message{Text: strings.Repeat("x", MaxLine)})
	})
	if lines, err := ask(t, t.Context(), profile, "x", nil); err == nil || len(lines) != 0 {
		t.Errorf("%d lines, %v", len(lines), err)
	}
}

func TestNobodyHome(t *testing.T) {
	for name, profile := range map[string]string{
		"an empty profile":   shortDir(t),
		"no profile at all":  filepath.Join(shortDir(t), "none"),
		"a file is in place": func() string { f := filepath.Join(shortDir(t), "f"); os.WriteFile(f, nil, 0o600); return f }(),
	} {
		if _, err := Dial(t.Context(), profile); !errors.Is(err, ErrNoCopy) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestOneHoldsAProfile(t *testing.T) {
	profile := filepath.Join(shortDir(t), "new")
	first, err := Lock(profile)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Lock(profile); !errors.Is(err, ErrHeld) {
		t.Errorf("a second copy got: %v", err)
	}
	if err := first.Release(); err != nil {
		t.Fatal(err)
	}
	second, err := Lock(profile)
	if err != nil {
		t.Fatalf("after the release: %v", err)
	}
	if err := second.Release(); err != nil {
		t.Error(err)
	}
}

func TestCancelEndsTheCommandAndHearsItsLastWords(t *testing.T) {
	profile := shortDir(t)
	open(t, profile, func(ctx context.Context, _ Request, emit Emit) error {
		if err := emit("begun"); err != nil {
			return err
		}
		<-ctx.Done()
		if err := emit("cleaned up"); err != nil {
			return err
		}
		return Fail(ExitFailed, WordCancelled)
	})
	client, err := Dial(t.Context(), profile)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	var lines []string
	err = client.Run(ctx, Request{Command: "send"}, func(line []byte) error {
		lines = append(lines, string(line))
		cancel()
		return nil
	})
	if len(lines) != 2 || !errors.Is(err, &Failure{Word: WordCancelled}) {
		t.Errorf("%q, %v", lines, err)
	}
}

func TestCloseEndsCommands(t *testing.T) {
	profile := shortDir(t)
	begun := make(chan struct{})
	server := open(t, profile, func(ctx context.Context, _ Request, _ Emit) error {
		close(begun)
		<-ctx.Done()
		return ctx.Err()
	})
	ended := make(chan error, 1)
	go func() {
		_, err := ask(t, t.Context(), profile, "serve", nil)
		ended <- err
	}()
	<-begun
	if err := server.Close(); err != nil {
		t.Error(err)
	}
	if err := <-ended; err == nil {
		t.Error("the command of a closed door succeeded")
	}
	if _, err := Dial(t.Context(), profile); !errors.Is(err, ErrNoCopy) {
		t.Errorf("after the end: %v", err)
	}
}

func TestEndingCopyCountsAsNone(t *testing.T) {
	profile := shortDir(t)
	open(t, profile, func(context.Context, Request, Emit) error { return Fail(ExitFailed, WordClosing) })
	if _, err := ask(t, t.Context(), profile, "say", nil); !errors.Is(err, ErrNoCopy) {
		t.Errorf("got %v", err)
	}
}
