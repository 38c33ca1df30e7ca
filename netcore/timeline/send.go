package timeline

import (
	"context"
	"errors"
	"fmt"
	"time"

	"lanyard/netcore/identity"
	"lanyard/netcore/store"
	"lanyard/netcore/wire"
)

// window is how many texts are under way on a stream.
const window = 64

// patience is how long the other side may take for one answer: it may have to
// wait for its disk, and makes a stranger who sends much wait.
const patience = 30 * time.Second

// textFields are the fields of a text frame, and of its answer without Sent.
type textFields struct {
	ID   string `json:"id"`
	Sent int64  `json:"sent,omitempty"` // milliseconds since 1970, UTC
}

// sendTexts sends all texts that wait for a device. One that the other side
// will never take is marked as failed, and does not hold up the others.
func (s *Service) sendTexts(ctx context.Context, to identity.DeviceID) error {
	for {
		items, err := s.config.Store.Queued(ctx, to, 0, window)
		if err != nil || len(items) == 0 {
			return err
		}
		refused := &refusedError{}
		if err = s.sendOn(ctx, to, items); errors.As(err, &refused) {
			err = s.fail(ctx, refused)
		}
		if err != nil {
			return err
		}
	}
}

// sendOn sends texts, and those behind them, on one stream.
func (s *Service) sendOn(ctx context.Context, to identity.DeviceID, items []store.Item) (err error) {
	stream, err := s.config.Open(ctx, to, KindText, nil)
	if err != nil {
		return fmt.Errorf("opening a stream: %w", err)
	}
	defer context.AfterFunc(ctx, func() { _ = stream.Reset() })()
	conn := wire.NewConn(stream)
	for len(items) > 0 {
		if err := s.sendBatch(ctx, stream, conn, items); err != nil {
			return errors.Join(err, stream.Reset())
		}
		if items, err = s.config.Store.Queued(ctx, to, items[len(items)-1].Seq, window); err != nil {
			return errors.Join(err, stream.Reset())
		}
	}
	return stream.Close()
}

// sendBatch writes texts while it reads their answers, and marks those that
// were answered, also when the stream died then.
func (s *Service) sendBatch(ctx context.Context, stream Stream, conn *wire.Conn, items []store.Item) error {
	written := make(chan error, 1)
	go func() { written <- writeTexts(conn, items) }()
	acked, err := readAnswers(stream, conn, items)
	if err != nil {
		_ = stream.Reset() // ends the writer
	}
	if werr := <-written; err == nil {
		err = werr
	}
	if len(acked) > 0 {
		changed, merr := s.config.Store.Delivered(ctx, items[0].Device, acked)
		s.report(changed)
		err = errors.Join(err, merr)
	}
	return err
}

// writeTexts writes one frame for each text.
func writeTexts(conn *wire.Conn, items []store.Item) error {
	for _, item := range items {
		fields := textFields{ID: item.ID, Sent: item.Sent.UnixMilli()}
		if err := conn.Write(KindText, fields, []byte(item.Text)); err != nil {
			return fmt.Errorf("writing a text: %w", err)
		}
	}
	return nil
}

// readAnswers reads the answers to texts, and returns the IDs of those that
// are committed there.
func readAnswers(stream Stream, conn *wire.Conn, items []store.Item) ([]string, error) {
	var acked []string
	for _, item := range items {
		if err := stream.SetDeadline(time.Now().Add(patience)); err != nil {
			return acked, err
		}
		if err := readStored(conn, item.ID); err != nil {
			return acked, asRefused(err, item)
		}
		acked = append(acked, item.ID)
	}
	return acked, nil
}

// readStored reads the answer to one frame.
func readStored(conn *wire.Conn, id string) error {
	frame, err := conn.Expect(wire.MaxHello, kindStored)
	if err != nil {
		return fmt.Errorf("waiting for the answer: %w", err)
	}
	var answer textFields
	if err := frame.Decode(&answer); err != nil {
		return err
	}
	if answer.ID != id {
		return fmt.Errorf("answer to %.40q, due to %q: %w", answer.ID, id, wire.ErrMalformed)
	}
	return conn.Discard()
}

// refusedError says that the other side will never take a text.
type refusedError struct {
	item   store.Item
	reason string
	cause  error
}

func (e *refusedError) Error() string { return e.cause.Error() }

// asRefused finds out whether an error is a final word about a text.
func asRefused(err error, item store.Item) error {
	switch {
	case errors.Is(err, &wire.RemoteError{Code: wire.CodeRefused}):
		return &refusedError{item, ReasonDeclined, err}
	case errors.Is(err, &wire.RemoteError{Code: wire.CodeMalformed}):
		return &refusedError{item, ReasonProtocol, err}
	case errors.Is(err, &wire.RemoteError{Code: wire.CodeUnverified}):
		return &refusedError{item, ReasonNotAccepted, err}
	}
	return err
}

// fail marks a text that will never be taken.
func (s *Service) fail(ctx context.Context, refused *refusedError) error {
	s.config.Logger.Warn("a text was refused", "device", refused.item.Device.Short(), "error", refused.cause)
	changed, err := s.config.Store.Failed(ctx, refused.item.Seq, refused.reason)
	if changed {
		s.config.OnItem(refused.item.Person, refused.item.Seq)
	}
	return err
}
