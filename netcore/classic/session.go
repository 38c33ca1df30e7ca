package classic

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"lanyard/netcore/run"
)

// Session is one server, or one client, of one protocol. All methods may be
// called from any goroutine, but not from Options.Events or Options.Wire.
type Session struct {
	protocol Protocol
	role     Role
	options  Options
	address  string // where it listens, or what it dials
	target   target
	recvSize atomic.Int64
	count    atomic.Int64 // of clients without an address

	ctx    context.Context // ends with the session
	cancel context.CancelCauseFunc
	work   sync.WaitGroup // conversations, and what accepts them
	done   chan struct{}
	err    error // set before done is closed

	tell   sync.Mutex // one event at a time
	show   sync.Mutex // one record at a time
	runner *run.Runner
	slots  chan struct{} // one for each command that runs
	sayer  sayer
	turns  *turns
	quiet  sync.Once
	silent chan struct{} // closed by NoMore
}

// sayer is what a protocol does with Send, in one role.
type sayer interface {
	say(ctx context.Context, to, text string) error
}

// Protocol returns which protocol is spoken.
func (s *Session) Protocol() Protocol { return s.protocol }

// Role returns the side that this session is.
func (s *Session) Role() Role { return s.role }

// Address returns where a server listens, with the port that it really has, or
// what a client dialed.
func (s *Session) Address() string { return s.address }

// SetRecvSize changes how many bytes a read asks for, from the next read on; 0
// is DefaultRecvSize. A read that waits already keeps its size.
func (s *Session) SetRecvSize(size int) {
	if size <= 0 || size > MaxRecvSize {
		size = DefaultRecvSize
	}
	s.recvSize.Store(int64(size))
}

// Send says something: a message, a command, a time format. It returns when
// that is sent and, where the protocol has an answer, the answer is complete; it
// came as events before.
//
// to is who shall get it: empty on a client for the server (of udp-chat: for the
// dialed address), and on a server for the client that wrote last. A server of
// tcp-chat waits with it, after a Held, until it is that client's turn to
// listen. Protocol.End ends the conversation.
//
// Errors are a *[Problem], or that of ctx.
func (s *Session) Send(ctx context.Context, to, text string) error {
	if s.sayer == nil {
		return problem(BadOption, "there is nothing to say in this role")
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	defer context.AfterFunc(s.ctx, stop)()
	err := s.sayer.say(ctx, to, text)
	if err != nil && s.ctx.Err() != nil && ReasonOf(err) == Other {
		return problem(Ended, "")
	}
	return err
}

// SendFile sends one file over a connection of its own, after it has taken its
// MD5. Errors are a *[Problem], or that of ctx.
func (s *Session) SendFile(ctx context.Context, path string) error {
	if s.protocol.Name != File || s.role != RoleDial {
		return problem(BadOption, "this session sends no files")
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	defer context.AfterFunc(s.ctx, stop)()
	return s.sendFile(ctx, path)
}

// NoMore says that nothing will be sent any more: a chat server that serves
// once ends when its client has had its answer.
func (s *Session) NoMore() { s.quiet.Do(func() { close(s.silent) }) }

// Done is closed when the session is over: it was closed, its server closed the
// connection, or the one client of Options.Once was served.
func (s *Session) Done() <-chan struct{} { return s.done }

// Err returns why the session is over: nil while it is not, and if it ended as
// it should.
func (s *Session) Err() error {
	select {
	case <-s.done:
		return s.err
	default:
		return nil
	}
}

// Close ends the session and all that it runs, and returns when nothing of it is
// left.
func (s *Session) Close() error {
	s.cancel(nil)
	<-s.done
	return nil
}

// event tells the face something.
func (s *Session) event(e Event) {
	if s.options.Events == nil {
		return
	}
	s.tell.Lock()
	defer s.tell.Unlock()
	e.At = time.Now()
	s.options.Events(e)
}

// record shows the face a call on a socket.
func (s *Session) record(r Record) {
	if s.options.Wire == nil {
		return
	}
	s.show.Lock()
	defer s.show.Unlock()
	r.At = time.Now()
	if len(r.Bytes) > MaxRecord {
		r.Bytes = r.Bytes[:MaxRecord]
	}
	r.Bytes = append([]byte(nil), r.Bytes...)
	s.options.Wire(r)
}
