//go:build !linux

package transfer

import "time"

// threadTime is how long the calling thread has run on a processor, or false
// where that is not known, as here.
func threadTime() (time.Duration, bool) { return 0, false }
