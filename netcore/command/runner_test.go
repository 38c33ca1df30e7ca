package command

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"
	"sync"
	"time"
)

// fakeRunner runs the programs of the tests.
type fakeRunner struct {
	mu      sync.Mutex
	specs   []Spec
	running int
	starts  func() // called at each start, before the program exists
}

// proc is a program that runs.
type proc struct {
	runner  *fakeRunner
	ctx     context.Context
	spec    Spec
	out     func(Pipe, []byte) error
	kind    chan struct{} // closed by the first Stop
	stop    sync.Once
	sizes   chan Size
	ended   chan struct{}
	result  Result
	grace   time.Duration // between Stop and the kill
	expired <-chan time.Time
}

func (r *fakeRunner) Start(ctx context.Context, spec Spec, out func(Pipe, []byte) error) (Process, error) {
	if r.starts != nil {
		r.starts()
	}
	switch spec.Argv[0] {
	case "missing":
		return nil, fmt.Errorf("looking for it: %w", ErrNotFound)
	case "locked":
		return nil, ErrNotAllowed
	case "broken":
		return nil, io.ErrUnexpectedEOF
	}
	if spec.Dir == "/missing" {
		return nil, ErrDir
	}
	p := &proc{
		runner: r, ctx: ctx, spec: spec, out: out, kind: make(chan struct{}), sizes: make(chan Size, 10),
		ended: make(chan struct{}), grace: 3 * time.Second,
	}
	if spec.Wall > 0 {
		p.expired = time.After(spec.Wall)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.specs = append(r.specs, spec)
	r.running++
	go p.run()
	return p, nil
}

// seen returns what was started so far.
func (r *fakeRunner) seen() []Spec {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]Spec(nil), r.specs...)
}

// alive returns how many programs run.
func (r *fakeRunner) alive() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.running
}

func (p *proc) Stop()               { p.stop.Do(func() { close(p.kind) }) }
func (p *proc) Resize(s Size) error { p.sizes <- s; return nil }
func (p *proc) Wait() Result        { <-p.ended; return p.result }

func (p *proc) run() {
	p.result = p.program()
	p.runner.mu.Lock()
	p.runner.running--
	p.runner.mu.Unlock()
	close(p.ended)
}

// wait waits for whatever ends a program that would run for ever.
func (p *proc) wait() Result {
	select {
	case <-p.kind:
		return Result{State: ResultKilled, Signal: "SIGTERM"}
	case <-p.ctx.Done():
		return Result{State: ResultLost}
	case <-p.expired:
		return Result{State: ResultTimeout, Signal: "SIGTERM"}
	}
}

// over reports whether something ends the program.
func (p *proc) over() bool {
	select {
	case <-p.kind:
	case <-p.ctx.Done():
	case <-p.expired:
	default:
		return false
	}
	return true
}

// program is what the program does.
func (p *proc) program() Result {
	argv := p.spec.Argv
	switch argv[0] {
	case "exit":
		code, _ := strconv.Atoi(argv[1])
		return Result{State: ResultExited, Exit: code}
	case "crash":
		return Result{State: ResultSignalled, Signal: "SIGSEGV"}
	case "echo": // its words in turn to both pipes
		for i, word := range argv[1:] {
			_ = p.out(Stdout+Pipe(i%2), []byte(word+"\n"))
		}
	case "cat":
		return p.cat()
	case "sleep":
		return p.wait()
	case "stubborn": // does not end kindly, and says so
		res := p.wait()
		_ = p.out(Stderr, []byte("I won't\n"))
		<-time.After(p.grace)
		return Result{State: res.State, Signal: "SIGKILL"}
	case "polite": // ends by itself when asked
		<-p.kind
		_ = p.out(Stdout, []byte("bye\n"))
		return Result{State: ResultExited, Exit: 7}
	case "yes":
		return p.yes()
	case "fill":
		n, _ := strconv.Atoi(argv[1])
		_ = p.out(Stdout, []byte(strings.Repeat("x", n)))
	case "print": // so many bytes of a pattern
		n, _ := strconv.Atoi(argv[1])
		_ = p.out(Stdout, []byte(pattern(n)))
	case "tty":
		return p.tty()
	}
	return Result{State: ResultExited}
}

// cat copies its input.
func (p *proc) cat() Result {
	if p.spec.Stdin == nil {
		return Result{State: ResultExited}
	}
	buf := make([]byte, 10_000)
	for {
		n, err := p.spec.Stdin.Read(buf)
		_ = p.out(Stdout, buf[:n])
		if err == io.EOF {
			return Result{State: ResultExited}
		}
		if err != nil {
			return p.wait()
		}
	}
}

// yes puts out without an end.
func (p *proc) yes() Result {
	line := []byte(strings.Repeat("y\n", 16<<10))
	for !p.over() {
		if err := p.out(Stdout, line); err != nil {
			return Result{State: ResultFailed}
		}
	}
	return p.wait()
}

// pattern is text in which no piece can be taken for another.
func pattern(n int) string {
	var b strings.Builder
	for i := 0; b.Len() < n; i++ {
		fmt.Fprintf(&b, "%d,", i)
	}
	return b.String()[:n]
}

// tty tells its size and each that it gets, until it is stopped.
func (p *proc) tty() Result {
	size := *p.spec.Terminal
	for {
		_ = p.out(Stdout, fmt.Appendf(nil, "%dx%d\n", size.Cols, size.Rows))
		select {
		case size = <-p.sizes:
		case <-p.kind:
			return Result{State: ResultKilled, Signal: "SIGHUP"}
		case <-p.ctx.Done():
			return Result{State: ResultLost}
		}
	}
}
