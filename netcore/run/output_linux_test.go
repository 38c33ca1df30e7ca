package run

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"os"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// A command that writes faster than its output is taken has to wait, and
// nothing piles up here.
func TestSlowConsumerSlowsTheProducer(t *testing.T) {
	const total = 200 << 20
	r := newRunner(t, 0)
	gate, inside := make(chan struct{}), make(chan struct{})
	hash, got, largest := sha256.New(), 0, 0
	p, err := r.Start(t.Context(), shell(t, "yes | head -c 200M"), func(_ Stream, b []byte) error {
		if got == 0 {
			close(inside)
			<-gate
		}
		got += len(b)
		largest = max(largest, len(b))
		_, err := hash.Write(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	<-inside
	if written := blockedAt(t, p); written > 1<<20 {
		t.Errorf("it wrote %d bytes that nobody took", written)
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	close(gate)
	began := time.Now()
	result := p.Wait()
	runtime.ReadMemStats(&after)
	t.Logf("%.0f MB/s with SHA-256, %d KiB allocated", total/1e6/time.Since(began).Seconds(), (after.TotalAlloc-before.TotalAlloc)>>10)
	want := sha256.Sum256(bytes.Repeat([]byte("y\n"), total/2))
	if result.State != StateExited || result.Exit != 0 || got != total || !bytes.Equal(hash.Sum(nil), want[:]) {
		t.Errorf("%+v, %d bytes", result, got)
	}
	if allocated := after.TotalAlloc - before.TotalAlloc; allocated > 4<<20 {
		t.Errorf("%d bytes were allocated for it", allocated)
	}
	if largest > pieceSize {
		t.Errorf("a piece of %d bytes", largest)
	}
}

// blockedAt waits until the command and its children write no more, and
// returns how much they wrote.
func blockedAt(t *testing.T, p *Process) int {
	t.Helper()
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	last := -1
	for limit := time.Now().Add(patient); time.Now().Before(limit); <-look.C {
		now := writtenBelow(p.PID())
		if now == last && now > 0 {
			return now
		}
		last = now
	}
	t.Fatal("it never stops")
	return 0
}

// writtenBelow returns how much the last child of a process has written.
func writtenBelow(pid int) int {
	children := below(pid)
	if len(children) == 0 {
		return -1
	}
	text, _ := os.ReadFile("/proc/" + strconv.Itoa(children[len(children)-1]) + "/io")
	for line := range strings.Lines(string(text)) {
		if value, found := strings.CutPrefix(line, "wchar: "); found {
			n, _ := strconv.Atoi(strings.TrimSpace(value))
			return n
		}
	}
	return -1
}

// While nobody takes its output, a command can still be stopped.
func TestStopOfAStalledRun(t *testing.T) {
	r, mark := newRunner(t, 0), newMark(t)
	spec := shell(t, "yes")
	spec.Env = append(spec.Env, mark)
	gate, inside := make(chan struct{}), make(chan struct{})
	calls := 0
	p, err := r.Start(t.Context(), spec, func(Stream, []byte) error {
		if calls++; calls == 1 {
			close(inside)
			<-gate
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	<-inside
	p.Stop()
	awaitNobody(t, mark)
	close(gate)
	if result := p.Wait(); result.State != StateKilled {
		t.Errorf("%+v", result)
	}
	after := calls
	if p.Wait(); calls != after {
		t.Error("output came after the end")
	}
}

func TestRefusedOutputEndsTheRun(t *testing.T) {
	r, mark := newRunner(t, 0), newMark(t)
	spec := shell(t, "yes & yes >&2")
	spec.Env = append(spec.Env, mark)
	calls := 0
	p, err := r.Start(t.Context(), spec, func(Stream, []byte) error {
		calls++
		return errors.New("the disk is full")
	})
	if err != nil {
		t.Fatal(err)
	}
	if result := p.Wait(); result.State != StateLost || calls != 1 {
		t.Errorf("%+v after %d calls", result, calls)
	}
	expectNobody(t, mark)
}

// Half a character is handed on as it is, before the rest comes.
func TestHalfALineIsNotHeldBack(t *testing.T) {
	r := newRunner(t, 0)
	in, answer := pipe(t)
	spec := shell(t, `printf 'a\344\270'; read x; printf '\255\n'`)
	spec.Stdin = in
	p, said := begin(t, r, spec)
	said.await(t, func(text string) bool { return text == "a\xe4\xb8" })
	if _, err := answer.Write([]byte("on\n")); err != nil {
		t.Fatal(err)
	}
	if result := p.Wait(); result.State != StateExited || said.on(Stdout) != "a中\n" {
		t.Errorf("%+v %q", result, said.on(Stdout))
	}
}

// A stream that somebody outside the run holds does not keep the run.
func TestStreamInOtherHands(t *testing.T) {
	r := newRunner(t, 0)
	for _, terminal := range []*Size{nil, {80, 24}} {
		spec := shell(t, "echo up; read x; printf last")
		in, answer := pipe(t)
		spec.Stdin, spec.Terminal = in, terminal
		p, said := begin(t, r, spec)
		said.await(t, func(text string) bool { return strings.Contains(text, "up") })
		held, err := os.OpenFile("/proc/"+strconv.Itoa(p.PID())+"/fd/1", os.O_WRONLY|unix.O_NOCTTY, 0)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := answer.Write([]byte("on\n")); err != nil {
			t.Fatal(err)
		}
		if result := p.Wait(); result.State != StateExited || !strings.HasSuffix(said.on(Stdout), "last") {
			t.Errorf("%+v %q", result, said.on(Stdout))
		}
		_ = held.Close()
	}
}

// pumpEach does on this system what others need it for.
func TestPumpWithoutOrder(t *testing.T) {
	gone, said := make(chan struct{}), newSpoken()
	var outlets []outlet
	var ends []*os.File
	for _, s := range []Stream{Stdout, Stderr} {
		r, w, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		outlets, ends = append(outlets, outlet{s, r}), append(ends, w)
	}
	done := make(chan error, 1)
	go func() { done <- pumpEach(outlets, gone, said.take) }()
	_, _ = ends[0].WriteString("one")
	said.await(t, func(text string) bool { return text == "one" })
	_, _ = ends[1].WriteString("two")
	_ = ends[1].Close()
	close(gone) // the other end of the first stays open
	if err := <-done; err != nil || said.on(Stderr) != "two" {
		t.Errorf("%v, %+v", err, said.pieces)
	}
	_ = ends[0].Close()
}
