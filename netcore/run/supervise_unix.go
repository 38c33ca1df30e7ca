//go:build unix

package run

import (
	"encoding/json"
	"errors"
	"io"
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
		conn: conn, messages: json.NewDecoder(conn), orders: make(chan error),
		changes: make(chan os.Signal, 1), requests: make(chan os.Signal, 1),
	}
	// Caught signals are back at their default in the command, ignored ones
	// would be ignored there too.
	signal.Notify(w.changes, unix.SIGCHLD)
	signal.Notify(w.requests, unix.SIGTERM, unix.SIGINT, unix.SIGHUP, unix.SIGQUIT)
	if !w.begin() {
		return 1
	}
	go w.listen()
	w.watch()
	return 0
}

// warden watches over one command. All children are reaped by the goroutine
// that signals them, so that none of their IDs can be another process's.
type warden struct {
	conn     *net.UnixConn
	messages *json.Decoder
	orders   chan error     // of the owner: nil to stop, else its end
	changes  chan os.Signal // a child has ended
	requests chan os.Signal // somebody wants us to end

	command int // the first process, and its session
	ended   bool
	grace   time.Duration
	ending  bool
	killing bool
	next    <-chan time.Time // KILL, then giving up
	again   *time.Ticker
}

// begin waits for the order and starts the command.
func (w *warden) begin() bool {
	o, streams, err := receiveOrder(w.conn, w.messages)
	if err != nil {
		return false // not needed
	}
	w.command, err = start(o, streams)
	for _, stream := range streams {
		_ = unix.Close(stream)
	}
	if err != nil {
		w.send(refusal(o, err))
		return false
	}
	w.grace = o.Grace
	w.send(message{Kind: kindStarted, PID: w.command})
	return true
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
	return syscall.ForkExec(string(o.Path), toTexts(o.Argv), &syscall.ProcAttr{
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

// listen hands the owner's messages on. The last one is its end.
func (w *warden) listen() {
	for {
		var m message
		err := w.messages.Decode(&m)
		if err != nil {
			err = io.EOF
		}
		w.orders <- err
		if err != nil {
			return
		}
	}
}

// watch returns when no process is left, or none that can be killed.
func (w *warden) watch() {
	w.again = time.NewTicker(lookAgain)
	w.again.Stop()
	for w.reap() {
		if w.ended {
			w.end() // what a command leaves behind goes with it
		}
		if w.killing {
			w.kill()
		}
		if !w.await() {
			w.send(message{Kind: kindGone, Left: len(below(os.Getpid()))})
			return
		}
	}
	w.send(message{Kind: kindGone})
}

// await waits for something to do; false: to give up.
func (w *warden) await() bool {
	select {
	case <-w.changes:
	case <-w.again.C:
	case <-w.requests:
		w.end()
	case <-w.orders:
		w.end()
	case <-w.next:
		if w.killing {
			return false
		}
		w.killing = true
		w.next = time.After(patience)
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

// end asks all processes to end, and kills them after the grace.
func (w *warden) end() {
	if w.ending {
		return
	}
	w.ending = true
	w.again.Reset(lookAgain)
	w.next = time.After(w.grace)
	self := os.Getpid()
	for _, pid := range below(self) {
		terminate(pid, self)
	}
	for _, pid := range strays(w.command) {
		_ = unix.Kill(pid, unix.SIGTERM)
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
