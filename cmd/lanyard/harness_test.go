//go:build (e2e || bench) && linux

package main_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// need ends a test that cannot run here: in CI as a failure, so that nothing is
// left out unseen, elsewhere as a skip with its reason.
func need(t testing.TB, ok bool, reason string) {
	t.Helper()
	switch {
	case ok:
	case os.Getenv("CI") == "true":
		t.Fatalf("CI must be able to run this: %s", reason)
	default:
		t.Skipf("left out: %s", reason)
	}
}

// needTools asks for programs on the PATH.
func needTools(t testing.TB, names ...string) {
	t.Helper()
	for _, name := range names {
		_, err := exec.LookPath(name)
		need(t, err == nil, name+" is not installed")
	}
}

// program is the path of a built program of this module.
func program(t testing.TB, name string) string {
	t.Helper()
	dir := os.Getenv("LANYARD_BIN")
	if dir == "" {
		dir = filepath.Join("..", "..", "bin")
	}
	path, err := filepath.Abs(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); err != nil {
		t.Fatalf("build it first, with make build: %v", err)
	}
	return path
}

// buildDir is a folder for what a person may want to look at afterwards.
func buildDir(t testing.TB, name string) string {
	t.Helper()
	dir := os.Getenv("LANYARD_BUILD")
	if dir == "" {
		dir = filepath.Join("..", "..", "build")
	}
	dir = filepath.Join(dir, name)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

// runName is short and of this run alone: network namespaces and folders bear it.
var runName = sync.OnceValue(func() string {
	if name := os.Getenv("LANYARD_E2E_RUN"); name != "" {
		return name
	}
	return "ly" + time.Now().Format("150405")
})

// workDir is a new folder with a short path that goes when the test ends.
func workDir(t testing.TB) string {
	t.Helper()
	base := filepath.Join(os.TempDir(), runName())
	if err := os.MkdirAll(base, 0o755); err != nil {
		t.Fatal(err)
	}
	dir, err := os.MkdirTemp(base, "t")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Logf("removing the work folder: %v", err)
		}
		_ = os.Remove(base) // the last test of the run succeeds
	})
	return dir
}

// must runs a command to its end and returns what it printed.
func must(t testing.TB, name string, args ...string) string {
	t.Helper()
	out, err := exec.Command(name, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
	return string(out)
}

// poll asks again and again until yes, and reports whether it came to that.
func poll(limit time.Duration, yes func() bool) bool {
	ticker := time.NewTicker(20 * time.Millisecond)
	defer ticker.Stop()
	deadline := time.Now().Add(limit)
	for !yes() {
		if time.Now().After(deadline) {
			return false
		}
		<-ticker.C
	}
	return true
}

// eventually is poll that fails the test. It returns how long it took.
func eventually(t testing.TB, limit time.Duration, what string, yes func() bool) time.Duration {
	t.Helper()
	start := time.Now()
	if !poll(limit, yes) {
		t.Fatalf("not within %v: %s", limit, what)
	}
	return time.Since(start)
}

// process is a program that a test started.
type process struct {
	cmd    *exec.Cmd
	stderr tail
	ended  chan struct{}
}

// start starts a command. Whoever calls it sees to its end.
func start(t testing.TB, cmd *exec.Cmd) *process {
	t.Helper()
	p := &process{cmd: cmd, ended: make(chan struct{})}
	if cmd.Stderr == nil {
		cmd.Stderr = &p.stderr
	}
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{}
	}
	cmd.SysProcAttr.Pdeathsig = syscall.SIGKILL
	if err := cmd.Start(); err != nil {
		t.Fatalf("starting %s: %v", cmd.Path, err)
	}
	go func() {
		defer close(p.ended)
		_ = cmd.Wait() // the exit code is in ProcessState
	}()
	return p
}

// spawn is start for what runs along: it is killed when the test ends. If the
// test has failed, what it complained about and what it was doing is kept.
func spawn(t testing.TB, cmd *exec.Cmd) *process {
	t.Helper()
	p := start(t, cmd)
	t.Cleanup(func() {
		if t.Failed() {
			p.autopsy(t)
		}
		p.kill()
	})
	return p
}

// autopsy ends it with the stacks of its goroutines, and saves all it said.
func (p *process) autopsy(t testing.TB) {
	t.Helper()
	p.quit()
	said := p.stderr.String()
	if said == "" {
		return
	}
	command := strings.Join(p.cmd.Args, " ")
	name := fmt.Sprintf("%s-%d.txt", strings.ReplaceAll(t.Name(), "/", "-"), p.cmd.Process.Pid)
	name = filepath.Join(buildDir(t, "logs"), name)
	if err := os.WriteFile(name, []byte(command+"\n"+said), 0o644); err != nil {
		t.Errorf("saving what it said: %v", err)
	}
	head, _, _ := strings.Cut(said, "SIGQUIT: quit")
	t.Logf("%s; all it said is in %s, the last of it:\n%s", command, name, head[max(0, len(head)-2000):])
}

// quit ends a program of ours with the stacks of its goroutines on stderr.
func (p *process) quit() {
	ours := slices.ContainsFunc(p.cmd.Args, func(arg string) bool { return strings.HasPrefix(filepath.Base(arg), "lanyard") })
	if !ours || !p.running() {
		return
	}
	_ = p.cmd.Process.Signal(syscall.SIGQUIT) // it may end at this moment
	select {
	case <-p.ended:
	case <-time.After(3 * time.Second):
	}
}

// kill ends it as a power cut would.
func (p *process) kill() {
	_ = p.cmd.Process.Kill() // it may have ended
	<-p.ended
}

// interrupt asks it to quit, as Ctrl+C does, and waits until it has.
func (p *process) interrupt(t testing.TB) {
	t.Helper()
	if err := p.cmd.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatalf("interrupting: %v", err)
	}
	p.wait(t, 10*time.Second)
}

// wait returns the exit code.
func (p *process) wait(t testing.TB, limit time.Duration) int {
	t.Helper()
	select {
	case <-p.ended:
	case <-time.After(limit):
		p.autopsy(t)
		t.Fatalf("%s did not end within %v", strings.Join(p.cmd.Args, " "), limit)
	}
	return p.cmd.ProcessState.ExitCode()
}

func (p *process) running() bool {
	select {
	case <-p.ended:
		return false
	default:
		return true
	}
}

// tail keeps the last part of what is written to it.
type tail struct {
	mu   sync.Mutex
	data []byte
}

const tailSize = 256 << 10

func (w *tail) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.data = append(w.data, p...)
	if extra := len(w.data) - tailSize; extra > 0 {
		w.data = bytes.Clone(w.data[extra:])
	}
	return len(p), nil
}

func (w *tail) String() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return string(w.data)
}
