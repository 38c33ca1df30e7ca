package strftime

import (
	"errors"
	"fmt"
	"time"
	"unicode/utf8"

	"github.com/ncruces/go-strftime"
)

const (
	// MaxLayout is the longest layout in bytes.
	MaxLayout = 256
	// MaxOutput is the longest text in bytes.
	MaxOutput = 1024
	// Default is the layout of an asker who names none: date and time.
	Default = "%Y-%m-%d %X"
)

var (
	// ErrTooLong says that a layout, or what it would become, is too long.
	ErrTooLong = errors.New("time format too long")
	// ErrNotText says that a layout is not UTF-8.
	ErrNotText = errors.New("time format is not UTF-8")
)

// Check returns what is wrong with a layout: ErrTooLong over MaxLayout bytes,
// or ErrNotText. An empty one is right, and becomes an empty text.
func Check(layout string) error {
	switch {
	case len(layout) > MaxLayout:
		return fmt.Errorf("%d bytes, at most %d: %w", len(layout), MaxLayout, ErrTooLong)
	case !utf8.ValidString(layout):
		return ErrNotText
	}
	return nil
}

// Format writes t, in its own location, by a layout. It fails as Check does,
// and with ErrTooLong if the text had over MaxOutput bytes.
func Format(layout string, t time.Time) (string, error) {
	if err := Check(layout); err != nil {
		return "", err
	}
	text := strftime.Format(layout, t)
	if len(text) > MaxOutput {
		return "", fmt.Errorf("a text of %d bytes, at most %d: %w", len(text), MaxOutput, ErrTooLong)
	}
	return text, nil
}
