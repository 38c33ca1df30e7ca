package safename

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// stand replaces what a name cannot hold.
const stand = '_'

// Clean maps the name of a single file or folder to one component that a
// system of this style can hold and a person can read: valid UTF-8 in NFC, no
// control, bidi or zero-width characters, no separators, 1 to 255 bytes and at
// most 120 runes, the extension kept. changed says that it is not name itself.
func Clean(name string, style Style) (clean string, changed bool) {
	clean = norm.NFC.String(Escape(name))
	clean = norm.NFC.String(strip(clean))
	clean = fit(clean, style, strict)
	return clean, clean != name
}

// SingleFile is Clean for a file that was offered by itself: it gets no
// leading dot either, for a hidden file is one that nobody notices.
func SingleFile(name string, style Style) (clean string, changed bool) {
	clean, _ = Clean(name, style)
	if strings.HasPrefix(clean, ".") {
		clean = fit(string(stand)+clean[1:], style, strict)
	}
	return clean, clean != name
}

// inTree maps one component inside a folder. It keeps whatever the system can
// hold: both forms of "é" and names of 255 bytes too.
func inTree(name string, style Style) string {
	return fit(strip(Escape(name)), style, faithful(style))
}

// strip removes what must not be in any name: controls, line separators, bidi
// controls, and invisible characters where they mean nothing.
func strip(name string) string {
	prev := rune(-1)
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || isBreak(r) || isOverride(r) || isInvisible(r) && !belongs(prev, r) {
			return -1
		}
		prev = r
		return r
	}, name)
}

// fit maps what the style cannot hold and keeps to the limits.
func fit(name string, style Style, most limits) string {
	name = strings.Map(func(r rune) rune { return mapRune(r, style) }, name)
	if style == Windows { // twice, for cutting may lay a trailing space bare
		name = unreserve(strings.TrimRight(name, ". "))
		name = unreserve(strings.TrimRight(cut(name, most), ". "))
	} else {
		name = cut(name, most)
	}
	switch name {
	case "", ".", "..":
		return string(stand)
	}
	return name
}

// mapRune replaces separators and what else the style cannot hold in a name.
func mapRune(r rune, style Style) rune {
	if r == '/' || style == Windows && strings.ContainsRune(`\<>:"|?*`, r) {
		return stand
	}
	return r
}
