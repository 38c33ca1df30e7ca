package classic

import (
	"bufio"
	"context"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"lanyard/netcore/run"
)

func TestMain(m *testing.M) {
	run.Supervise()
	goleak.VerifyTestMain(m)
}

// patient is how long a test waits for what has to come.
const patient = time.Minute

// stage keeps what a session tells.
type stage struct {
	mu      sync.Mutex
	more    *sync.Cond
	events  []Event
	records []Record
}

func newStage() *stage {
	s := &stage{}
	s.more = sync.NewCond(&s.mu)
	return s
}

func (s *stage) options(p Name, address string) Options {
	return Options{
		Protocol: p, Address: address, AllowCommands: true, Secret: "一个秘密",
		Events: func(e Event) {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.events = append(s.events, e)
			s.more.Broadcast()
		},
		Wire: func(r Record) {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.records = append(s.records, r)
		},
	}
}

// await waits until the session has told a number of events of a kind, and
// returns these.
func (s *stage) await(t *testing.T, what What, count int) []Event {
	t.Helper()
	late := time.AfterFunc(patient, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.more.Broadcast()
	})
	defer late.Stop()
	deadline := time.Now().Add(patient)
	s.mu.Lock()
	defer s.mu.Unlock()
	for {
		var found []Event
		for _, e := range s.events {
			if e.What == what {
				found = append(found, e)
			}
		}
		if len(found) >= count {
			return found
		}
		if !time.Now().Before(deadline) {
			t.Fatalf("%d × %s instead of %d; all: %+v", len(found), what, count, s.events)
		}
		s.more.Wait()
	}
}

// texts returns what was received, put together.
func (s *stage) texts() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all strings.Builder
	for _, e := range s.events {
		if e.What == Received {
			all.WriteString(e.Text)
		}
	}
	return all.String()
}

// reads returns the sizes of the records of reads.
func (s *stage) reads() (asked, got []int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range s.records {
		if r.Direction == Read && !r.End && r.Err == "" {
			asked, got = append(asked, r.Asked), append(got, r.Size)
		}
	}
	return asked, got
}

// serving starts a server for the test.
func serving(t *testing.T, o Options) *Session {
	t.Helper()
	return started(t, Serve, o)
}

// dialing starts a client for the test.
func dialing(t *testing.T, o Options) *Session {
	t.Helper()
	return started(t, Dial, o)
}

func started(t *testing.T, how func(context.Context, Options) (*Session, error), o Options) *Session {
	t.Helper()
	s, err := how(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		began := time.Now()
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		if took := time.Since(began); took > patient {
			t.Errorf("closing took %v", took)
		}
	})
	return s
}

// python returns the interpreter that the peers of the tests need.
func python(t *testing.T) string {
	t.Helper()
	path, err := exec.LookPath("python3")
	if err != nil && os.Getenv("CI") == "true" && runtime.GOOS == "linux" {
		t.Fatal(err)
	}
	if err != nil {
		t.Skipf("the peers are in Python: %v", err)
	}
	return path
}

// peer is a program of testdata/peer.py.
type peer struct {
	t     *testing.T
	cmd   *exec.Cmd
	lines *bufio.Reader
	said  strings.Builder
}

// newPeer starts one. It is killed with the test.
func newPeer(t *testing.T, args ...string) *peer {
	t.Helper()
	script, err := filepath.Abs(filepath.Join("testdata", "peer.py"))
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithTimeout(context.WithoutCancel(t.Context()), patient)
	p := &peer{t: t, cmd: exec.CommandContext(ctx, python(t), append([]string{script}, args...)...)}
	p.cmd.Env = append(os.Environ(), "PYTHONIOENCODING=utf-8", "PYTHONDONTWRITEBYTECODE=1", "LC_ALL=C.UTF-8", "TZ=UTC")
	p.cmd.Stderr = &p.said
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	p.lines = bufio.NewReader(out)
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		stop()
		_ = p.cmd.Wait() // it may have been waited for
	})
	return p
}

// address waits until a server of testdata/peer.py listens.
func (p *peer) address() string {
	p.t.Helper()
	line, err := p.lines.ReadString('\n')
	address, found := strings.CutPrefix(strings.TrimSpace(line), "listening ")
	if err != nil || !found {
		p.t.Fatalf("%q, %v; %s", line, err, p.rest())
	}
	return address
}

// rest waits for the end of a peer and returns what it said, lines of repr().
func (p *peer) rest() string {
	p.t.Helper()
	out, err := io.ReadAll(p.lines)
	if err := p.cmd.Wait(); err != nil {
		p.t.Errorf("the peer: %v\n%s", err, p.said.String())
	}
	if err != nil {
		p.t.Error(err)
	}
	return string(out)
}

// unixPath returns an address for a Unix-domain socket.
func unixPath(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "c") // that of testing is too long on macOS
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return "unix:" + filepath.Join(dir, "s")
}

// leaveOut skips a test that this machine cannot run, and says why; in CI on
// Linux, which must be able to, it fails.
func leaveOut(t *testing.T, why any) {
	t.Helper()
	if os.Getenv("CI") == "true" && runtime.GOOS == "linux" {
		t.Fatal("CI must be able to run this: ", why)
	}
	t.Skip(why)
}
