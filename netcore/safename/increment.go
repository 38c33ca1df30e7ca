package safename

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// Increment returns the n-th other name for a name that is taken: "a.tar.gz"
// gives "a (1).tar.gz". It stays within 255 bytes. With n < 1 it returns name.
func Increment(name string, n int) string {
	if n < 1 {
		return name
	}
	stem, ext := splitExt(name)
	return cutStem(stem, fmt.Sprintf(" (%d)%s", n, ext), limits{bytes: maxName})
}

// Key returns the form in which two names are equal if some file system takes
// them for one: case-folded and NFC.
func Key(name string) string {
	if isASCII(name) {
		return strings.ToLower(name)
	}
	return norm.NFC.String(cases.Fold().String(norm.NFD.String(name)))
}

// isASCII reports whether s is only ASCII.
func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
