//go:build unix

package run

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

	"github.com/creack/pty"
	"golang.org/x/sys/unix"
)

// ends are the ends of a command's streams.
type ends struct {
	theirs   []*os.File // in, out, err; or the terminal
	input    *os.File   // ours; nil: none
	outputs  []outlet   // ours
	terminal *os.File   // ours, and then the others too; nil: none
}

// openEnds opens the streams that an order asks for.
func openEnds(o order) (*ends, error) {
	e := &ends{}
	err := e.openPipes(o)
	if o.terminal != nil {
		err = e.openTerminal(*o.terminal)
	}
	if err != nil {
		e.closeTheirs()
		e.closeAll()
	}
	return e, err
}

func (e *ends) openPipes(o order) error {
	if o.terminal != nil {
		return nil
	}
	if err := e.openInput(o.stdin); err != nil {
		return err
	}
	for _, s := range []Stream{Stdout, Stderr} {
		r, w, err := os.Pipe()
		if err != nil {
			return err
		}
		widen(r)
		e.theirs = append(e.theirs, w)
		e.outputs = append(e.outputs, outlet{s, r})
	}
	return nil
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

func (e *ends) openTerminal(size Size) error {
	ours, theirs, err := pty.Open()
	if err != nil {
		return fmt.Errorf("opening a terminal: %w", err)
	}
	e.theirs = []*os.File{theirs}
	e.terminal, err = pollable(ours)
	if err != nil {
		return err
	}
	e.input, e.outputs = e.terminal, []outlet{{Stdout, e.terminal}}
	if err := resize(e.terminal, size); err != nil {
		return err
	}
	return speakUTF8(theirs)
}

// pollable returns the same open file as one whose reads can be interrupted.
// The file itself is closed.
func pollable(file *os.File) (*os.File, error) {
	defer func() { _ = file.Close() }()
	fd, err := unix.FcntlInt(file.Fd(), unix.F_DUPFD_CLOEXEC, 0)
	if err != nil {
		return nil, err
	}
	if err := unix.SetNonblock(fd, true); err != nil {
		_ = unix.Close(fd)
		return nil, err
	}
	return os.NewFile(uintptr(fd), file.Name()), nil
}

// resize sets the size of a terminal, of which its foreground hears.
func resize(terminal *os.File, size Size) error {
	return onTerminal(terminal, func(fd int) error {
		return unix.IoctlSetWinsize(fd, unix.TIOCSWINSZ, &unix.Winsize{Row: uint16(size.Rows), Col: uint16(size.Cols)}) // #nosec G115 -- valid sizes fit
	})
}

// speakUTF8 has the terminal erase whole characters of UTF-8.
func speakUTF8(terminal *os.File) error {
	return onTerminal(terminal, func(fd int) error {
		state, err := unix.IoctlGetTermios(fd, getTermios)
		if err != nil {
			return err
		}
		state.Iflag |= unix.IUTF8
		return unix.IoctlSetTermios(fd, setTermios, state)
	})
}

// onTerminal calls a function with the descriptor of a terminal, which stays
// as it is: Fd would make it a blocking one.
func onTerminal(terminal *os.File, f func(fd int) error) error {
	raw, err := terminal.SyscallConn()
	if err != nil {
		return err
	}
	failed := raw.Control(func(fd uintptr) { err = f(int(fd)) })
	return errors.Join(failed, err)
}

// closeTheirs closes the ends that the command has now.
func (e *ends) closeTheirs() {
	for _, end := range e.theirs {
		_ = end.Close()
	}
	e.theirs = nil
}

// closeAll closes our ends.
func (e *ends) closeAll() {
	if e.input != nil {
		_ = e.input.Close()
	}
	for _, o := range e.outputs {
		_ = o.file.Close()
	}
}

// job is a command below its supervisor.
type job struct {
	supervisor *supervisor
	run        int // of the supervisor
	command    int
	grace      time.Duration
	*ends
	exits chan ending   // gets one
	gone  chan struct{} // closed when no process is left

	mu   sync.Mutex
	over bool // the supervisor is not this job's any more
}

func newJob(s *supervisor, command int, o order, e *ends) *job {
	return &job{
		supervisor: s, run: s.runs, command: command, grace: o.grace, ends: e,
		exits: make(chan ending, 1), gone: make(chan struct{}),
	}
}

func (j *job) pid() int { return j.command }

// stop has the supervisor end everything. If it is not there any more, listen
// knows; if it does not answer in time, it is killed.
func (j *job) stop() {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.over {
		return // the supervisor may have another command by now
	}
	_ = j.supervisor.process.Signal(unix.SIGCONT) // its command may have put it to sleep
	_ = j.supervisor.conn.SetReadDeadline(time.Now().Add(j.grace + 2*patience))
	_ = json.NewEncoder(j.supervisor.conn).Encode(message{Kind: kindStop, Run: j.run})
}

func (j *job) resize(size Size) error {
	if j.terminal == nil {
		return ErrNoTerminal
	}
	return resize(j.terminal, size)
}

// pump hands the output on until it ends, and closes our ends.
func (j *job) pump(out Output) error {
	if j.terminal != nil {
		return pumpEach(j.outputs, j.gone, out)
	}
	return pumpInOrder(j.outputs, j.gone, out)
}

// endInput tells the command that no more input comes.
func (j *job) endInput() {
	if j.terminal == nil {
		_ = j.input.Close()
		return
	}
	_ = onTerminal(j.terminal, func(fd int) error {
		state, err := unix.IoctlGetTermios(fd, getTermios)
		if err != nil || state.Lflag&unix.ICANON == 0 {
			return err // the program reads keys, of which none is an end
		}
		_, err = unix.Write(fd, state.Cc[unix.VEOF:unix.VEOF+1])
		return err
	})
}

// listen follows what the supervisor tells until no process of the command is
// left, and reports whether the supervisor can take another.
func (j *job) listen() (clean bool) {
	err := j.follow()
	j.mu.Lock()
	j.over = true
	_ = j.supervisor.conn.SetReadDeadline(time.Time{})
	j.mu.Unlock()
	if err != nil {
		j.sweep()
		j.report(ending{exit: -1, err: err})
	}
	if j.terminal == nil && j.input != nil {
		_ = j.input.Close()
	}
	return err == nil
}

// follow returns when the supervisor says that no process is left.
func (j *job) follow() error {
	for {
		var m message
		if err := j.supervisor.messages.Decode(&m); err != nil {
			return fmt.Errorf("the supervisor is gone: %w", err)
		}
		switch m.Kind {
		case kindExited:
			j.report(endingOf(m))
		case kindGone:
			if m.Left > 0 {
				return fmt.Errorf("%d processes cannot be killed", m.Left)
			}
			return nil
		}
	}
}

// report tells how the command ended, the first time.
func (j *job) report(end ending) {
	select {
	case j.exits <- end:
	default:
	}
}

func endingOf(m message) ending {
	if m.Signal == 0 {
		return ending{exit: m.Exit}
	}
	signal := unix.Signal(m.Signal)
	name := unix.SignalName(signal)
	if name == "" {
		name = fmt.Sprintf("signal %d", m.Signal)
	}
	return ending{exit: 128 + m.Signal, signal: name}
}

// sweep kills what it can of a command whose supervisor was killed or does not
// answer: the process group that it led. The command itself goes with the
// supervisor (Linux).
func (j *job) sweep() {
	_ = j.supervisor.process.Kill()
	_ = unix.Kill(-j.command, unix.SIGKILL)
}
