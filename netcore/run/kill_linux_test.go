package run

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// markVariable is in the environment of all that a test starts.
const markVariable = "LANYARD_TEST_MARK="

// marked returns the living processes whose environment has a mark.
func marked(t *testing.T, mark string) []int {
	t.Helper()
	places, err := filepath.Glob("/proc/[0-9]*")
	if err != nil {
		t.Fatal(err)
	}
	var found []int
	for _, place := range places {
		// Zombies have no environment any more.
		env, _ := os.ReadFile(place + "/environ")
		if pid, _ := strconv.Atoi(filepath.Base(place)); bytes.Contains(env, []byte(mark)) && pid != os.Getpid() {
			found = append(found, pid)
		}
	}
	return found
}

// newMark returns a mark that no other test has.
func newMark(t *testing.T) string {
	return markVariable + strings.ReplaceAll(t.Name(), "/", "-") + "-" + strconv.FormatInt(time.Now().UnixNano(), 36)
}

// expectNobody fails if something with the mark lives.
func expectNobody(t *testing.T, mark string) {
	t.Helper()
	for _, pid := range marked(t, mark) {
		line, _ := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/cmdline")
		t.Errorf("process %d is left: %q", pid, line)
	}
}

// familySize is how many processes stubbornFamily ends up with.
const familySize = 7

// stubbornFamily is a command that ignores TERM, as do its children: one in
// its group, one in a group of its own, one that left the session, and one that
// did so twice, whose parents are gone. Each says so, and sleeps.
func stubbornFamily(dir, mark string) Spec {
	const script = `
		trap "" TERM HUP INT
		sleeper() { trap "" TERM HUP INT; echo up; while :; do sleep 1000; done; }
		sleeper &
		set -m; sleeper & set +m
		setsid sh -c 'trap "" TERM HUP INT; echo up; while :; do sleep 1000; done' &
		(setsid sh -c 'trap "" TERM HUP INT; (setsid sh -c "echo up; while :; do sleep 1000; done" &) ; exit' &)
		(setsid sh -c 'trap "" TERM HUP INT; (setsid sh -c "(setsid sh -c \"echo up; exec sleep 1000\" &)" &)' &)
		echo up
		while :; do sleep 1000; done`
	return Spec{Argv: []string{"sh", "-c", script}, Dir: dir, Env: append(Environment(nil), mark)}
}

// awaitFamily returns when all of the family are there.
func awaitFamily(t *testing.T, said *spoken) {
	t.Helper()
	said.await(t, func(text string) bool { return strings.Count(text, "up\n") == 6 })
}

// Whatever ends a run, nothing is left of it when Wait returns.
func TestNothingIsLeft(t *testing.T) {
	const grace = 300 * time.Millisecond
	cut, lose := context.WithCancel(t.Context())
	t.Cleanup(lose)
	for _, test := range []struct {
		name string
		want State
		wall time.Duration
		ctx  context.Context
		end  func(r *Runner, p *Process)
	}{
		{"Stop", StateKilled, 0, t.Context(), func(_ *Runner, p *Process) { p.Stop() }},
		{"Stop, twice", StateKilled, 0, t.Context(), func(_ *Runner, p *Process) { p.Stop(); p.Stop() }},
		{"time limit", StateTimeout, 2 * time.Second, t.Context(), func(*Runner, *Process) {}},
		{"context", StateLost, 0, cut, func(*Runner, *Process) { lose() }},
		{"Close", StateKilled, 0, t.Context(), func(r *Runner, _ *Process) { _ = r.Close() }},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			r, mark, said := newRunner(t, grace), newMark(t), newSpoken()
			spec := stubbornFamily(t.TempDir(), mark)
			spec.Wall = test.wall
			p, err := r.Start(test.ctx, spec, said.take)
			if err != nil {
				t.Fatal(err)
			}
			awaitFamily(t, said)
			if got := marked(t, mark); len(got) < familySize {
				t.Errorf("only %d processes began", len(got))
			}
			if roots := r.Roots(); len(roots) != 1 {
				t.Errorf("roots %v", roots)
			}
			began := time.Now()
			test.end(r, p)
			result := p.Wait()
			t.Logf("%+v after %v", result, time.Since(began))
			if result.State != test.want || result.Signal != "SIGKILL" {
				t.Errorf("%+v", result)
			}
			expectNobody(t, mark)
			if roots := r.Roots(); len(roots) != 0 {
				t.Errorf("roots %v", roots)
			}
		})
	}
}

// A command that does as it is told is not killed.
func TestTermComesFirst(t *testing.T) {
	r, mark := newRunner(t, patient), newMark(t)
	spec := shell(t, `trap 'echo "told"; exit 3' TERM; sh -c 'trap "echo child; exit" TERM; echo up; while :; do sleep 0.01; done' & echo up; wait; wait`)
	spec.Env = append(spec.Env, mark)
	p, said := begin(t, r, spec)
	said.await(t, func(text string) bool { return strings.Count(text, "up\n") == 2 })
	p.Stop()
	result := p.Wait()
	if text := said.on(Stdout); result.State != StateKilled || result.Exit != 3 || !strings.Contains(text, "told") || !strings.Contains(text, "child") {
		t.Errorf("%+v %q", result, text)
	}
	expectNobody(t, mark)
}

// A stopped command cannot even hear TERM.
func TestSleepingCommandIsEnded(t *testing.T) {
	r, mark := newRunner(t, patient), newMark(t)
	spec := shell(t, `echo up; kill -STOP $$; echo on; sleep 1000`)
	spec.Env = append(spec.Env, mark)
	p, said := begin(t, r, spec)
	said.await(t, func(text string) bool { return strings.Contains(text, "up") })
	p.Stop()
	if result := p.Wait(); result.State != StateKilled || result.Signal != "SIGTERM" {
		t.Errorf("%+v", result)
	}
	expectNobody(t, mark)
}

