package timeline

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"golang.org/x/time/rate"

	"lanyard/netcore/identity"
	"lanyard/netcore/store"
	"lanyard/netcore/wire"
)

// maxWaiting is how many bytes of texts, of all devices, may wait for their
// commit. Beyond them only one text of each stream is in memory.
const maxWaiting = 4 << 20

// overhead is what a text costs in memory beside its bytes, roughly.
const overhead = 512

// quiet is how long a stream may say nothing before it is ended.
const quiet = time.Minute

// maxTime is the last millisecond of the year 9999: what comes after it cannot
// be written as a date.
const maxTime = 253402300799999

// arrival is one text from a stream, or why there will be no more.
type arrival struct {
	item store.Item
	size int64 // taken of Service.memory
	err  error
}

// HandleText answers a stream that began with a frame of kind "text" from a
// device: it commits what arrives and says so. It returns when the stream is
// done, having closed or reset it.
func (s *Service) HandleText(ctx context.Context, from identity.DeviceID, stream Stream, first wire.Frame) {
	s.handle(ctx, from, stream, first, KindText, s.receiveTexts)
}

// handle runs one stream of a kind within the limits.
func (s *Service) handle(ctx context.Context, from identity.DeviceID, stream Stream, first wire.Frame,
	kind string, run func(context.Context, incoming) error,
) {
	in := incoming{from: from, stream: stream, conn: wire.NewConn(stream)}
	stop := context.AfterFunc(ctx, func() { _ = stream.Reset() })
	defer stop()
	err := s.admit(ctx, &in, slot{from, kind}, first, run)
	if err == nil {
		err = stream.Close()
	} else {
		err = errors.Join(err, refuse(in, err))
	}
	if err != nil {
		s.config.Logger.Log(context.WithoutCancel(ctx), levelOf(err), "stream ended early", "kind", kind, "device", from.Short(), "error", err)
	}
}

// levelOf says how much the end of a stream matters: anybody can cause one,
// again and again, except by this PC's own trouble.
func levelOf(err error) slog.Level {
	if errors.Is(err, errStore) && !errors.Is(err, context.Canceled) {
		return slog.LevelInfo
	}
	return slog.LevelDebug
}

// incoming is a stream of a device that is being answered.
type incoming struct {
	from   identity.DeviceID
	stream Stream
	conn   *wire.Conn
	bucket *rate.Limiter
}

// admit runs a stream if its device may have one more.
func (s *Service) admit(ctx context.Context, in *incoming, place slot, first wire.Frame,
	run func(context.Context, incoming) error,
) error {
	if first.BodySize != 0 {
		return fmt.Errorf("body of the opening frame: %w", wire.ErrMalformed)
	}
	if !s.limits.enter(place) {
		return errBusy
	}
	defer s.limits.leave(place)
	if place.kind == KindText && !s.takes(in.from) {
		return errNotTaken
	}
	stranger, err := s.config.Store.Stranger(ctx, in.from)
	if err != nil {
		return fmt.Errorf("%w: %w", errStore, err)
	}
	in.bucket = s.limits.bucket(in.from, stranger)
	return run(ctx, *in)
}

// takes asks Config.Takes.
func (s *Service) takes(from identity.DeviceID) bool {
	return s.config.Takes == nil || s.config.Takes(from)
}

// errBusy says that a device has as many streams as it may have.
var errBusy = errors.New("too many streams of one device")

// errStore says that the user's own disk failed, whoever was the occasion.
var errStore = errors.New("the profile could not be read or written")

// errNotTaken says that texts are taken from verified people only.
var errNotTaken = errors.New("texts are taken from verified people only")

// refuse tells the other side why a stream ends, if it can still hear it.
func refuse(in incoming, err error) error {
	code, message := wire.CodeFailed, "could not be stored"
	switch {
	case errors.Is(err, errBusy):
		code, message = wire.CodeBusy, "too many streams"
	case errors.Is(err, errNotTaken):
		code, message = wire.CodeUnverified, err.Error()
	case errors.Is(err, store.ErrFull):
		code, message = wire.CodeBusy, "no more is kept before the user has answered"
	case errors.Is(err, wire.ErrTooLarge), errors.Is(err, wire.ErrMalformed), errors.Is(err, ErrText):
		code, message = wire.CodeMalformed, err.Error()
	}
	if err := in.stream.SetDeadline(time.Now().Add(patience)); err != nil {
		return errors.Join(err, in.stream.Reset())
	}
	if err := in.conn.WriteError(code, message); err != nil {
		return errors.Join(err, in.stream.Reset())
	}
	return in.stream.Close()
}

