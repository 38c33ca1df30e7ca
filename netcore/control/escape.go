package control

import (
	"fmt"
	"strings"
	"unicode"
)

// escapeControls writes what a terminal would act on as JSON's \u escapes: C1
// controls and DEL, turned directions, invisible characters. The value stays
// the same, and outside of strings JSON has only ASCII. C0 controls and line
// separators the encoder escapes itself.
func escapeControls(line []byte) []byte {
	if !strings.ContainsFunc(string(line), acts) {
		return line
	}
	var out strings.Builder
	for _, r := range string(line) {
		if acts(r) {
			fmt.Fprintf(&out, `\u%04x`, r)
		} else {
			out.WriteRune(r)
		}
	}
	return []byte(out.String())
}

// acts reports whether a character of the basic plane changes more of a
// terminal than its own place.
func acts(r rune) bool {
	return r <= 0xFFFF && (unicode.IsControl(r) && r >= 0x7F || unicode.Is(unicode.Cf, r))
}