// What a command leaves behind goes with it, and does not hold the output open.
func TestNothingIsLeftBehind(t *testing.T) {
	r, mark := newRunner(t, 0), newMark(t)
	spec := shell(t, `(setsid sh -c 'echo up; exec sleep 1000' &); read x; exit 4`)
	in, answer := pipe(t)
	spec.Stdin, spec.Env = in, append(spec.Env, mark)
	p, said := begin(t, r, spec)
	said.await(t, func(text string) bool { return strings.Contains(text, "up") })
	if _, err := answer.Write([]byte("\n")); err != nil {
		t.Fatal(err)
	}
	if result := p.Wait(); result.State != StateExited || result.Exit != 4 {
		t.Errorf("%+v", result)
	}
	expectNobody(t, mark)
}

// Those that have children faster than they are found do not get away.
func TestRabbitsAreCaught(t *testing.T) {
	r, mark := newRunner(t, 50*time.Millisecond), newMark(t)
	spec := acting(t, "rabbit")
	script := `hop() { echo hop; hop & }; hop; "$0" & sleep 1000`
	spec.Argv = []string{"sh", "-c", script, spec.Argv[0]}
	spec.Env = append(spec.Env, mark)
	p, said := begin(t, r, spec)
	said.await(t, func(text string) bool { return strings.Count(text, "hop\n") > 50 })
	p.Stop()
	if result := p.Wait(); result.State != StateKilled {
		t.Errorf("%+v", result)
	}
	expectNobody(t, mark)
}

// Killing the owner outright ends its commands too.
func TestNothingOutlivesTheOwner(t *testing.T) {
	mark := newMark(t)
	spec := acting(t, "owner")
	owner := exec.Command(spec.Argv[0])
	owner.Env = append(spec.Env, mark)
	out, err := owner.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	stay, err := owner.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = stay.Close() }()
	if err := owner.Start(); err != nil {
		t.Fatal(err)
	}
	seen := make([]byte, 0, 64)
	for buffer := make([]byte, 1); strings.Count(string(seen), "up\n") < 6; {
		if _, err := out.Read(buffer); err != nil {
			t.Fatal(err)
		}
		seen = append(seen, buffer[0])
	}
	began := time.Now()
	if err := owner.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = owner.Wait()
	// Nobody tells us when the last one has gone: look.
	awaitNobody(t, mark)
	t.Logf("all gone after %v", time.Since(began))
	if took := time.Since(began); took > patient/2 { // milliseconds, on a PC with nothing else to do
		t.Errorf("it took %v", took)
	}
}

// awaitNobody looks until nothing with the mark lives.
func awaitNobody(t *testing.T, mark string) {
	t.Helper()
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	limit := time.After(patient)
	for len(marked(t, mark)) > 0 {
		select {
		case <-look.C:
		case <-limit:
			expectNobody(t, mark)
			return
		}
	}
}

// A supervisor that is killed takes its command along, and the run is told as
// failed.
func TestKilledSupervisor(t *testing.T) {
	r, mark := newRunner(t, 0), newMark(t)
	spec := shell(t, `sleep 1000 & echo up; wait`)
	spec.Env = append(spec.Env, mark)
	p, said := begin(t, r, spec)
	said.await(t, func(text string) bool { return strings.Contains(text, "up") })
	supervisor, err := os.FindProcess(r.Roots()[0])
	if err != nil {
		t.Fatal(err)
	}
	if err := supervisor.Kill(); err != nil {
		t.Fatal(err)
	}
	if result := p.Wait(); result.State != StateFailed || result.Exit != -1 {
		t.Errorf("%+v", result)
	}
	awaitNobody(t, mark)
}

// A command that puts its supervisor to sleep can be stopped all the same.
func TestSleepingSupervisor(t *testing.T) {
	r, mark := newRunner(t, 0), newMark(t)
	spec := shell(t, `read x; kill -STOP $PPID; echo up; exec sleep 1000`)
	spec.Env, spec.Stdin = append(spec.Env, mark), strings.NewReader("on\n")
	p, said := begin(t, r, spec)
	said.await(t, func(text string) bool { return strings.Contains(text, "up") })
	p.Stop()
	if result := p.Wait(); result.State != StateKilled {
		t.Errorf("%+v", result)
	}
	expectNobody(t, mark)
}

// A spare supervisor that was killed harms nobody.
func TestKilledSpare(t *testing.T) {
	r := newRunner(t, 0)
	r.Prepare()
	awaitSpare(t, r)
	if err := r.starter.spare.process.Kill(); err != nil {
		t.Fatal(err)
	}
	if _, err := r.starter.spare.conn.Read(make([]byte, 1)); err == nil {
		t.Fatal("it speaks")
	}
	p, _ := begin(t, r, shell(t, "exit 5"))
	if result := p.Wait(); result.Exit != 5 {
		t.Errorf("%+v", result)
	}
}

func TestStartOfALostRun(t *testing.T) {
	r, mark := newRunner(t, 0), newMark(t)
	for range 20 {
		ctx, cancel := context.WithCancel(t.Context())
		go cancel()
		spec := shell(t, "sleep 1000")
		spec.Env = append(spec.Env, mark)
		p, err := r.Start(ctx, spec, newSpoken().take)
		if err == nil {
			if result := p.Wait(); result.State != StateLost {
				t.Errorf("%+v", result)
			}
		} else if !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	expectNobody(t, mark)
	if _, err := r.Start(t.Context(), shell(t, "true"), newSpoken().take); !errors.Is(err, ErrClosed) {
		t.Error(err)
	}
}
