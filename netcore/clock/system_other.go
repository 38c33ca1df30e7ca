//go:build !windows

package clock

import "time"

// systemResolution is how coarse the system's clocks are, generously.
const systemResolution = time.Microsecond

// systemWall returns the system's clock.
func systemWall() func() time.Time { return time.Now }

// systemMono returns the system's monotonic clock.
func systemMono() func() time.Duration {
	begin := time.Now()
	return func() time.Duration { return time.Since(begin) }
}
