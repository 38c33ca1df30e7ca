package link

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"time"

	"github.com/libp2p/go-yamux/v5"
)

// Codes of yamux's go-away frame, beyond its own 0 to 2.
const (
	byeQuit      = 0x4c01 // the program ends
	byeDuplicate = 0x4c02 // another link of the same pair serves
)

const (
	openBacklog = 128       // streams opened and not yet acknowledged
	maxMessage  = 16 << 10  // one TLS record: chat waits behind little
	firstWindow = 256 << 10 // yamux's own
	maxWindow   = 1 << 20   // 200 MB/s at 5 ms
)

// control is a control link.
type control struct {
	peer    Peer
	trusted bool   // guarded by Manager.mu once the link is adopted, as the next
	free    func() // gives its place back
	windows *ledger
	low     *lower
	export  exporter
	session *yamux.Session
	conn    *parting        // what session closes
	ending  chan struct{}   // held, by having sent, while session is closed: see gather.lock
	ctx     context.Context // ends with the link
	cancel  context.CancelCauseFunc
	slots   chan struct{} // one for each handler that runs
	opening chan struct{} // one for each stream whose first frame is being read
	born    time.Time
	noBulk  time.Time // no bulk link is tried before; guarded by Manager.mu
}

// newControl starts yamux on a connection whose hellos are through. free gives
// its place back, when the link has been adopted and ends.
func (m *Manager) newControl(sec *secured, peer Peer, free func()) (*control, error) {
	if err := sec.SetDeadline(time.Time{}); err != nil {
		return nil, fmt.Errorf("clearing the deadline of a link: %w", err)
	}
	tuneControl(sec.low.Conn)
	start := yamux.Server
	if peer.Dialed {
		start = yamux.Client
	}
	streams := m.config.Limits.StrangerStreams
	account := &ledger{trusted: &m.grown, strangers: m.windows, host: hostOf(sec.low)}
	trusted := m.trusts(peer.ID)
	if trusted {
		streams = m.config.Limits.Streams
		account.trust()
	}
	conn := newParting(sec.Conn)
	session, err := start(conn, m.muxConfig(streams), account.span)
	if err != nil {
		return nil, fmt.Errorf("starting a link: %w", err)
	}
	l := &control{
		peer: peer, trusted: trusted, free: free, windows: account, low: sec.low, export: sec.export,
		session: session, conn: conn, ending: make(chan struct{}, 1),
		slots: make(chan struct{}, streams), opening: make(chan struct{}, maxOpening),
		born: time.Now(),
	}
	l.ctx, l.cancel = context.WithCancelCause(m.ctx)
	return l, nil
}

// muxConfig returns the settings of yamux for a peer that may have so many
// streams open: silence of KeepAlive is probed, and Dead later the link is over.
func (m *Manager) muxConfig(streams int) *yamux.Config {
	return &yamux.Config{
		AcceptBacklog:           openBacklog,
		PingBacklog:             32,
		EnableKeepAlive:         true,
		KeepAliveInterval:       m.config.Timeouts.KeepAlive,
		MeasureRTTInterval:      time.Hour,
		ConnectionWriteTimeout:  m.config.Timeouts.Dead,
		MaxIncomingStreams:      uint32(streams), // #nosec G115 -- a limit of ours, hundreds at most
		InitialStreamWindowSize: firstWindow,
		MaxStreamWindowSize:     maxWindow,
		LogOutput:               muxLog{m.log},
		ReadBufSize:             4 << 10,
		MaxMessageSize:          maxMessage,
	}
}

// run accepts streams until the link ends, then takes it out of the Manager.
func (m *Manager) run(l *control) {
	stream, err := l.session.AcceptStream()
	for err == nil {
		m.receive(l, stream)
		stream, err = l.session.AcceptStream()
	}
	ended := sessionError(err)
	l.cancel(ended)
	m.drop(l, context.Cause(l.ctx)) // of Drop, if that came first
	guard := time.AfterFunc(m.config.Timeouts.Goodbye, func() { _ = l.low.Close() })
	defer guard.Stop()
	l.ending <- struct{}{} // behind a goodbye
	defer func() { <-l.ending }()
	_ = l.session.Close() // waits for yamux's own goroutines and the last words
}

// maxOpening is how many first frames of one peer are read at a time: what is
// read before a handler knows it is held in memory for nobody.
const maxOpening = 16

// receive hands a stream to a goroutine. Only so many run at once: a peer that
// opens and resets streams cannot pile up handlers.
func (m *Manager) receive(l *control, stream *yamux.Stream) {
	select {
	case l.slots <- struct{}{}:
	default:
		_ = stream.Reset() // over the limit
		return
	}
	if !l.windows.begin() {
		_ = stream.Reset() // over the limit of all strangers
		<-l.slots
		return
	}
	end := func() {
		l.windows.end()
		<-l.slots
	}
	s := m.muxStream(l, stream)
	s.served = true
	started := m.spawn(func() {
		defer end()
		l.opening <- struct{}{} // no wait is longer than Timeouts.FirstFrame
		m.serve(s, func() { <-l.opening })
	})
	if !started {
		_ = s.Reset()
		end()
	}
}

// muxStream wraps a stream of a control link.
func (m *Manager) muxStream(l *control, stream *yamux.Stream) *Stream {
	below := &muxExchange{stream: stream, stall: m.config.Timeouts.Stall}
	s := m.newStream(l.ctx, l.peer, below, func() {})
	s.export = l.export
	return s
}

// open opens a stream and sends its first frame.
func (m *Manager) open(ctx context.Context, l *control, kind string, fields any) (*Stream, error) {
	stream, err := l.session.OpenStream(ctx)
	if err != nil {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		return nil, fmt.Errorf("%w: %w", ErrNotConnected, sessionError(err))
	}
	s := m.muxStream(l, stream)
	if err := s.begin(ctx, kind, fields); err != nil {
		return nil, err
	}
	return s, nil
}

// bye tells the other side why the link ends, and ends it within patience.
func (l *control) bye(code uint32, patience time.Duration) {
	guard := time.AfterFunc(patience, func() { _ = l.low.Close() })
	defer guard.Stop()
	l.ending <- struct{}{}
	defer func() { <-l.ending }()
	l.conn.linger()
	_ = l.session.CloseWithError(code) // the link ends either way
	l.conn.farewell()
}

// sessionError says in the terms of this package why a link ended.
func sessionError(err error) error {
	var away *yamux.GoAwayError
	switch {
	case errors.As(err, &away) && away.Remote && away.ErrorCode == byeQuit:
		return ErrGoodbye
	case errors.As(err, &away) && !away.Remote && away.ErrorCode == byeQuit:
		return ErrClosed
	case errors.Is(err, ErrLinkLost):
		return err
	}
	return fmt.Errorf("%w: %w", ErrLinkLost, err)
}

// muxLog passes yamux's complaints on; they quote nothing of the peer's.
type muxLog struct{ log *slog.Logger }

var _ io.Writer = muxLog{}

// Write implements io.Writer.
func (l muxLog) Write(p []byte) (int, error) {
	l.log.Debug("yamux", "says", strings.TrimSpace(string(p)))
	return len(p), nil
}
