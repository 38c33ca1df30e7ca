package run

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	Supervise()
	if act := os.Getenv(actVariable); act != "" {
		os.Exit(perform(act))
	}
	goleak.VerifyTestMain(m)
}

// actVariable makes this test binary a program of another kind.
const actVariable = "LANYARD_TEST_ACT"

// acting returns the command line and the environment of this test binary as
// another program.
func acting(t *testing.T, act string, args ...string) Spec {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return Spec{Argv: append([]string{self}, args...), Dir: filepath.Dir(self), Env: Environment([]string{actVariable + "=" + act})}
}

// patient is how long a test waits for what has to come.
const patient = time.Minute

// newRunner returns a Runner that the end of the test closes.
func newRunner(t testing.TB, grace time.Duration) *Runner {
	t.Helper()
	r := New(Config{Grace: grace})
	t.Cleanup(func() {
		if err := r.Close(); err != nil {
			t.Error(err)
		}
		if roots := r.Roots(); len(roots) != 0 {
			t.Errorf("roots are left: %v", roots)
		}
	})
	return r
}

// spoken keeps what a command says.
type spoken struct {
	mu     sync.Mutex
	more   *sync.Cond
	pieces []piece
}

type piece struct {
	stream Stream
	text   string
}

func newSpoken() *spoken {
	s := &spoken{}
	s.more = sync.NewCond(&s.mu)
	return s
}

func (s *spoken) take(stream Stream, p []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pieces = append(s.pieces, piece{stream, string(p)})
	s.more.Broadcast()
	return nil
}

// on returns all that came on a stream.
func (s *spoken) on(stream Stream) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.textOf(stream)
}

func (s *spoken) textOf(stream Stream) string {
	var all bytes.Buffer
	for _, p := range s.pieces {
		if p.stream == stream {
			all.WriteString(p.text)
		}
	}
	return all.String()
}

// await returns what came on standard output once it satisfies a condition.
func (s *spoken) await(t *testing.T, enough func(text string) bool) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patient)
	defer cancel()
	defer context.AfterFunc(ctx, s.more.Broadcast)()
	s.mu.Lock()
	defer s.mu.Unlock()
	for !enough(s.textOf(Stdout)) {
		if ctx.Err() != nil {
			t.Fatalf("it said no more than %+v", s.pieces)
		}
		s.more.Wait()
	}
	return s.textOf(Stdout)
}

// begin starts a command whose output is kept.
func begin(t *testing.T, r *Runner, spec Spec) (*Process, *spoken) {
	t.Helper()
	said := newSpoken()
	p, err := r.Start(t.Context(), spec, said.take)
	if err != nil {
		t.Fatal(err)
	}
	return p, said
}

// pipe returns a pipe whose writes end with the test.
func pipe(t *testing.T) (*io.PipeReader, *io.PipeWriter) {
	r, w := io.Pipe()
	t.Cleanup(func() { _ = r.Close() })
	return r, w
}
