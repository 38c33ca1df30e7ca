package timeline

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"lanyard/netcore/identity"
	"lanyard/netcore/wire"
)

// maxReceipts is how many texts one frame of receipts names.
const maxReceipts = 256

// seenFields are the fields of a seen frame.
type seenFields struct {
	IDs []string `json:"ids"`
}

// sendReceipts tells a device which of its texts were seen.
func (s *Service) sendReceipts(ctx context.Context, to identity.DeviceID) error {
	ids, err := s.receiptsDue(ctx, to)
	if err != nil || len(ids) == 0 {
		return err
	}
	stream, err := s.config.Open(ctx, to, KindSeen, nil)
	if err != nil {
		return fmt.Errorf("opening a stream: %w", err)
	}
	defer context.AfterFunc(ctx, func() { _ = stream.Reset() })()
	conn := wire.NewConn(stream)
	for len(ids) > 0 {
		if err := s.sendSeen(ctx, to, stream, conn, ids); err != nil {
			return errors.Join(err, stream.Reset())
		}
		if ids, err = s.receiptsDue(ctx, to); err != nil {
			return errors.Join(err, stream.Reset())
		}
	}
	return stream.Close()
}

// receiptsDue returns the next texts that a device is to be told of.
func (s *Service) receiptsDue(ctx context.Context, to identity.DeviceID) ([]string, error) {
	items, err := s.config.Store.Receipts(ctx, to, maxReceipts)
	if err != nil {
		return nil, err
	}
	ids := make([]string, 0, len(items))
	for _, item := range items {
		ids = append(ids, item.ID)
	}
	return ids, nil
}

// sendSeen sends one frame of receipts, and notes the answer.
func (s *Service) sendSeen(ctx context.Context, to identity.DeviceID, stream Stream, conn *wire.Conn, ids []string) error {
	if err := stream.SetDeadline(time.Now().Add(patience)); err != nil {
		return err
	}
	if err := conn.Write(KindSeen, seenFields{IDs: ids}, nil); err != nil {
		return fmt.Errorf("writing receipts: %w", err)
	}
	if err := readStored(conn, ""); err != nil {
		return err
	}
	return s.config.Store.ReceiptsSent(ctx, to, ids)
}

// HandleSeen answers a stream that began with a frame of kind "seen" from a
// device: it commits which texts were seen there and says so. It returns when
// the stream is done, having closed or reset it.
func (s *Service) HandleSeen(ctx context.Context, from identity.DeviceID, stream Stream, first wire.Frame) {
	s.handle(ctx, from, stream, first, KindSeen, s.receiveSeen)
}

// receiveSeen reads receipts until the stream ends.
func (s *Service) receiveSeen(ctx context.Context, in incoming) error {
	for {
		err := s.receiveOne(ctx, in)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// receiveOne reads, commits and answers one frame of receipts.
func (s *Service) receiveOne(ctx context.Context, in incoming) error {
	if err := in.stream.SetDeadline(time.Now().Add(quiet)); err != nil {
		return err
	}
	frame, err := in.conn.Next(wire.MaxHeader)
	if err != nil {
		return err
	}
	if err := s.limits.wait(ctx, in.bucket); err != nil {
		return err
	}
	ids, err := parseSeen(frame)
	if err != nil {
		return err
	}
	changed, err := s.config.Store.SeenThere(ctx, in.from, ids)
	if err != nil {
		return fmt.Errorf("%w: %w", errStore, err)
	}
	s.report(changed)
	return in.conn.Write(kindStored, nil, nil)
}

// parseSeen checks a frame of receipts.
func parseSeen(frame wire.Frame) ([]string, error) {
	var fields seenFields
	if frame.Kind != KindSeen || frame.BodySize != 0 {
		return nil, fmt.Errorf("%q among receipts: %w", frame.Kind, wire.ErrMalformed)
	}
	if err := frame.Decode(&fields); err != nil {
		return nil, err
	}
	if len(fields.IDs) > maxReceipts {
		return nil, fmt.Errorf("%d receipts in a frame: %w", len(fields.IDs), wire.ErrMalformed)
	}
	for _, id := range fields.IDs {
		if !validID(id) {
			return nil, fmt.Errorf("receipt of %.40q: %w", id, wire.ErrMalformed)
		}
	}
	return fields.IDs, nil
}
