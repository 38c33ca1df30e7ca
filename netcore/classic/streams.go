package classic

import (
	"context"
	"errors"
	"net"
	"sync"
	"time"
)

const (
	// maxClients is how many a server serves at once.
	maxClients = 1024
	// dialTime is how long a connection may take to come about.
	dialTime = 10 * time.Second
	// acceptPause is waited when the system cannot accept, as with too many
	// open files.
	acceptPause = 100 * time.Millisecond
	// keepAlive is how often a silent TCP peer is asked whether it is there.
	keepAlive = 15 * time.Second
)

// serverPart returns what a server of a stream protocol does.
func (s *Session) serverPart() part {
	switch s.protocol.Name {
	case TCPChat:
		return s.chatServer()
	case TCPCommand:
		return s.commandServer()
	case ReverseCommand:
		return s.reverseServer()
	case LengthCommand:
		return s.lengthServer()
	case StructCommand:
		return s.structServer()
	case File:
		return s.fileServer()
	case HMACEcho:
		return s.hmacServer()
	}
	return s.upperServer()
}

// clientPart returns what a client of a stream protocol does.
func (s *Session) clientPart() part {
	switch s.protocol.Name {
	case TCPChat:
		return s.chatClient()
	case TCPCommand:
		return s.commandClient()
	case ReverseCommand:
		return s.reverseClient()
	case LengthCommand:
		return s.lengthClient()
	case StructCommand:
		return s.structClient()
	case HMACEcho:
		return s.hmacClient()
	}
	return s.upperClient()
}

// serveStreams listens, and serves until the session is over.
func (s *Session) serveStreams() error {
	listener, err := s.listen()
	if err != nil {
		return err
	}
	s.address = addressOf(listener.Addr())
	s.event(Event{What: Listening, Peer: s.address})
	turns := newTurns(s)
	if s.protocol.Asks != RoleDial {
		s.sayer = turns
	}
	closing := &closedOnce{Listener: listener}
	context.AfterFunc(s.ctx, func() { _ = closing.Close() })
	s.work.Go(func() { s.accept(closing, turns) })
	return nil
}

// closedOnce is a listener whose Close returns when it is closed, whoever began
// that. The second Close of a listener of the system returns at once, while the
// first is still about to give the port back.
type closedOnce struct {
	net.Listener
	once sync.Once
	err  error
}

// Close closes the listener, or waits until it is closed.
func (l *closedOnce) Close() error {
	l.once.Do(func() { l.err = l.Listener.Close() })
	return l.err
}

// accept takes clients, as many at once as there is room for. The listener is
// closed, and the path of a Unix socket gone, before it returns: who closes the
// session may use the address again at once.
func (s *Session) accept(listener net.Listener, turns *turns) {
	defer func() { _ = listener.Close() }()
	room := make(chan struct{}, maxClients)
	for s.ctx.Err() == nil {
		raw, err := listener.Accept()
		if err != nil {
			if !s.pause(err) {
				return
			}
			continue
		}
		if s.options.Once {
			_ = listener.Close()
			s.end(s.serve(raw, turns))
			return
		}
		select {
		case room <- struct{}{}:
			s.work.Go(func() {
				_ = s.serve(raw, turns) // was told as an event
				<-room
			})
		default:
			s.event(Event{What: Refused, Peer: addressOf(raw.RemoteAddr()), Reason: Busy})
			_ = raw.Close()
		}
	}
}

// pause waits after an error of accept that may pass; false: the listener is
// closed, or broken.
func (s *Session) pause(err error) bool {
	var passing interface{ Temporary() bool }
	if s.ctx.Err() != nil {
		return false
	}
	if !errors.As(err, &passing) || !passing.Temporary() {
		s.end(&Problem{Reason: NoListen, Err: err})
		return false
	}
	timer := time.NewTimer(acceptPause)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-s.ctx.Done():
		return false
	}
}

// serve holds one conversation of a server.
func (s *Session) serve(raw net.Conn, turns *turns) error {
	c := s.newConn(raw, Accept)
	if tcp, is := raw.(*net.TCPConn); is {
		_ = tcp.SetKeepAlivePeriod(keepAlive) // it is there without
	}
	s.event(Event{What: Connected, Peer: c.peer})
	t := s.newTalk(c, s.serverPart())
	turns.join(t)
	err := t.run(s.ctx)
	turns.leave(t)
	s.failed(c.peer, err)
	s.event(Event{What: Closed, Peer: c.peer})
	return err
}

// failed tells the face what went wrong with a peer.
func (s *Session) failed(peer string, err error) {
	if err == nil {
		return
	}
	what := Failed
	if ReasonOf(err).refusal() {
		what = Refused
	}
	s.event(Event{What: what, Peer: peer, Reason: ReasonOf(err), Detail: DetailOf(err)})
}

// dialStream connects, and talks until one of both ends it.
func (s *Session) dialStream() error {
	s.address = s.target.String()
	if s.protocol.Name == UpperEcho {
		s.sayer = upperCalls{s}
		s.hold()
		return nil
	}
	c, err := s.connect(s.ctx)
	if err != nil {
		return err
	}
	s.event(Event{What: Connected, Peer: c.peer})
	t := s.newTalk(c, s.clientPart())
	s.sayer = call{t}
	s.work.Go(func() {
		err := t.run(s.ctx)
		s.failed(c.peer, err)
		s.event(Event{What: Closed, Peer: c.peer})
		s.end(err)
	})
	return nil
}

// call is the one conversation of a client.
type call struct{ t *talk }

func (c call) say(ctx context.Context, _, text string) error {
	_, err := c.t.say(ctx, text)
	return err
}

// connect opens a stream to the target.
func (s *Session) connect(ctx context.Context) (*conn, error) {
	dialer := net.Dialer{Timeout: dialTime, KeepAlive: keepAlive}
	raw, err := dialer.DialContext(ctx, s.target.network, s.target.dialed())
	if err != nil {
		return nil, &Problem{Reason: Unreachable, Err: err}
	}
	c := s.newConn(raw, Connect)
	if s.target.path != "" {
		c.peer = s.target.String()
	}
	return c, nil
}
