package run

import (
	"fmt"
	"os"
	"sync"

	"golang.org/x/sys/windows"
)

// ends are the ends of a command's streams.
type ends struct {
	theirs  []*os.File // in, out, err; or the far side of the console
	input   *os.File   // ours; nil: none
	outputs []outlet   // ours

	mu      sync.Mutex
	console windows.Handle // 0: none
	closed  bool           // the console is
}

// openEnds opens the streams that an order asks for.
func openEnds(o order) (*ends, error) {
	e := &ends{}
	streams := []Stream{Stdout, Stderr}
	if o.terminal != nil {
		streams = streams[:1]
	}
	err := e.openInput(o.stdin || o.terminal != nil)
	for _, s := range streams {
		if err == nil {
			err = e.openOutput(s)
		}
	}
	if err == nil && o.terminal != nil {
		err = e.openConsole(*o.terminal)
	}
	if err != nil {
		e.closeTheirs()
		e.closeAll()
	}
	return e, err
}

func (e *ends) openInput(wanted bool) error {
	var theirs *os.File
	var err error
	if wanted {
		theirs, e.input, err = os.Pipe()
	} else {
		theirs, err = os.Open(os.DevNull)
	}
	if err == nil {
		e.theirs = append(e.theirs, theirs)
	}
	return err
}

func (e *ends) openOutput(s Stream) error {
	r, w, err := os.Pipe()
	if err != nil {
		return err
	}
	e.theirs = append(e.theirs, w)
	e.outputs = append(e.outputs, outlet{s, r})
	return nil
}

// openConsole puts a console between the ends.
func (e *ends) openConsole(size Size) error {
	in, out := windows.Handle(e.theirs[0].Fd()), windows.Handle(e.theirs[1].Fd())
	if err := windows.CreatePseudoConsole(coord(size), in, out, 0, &e.console); err != nil {
		e.console = 0
		return fmt.Errorf("opening a console: %w", err)
	}
	return nil
}

func coord(size Size) windows.Coord {
	return windows.Coord{X: int16(size.Cols), Y: int16(size.Rows)} // #nosec G115 -- valid sizes fit
}

// closeTheirs closes the ends that the command, or the console, has now.
func (e *ends) closeTheirs() {
	for _, end := range e.theirs {
		_ = end.Close()
	}
	e.theirs = nil
}

// closeAll closes our ends.
func (e *ends) closeAll() {
	e.closeConsole()
	if e.input != nil {
		_ = e.input.Close()
	}
	for _, o := range e.outputs {
		_ = o.file.Close()
	}
}

// closeConsole ends the console and what still uses it. It may wait for its
// output to be read.
func (e *ends) closeConsole() {
	e.mu.Lock()
	closed := e.closed
	e.closed = true
	e.mu.Unlock()
	if e.console != 0 && !closed {
		windows.ClosePseudoConsole(e.console)
	}
}
