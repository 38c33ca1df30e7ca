package link

import (
	"context"
	"fmt"
	"runtime/debug"
	"time"

	"lanyard/netcore/wire"
)

// serve reads the first frame of a stream that the peer opened, says so to
// begun, and runs its handler. A handler that panics takes its stream down, not the program:
// what it reads comes from the network.
func (m *Manager) serve(s *Stream, begun func()) {
	defer s.cancel(context.Canceled)
	defer func() { _ = s.Reset() }() // nothing after Close
	defer func() {
		if fault := recover(); fault != nil {
			m.panics.write(m.log, "stream handler panicked", "fault", fault, "stack", string(debug.Stack()))
		}
	}()
	_ = s.SetReadDeadline(time.Now().Add(m.config.Timeouts.FirstFrame)) // on failure the read fails, too
	first, err := s.frames.Next(wire.MaxHeader)
	begun()
	if err != nil {
		m.log.Debug("stream without a first frame", "peer", s.peer.ID.Short(), "err", err)
		return
	}
	_ = s.SetReadDeadline(time.Time{})
	handler := m.handlers[first.Kind]
	if handler == nil {
		m.answerUnknown(s, first)
		return
	}
	handler(s.ctx, s, first)
}

// answerUnknown tells the peer that this version has no such kind.
func (m *Manager) answerUnknown(s *Stream, first Frame) {
	m.log.Debug("stream of an unknown kind", "peer", s.peer.ID.Short(), "kind", first.Kind)
	if err := s.frames.WriteError(wire.CodeUnknownKind, fmt.Sprintf("no handler for %q", first.Kind)); err == nil {
		_ = s.Close() // it is the peer's loss
	}
}

// begin sends the first frame of a stream that this side opened. ctx bounds
// only this.
func (s *Stream) begin(ctx context.Context, kind string, fields any) error {
	stop := context.AfterFunc(ctx, func() { _ = s.Reset() })
	err := s.frames.Write(kind, fields, nil)
	if err == nil {
		err = s.Flush()
	}
	if !stop() && ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	if err != nil {
		_ = s.Reset()
		return fmt.Errorf("beginning a stream of kind %q: %w", kind, err)
	}
	return nil
}
