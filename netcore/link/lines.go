package link

import (
	"context"
	"log/slog"
	"time"

	"golang.org/x/time/rate"
)

// linePause is the least time between two lines of a kind that others can cause
// at will.
const linePause = time.Minute

// line is a line of the log that others can cause at will: now and then it is
// written with its level, otherwise only for who looks for faults.
type line struct {
	level slog.Level
	often rate.Sometimes
}

// newLine returns a line that was never written.
func newLine(level slog.Level) *line {
	return &line{level: level, often: rate.Sometimes{First: 1, Interval: linePause}}
}

// write writes the line.
func (l *line) write(log *slog.Logger, text string, attrs ...any) {
	level := slog.LevelDebug
	l.often.Do(func() { level = l.level })
	log.Log(context.Background(), level, text, attrs...)
}
