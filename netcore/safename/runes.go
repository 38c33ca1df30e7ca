package safename

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Escape returns name as valid UTF-8: each byte that is not part of it becomes
// %XX. A sender uses it for names of a disk that no JSON text can carry.
func Escape(name string) string {
	if utf8.ValidString(name) {
		return name
	}
	return escapeInvalid(name, "%%%02X")
}

// escapeInvalid writes the bytes of s that are not UTF-8 with format.
func escapeInvalid(s, format string) string {
	var out strings.Builder
	for i, r := range s {
		if r == utf8.RuneError {
			if _, size := utf8.DecodeRuneInString(s[i:]); size == 1 {
				fmt.Fprintf(&out, format, s[i])
				continue
			}
		}
		out.WriteRune(r)
	}
	return out.String()
}

// isBreak reports whether r ends a line somewhere.
func isBreak(r rune) bool {
	switch r {
	case '\n', '\v', '\f', '\r', 0x85, 0x2028, 0x2029:
		return true
	}
	return false
}

// isOverride reports whether r turns the direction of the text after it, so
// that a name reads otherwise than it is (UAX #9, embeddings and isolates).
func isOverride(r rune) bool {
	return r >= 0x202A && r <= 0x202E || r >= 0x2066 && r <= 0x2069
}

// isInvisible reports whether r takes no room and means nothing in a name:
// direction marks, zero-width spaces, invisible operators, annotations, tags.
func isInvisible(r rune) bool {
	switch r {
	case 0x061C, 0x180E, 0x200B, 0x200E, 0x200F, 0xFEFF:
		return true
	}
	return r >= 0x2060 && r <= 0x2065 || r >= 0x206A && r <= 0x206F ||
		r >= 0xFFF9 && r <= 0xFFFB || isJoiner(r) || isTag(r)
}

// isJoiner reports whether r is the zero-width joiner or non-joiner.
func isJoiner(r rune) bool { return r == 0x200C || r == 0x200D }

// isTag reports whether r is one of the invisible copies of ASCII.
func isTag(r rune) bool { return r >= 0xE0000 && r <= 0xE007F }

// belongs reports whether the invisible r has a meaning after prev: joiners in
// emoji and in scripts that join, tags in the flags of regions.
func belongs(prev, r rune) bool {
	const blackFlag = 0x1F3F4
	if isTag(r) {
		return prev == blackFlag || isTag(prev)
	}
	return isJoiner(r) && prev > unicode.MaxLatin1 && !isInvisible(prev) && !isBlank(prev)
}

// isBlank reports whether r looks like a space: the spaces, and letters that
// are drawn as nothing.
func isBlank(r rune) bool {
	switch r {
	case 0x115F, 0x1160, 0x2800, 0x3164, 0xFFA0:
		return true
	}
	return unicode.IsSpace(r)
}
