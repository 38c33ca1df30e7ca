package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"lanyard/netcore/identity"
	"lanyard/netcore/link"
	cmdrun "lanyard/netcore/run"
	"lanyard/netcore/wire"
)

// realRunner is what ties run to this package.
type realRunner struct{ *cmdrun.Runner }

func (r realRunner) Start(ctx context.Context, spec Spec, out func(Pipe, []byte) error) (Process, error) {
	whole := cmdrun.Spec{Argv: spec.Argv, Dir: spec.Dir, Stdin: spec.Stdin, Wall: spec.Wall, Env: cmdrun.Environment(nil)}
	if spec.Terminal != nil {
		whole.Terminal = &cmdrun.Size{Cols: spec.Terminal.Cols, Rows: spec.Terminal.Rows}
	}
	p, err := r.Runner.Start(ctx, whole, func(s cmdrun.Stream, b []byte) error {
		if s == cmdrun.Stderr {
			return out(Stderr, b)
		}
		return out(Stdout, b)
	})
	for theirs, own := range map[error]error{
		cmdrun.ErrNotFound: ErrNotFound, cmdrun.ErrNotAllowed: ErrNotAllowed, cmdrun.ErrDir: ErrDir, cmdrun.ErrInvalid: ErrRequest,
	} {
		if errors.Is(err, theirs) {
			return nil, fmt.Errorf("%w: %w", own, err)
		}
	}
	if err != nil {
		return nil, err
	}
	return realProcess{p}, nil
}

type realProcess struct{ *cmdrun.Process }

func (p realProcess) Resize(s Size) error {
	return p.Process.Resize(cmdrun.Size{Cols: s.Cols, Rows: s.Rows})
}

func (p realProcess) Wait() Result {
	r := p.Process.Wait()
	return Result{State: ResultState(r.State), Exit: r.Exit, Signal: r.Signal}
}

// real is a device with links on the loopback and real programs.
type real struct {
	*Service
	links *link.Manager
	id    identity.DeviceID
	ended chan Info
}

func newReal(t testing.TB, level Level) *real {
	t.Helper()
	who, err := identity.Generate()
	if err != nil {
		t.Fatal(err)
	}
	r := &real{id: who.ID(), ended: make(chan Info, 10_000)}
	r.links = link.New(link.Config{Identity: who, Instance: newID()[:16], Trusted: func(identity.DeviceID) bool { return true }})
	runner := cmdrun.New(cmdrun.Config{})
	r.Service = New(Config{
		Open: func(ctx context.Context, id identity.DeviceID, kind string, fields any, bulk bool) (Stream, error) {
			open := r.links.Open
			if bulk {
				open = r.links.OpenBulk
			}
			s, err := open(ctx, id, kind, fields)
			if err != nil {
				return nil, err
			}
			return s, nil
		},
		Runner: realRunner{runner},
		Level:  func(identity.DeviceID) Level { return level },
		Audit: func(info Info) {
			if info.State.Ended() {
				r.ended <- info
			}
		},
	})
	for _, kind := range []string{KindRun, KindButtons, KindOutput} {
		r.links.Handle(kind, func(ctx context.Context, s *link.Stream, first wire.Frame) {
			r.Handle(ctx, s, s.Peer().ID, first)
		})
	}
	t.Cleanup(func() {
		if err := errors.Join(r.Close(), r.links.Close()); err != nil {
			t.Error(err)
		}
		runner.Close()
	})
	return r
}

