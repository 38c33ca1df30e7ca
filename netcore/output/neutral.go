package output

import (
	"unicode"
)

const (
	maxMarks = 4 // combining marks on one character
	joiner   = '\u200D'
	mark     = '\uFEFF' // of byte order: it says nothing to a reader
)

// neutral goes through text and makes each character harmless. The zero value
// is ready.
type neutral struct {
	marks int
	last  rune // the character before, which a joiner may stand behind
}

// rune returns what is shown of a character, negative for nothing.
func (n *neutral) rune(r rune) rune {
	if r >= ' ' && r < 0x7F {
		n.marks, n.last = 0, r
		return r
	}
	if unicode.In(r, unicode.Mn, unicode.Me) {
		if n.marks++; n.marks > maxMarks || n.last == 0 {
			return -1
		}
		return r
	}
	before := n.last
	n.marks, n.last = 0, r
	switch {
	case r == mark:
		return -1
	case r == joiner && isPicture(before):
		return r
	case harmful(r):
		return unicode.ReplacementChar
	}
	return r
}

// isPicture reports whether a character may be part of a larger emoji.
func isPicture(r rune) bool { return r >= 0x1F000 || r >= 0x2600 && r < 0x2800 }

// harmful reports characters that change how their neighbours look, or that
// take room without being seen.
func harmful(r rune) bool {
	switch r {
	case 0x115F, 0x1160, 0x3164, 0xFFA0, 0x2800:
		return true
	}
	return unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Co)
}
