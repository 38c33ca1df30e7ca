package transfer

import (
	"context"
	"time"

	"golang.org/x/time/rate"
)

// The smallest bandwidth that can be set, in bytes a second, and how much goes
// through at once.
const (
	minBandwidth = 16 << 10
	bandPiece    = 64 << 10
)

// newBand returns a bandwidth without a limit.
func newBand() *rate.Limiter { return rate.NewLimiter(rate.Inf, bandPiece) }

// setBand changes a bandwidth; 0 is no limit.
func setBand(band *rate.Limiter, bytesPerSecond int64) {
	if bytesPerSecond <= 0 {
		band.SetLimit(rate.Inf)
		return
	}
	band.SetLimit(rate.Limit(max(bytesPerSecond, minBandwidth)))
}

// SetBandwidth limits what all transfers together send and receive, in bytes a
// second, at least 16 KiB; 0 is no limit. It takes effect at once.
func (s *Service) SetBandwidth(send, receive int64) {
	setBand(s.up, send)
	setBand(s.down, receive)
}

// SetTransferBandwidth limits one transfer, in bytes a second, at least 16 KiB;
// 0 is no limit. It takes effect at once, and is forgotten with the program. It
// returns ErrState for a transfer that has ended.
func (s *Service) SetTransferBandwidth(key, bytesPerSecond int64) error {
	j := s.job(key)
	if j == nil {
		return ErrState
	}
	setBand(j.band, bytesPerSecond)
	return nil
}

// spend waits until n bytes may pass, at most bandPiece at a time. Without a
// limit it costs next to nothing.
func (j *job) spend(ctx context.Context, n int) error {
	all := j.s.down
	if j.outgoing {
		all = j.s.up
	}
	for _, band := range []*rate.Limiter{all, j.band} {
		if band.Limit() == rate.Inf {
			continue
		}
		began := time.Now()
		if err := band.WaitN(ctx, min(n, bandPiece)); err != nil {
			return err
		}
		since(&j.gauge.held, began)
	}
	return nil
}

// limited reports whether the transfer has a bandwidth limit.
func (j *job) limited() bool {
	all := j.s.down
	if j.outgoing {
		all = j.s.up
	}
	return all.Limit() != rate.Inf || j.band.Limit() != rate.Inf
}