// realPair returns an asker and an owner with a link.
func realPair(t testing.TB) (asker, owner *real) {
	t.Helper()
	asker, owner = newReal(t, LevelOff), newReal(t, LevelAlways)
	at, err := owner.links.Listen(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := asker.links.Connect(t.Context(), owner.id, []string{at.String()}); err != nil {
		t.Fatal(err)
	}
	return asker, owner
}

// exec runs something and returns what came of it.
func (r *real) exec(t testing.TB, owner *real, request Request, take Output) Info {
	t.Helper()
	run, err := r.Start(t.Context(), owner.id, request, take)
	if err != nil {
		t.Fatal(err)
	}
	if request.Stdin {
		_, err := io.WriteString(run, strings.Repeat("hello\n", 100_000))
		if err = errors.Join(err, run.CloseInput()); err != nil {
			t.Error(err)
		}
	}
	info, err := run.Wait(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return info
}

func TestOverARealLink(t *testing.T) {
	asker, owner := realPair(t)
	for _, tc := range []struct {
		r     Request
		state State
		exit  int
		bytes int64
	}{
		{argv("true"), StateExited, 0, 0},
		{argv("sh", "-c", "echo hello; exit 3"), StateExited, 3, 6},
		{argv("head", "-c", "5000000", "/dev/zero"), StateExited, 0, 5_000_000},
		{Request{Argv: []string{"cat"}, Stdin: true}, StateExited, 0, 600_000},
		{Request{Argv: []string{"sh", "-c", "head -c 3000000 /dev/zero; cat; head -c 3000000 /dev/zero"}, Stdin: true}, StateExited, 0, 6_600_000},
		{argv("no-such-program-here"), StateNotFound, 0, 0},
		{Request{Argv: []string{"true"}, Dir: "/no/such/folder"}, StateFailed, 0, 0},
		{Request{Argv: []string{"sleep", "60"}, Wall: 50 * time.Millisecond}, StateTimeout, 143, 0},
		{Request{Argv: []string{"yes"}, MaxOutput: 500_000}, StateKilledHere, 141, -1},
	} {
		info := asker.exec(t, owner, tc.r, nil)
		if info.State != tc.state || tc.exit != info.Exit && tc.bytes >= 0 || tc.bytes >= 0 && info.Stdout.Bytes != tc.bytes {
			t.Errorf("%q: %s (%s), exit %d, %d bytes", tc.r.Argv, info.State, info.Reason, info.Exit, info.Stdout.Bytes)
		}
		if here := <-owner.ended; here.Stdout != info.Stdout {
			t.Errorf("%q: %+v sent, %+v came", tc.r.Argv, here.Stdout, info.Stdout)
		}
		<-asker.ended
	}
}

// A program that ignores TERM and has children is gone after a Stop, and after
// the loss of the asker, as the process table says.
func TestNothingIsLeftRunning(t *testing.T) {
	for name, leave := range map[string]func(asker *real, r *Run){
		"stop": func(_ *real, r *Run) { r.Stop() },
		"loss": func(asker *real, _ *Run) { _ = asker.links.Close() },
	} {
		asker, owner := realPair(t)
		mark := fmt.Sprintf("31%d.%d", os.Getpid(), len(name))
		pids := make(chan struct{}, 100)
		script := "trap '' TERM HUP; setsid sleep " + mark + " & echo; wait; wait; sleep " + mark
		r, err := asker.Start(t.Context(), owner.id, argv("sh", "-c", script), func(Pipe, []byte) error {
			pids <- struct{}{}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		<-pids
		began := time.Now()
		leave(asker, r)
		here := <-owner.ended
		// Three seconds of grace, and room for a machine that does a lot else.
		if took := time.Since(began); took > 15*time.Second {
			t.Errorf("%s: it took %v", name, took)
		}
		if left := processes(t, mark); len(left) > 0 {
			t.Errorf("%s: left running: %q", name, left)
		}
		want := map[string]State{"stop": StateKilledThere, "loss": StateLost}[name]
		if here.State != want {
			t.Errorf("%s: %s", name, here.State)
		}
		<-asker.ended
	}
}

// processes returns the command lines in which a mark occurs.
func processes(t *testing.T, mark string) []string {
	t.Helper()
	entries, err := os.ReadDir("/proc")
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, entry := range entries {
		line, err := os.ReadFile("/proc/" + entry.Name() + "/cmdline")
		if err == nil && strings.Contains(string(line), mark) {
			found = append(found, string(line))
		}
	}
	return found
}

// BenchmarkStart is the time from asking for a program to knowing how it ended.
func BenchmarkStart(b *testing.B) {
	asker, owner := realPair(b)
	for b.Loop() {
		info := asker.exec(b, owner, argv("true"), nil)
		if info.State != StateExited && info.Reason != ReasonBusy {
			b.Fatalf("%s (%s)", info.State, info.Reason)
		}
		<-asker.ended
		<-owner.ended
	}
}

// BenchmarkOutput is a gigabyte of output into a file.
func BenchmarkOutput(b *testing.B) {
	asker, owner := realPair(b)
	file, err := os.Create(b.TempDir() + "/out")
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(1 << 30)
	for b.Loop() {
		if _, err := file.Seek(0, io.SeekStart); err != nil {
			b.Fatal(err)
		}
		info := asker.exec(b, owner, argv("head", "-c", "1073741824", "/dev/zero"), func(_ Pipe, p []byte) error { _, err := file.Write(p); return err })
		if info.State != StateExited || info.Stdout.Bytes != 1<<30 {
			b.Fatalf("%s (%s)", info.State, info.Reason)
		}
	}
	_ = file.Close()
}
