package netcore_test

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// unsafeOnScreen reports whether one line of text changes more of a screen than
// its own place: controls, turned directions, invisible characters, bytes that
// are no UTF-8.
func unsafeOnScreen(line string) bool {
	return !utf8.ValidString(line) || strings.ContainsFunc(line, func(r rune) bool {
		return unicode.IsControl(r) || unicode.Is(unicode.Zl, r) || unicode.Is(unicode.Zp, r) ||
			r >= 0x202A && r <= 0x202E || r >= 0x2066 && r <= 0x2069 ||
			r == 0x200B || r == 0x200E || r == 0x200F || r == 0x2060 || r == 0xFEFF || r == 0x061C
	})
}
