//go:build unix

package control

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

const (
	// strangerSteps says what this test binary does before it knocks: steps,
	// separated by commas, each in a process of its own.
	strangerSteps = "LANYARD_TEST_STRANGER_STEPS"
	// strangerParent is the process that must have ended before.
	strangerParent = "LANYARD_TEST_STRANGER_PARENT"
)

// Steps. What comes after one is for a child.
const (
	stepWait    = "wait"    // until standard input ends, then as child
	stepChild   = "child"   // which is waited for
	stepSession = "session" // the same, in a session of its own
	stepOrphan  = "orphan"  // not waited for: its parent ends first
	stepAlone   = "alone"   // the same, in a session of its own
	stepKeep    = "keep"    // as child, and adopting all orphans below
)

// takeStep does the first step and reports whether none is left.
func takeStep() (last bool, err error) {
	step, rest, _ := strings.Cut(os.Getenv(strangerSteps), ",")
	if step == "" {
		awaitParent()
		return true, nil
	}
	self, err := os.Executable()
	if err != nil {
		return false, err
	}
	child := exec.Command(self)
	child.Stdout, child.Stderr = os.Stdout, os.Stderr
	child.Env = append(os.Environ(), strangerSteps+"="+rest)
	child.SysProcAttr = &syscall.SysProcAttr{Setsid: step == stepSession || step == stepAlone}
	switch step {
	case stepWait:
		if _, err := io.Copy(io.Discard, os.Stdin); err != nil {
			return false, err
		}
	case stepKeep:
		return false, errors.Join(keepOrphans(), child.Start(), waitForAll())
	case stepOrphan, stepAlone:
		child.Env = append(child.Env, strangerParent+"="+strconv.Itoa(os.Getpid()))
		return false, child.Start()
	}
	return false, child.Run()
}

// awaitParent waits until the parent has ended, if it is to.
func awaitParent() {
	for os.Getenv(strangerParent) == strconv.Itoa(os.Getppid()) {
		<-time.After(time.Millisecond)
	}
}

// waitForAll waits until every child has ended, adopted ones too.
func waitForAll() error {
	for {
		_, err := syscall.Wait4(-1, nil, 0, nil)
		switch {
		case errors.Is(err, syscall.ECHILD):
			return nil
		case err != nil && !errors.Is(err, syscall.EINTR):
			return err
		}
	}
}

// doorWithJail opens a door that keeps out what descends from the root.
func doorWithJail(t *testing.T) (profile string, root *atomic.Int64) {
	t.Helper()
	profile, root = shortDir(t), &atomic.Int64{}
	roots := func() []int {
		if pid := root.Load(); pid != 0 {
			return []int{int(pid)}
		}
		return nil
	}
	server, err := Listen(profile, backendFunc(echo), slog.New(slog.DiscardHandler), Jailed(roots, nil))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Close() })
	return profile, root
}

// family starts processes that knock at the end of their steps, and returns
// what they said. begun is told the first one's ID before any of them knocks.
func family(t *testing.T, profile string, steps string, begun func(pid int)) string {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	first := exec.Command(self)
	first.Env = append(os.Environ(), strangerProfile+"="+profile, strangerSteps+"="+stepWait+","+steps, "GORACE=atexit_sleep_ms=0")
	first.SysProcAttr = &syscall.SysProcAttr{Setsid: true} // as a command is run
	gate, err := first.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	said, err := first.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := first.Start(); err != nil {
		t.Fatal(err)
	}
	begun(first.Process.Pid)
	gate.Close()
	all, err := io.ReadAll(said) // until the last of them has ended
	if err := errors.Join(err, first.Wait()); err != nil {
		t.Errorf("%s: %v", steps, err)
	}
	return string(all)
}

func TestCommandsThatLanyardRunsAreKeptOut(t *testing.T) {
	for _, steps := range []string{
		"",            // the child of the command
		"child,child", // deeper
		"session",     // in a session of its own
		"orphan",      // its parent has ended
		"orphan,child",
	} {
		profile, root := doorWithJail(t)
		said := family(t, profile, steps, func(pid int) { root.Store(int64(pid)) })
		if !strings.HasPrefix(said, "told: ") || !strings.Contains(said, string(WordJailed)) {
			t.Errorf("%q: %s", steps, said)
		}
	}
}

func TestOthersAreLetInBesideACommand(t *testing.T) {
	profile, root := doorWithJail(t)
	if said := family(t, profile, "child", func(int) {}); !strings.HasPrefix(said, "let in") {
		t.Errorf("with no command running: %s", said)
	}
	command := exec.Command("sleep", "600")
	command.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := command.Start(); err != nil {
		t.Fatalf("no command to run: %v", err)
	}
	defer func() { _, _ = command.Process.Kill(), command.Wait() }()
	root.Store(int64(command.Process.Pid))
	for _, steps := range []string{"", "child", "orphan"} {
		if said := family(t, profile, steps, func(int) {}); !strings.HasPrefix(said, "let in") {
			t.Errorf("%q beside a command: %s", steps, said)
		}
	}
	if _, err := ask(t, t.Context(), profile, "echo", nil); err != nil {
		t.Errorf("the test itself: %v", err)
	}
}

// A command can send its request, end, and with it its run be over, before the
// door looks who came.
func TestWhoHasEndedIsKeptOut(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	profile, begun, refused := shortDir(t), make(chan struct{}), make(chan string, 1)
	command := exec.Command(self)
	command.Env = append(os.Environ(), strangerProfile+"="+profile, strangerSteps+"=", "GORACE=atexit_sleep_ms=0")
	over := func() []int {
		<-begun
		_, _ = command.Process.Kill(), command.Wait()
		return nil // nothing runs any more
	}
	log := slog.New(slog.NewTextHandler(writerFunc(func(p []byte) (int, error) {
		refused <- string(p)
		return len(p), nil
	}), &slog.HandlerOptions{Level: slog.LevelDebug}))
	server, err := Listen(profile, backendFunc(echo), log, Jailed(over, nil))
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	close(begun)
	select {
	case line := <-refused:
		if !strings.Contains(line, "ended") {
			t.Error(line)
		}
	case <-time.After(time.Minute):
		t.Error("it was let in")
	}
}

// writerFunc is a function as a writer.
type writerFunc func(p []byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

func TestClientThatIsKeptOutIsToldSo(t *testing.T) {
	profile, root := doorWithJail(t)
	root.Store(int64(os.Getpid()))
	for _, args := range []any{nil, SayArgs{Text: strings.Repeat("x", 1<<20)}} {
		ctx, stop := context.WithTimeout(t.Context(), 30*time.Second)
		_, err := ask(t, ctx, profile, "say", args)
		stop()
		if failure := AsFailure(err); failure == nil || failure.Exit != ExitRefused || failure.Word != WordJailed {
			t.Errorf("got %v", err)
		}
	}
}
