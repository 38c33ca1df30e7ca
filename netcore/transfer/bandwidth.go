package transfer

import (
	"context"
	"fmt"
	"time"

	"golang.org/x/time/rate"

	"lanyard/netcore/store"
)

// The smallest bandwidth that can be set, in bytes a second, and how much goes
// through at once.
const (
	minBandwidth = 16 << 10
	bandPiece    = 64 << 10
)

// bandParts is how often a second what waits for a limit looks up at least: so
// soon another limit takes effect, and what limits is known.
const bandParts = 4

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
// 0 is no limit. It takes effect at once, and holds until the transfer ends, in
// later runs of the program too. It returns ErrState for one that has ended.
func (s *Service) SetTransferBandwidth(key, bytesPerSecond int64) error {
	j := s.job(key)
	if j == nil {
		return ErrState
	}
	if bytesPerSecond = max(bytesPerSecond, 0); bytesPerSecond > 0 {
		bytesPerSecond = max(bytesPerSecond, minBandwidth)
	}
	changed, err := j.change(j.ctx, func(t *store.Transfer) { t.Bandwidth = bytesPerSecond })
	if err != nil && j.ctx.Err() == nil {
		return fmt.Errorf("keeping the limit of a transfer: %w", err)
	}
	if !changed {
		return ErrState
	}
	setBand(j.band, bytesPerSecond)
	return nil
}

// spend waits until n bytes may pass, at most bandPiece at a time. Without a
// limit it costs next to nothing.
func (j *job) spend(ctx context.Context, n int) error {
	for _, band := range []*rate.Limiter{j.common(), j.band} {
		for left := min(n, bandPiece); left > 0; {
			limit := band.Limit()
			if limit == rate.Inf {
				break
			}
			piece := min(left, int(limit)/bandParts)
			began := time.Now()
			if err := band.WaitN(ctx, piece); err != nil {
				return err
			}
			since(&j.gauge.held, began)
			left -= piece
		}
	}
	return nil
}

// common is the bandwidth of all transfers in the direction of this one.
func (j *job) common() *rate.Limiter {
	if j.outgoing {
		return j.s.up
	}
	return j.s.down
}

// limited reports whether the transfer has a bandwidth limit.
func (j *job) limited() bool {
	return j.common().Limit() != rate.Inf || j.band.Limit() != rate.Inf
}
