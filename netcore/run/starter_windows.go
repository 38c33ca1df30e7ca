package run

import (
	"context"
	"fmt"
	"os"
	"sync"

	"golang.org/x/sys/windows"
)

// starter starts commands, each in a job object of its own.
type starter struct {
	open sync.WaitGroup // jobs
}

func newStarter() *starter { return &starter{} }

// prepare, and close, have nothing to do here.
func (*starter) prepare() {}
func (*starter) close()   {}

// wait returns when no job is left.
func (s *starter) wait() { s.open.Wait() }

// start has a command started. isRoot is told of its processes before.
func (s *starter) start(_ context.Context, o order, isRoot func(ids func() []int) (end func())) (*job, error) {
	ends, err := openEnds(o)
	if err != nil {
		return nil, fmt.Errorf("starting %q: %w", o.path, err)
	}
	cage, err := newCage()
	if err != nil {
		ends.closeTheirs()
		ends.closeAll()
		return nil, fmt.Errorf("starting %q: %w", o.path, err)
	}
	endRoot := isRoot(cage.ids)
	process, pid, err := createInside(cage, o, ends)
	ends.closeTheirs()
	if err != nil {
		ends.closeAll()
		cage.close()
		endRoot()
		return nil, explain(&os.PathError{Op: "exec", Path: o.path, Err: err})
	}
	j := &job{cage: cage, command: pid, ends: ends, exits: make(chan ending, 1), gone: make(chan struct{})}
	s.open.Go(func() { j.listen(process, endRoot) })
	return j, nil
}

// job is a command in its cage.
type job struct {
	cage    *cage
	command int
	*ends
	exits chan ending   // gets one
	gone  chan struct{} // closed when no process is left
}

func (j *job) pid() int { return j.command }

// stop ends everything at once: there is nothing like TERM that every program
// would get.
func (j *job) stop() { j.cage.kill() }

func (j *job) resize(size Size) error {
	if j.console == 0 {
		return ErrNoTerminal
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.closed {
		return os.ErrClosed
	}
	return windows.ResizePseudoConsole(j.console, coord(size))
}

// pump hands the output on until it ends, and closes our ends.
func (j *job) pump(out Output) error { return pumpInOrder(j.outputs, j.gone, out) }

// endInput tells the command that no more input comes.
func (j *job) endInput() {
	if j.console != 0 {
		_, _ = j.input.WriteString("\x1a\r") // the end of input at a console
		return
	}
	_ = j.input.Close()
}

// listen waits for the end of the command, and ends what it left behind.
func (j *job) listen(process windows.Handle, endRoot func()) {
	j.exits <- waitFor(process)
	_ = windows.CloseHandle(process)
	j.cage.kill()
	j.cage.awaitEmpty()
	j.cage.close()
	endRoot()
	close(j.gone)
	if j.input != nil {
		_ = j.input.Close()
	}
	j.closeConsole() // ends the output, after what is left of it was read
}

// waitFor waits for the end of a process.
func waitFor(process windows.Handle) ending {
	var code uint32
	_, err := windows.WaitForSingleObject(process, windows.INFINITE)
	if err == nil {
		err = windows.GetExitCodeProcess(process, &code)
	}
	if err != nil {
		return ending{exit: -1, err: fmt.Errorf("waiting for it: %w", err)}
	}
	return ending{exit: int(code)}
}
