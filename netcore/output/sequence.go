package output

import (
	"strings"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

const (
	esc = 0x1B
	// maxSequence is the longest control sequence that is waited for, in bytes.
	// Longer ones are taken for text.
	maxSequence = 8 << 10
	maxParams   = 32 // of a sequence that are read
	// escSign stands for the beginning of a sequence that is shown as text.
	escSign = "^["
)

// sequences tells control sequences from text. It is to be used by one
// goroutine at a time.
type sequences struct {
	parser *ansi.Parser
	style  Style // after the sequences so far
}

func newSequences(style Style) *sequences {
	s := &sequences{parser: new(ansi.Parser), style: style} // NewParser takes 64 KiB for each
	s.parser.SetParamsSize(maxParams)
	s.parser.SetDataSize(1) // what titles and links say is of no use here
	s.parser.SetHandler(ansi.Handler{HandleCsi: s.csi})
	return s
}

// csi gets a control sequence that takes parameters.
func (s *sequences) csi(cmd ansi.Cmd, params ansi.Params) {
	if cmd.Final() == 'm' && cmd.Prefix() == 0 && cmd.Intermediate() == 0 {
		s.style.apply(params)
	}
}

// ending says what became of a sequence.
type ending int

const (
	complete ending = iota
	cutShort        // the text ends in the middle of it
	broken          // a line ends in it, or it is too long
)

// next reads the sequence that text begins with, applies it if it is about
// style, and returns how many bytes it has.
func (s *sequences) next(text string) (n int, end ending) {
	s.parser.Reset()
	inString := len(text) > 1 && strings.IndexByte("]PX^_", text[1]) >= 0
	for at := 0; at < len(text) && at < maxSequence; {
		b := text[at]
		switch {
		case b == '\n':
			return at, broken
		case b == esc && at > 0:
			return terminator(text, at)
		case b < utf8.RuneSelf:
			s.parser.Advance(b)
			at++
		case inString:
			_, size := utf8.DecodeRuneInString(text[at:])
			at += size
			continue
		default:
			return at, complete // no sequence has other characters: it is void
		}
		if at > 1 && s.parser.State() == 0 {
			return at, complete
		}
	}
	if len(text) >= maxSequence {
		return maxSequence, broken
	}
	return len(text), cutShort
}

// terminator looks at an ESC within a sequence: with a backslash it ends a
// string and belongs to it, else it begins the next sequence.
func terminator(text string, at int) (n int, end ending) {
	switch {
	case at+1 == len(text):
		return len(text), cutShort
	case text[at+1] == '\\':
		return at + 2, complete
	}
	return at, complete
}
