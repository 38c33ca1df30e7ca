package clock

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"time"
	"unicode/utf8"

	"lanyard/netcore/identity"
	"lanyard/netcore/strftime"
	"lanyard/netcore/wire"
)

const (
	// DefaultSamples is how many exchanges an estimate is made of.
	DefaultSamples = 8
	// MaxSamples is how many at most.
	MaxSamples = 64
	// patience is how long one answer may take.
	patience = 5 * time.Second
)

// asking is one stream on which this device asks.
type asking struct {
	service *Service
	stream  Stream
	conn    *wire.Conn
	n       int64
	secret  int64 // makes T1 what nobody else knows
}

// Query asks a device for its time, as often as samples says: 0 means
// DefaultSamples, and MaxSamples is the most. What it returns is kept for
// History. The errors are those of this package, or why ctx ended.
func (s *Service) Query(ctx context.Context, id identity.DeviceID, samples int) (Estimate, error) {
	if samples <= 0 {
		samples = DefaultSamples
	}
	var e Estimate
	err := s.with(ctx, id, func(a *asking) (err error) {
		e, err = a.estimate(min(samples, MaxSamples))
		return err
	})
	if err != nil {
		return Estimate{}, fmt.Errorf("asking %s for the time: %w", id.Short(), err)
	}
	s.kept.add(id, e)
	return e, nil
}

// Format asks a device for its local time in a layout of strftime. The answer
// is text of others: at most 1 KiB, valid UTF-8, and to be made harmless before
// it is shown. A layout fails as in [strftime.Check]; the other errors are those
// of Query.
func (s *Service) Format(ctx context.Context, id identity.DeviceID, layout string) (string, error) {
	err := strftime.Check(layout)
	var text string
	if err == nil {
		err = s.with(ctx, id, func(a *asking) (err error) {
			text, err = a.word(layout)
			return err
		})
	}
	if err != nil {
		return "", fmt.Errorf("asking %s for the time in words: %w", id.Short(), err)
	}
	return text, nil
}

// with opens a stream to a device for do, and ends it.
func (s *Service) with(ctx context.Context, id identity.DeviceID, do func(*asking) error) error {
	ctx, leave, err := s.enter(ctx)
	if err != nil {
		return err
	}
	defer leave()
	stream, err := s.config.Open(ctx, id, Kind, nil)
	if err == nil {
		err = s.on(ctx, stream, do)
	} else {
		err = broken(err)
	}
	if err != nil && ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}

// on runs do on a stream that ends with ctx.
func (s *Service) on(ctx context.Context, stream Stream, do func(*asking) error) error {
	stop := context.AfterFunc(ctx, func() { _ = stream.Reset() })
	defer stop()
	var secret [8]byte
	rand.Read(secret[:]) // never fails since Go 1.24
	a := &asking{
		service: s, stream: stream, conn: wire.NewConn(stream),
		secret: int64(binary.LittleEndian.Uint64(secret[:])), // #nosec G115 -- any 64 bits
	}
	err := do(a)
	if err != nil || stream.Close() != nil {
		_ = stream.Reset()
	}
	return err
}

// estimate makes the exchanges and works them out.
func (a *asking) estimate(samples int) (Estimate, error) {
	var zone Zone
	all := make([]measured, 0, samples)
	for range samples {
		s, told, err := a.sample()
		if err != nil {
			return Estimate{}, err
		}
		if len(all) == 0 {
			if zone, err = told.zone(); err != nil {
				return Estimate{}, err
			}
		}
		m, err := s.measure()
		if err != nil {
			return Estimate{}, err
		}
		all = append(all, m)
	}
	return estimate(all, zone), nil
}

// sample makes one exchange.
func (a *asking) sample() (sample, *zoneInfo, error) {
	config := a.service.config
	s := sample{t1: config.Mono(), resolution: config.Resolution}
	r := request{T1: int64(s.t1) + a.secret} // may wrap: it is opaque
	frame, err := a.exchange(kindSample, &r, kindTime)
	s.t4 = config.Mono()
	if err != nil {
		return s, nil, err
	}
	s.here = anchored(config)
	var got answer
	if err := frame.Decode(&got); err != nil {
		return s, nil, broken(err)
	}
	if got.N != r.N || got.T1 != r.T1 {
		return s, nil, absurd("an answer to request %d, %d instead of %d, %d", got.N, got.T1, r.N, r.T1)
	}
	s.t2, s.t3, s.there = got.T2, got.T3, got.Resolution
	return s, got.Zone, nil
}

// word asks for one text.
func (a *asking) word(layout string) (string, error) {
	r := request{Layout: layout}
	frame, err := a.exchange(kindFormat, &r, kindText)
	if err != nil {
		return "", err
	}
	var got wording
	if err := frame.Decode(&got); err != nil {
		return "", broken(err)
	}
	if got.N != r.N || len(got.Text) > strftime.MaxOutput || !utf8.ValidString(got.Text) {
		return "", absurd("a text of %d bytes for request %d", len(got.Text), got.N)
	}
	return got.Text, nil
}

// exchange sends a request, whose number it sets, and waits for the answer.
func (a *asking) exchange(kind string, r *request, want string) (wire.Frame, error) {
	a.n++
	r.N = a.n
	sent := a.send(kind, r)
	frame, err := a.conn.Expect(maxFrame, want) // if it was not sent, the other side may have said why
	if remote := (&wire.RemoteError{}); sent != nil && !errors.As(err, &remote) {
		err = sent
	}
	if err != nil {
		return frame, broken(err)
	}
	if frame.BodySize != 0 {
		return frame, absurd("a body of %d bytes", frame.BodySize)
	}
	return frame, nil
}

// send sends a request, whose answer has to come in time.
func (a *asking) send(kind string, r *request) error {
	if err := a.stream.SetDeadline(time.Now().Add(patience)); err != nil {
		return err
	}
	if err := a.conn.Write(kind, r, nil); err != nil {
		return err
	}
	return a.stream.Flush()
}
