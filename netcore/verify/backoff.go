package verify

import "time"

// The rule for failures: after the third in a row the next attempt waits.
const (
	freeFailures = 3
	firstBackoff = time.Minute
	lastBackoff  = time.Hour
)

// backoff counts the attempts that failed in a row, with whatever device: an
// attacker has as many keys as they like.
type backoff struct {
	count int
	until time.Time
}

// failed counts one failure.
func (b *backoff) failed(now time.Time) {
	b.count++
	if b.count < freeFailures {
		return
	}
	pause := firstBackoff
	for range b.count - freeFailures {
		if pause = min(2*pause, lastBackoff); pause == lastBackoff {
			break
		}
	}
	b.until = now.Add(pause)
}

// check returns a *BackoffError if no attempt may begin yet.
func (b *backoff) check(now time.Time) error {
	if now.Before(b.until) {
		return &BackoffError{Until: b.until}
	}
	return nil
}
