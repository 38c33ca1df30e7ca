package run

import (
	"os"
	"os/exec"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"
)

// Many at once do not get into each other's way, and leave nothing open.
func TestManyAtOnce(t *testing.T) {
	const many = 40
	r := New(Config{})
	wakeNetpoll(t)
	before := openFiles(t)
	var all sync.WaitGroup
	for i := range many {
		all.Go(func() {
			spec := shell(t, `read x; echo "$1 $x"; echo "$1" >&2; exit $1`, strconv.Itoa(i))
			in, write := pipe(t)
			spec.Stdin = in
			p, said := begin(t, r, spec)
			if roots := r.Roots(); len(roots) == 0 {
				t.Error("no roots")
			}
			_, _ = write.Write([]byte("hello\n"))
			result, n := p.Wait(), strconv.Itoa(i)
			if result.Exit != i || said.on(Stdout) != n+" hello\n" || said.on(Stderr) != n+"\n" {
				t.Errorf("%d: %+v; it said %q and %q", i, result, said.on(Stdout), said.on(Stderr))
			}
		})
	}
	all.Wait()
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	if after := openFiles(t); after > before {
		t.Errorf("%d files are open, %d were before", after, before)
	}
	if children := below(os.Getpid()); len(children) != 0 {
		t.Errorf("children are left: %v", children)
	}
}

// Starts that fail leave nothing open either.
func TestFailedStartsLeaveNothingOpen(t *testing.T) {
	r := New(Config{})
	dir := t.TempDir()
	if err := os.WriteFile(dir+"/bad", []byte("#!/no/such/interpreter\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	wakeNetpoll(t)
	before := openFiles(t)
	for i := range 20 {
		spec := Spec{Argv: []string{"./bad"}, Dir: dir}
		if i%2 == 1 {
			spec.Terminal = &Size{80, 24}
		}
		if _, err := r.Start(t.Context(), spec, newSpoken().take); err == nil {
			t.Fatal("it started")
		}
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	if after := openFiles(t); after > before {
		t.Errorf("%d files are open, %d were before", after, before)
	}
}

// wakeNetpoll has Go's runtime open what it keeps open from the first pipe of a
// process on, which is none of a runner's files.
func wakeNetpoll(t *testing.T) {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	_ = r.Close()
	_ = w.Close()
}

// openFiles counts the descriptors of this process.
func openFiles(t *testing.T) int {
	t.Helper()
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	return len(entries)
}

// A command inherits nothing but its three streams.
func TestCommandInheritsNothing(t *testing.T) {
	r := newRunner(t, 0)
	p, said := begin(t, r, Spec{Argv: []string{"ls", "/proc/self/fd"}, Dir: "/", Env: Environment(nil)})
	if p.Wait(); said.on(Stdout) != "0\n1\n2\n3\n" { // 3 is the folder itself
		t.Errorf("%q", said.on(Stdout))
	}
}

func BenchmarkStart(b *testing.B) {
	r := newRunner(b, 0)
	r.Prepare()
	awaitSpare(b, r)
	spec := Spec{Argv: []string{"/bin/true"}, Dir: "/", Env: Environment(nil)}
	var took []time.Duration
	for b.Loop() {
		began := time.Now()
		p, err := r.Start(b.Context(), spec, func(Stream, []byte) error { return nil })
		if err != nil {
			b.Fatal(err)
		}
		if result := p.Wait(); result.State != StateExited {
			b.Fatalf("%+v", result)
		}
		took = append(took, time.Since(began))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "median-ms")
}

func BenchmarkPlainStart(b *testing.B) {
	for b.Loop() {
		if err := exec.Command("/bin/true").Run(); err != nil {
			b.Fatal(err)
		}
	}
}

// awaitSpare returns when a supervisor is ready.
func awaitSpare(t testing.TB, r *Runner) {
	t.Helper()
	look := time.NewTicker(time.Millisecond)
	defer look.Stop()
	for range look.C {
		r.starter.mu.Lock()
		ready := r.starter.spare != nil
		r.starter.mu.Unlock()
		if ready {
			return
		}
	}
}
