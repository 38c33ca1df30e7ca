//go:build unix

package run

import (
	"encoding/json"
	"errors"
	"net"
	"os"
	"os/signal"
	"runtime"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// Supervise must be called by main, and by TestMain of tests that run
// commands, before anything else. In a process that a Runner has started to
// supervise a command it does that and never returns; in all others it returns
// at once.
func Supervise() {
	if len(os.Args) == 2 && os.Args[1] == superviseArgument {
		os.Exit(supervise())
	}
}

const (
	// lookAgain is how often the processes to end are looked at if no event
	// tells of a change.
	lookAgain = 50 * time.Millisecond
	// patience is how long a killed process may take to die. Those of other
	// users cannot be killed, and those that wait for a broken disk not yet.
	patience = 10 * time.Second
)

// supervise is the life of a supervisor; it returns the exit code.
func supervise() int {
	// Commands are told of the end of the thread that started them, which must
	// therefore be the process's first.
	runtime.LockOSThread()
	conn, err := unixConn(supervisorSocket)
	if err != nil || keepOrphans() != nil {
		return 1
	}
	w := &warden{
		conn: conn, orders: make(chan incoming),
		changes: make(chan os.Signal, 1), requests: make(chan os.Signal, 1),
	}
	// Caught signals are back at their default in the command, ignored ones
	// would be ignored there too.
	signal.Notify(w.changes, unix.SIGCHLD)
	signal.Notify(w.requests, unix.SIGTERM, unix.SIGINT, unix.SIGHUP, unix.SIGQUIT)
	go w.listen()
	for w.next() {
	}
	return 0
}

// incoming is a message of the owner, with its streams.
type incoming struct {
	message
	streams []int
}

// warden watches over one command after the other. All children are reaped by
// the goroutine that signals them, so that none of their IDs can be another
// process's.
type warden struct {
	conn     *net.UnixConn
	orders   chan incoming  // of the owner; closed at its end
	changes  chan os.Signal // a child has ended
	requests chan os.Signal // somebody wants us to end
	round
}

// round is what belongs to one command.
type round struct {
	run     int
	command int // the first process, and its session
	ended   bool
	grace   time.Duration
	told    map[int]bool // those that were asked to end; nil: nobody is
	killing bool
	step    <-chan time.Time // KILL, then giving up
	again   *time.Ticker
}

// next waits for an order and carries it out; false: none will come.
func (w *warden) next() bool {
	select {
	case in, open := <-w.orders:
		if !open {
			return false
		}
		if in.Kind != kindRun {
			return true // it was for the one before, which ended by itself
		}
		return w.carryOut(in)
	case <-w.changes: // of the command before
		return true
	case <-w.requests:
		return false
	}
}

// carryOut starts a command and watches over it; false: no more can follow.
func (w *warden) carryOut(in incoming) bool {
	command, err := start(*in.Order, in.streams)
	for _, stream := range in.streams {
		_ = unix.Close(stream)
	}
	if err != nil {
		w.send(refusal(*in.Order, err))
		return false
	}
	w.round = round{run: in.Run, command: command, grace: in.Order.Grace, again: time.NewTicker(lookAgain)}
	defer w.again.Stop()
	w.again.Stop()
	w.send(message{Kind: kindStarted, PID: command})
	return w.watch() && w.orders != nil
}

// start starts a command in a session and a process group of its own.
func start(o wireOrder, streams []int) (pid int, err error) {
	attributes := &syscall.SysProcAttr{Setsid: true}
	protect(attributes)
	if o.TTY {
		streams = []int{streams[0], streams[0], streams[0]}
		attributes.Setctty = true // the terminal is its standard input
	}
	var files []uintptr
	for _, stream := range streams {
		files = append(files, uintptr(stream)) // #nosec G115 -- descriptors are not negative
	}
	return syscall.ForkExec(string(o.Path), toTexts(o.Argv), &syscall.ProcAttr{ // #nosec G204 -- running commands is what this is for; who may is decided before
		Dir: string(o.Dir), Env: toTexts(o.Env), Files: files, Sys: attributes,
	})
}

// refusal says why a command could not be started.
func refusal(o wireOrder, err error) message {
	m := message{Kind: kindRefused, Errno: unix.EINVAL}
	_ = errors.As(err, &m.Errno)
	if err := unix.Chdir(string(o.Dir)); err != nil {
		m.NoDir = errors.As(err, &m.Errno)
	}
	return m
}

// send tells the owner; if that is gone, listen knows.
func (w *warden) send(m message) { _ = json.NewEncoder(w.conn).Encode(m) }

// listen hands the owner's messages on.
func (w *warden) listen() {
	defer close(w.orders)
	box := &inbox{conn: w.conn}
	for messages := json.NewDecoder(box); ; {
		var in incoming
		if err := messages.Decode(&in.message); err != nil {
			return
		}
		if in.Kind == kindRun {
			in.streams = box.take()
		}
		w.orders <- in
	}
}

// watch returns when no process is left, or false if some cannot be killed.
func (w *warden) watch() bool {
	for w.reap() {
		if w.ended {
			w.end() // what a command leaves behind goes with it
		}
		switch {
		case w.killing:
			w.kill()
		case w.told != nil:
			w.ask() // orphans that were between two parents
		}
		if !w.await() {
			w.send(message{Kind: kindGone, Left: len(below(os.Getpid()))})
			return false
		}
	}
	w.send(message{Kind: kindGone})
	return true
}

// await waits for something to do; false: to give up.
func (w *warden) await() bool {
	select {
	case <-w.changes:
	case <-w.again.C:
	case <-w.requests:
		w.end()
	case in, open := <-w.orders:
		if !open {
			w.orders = nil // read once
		}
		if !open || in.Run == w.run {
			w.end()
		}
	case <-w.step:
		if w.killing {
			return false
		}
		w.killing = true
		w.step = time.After(patience)
	}
	return true
}

// reap takes in what has ended; false: no process is left.
func (w *warden) reap() bool {
	for {
		var status unix.WaitStatus
		pid, err := unix.Wait4(-1, &status, unix.WNOHANG, nil)
		switch {
		case err == unix.EINTR:
		case err != nil: // no children
			return len(strays(w.command)) > 0
		case pid == 0:
			return true
		case pid == w.command:
			w.ended = true
			w.tell(status)
		}
	}
}

// tell tells how the command ended.
func (w *warden) tell(status unix.WaitStatus) {
	m := message{Kind: kindExited, Exit: status.ExitStatus()}
	if status.Signaled() {
		m.Exit, m.Signal = 0, int(status.Signal())
	}
	w.send(m)
}

// end begins to end all processes; the grace runs from now.
func (w *warden) end() {
	if w.told != nil {
		return
	}
	w.told = map[int]bool{}
	w.again.Reset(lookAgain)
	w.step = time.After(w.grace)
	w.ask()
}

// ask asks all processes to end that were not asked yet.
func (w *warden) ask() {
	self := os.Getpid()
	for _, pid := range below(self) {
		terminate(pid, self, w.told)
	}
	for _, pid := range strays(w.command) {
		terminate(pid, 0, w.told)
	}
}

// kill kills all children, and the process groups they are in: at once, so
// that none of a group can get away by starting another. What those leave
// behind are our children next.
func (w *warden) kill() {
	own := unix.Getpgrp()
	for _, pid := range append(below(os.Getpid()), strays(w.command)...) {
		if group, err := unix.Getpgid(pid); err == nil && group > 1 && group != own {
			_ = unix.Kill(-group, unix.SIGKILL)
		}
		_ = unix.Kill(pid, unix.SIGKILL)
	}
}
