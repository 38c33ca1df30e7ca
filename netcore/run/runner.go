package run

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"
)

// defaultGrace is how long a command has to end by itself when asked to.
const defaultGrace = 3 * time.Second

// Config is what a Runner needs.
type Config struct {
	// Logger gets what went wrong with a run beside its Result; nil: nobody.
	Logger *slog.Logger
	// Grace is how long after TERM a KILL follows; 0: 3 s. Windows has no TERM.
	Grace time.Duration
}

// Runner starts commands and watches over them. All methods may be called from
// any goroutine.
type Runner struct {
	config  Config
	starter *starter

	mu      sync.Mutex
	roots   map[*root]struct{}
	running map[*Process]struct{}
	closed  bool
	open    sync.WaitGroup // starts that are on their way, and trees that live
}

// New returns a Runner without commands. It must be closed.
func New(config Config) *Runner {
	if config.Logger == nil {
		config.Logger = slog.New(slog.DiscardHandler)
	}
	if config.Grace <= 0 {
		config.Grace = defaultGrace
	}
	return &Runner{
		config: config, starter: newStarter(),
		roots: map[*root]struct{}{}, running: map[*Process]struct{}{},
	}
}

// Prepare gets ready in the background for a start that is likely to come, so
// that it costs no more than that of any program. Without it the first start
// takes some milliseconds more; each start prepares for the next. What was made
// ready is given back a minute later.
func (r *Runner) Prepare() {
	if r.enter() {
		defer r.open.Done()
		r.starter.prepare()
	}
}

// Start starts a command and returns as soon as it runs. ctx is that of the
// whole run: its end stops it as lost. out may be called before Start returns.
//
// Errors are ErrNotFound, ErrNotAllowed, ErrDir, ErrInvalid, ErrClosed, the
// error of ctx, and those of a system that has no room for another process.
// Then nothing runs, and neither out nor Spec.Stdin is used.
func (r *Runner) Start(ctx context.Context, spec Spec, out Output) (*Process, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if !r.enter() {
		return nil, ErrClosed
	}
	defer r.open.Done()
	order, err := plan(spec, r.config.Grace)
	if err != nil {
		return nil, err
	}
	job, err := r.starter.start(ctx, order, r.isRoot)
	if err != nil {
		return nil, err
	}
	return r.adopt(ctx, job, spec, out), nil
}

// adopt watches over a job that runs.
func (r *Runner) adopt(ctx context.Context, job *job, spec Spec, out Output) *Process {
	p := newProcess(job, time.Now(), r.config.Logger)
	r.mu.Lock()
	r.running[p] = struct{}{}
	closed := r.closed
	r.open.Add(1)
	r.mu.Unlock()
	if closed {
		p.Stop()
	}
	go func() {
		defer r.open.Done()
		p.watch(ctx, spec.Wall)
		r.mu.Lock()
		delete(r.running, p)
		r.mu.Unlock()
	}()
	go p.feed(spec.Stdin)
	go p.deliver(out)
	return p
}

// Roots returns the IDs of the processes whose descendants are commands: each
// from before its command runs until all that it started has ended. On Windows,
// where descent is lost with a parent, they are all processes of all commands.
func (r *Runner) Roots() []int {
	r.mu.Lock()
	defer r.mu.Unlock()
	ids := []int{}
	for root := range r.roots {
		ids = append(ids, root.ids()...)
	}
	slices.Sort(ids)
	return ids
}

// root is what a run descends from, one process or several.
type root struct{ ids func() []int }

// isRoot adds to the roots until what it returns is called.
func (r *Runner) isRoot(ids func() []int) (end func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	added := &root{ids}
	r.roots[added] = struct{}{}
	return func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		delete(r.roots, added)
	}
}

// Close stops all runs as killed, and returns when none of their processes is
// left. Starts that come later fail with ErrClosed.
func (r *Runner) Close() error {
	r.mu.Lock()
	r.closed = true
	for p := range r.running {
		p.Stop()
	}
	r.mu.Unlock()
	r.starter.close()
	r.open.Wait()
	r.starter.wait()
	return nil
}

// enter counts a call in, unless the Runner has ended.
func (r *Runner) enter() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return false
	}
	r.open.Add(1)
	return true
}
