package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"lanyard/netcore/control"
)

// terminal is a terminal of which the test is the keyboard.
type terminal struct{ keyboard, program *os.File }

// noTerminal ends a test for want of a terminal: in CI as a failure, so that
// nothing is left out unseen.
func noTerminal(t *testing.T, err error) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatalf("CI must have terminals: %v", err)
	}
	t.Skipf("no terminal to be had: %v", err)
}

func newTerminal(t *testing.T) terminal {
	t.Helper()
	keyboard, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		noTerminal(t, err)
	}
	t.Cleanup(func() { keyboard.Close() })
	fd := int(keyboard.Fd())
	number, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err := errors.Join(err, unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0)); err != nil {
		t.Fatal(err)
	}
	program, err := os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		noTerminal(t, err)
	}
	t.Cleanup(func() { program.Close() })
	return terminal{keyboard, program}
}

// echoes reports whether what is typed is shown.
func (x terminal) echoes(t *testing.T) bool {
	t.Helper()
	state, err := unix.IoctlGetTermios(int(x.program.Fd()), unix.TCGETS)
	if err != nil {
		t.Fatal(err)
	}
	return state.Lflag&unix.ECHO != 0
}

// untilHidden waits until what is typed is not shown.
func (x terminal) untilHidden(t *testing.T) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); x.echoes(t); {
		if time.Now().After(deadline) {
			t.Fatal("what is typed is shown")
		}
		<-time.After(time.Millisecond)
	}
}

func TestWhatIsTypedIsNotShown(t *testing.T) {
	x := newTerminal(t)
	typed := make(chan string, 1)
	go func() {
		text, err := hiddenFrom(int(x.program.Fd()))(t.Context())
		if err != nil {
			text = err.Error()
		}
		typed <- text
	}()
	x.untilHidden(t)
	if _, err := x.keyboard.WriteString("correct horse\n"); err != nil {
		t.Fatal(err)
	}
	if got := <-typed; got != "correct horse" {
		t.Errorf("read %q", got)
	}
	if !x.echoes(t) {
		t.Error("the terminal stays blind")
	}
}

func TestInterruptedTypingLeavesTheTerminalAsItWas(t *testing.T) {
	x := newTerminal(t)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		_, err := hiddenFrom(int(x.program.Fd()))(ctx)
		ended <- err
	}()
	x.untilHidden(t)
	stop()
	if err := <-ended; !errors.Is(err, &control.Failure{Word: control.WordCancelled}) {
		t.Errorf("got %v", err)
	}
	if !x.echoes(t) {
		t.Error("the terminal stays blind")
	}
	if _, err := x.keyboard.WriteString("\n"); err != nil { // ends the read
		t.Fatal(err)
	}
}
