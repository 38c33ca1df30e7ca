package control

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"sync"
	"time"

	"lanyard/netcore/wire"
)

// Server is an open door.
type Server struct {
	listener net.Listener
	backend  Backend
	log      *slog.Logger
	jailed   func() []int       // see Jailed; nil: nobody is
	foreign  func(pid int) bool // see Jailed
	ctx      context.Context    // ends with the server
	stop     context.CancelFunc
	slots    chan struct{}
	loop     chan struct{} // closed when nothing is accepted any more
	commands sync.WaitGroup
}

// Listen opens the door of a profile for commands that backend runs. The
// caller must hold the profile (see [Lock]): what an earlier copy left behind
// is removed.
func Listen(profile string, backend Backend, log *slog.Logger, options ...Option) (*Server, error) {
	listener, err := listen(profile)
	if err != nil {
		return nil, fmt.Errorf("opening the local door: %w", err)
	}
	ctx, stop := context.WithCancel(context.Background())
	s := &Server{
		listener: listener, backend: backend, log: log, ctx: ctx, stop: stop,
		slots: make(chan struct{}, maxClients), loop: make(chan struct{}),
	}
	for _, option := range options {
		option(s)
	}
	go s.accept()
	return s, nil
}

// Drain lets nobody in any more and waits until the commands under way have
// ended, or ctx.
func (s *Server) Drain(ctx context.Context) error {
	_ = s.closeListener() // it lets nobody in either way
	<-s.loop
	done := make(chan struct{})
	go func() {
		s.commands.Wait()
		close(done)
	}()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Close ends the commands under way and waits for them.
func (s *Server) Close() error {
	err := s.closeListener()
	s.stop()
	<-s.loop
	s.commands.Wait()
	return err
}

func (s *Server) closeListener() error {
	err := s.listener.Close()
	if errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}

// accept lets clients in until the listener is closed.
func (s *Server) accept() {
	defer close(s.loop)
	for {
		conn, err := s.listener.Accept()
		if err != nil {
			if !s.survives(err) {
				return
			}
			continue
		}
		select {
		case s.slots <- struct{}{}:
			s.commands.Go(func() {
				defer func() { <-s.slots }()
				s.serve(conn)
			})
		default:
			s.log.Warn("local door: too many clients", "limit", maxClients)
			_ = conn.Close()
		}
	}
}

// survives reports whether accepting goes on after err, such as too many open
// files, and waits a little before it does.
func (s *Server) survives(err error) bool {
	if errors.Is(err, net.ErrClosed) {
		return false
	}
	s.log.Warn("local door: accepting", "error", err)
	select {
	case <-time.After(100 * time.Millisecond):
		return true
	case <-s.ctx.Done():
		return false
	}
}

// serve answers one client.
func (s *Server) serve(conn net.Conn) {
	defer conn.Close()
	if err := checkPeer(conn); err != nil {
		s.log.Warn("local door: client refused", "error", err)
		return
	}
	if err := s.checkFree(conn); errors.Is(err, errGone) {
		s.log.Debug("local door: client gone", "error", err)
		return
	} else if err != nil {
		s.log.Warn("local door: client refused", "error", err)
		sendAway(conn)
		return
	}
	frames := wire.NewConn(conn)
	_ = conn.SetDeadline(time.Now().Add(requestTime))
	request, err := readRequest(frames)
	if err != nil {
		s.log.Debug("local door: no request", "error", err)
		return
	}
	if err := frames.Write(kindBegun, nil, nil); err != nil {
		return
	}
	_ = conn.SetDeadline(time.Time{})
	s.run(conn, frames, request)
}

// readRequest reads the one request of a connection.
func readRequest(frames *wire.Conn) (Request, error) {
	frame, err := frames.Expect(maxHeader, kindRequest)
	if err != nil {
		return Request{}, err
	}
	var fields requestFrame
	if err := frame.Decode(&fields); err != nil {
		return Request{}, err
	}
	args, err := frames.ReadBody(MaxArgs)
	return Request{Command: fields.Command, Args: args}, err
}

// run runs a command until it ends, its client cancels or goes away, or the
// server closes.
func (s *Server) run(conn net.Conn, frames *wire.Conn, request Request) {
	ctx, cancel := context.WithCancel(s.ctx)
	defer cancel()
	stop := context.AfterFunc(ctx, func() {
		_ = conn.SetWriteDeadline(time.Now().Add(lastWords))
	})
	defer stop()
	lines := newBatch(frames)
	pipes := newPipes(lines)
	var watcher sync.WaitGroup
	watcher.Go(func() {
		defer cancel()
		err := pipes.listen(frames)
		if errors.Is(err, wire.ErrTooLarge) || errors.Is(err, wire.ErrMalformed) {
			s.log.Debug("local door: client broke the protocol", "command", request.Command, "error", err)
		}
	})
	request.Pipes = pipes
	err := s.backend.Run(ctx, request, lines.emit)
	if err := lines.end(err); err != nil {
		s.log.Debug("local door: client gone", "command", request.Command, "error", err)
	}
	_ = conn.Close() // ends the watcher
	watcher.Wait()
}

// encodeLine returns line as compact JSON, at most MaxLine bytes.
func encodeLine(line any) ([]byte, error) {
	var raw []byte
	if quick, ok := line.(appender); ok {
		raw = quick.appendLine(make([]byte, 0, 512))
	} else {
		var err error
		if raw, err = encodeJSON(line); err != nil {
			return nil, fmt.Errorf("encoding a line: %w", err)
		}
	}
	if len(raw) > MaxLine {
		return nil, fmt.Errorf("line of %d bytes: %w", len(raw), wire.ErrTooLarge)
	}
	return raw, nil
}

// writeExit says how the command ended.
func writeExit(frames *wire.Conn, err error) error {
	var fields exitFrame
	if failure := AsFailure(err); failure != nil {
		fields = exitFrame{Code: failure.Exit, Word: string(failure.Word), Args: failure.Args, Error: failure.Error()}
	}
	return frames.Write(kindExit, fields, nil)
}
