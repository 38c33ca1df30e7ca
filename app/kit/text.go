package kit

import (
	"strings"
	"unicode"
)

// What a bubble shows at most of one text. Fyne's wrapping takes time that
// grows with the square of a paragraph, so that one long line from a peer
// could stop the window for minutes.
const (
	BubbleRunes   = 2000
	BubbleLines   = 60
	ParagraphMost = 400 // runes; longer ones are broken
)

// What it shows of a text that goes to and fro between faces, which makes
// each measuring many times dearer.
const (
	mixedRunes     = 400
	mixedParagraph = 40
)

// Bounded returns what a bubble shows of a text, neutralised, and whether
// that is not all of it.
func Bounded(text string) (shown string, cut bool) {
	return bounded(text, BubbleRunes, ParagraphMost)
}

func bounded(text string, left, paragraph int) (shown string, cut bool) {
	lines := make([]string, 0, 8)
	for line := range Lines(text, paragraph) {
		if len(lines) == BubbleLines || left <= 0 {
			return strings.Join(lines, "\n"), true
		}
		runes := []rune(line)
		if len(runes) > left {
			lines = append(lines, string(runes[:left]))
			return strings.Join(lines, "\n"), true
		}
		left -= len(runes) + 1
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n"), false
}

// Lines yields the lines of a text, neutralised, longer ones broken after
// most runes.
func Lines(text string, most int) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		for line := range strings.SplitSeq(text, "\n") {
			for {
				head, rest := breakAfter(line, most)
				if !yield(Neutral(head)) {
					return
				}
				if rest == "" {
					break
				}
				line = rest
			}
		}
	}
}

// breakAfter cuts a line after most runes.
func breakAfter(line string, most int) (head, rest string) {
	count := 0
	for at := range line {
		if count == most {
			return line[:at], line[at:]
		}
		count++
	}
	return line, ""
}

// maxMarks is how many combining marks may stand on one letter.
const maxMarks = 4

// Neutral returns a line in which nothing can reorder, hide or overprint
// what stands beside it: direction marks, invisible characters and broken
// UTF-8 are shown as �, piles of combining marks are cut.
func Neutral(line string) string {
	marks := 0
	return strings.Map(func(r rune) rune {
		if unicode.In(r, unicode.Mn, unicode.Me) {
			if marks++; marks > maxMarks {
				return -1
			}
			return r
		}
		marks = 0
		switch {
		case r == '\t':
			return ' '
		case r == '\r':
			return -1
		case harmful(r):
			return unicode.ReplacementChar
		}
		return r
	}, line)
}

// harmful reports characters that change how their neighbours look. The
// joiner and the variation selectors stay, for emoji are made of them.
func harmful(r rune) bool {
	const joiner = 0x200D
	switch {
	case r == joiner:
		return false
	case unicode.IsControl(r), unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Co):
		return true
	}
	return r == 0x115F || r == 0x1160 || r == 0x3164 || r == 0xFFA0
}

// HasHan reports whether a text holds Han characters, which may be broken
// anywhere; other texts are broken between words.
func HasHan(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool {
		return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana)
	})
}

// Cut returns a line, neutralised and of at most so many runes.
func Cut(line string, most int) string {
	head, rest := breakAfter(line, most)
	if rest != "" {
		head += "…"
	}
	return Neutral(head)
}

// InQuotes returns a name of somebody else for a sentence that has it in
// quotation marks: it holds none itself, so it cannot end before its end.
func InQuotes(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Quotation_Mark, r) && r != '\'' && r != '’' {
			return '\''
		}
		return r
	}, name)
}