// receiveTexts reads texts on one goroutine, and commits and answers them on
// this one, so that what arrives during a commit shares the next.
func (s *Service) receiveTexts(ctx context.Context, in incoming) error {
	ctx, cancel := context.WithCancel(ctx)
	arrivals := make(chan arrival, window)
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer close(arrivals)
		s.readTexts(ctx, in, arrivals)
	}()
	err := s.commitTexts(ctx, in, arrivals)
	cancel()
	if err != nil {
		_ = in.stream.SetDeadline(time.Unix(1, 0)) // ends a read; refuse sets it anew
	}
	for a := range arrivals {
		s.memory.Release(a.size)
	}
	<-done
	return err
}

// readTexts reads until the stream ends or breaks a rule, which is the last
// arrival.
func (s *Service) readTexts(ctx context.Context, in incoming, arrivals chan<- arrival) {
	for {
		next := s.readText(ctx, in)
		select {
		case arrivals <- next:
		case <-ctx.Done():
			s.memory.Release(next.size)
			return
		}
		if next.err != nil {
			return
		}
	}
}

// readText reads one text.
func (s *Service) readText(ctx context.Context, in incoming) arrival {
	if err := in.stream.SetDeadline(time.Now().Add(quiet)); err != nil {
		return arrival{err: err}
	}
	if err := ctx.Err(); err != nil { // asked after the deadline was set: see receiveTexts
		return arrival{err: err}
	}
	frame, err := in.conn.Next(wire.MaxHello)
	if err != nil {
		return arrival{err: err}
	}
	if err := s.limits.wait(ctx, in.bucket); err != nil {
		return arrival{err: err}
	}
	item, err := s.parseText(in, frame)
	if err != nil {
		return arrival{err: err}
	}
	size := int64(len(item.Text) + overhead)
	if err := s.memory.Acquire(ctx, size); err != nil {
		return arrival{err: err}
	}
	return arrival{item: item, size: size}
}

// parseText checks a frame and reads its body.
func (s *Service) parseText(in incoming, frame wire.Frame) (store.Item, error) {
	if frame.Kind != KindText {
		return store.Item{}, fmt.Errorf("%q among texts: %w", frame.Kind, wire.ErrMalformed)
	}
	var fields textFields
	if err := frame.Decode(&fields); err != nil {
		return store.Item{}, err
	}
	if !validID(fields.ID) {
		return store.Item{}, fmt.Errorf("text called %.40q: %w", fields.ID, wire.ErrMalformed)
	}
	body, err := in.conn.ReadBody(MaxText)
	if err != nil {
		return store.Item{}, err
	}
	if err := checkText(body); err != nil {
		return store.Item{}, err
	}
	now := s.config.Clock()
	sent := now
	if fields.Sent > 0 && fields.Sent <= maxTime {
		sent = time.UnixMilli(fields.Sent)
	}
	return store.Item{
		Device: in.from, ID: fields.ID, Kind: store.KindText, Text: string(body),
		State: store.StateReceived, Sent: sent, Added: now, Unread: true,
	}, nil
}

// commitTexts commits and answers what arrives, until the reason of its end,
// which it returns; io.EOF, the good end, as nil.
func (s *Service) commitTexts(ctx context.Context, in incoming, arrivals <-chan arrival) error {
	for first := range arrivals {
		texts, size, end := gather(first, arrivals)
		err := s.storeTexts(ctx, in, texts)
		s.memory.Release(size)
		if err != nil {
			return err
		}
		if errors.Is(end, io.EOF) {
			return nil
		}
		if end != nil {
			return end
		}
	}
	return ctx.Err()
}

// gather takes what has arrived so far.
func gather(first arrival, arrivals <-chan arrival) (texts []store.Item, size int64, end error) {
	next := first
	for {
		if next.err != nil {
			return texts, size, next.err
		}
		texts = append(texts, next.item)
		size += next.size
		if len(texts) == window {
			return texts, size, nil
		}
		var open bool
		select {
		case next, open = <-arrivals:
			if !open {
				return texts, size, nil
			}
		default:
			return texts, size, nil
		}
	}
}

// storeTexts commits texts, and only then answers each.
func (s *Service) storeTexts(ctx context.Context, in incoming, texts []store.Item) error {
	if len(texts) == 0 {
		return nil
	}
	if !s.takes(in.from) { // no more, since the stream began
		return errNotTaken
	}
	kept, err := s.config.Store.AddReceived(ctx, texts, s.config.Limits.Quota)
	if err != nil {
		return fmt.Errorf("%w: %w", errStore, err)
	}
	for _, one := range kept {
		if one.New {
			s.config.OnItem(one.Item.Person, one.Item.Seq)
		}
	}
	for _, one := range kept {
		if one.Err != nil {
			return one.Err
		}
		if err := in.conn.Write(kindStored, textFields{ID: one.Item.ID}, nil); err != nil {
			return fmt.Errorf("answering: %w", err)
		}
	}
	return nil
}
