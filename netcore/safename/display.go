package safename

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// ellipsis ends, or stands in the middle of, what was cut.
const ellipsis = "…"

// maxMarks is how many combining marks are drawn on one character: enough for
// every living script, too few to paint over the lines above.
const maxMarks = 6

// Display returns one line of at most maxRunes runes for a screen or a
// terminal. What would change more than its own place is made harmless:
// controls, bidi overrides and bytes that are not UTF-8 are shown escaped
// (\x1b, \u202e), line breaks and runs of blanks become one space, invisible
// characters go, marks are capped. It is empty if nothing visible is left.
func Display(s string, maxRunes int) string {
	return ending(oneLine(s, maxRunes+1), maxRunes)
}

// DisplayName is Display for the name of a file: it is cut in the middle, so
// that the extension, which says what a click will do, is always seen.
func DisplayName(name string, maxRunes int) string {
	if len(name) <= maxRunes && isPlain(name) {
		return name
	}
	line := oneLine(name, len(name)*maxEscape)
	count := utf8.RuneCountInString(line)
	const tailRunes = 12
	if count <= maxRunes || maxRunes <= 2*tailRunes {
		return ending(line, maxRunes)
	}
	head := firstRunes(line, maxRunes-tailRunes-1)
	tail := line[len(firstRunes(line, count-tailRunes)):]
	return head + ellipsis + tail
}

// isPlain reports whether a name is shown as it is without a closer look:
// printable ASCII without blanks, as the names of thousands of files are.
func isPlain(name string) bool {
	for i := range len(name) {
		if name[i] <= ' ' || name[i] >= 0x7f {
			return false
		}
	}
	return true
}

// DisplayText is Display for a text of several lines: line breaks (as "\n"),
// tabs and runs of blanks stay.
func DisplayText(s string, maxRunes int) string {
	p := painter{room: maxRunes + 1, lines: true}
	p.text(strings.ReplaceAll(s, "\r\n", "\n"))
	return ending(p.out.String(), maxRunes)
}

// maxEscape is the longest escape of one rune, in runes: \U000e0041.
const maxEscape = 10

// oneLine paints s on one line, without blanks around it.
func oneLine(s string, room int) string {
	p := painter{room: room}
	p.text(s)
	return strings.TrimRightFunc(p.out.String(), isBlank)
}

// ending cuts a painted text to maxRunes, the last being an ellipsis.
func ending(s string, maxRunes int) string {
	if utf8.RuneCountInString(s) <= maxRunes {
		return s
	}
	if maxRunes < 1 {
		return ""
	}
	head := strings.TrimRightFunc(firstRunes(s, maxRunes-1), func(r rune) bool {
		return isInvisible(r) || isBlank(r)
	})
	return head + ellipsis
}

// painter writes a neutralised text, at most room runes of it.
type painter struct {
	out   strings.Builder
	room  int
	lines bool // keep line breaks, tabs and runs of blanks
	prev  rune // the last one written; 0 at the start
	marks int  // combining marks since the last character that is none
}

// text paints s until the room is used up.
func (p *painter) text(s string) {
	for i, r := range s {
		if p.room <= 0 {
			return
		}
		if r == utf8.RuneError {
			if _, size := utf8.DecodeRuneInString(s[i:]); size == 1 {
				p.escape(`\x%02x`, rune(s[i]))
				continue
			}
		}
		p.rune(r)
	}
}

// rune paints one rune.
func (p *painter) rune(r rune) {
	switch {
	case isBreak(r) || r == '\t' || isBlank(r):
		p.blank(r)
	case unicode.IsControl(r):
		p.escape(`\x%02x`, r)
	case isOverride(r):
		p.escape(`\u%04x`, r)
	case isInvisible(r) && !belongs(p.prev, r):
	case isInvisible(r) || unicode.In(r, unicode.Mn, unicode.Me):
		p.mark(r)
	default:
		p.write(r)
	}
}

// blank paints a break, a tab or a space.
func (p *painter) blank(r rune) {
	switch {
	case p.lines && isBreak(r):
		p.write('\n')
	case p.lines:
		p.write(r)
	case p.prev == 0 || isBlank(p.prev): // none at the start, one of a run
	case r == 0xA0 || r == 0x3000: // no-break and ideographic keep their meaning
		p.write(r)
	default:
		p.write(' ')
	}
}

// mark paints a combining mark, or an invisible character that belongs there,
// if there is something for it to stand on and it is not one of too many.
func (p *painter) mark(r rune) {
	if p.prev == 0 || p.prev == '\n' || p.marks >= maxMarks {
		return
	}
	marks := p.marks + 1
	p.write(r)
	p.marks = marks
}

// escape paints r as visible ASCII.
func (p *painter) escape(format string, r rune) {
	for _, c := range fmt.Sprintf(format, r) {
		p.write(c)
	}
}

// write paints r itself.
func (p *painter) write(r rune) {
	p.out.WriteRune(r)
	p.room--
	p.prev = r
	p.marks = 0
}
