package roster

import (
	"strings"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// skeletons returns what is left of a name for an eye that is not careful: two
// names that share one look alike. There are up to three: as the name is
// written, and as it would be in small and in capital letters, since Cyrillic
// and Greek letters look like Latin ones in one of them and not in the other.
// A name of which nothing is left stands for itself. There are none for an
// empty name.
func skeletons(name string, fold cases.Caser) []string {
	name = strings.ToValidUTF8(name, "\ufffd")
	bare := strings.Map(visible, norm.NFKD.String(name))
	if bare == "" {
		if name = strings.Map(printed, norm.NFKC.String(name)); name == "" {
			return nil
		}
		return []string{"=" + name}
	}
	keys := []string{skeleton(strings.ReplaceAll(asLatin(bare), "I", "l"))}
	for _, key := range []string{skeleton(asLatin(fold.String(bare))), skeleton(asLatin(strings.ToUpper(bare)))} {
		if key != keys[0] && key != keys[len(keys)-1] {
			keys = append(keys, key)
		}
	}
	return keys
}

// skeleton folds what is Latin by now.
func skeleton(s string) string {
	return twoAsOne(strings.ToLower(s))
}

// twoAsOne folds two letters that look like one.
func twoAsOne(s string) string {
	return strings.ReplaceAll(strings.ReplaceAll(s, "rn", "m"), "vv", "w")
}

// asLatin replaces each character by the one that it looks like.
func asLatin(s string) string {
	return strings.Map(func(r rune) rune {
		if to, ok := alike[r]; ok {
			return to
		}
		return r
	}, s)
}

// visible drops, for strings.Map, what tells no name from another: blanks,
// punctuation, symbols, marks over letters, and what nobody can see. Marks that are
// letters of their script (of Thai, or the voice marks of kana) stay.
func visible(r rune) rune {
	switch {
	case alike[r] != 0: // the bar is like an l
		return r
	case unicode.In(r, unicode.P, unicode.Z, unicode.C, unicode.S), r >= 0x2b9 && r <= 0x2ff:
		return -1
	case r == 0x3099 || r == 0x309a:
		return r
	case unicode.In(r, unicode.Mn, unicode.Me) && unicode.Is(unicode.Inherited, r):
		return -1
	case strings.ContainsRune(fillers, r):
		return -1
	}
	return r
}

// printed drops, for strings.Map, what nobody can see, of a name that has no
// letters.
func printed(r rune) rune {
	if unicode.In(r, unicode.Z, unicode.C) || strings.ContainsRune(fillers, r) || unicode.In(r, unicode.Mn, unicode.Me) {
		return -1
	}
	return r
}

// fillers are letters and symbols that nobody can see: of Hangul, Khmer and
// Braille.
const fillers = "\u115f\u1160\u3164\uffa0\u17b4\u17b5\u2800"
