package output

import (
	"strings"
	"unicode/utf8"
)

// Terminal makes text that a program elsewhere printed harmless for the
// terminal of this user, piece by piece. Text, line breaks, tabs, carriage
// returns and backspaces pass, colours and weights are written anew; every
// other control sequence and character is taken out or shown. It is to be used
// by one goroutine at a time; two pipes need one each.
type Terminal struct {
	sequences *sequences
	neutral   neutral
	held      string // a sequence that has not ended
	written   Style  // what the terminal writes in now
	plain     bool   // only text passes: no colours, nothing that moves
}

// NewTerminal returns a Terminal for a terminal that writes plainly.
func NewTerminal() *Terminal { return &Terminal{sequences: newSequences(Style{})} }

// Clean returns what may be written of the next piece of a text, which is valid
// UTF-8. The beginning of a sequence is held back until it has come whole, at
// most to the end of its line, and 8 KiB.
func (t *Terminal) Clean(text string) string {
	text = t.held + text
	t.held = ""
	var out strings.Builder
	for text != "" {
		plain := strings.IndexByte(text, esc)
		if plain < 0 {
			plain = len(text)
		}
		t.write(&out, text[:plain])
		if text = text[plain:]; text == "" {
			break
		}
		n, end := t.sequences.next(text)
		switch end {
		case cutShort:
			t.held = text
			return out.String()
		case broken:
			out.WriteString(escSign)
			t.write(&out, text[1:n])
		case complete:
			t.dress(&out)
		}
		text = text[n:]
	}
	return out.String()
}

// End returns what is left to be written at the end of the text: a sequence
// that never ended, as text, and plain style.
func (t *Terminal) End() string {
	var out strings.Builder
	if t.held != "" {
		out.WriteString(escSign)
		t.write(&out, t.held[1:])
		t.held = ""
	}
	t.sequences.style = Style{}
	t.dress(&out)
	return out.String()
}

// dress writes what brings the terminal to the style of now.
func (t *Terminal) dress(out *strings.Builder) {
	if t.written != t.sequences.style && !t.plain {
		t.written = t.sequences.style
		out.WriteString(t.written.SGR())
	}
}

// write writes text without sequences.
func (t *Terminal) write(out *strings.Builder, text string) {
	for _, r := range text {
		switch r {
		case '\r', '\b', '\n':
			t.neutral = neutral{}
			if t.plain {
				continue
			}
		case '\t':
			t.neutral = neutral{}
		case 0, '\a':
			continue
		case utf8.RuneError:
		default:
			if r = t.neutral.rune(r); r < 0 {
				continue
			}
		}
		out.WriteRune(r)
	}
}
