package command

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/bidi"
)

// MaxLine is the longest Line, in characters, that a person is asked to consent
// to: a longer one is denied, for what is cut from a card is what an attacker
// would put there.
const MaxLine = 2000

// Line returns an argument vector as one line for a screen or a terminal, in
// which nothing is lost: two vectors never have the same line. An argument that
// is plain stands as it is; any other stands in quotation marks with the
// escapes of Go: controls, bidi marks, what is invisible, blanks other than the
// space and after another, letters that are written from right to left, more
// than two marks on a character, and bytes that are not UTF-8. So whatever
// neutralises texts leaves a line as it is, a terminal that reorders letters
// shows arguments in their order, and no row of blanks looks like the end.
func Line(argv []string) string {
	words := make([]string, len(argv))
	for i, arg := range argv {
		words[i] = word(arg)
	}
	return strings.Join(words, " ")
}

// word returns one argument.
func word(arg string) string {
	if isPlain(arg) {
		return arg
	}
	var out strings.Builder
	out.WriteByte('"')
	marks, last := 0, rune(0)
	for i := 0; i < len(arg); {
		r, size := utf8.DecodeRuneInString(arg[i:])
		if unicode.In(r, unicode.M) {
			marks++
		} else {
			marks = 0
		}
		switch {
		case r == '"' || r == '\\':
			out.WriteByte('\\')
			out.WriteRune(r)
		case r == utf8.RuneError && size == 1, isHidden(r), turns(r), marks > maxMarks, marks > 0 && i == 0, r == ' ' && last == ' ':
			out.WriteString(escaped(arg[i : i+size]))
		default:
			out.WriteRune(r)
		}
		last = r
		i += size
	}
	out.WriteByte('"')
	return out.String()
}

// maxMarks is how many combining marks are drawn on one character.
const maxMarks = 2

// escaped returns one character, or a byte that is none, as an escape.
func escaped(s string) string {
	if s == " " {
		return `\x20`
	}
	quoted := strconv.QuoteToASCII(s)
	if inner := quoted[1 : len(quoted)-1]; inner != s {
		return inner
	}
	return s
}

// isHidden reports whether a character does not show, or moves others.
func isHidden(r rune) bool {
	switch r {
	case ' ':
		return false
	case 0x2800: // the empty pattern of Braille
		return true
	}
	if unicode.In(r, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point) {
		return true
	}
	return !unicode.IsPrint(r)
}

// turns reports whether a character makes what stands around it be shown from
// right to left, on screens that do that.
func turns(r rune) bool {
	properties, _ := bidi.LookupRune(r)
	switch properties.Class() {
	case bidi.R, bidi.AL, bidi.AN:
		return true
	}
	return false
}

// isPlain reports whether an argument needs no quotation marks to be told from
// its neighbours, from an option and from an escape.
func isPlain(arg string) bool {
	return isLegible(arg) && !strings.ContainsFunc(arg, turns)
}

// isLegible is isPlain for a text that stands by itself: it may be written in
// either direction.
func isLegible(arg string) bool {
	if arg == "" || !utf8.ValidString(arg) {
		return false
	}
	for _, r := range arg {
		if r == ' ' || r == '"' || r == '\'' || r == '`' || isHidden(r) || unicode.In(r, unicode.M) {
			return false
		}
	}
	return true
}
