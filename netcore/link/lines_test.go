package link

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// TestLinesOfStrangersAreFew has a line caused ten times a second for ten
// minutes.
func TestLinesOfStrangersAreFew(t *testing.T) {
	for level, want := range map[slog.Level]int{slog.LevelInfo: 10, slog.LevelDebug: 6000} {
		synctest.Test(t, func(t *testing.T) {
			var out bytes.Buffer
			log := slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{Level: level}))
			l := newLine(slog.LevelError)
			for range 6000 {
				l.write(log, "it happened", "err", errBlocked)
				time.Sleep(100 * time.Millisecond)
			}
			if got := strings.Count(out.String(), "\n"); got != want {
				t.Errorf("%d lines, want %d", got, want)
			}
			if got := strings.Count(out.String(), "level=ERROR"); got != 10 {
				t.Errorf("%d lines of errors", got)
			}
		})
	}
}
