package kit

import (
	"fmt"
	"time"
)

// Elapsed writes how long something has taken, in whole seconds: 0:12, 12:05,
// 1:02:03.
func Elapsed(took time.Duration) string {
	seconds := int(max(took, 0) / time.Second)
	if seconds < 3600 {
		return fmt.Sprintf("%d:%02d", seconds/60, seconds%60)
	}
	return fmt.Sprintf("%d:%02d:%02d", seconds/3600, seconds/60%60, seconds%60)
}

// Took writes how long something took that has ended, exact enough to compare:
// 350 ms, 1.35 s, 12.1 s, and from a minute on as Elapsed does.
func Took(took time.Duration) string {
	switch {
	case took < time.Second:
		return fmt.Sprintf("%d ms", max(took, 0).Milliseconds())
	case took < 10*time.Second:
		return fmt.Sprintf("%.2f s", took.Seconds())
	case took < time.Minute:
		return fmt.Sprintf("%.1f s", took.Seconds())
	}
	return Elapsed(took)
}
