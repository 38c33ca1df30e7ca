//go:build unix

package run

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// superviseArgument makes this program a supervisor, see Supervise. Programs
// that do not know it should refuse it as they refuse every unknown flag.
const superviseArgument = "--supervise-command"

// supervisorSocket is the descriptor at which a supervisor has its owner.
const supervisorSocket = 3

// supervisor is the owner's side of a supervisor, and used by one goroutine at
// a time except for conn.
type supervisor struct {
	process  *os.Process
	conn     *net.UnixConn
	messages *json.Decoder
	runs     int // commands it was given so far
}

// newSupervisor starts one, in a session of its own and far from the user's
// environment. It ends when conn is closed, by whatever end of this process.
func newSupervisor() (*supervisor, error) {
	conn, theirs, err := socketPair()
	if err != nil {
		return nil, fmt.Errorf("making a supervisor: %w", err)
	}
	defer func() { _ = theirs.Close() }()
	process, err := startSelf(theirs)
	if err != nil {
		_ = conn.Close()
		return nil, fmt.Errorf("making a supervisor: %w", err)
	}
	return &supervisor{process: process, conn: conn, messages: json.NewDecoder(conn)}, nil
}

// startSelf runs this program once more.
func startSelf(socket *os.File) (*os.Process, error) {
	self, err := ownProgram()
	if err != nil {
		return nil, err
	}
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		return nil, err
	}
	defer func() { _ = null.Close() }()
	// One processor is enough for it, and makes it start sooner.
	env := []string{"GOMAXPROCS=1"}
	if libraries, set := os.LookupEnv("LD_LIBRARY_PATH"); set {
		env = append(env, "LD_LIBRARY_PATH="+libraries)
	}
	return os.StartProcess(self, []string{os.Args[0], superviseArgument}, &os.ProcAttr{ // #nosec G702 -- this same program once more
		Dir: "/", Env: env, Files: []*os.File{null, null, null, socket},
		Sys: &syscall.SysProcAttr{Setsid: true},
	})
}

// socketPair returns our end and theirs.
func socketPair() (*net.UnixConn, *os.File, error) {
	syscall.ForkLock.RLock() // not every system can have them closed in children at once
	pair, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM, 0)
	if err == nil {
		unix.CloseOnExec(pair[0])
		unix.CloseOnExec(pair[1])
	}
	syscall.ForkLock.RUnlock()
	if err != nil {
		return nil, nil, err
	}
	theirs := os.NewFile(uintptr(pair[1]), "supervisor")
	conn, err := unixConn(pair[0])
	if err != nil {
		_ = theirs.Close()
	}
	return conn, theirs, err
}

// unixConn wraps a descriptor, which it takes.
func unixConn(fd int) (*net.UnixConn, error) {
	file := os.NewFile(uintptr(fd), "supervisor")
	defer func() { _ = file.Close() }() // FileConn has one of its own
	conn, err := net.FileConn(file)
	if err != nil {
		return nil, err
	}
	socket, ok := conn.(*net.UnixConn)
	if !ok {
		_ = conn.Close()
		return nil, fmt.Errorf("descriptor %d is a %T", fd, conn)
	}
	return socket, nil
}

// pid is what its command descends from.
func (s *supervisor) pid() []int { return []int{s.process.Pid} }

// reap waits for the end of the supervisor, whose conn is closed.
func (s *supervisor) reap() { _, _ = s.process.Wait() }

// waits reports whether the supervisor is still there.
func (s *supervisor) waits() bool {
	raw, err := s.conn.SyscallConn()
	if err != nil {
		return false
	}
	alive := false
	err = raw.Read(func(fd uintptr) bool {
		_, _, err := unix.Recvfrom(int(fd), make([]byte, 1), unix.MSG_PEEK|unix.MSG_DONTWAIT)
		alive = err == unix.EAGAIN || err == unix.EINTR
		return true
	})
	return err == nil && alive
}

// launch has the supervisor start a command and returns its process ID.
func (s *supervisor) launch(ctx context.Context, o order, streams []*os.File) (int, error) {
	_ = s.conn.SetReadDeadline(time.Now().Add(patience)) // a command may put it to sleep
	release := context.AfterFunc(ctx, func() { _ = s.conn.SetDeadline(time.Unix(1, 0)) })
	defer release()
	var fds []int
	for _, stream := range streams {
		fds = append(fds, int(stream.Fd())) // which makes it a blocking one, as programs expect
	}
	s.runs++
	if err := sendOrder(s.conn, s.runs, o, fds); err != nil {
		return 0, err
	}
	var answer message
	if err := s.messages.Decode(&answer); err != nil {
		return 0, fmt.Errorf("waiting for the supervisor: %w", err)
	}
	switch {
	case answer.Kind == kindStarted && release():
		_ = s.conn.SetReadDeadline(time.Time{})
		return answer.PID, nil
	case answer.Kind == kindStarted:
		return 0, ctx.Err()
	case answer.NoDir:
		return 0, fmt.Errorf("%w: %q: %w", ErrDir, o.dir, answer.Errno)
	}
	return 0, answer.Errno
}
