package clock

import (
	"context"
	"errors"
	"io"
	"time"

	"lanyard/netcore/identity"
	"lanyard/netcore/strftime"
	"lanyard/netcore/wire"
)

const (
	quiet    = 10 * time.Second // how long a stream may say nothing before it is ended
	farewell = 2 * time.Second  // how long it may take to tell why
)

// Why a stream is refused.
var (
	errNotAllowed = errors.New("this device may not ask for the time")
	errTooMany    = errors.New("too many requests")
	errLayout     = errors.New("no time format")
)

// asked is one stream on which a device asks.
type asked struct {
	service *Service
	from    identity.DeviceID
	stream  Stream
	conn    *wire.Conn
	zoned   bool // the zone was told
}

// Handle answers a stream of kind Kind from a device. It returns when the
// stream is done, having closed or reset it.
func (s *Service) Handle(ctx context.Context, from identity.DeviceID, stream Stream, first wire.Frame) {
	ctx, leave, err := s.enter(ctx)
	if err != nil {
		_ = stream.Reset()
		return
	}
	defer leave()
	stop := context.AfterFunc(ctx, func() { _ = stream.Reset() })
	defer stop()
	a := &asked{service: s, from: from, stream: stream, conn: wire.NewConn(stream)}
	if err := a.serve(first); err != nil {
		s.config.Logger.Debug("a stream about the time ended early", "device", from.Short(), "error", err)
		err = a.refuse(err)
		if err != nil {
			_ = stream.Reset()
			return
		}
	}
	if stream.Close() != nil {
		_ = stream.Reset()
	}
}

// serve answers until the asker has had enough, or goes too far.
func (a *asked) serve(first wire.Frame) error {
	if first.BodySize != 0 || len(first.Raw) > maxFrame {
		return wire.ErrMalformed
	}
	limits := a.service.limits
	if !a.service.config.Allowed(a.from) {
		return errNotAllowed
	}
	if !limits.enter(a.from) {
		return errTooMany
	}
	defer limits.leave(a.from)
	for {
		err := a.one()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// one answers one request. io.EOF says that there is none any more.
func (a *asked) one() error {
	if err := a.stream.SetDeadline(time.Now().Add(quiet)); err != nil {
		return err
	}
	frame, err := a.conn.Next(maxFrame)
	arrived := a.service.config.Wall()
	if err != nil {
		return err
	}
	if !a.service.config.Allowed(a.from) {
		return errNotAllowed
	}
	if !a.service.limits.allow(a.from) {
		return errTooMany
	}
	var r request
	if err := frame.Decode(&r); err != nil {
		return err
	}
	switch {
	case frame.BodySize != 0:
		return wire.ErrMalformed
	case frame.Kind == kindSample:
		return a.tell(r, arrived)
	case frame.Kind == kindFormat:
		return a.word(r, arrived)
	}
	return wire.ErrMalformed
}

// tell answers a sample.
func (a *asked) tell(r request, arrived time.Time) error {
	config := a.service.config
	out := answer{N: r.N, T1: r.T1, T2: arrived.UnixNano(), Resolution: int64(config.Resolution)}
	if !a.zoned {
		out.Zone = zoneOf(arrived)
		a.zoned = true
	}
	out.T3 = config.Wall().UnixNano()
	return a.write(kindTime, out)
}

// word answers a format.
func (a *asked) word(r request, now time.Time) error {
	if err := strftime.Check(r.Layout); err != nil {
		return errors.Join(wire.ErrMalformed, err)
	}
	text, err := strftime.Format(r.Layout, now)
	if err != nil {
		return errors.Join(errLayout, err)
	}
	return a.write(kindText, wording{N: r.N, Text: text})
}

// write sends one answer.
func (a *asked) write(kind string, fields any) error {
	if err := a.conn.Write(kind, fields, nil); err != nil {
		return err
	}
	return a.stream.Flush()
}

// refuse tells the asker why its stream ends, if it can still hear it. Its
// error says that it cannot.
func (a *asked) refuse(err error) error {
	code, message := "", ""
	switch {
	case errors.Is(err, errNotAllowed):
		code, message = wire.CodeRefused, "may not ask"
	case errors.Is(err, errTooMany):
		code, message = wire.CodeBusy, "too many"
	case errors.Is(err, errLayout):
		code, message = wire.CodeFailed, "the text would be too long"
	case errors.Is(err, wire.ErrMalformed), errors.Is(err, wire.ErrTooLarge):
		code, message = wire.CodeMalformed, "this breaks the protocol"
	default:
		return err
	}
	if err := a.stream.SetDeadline(time.Now().Add(farewell)); err != nil {
		return err
	}
	if err := a.conn.WriteError(code, message); err != nil {
		return err
	}
	return a.stream.Flush()
}
