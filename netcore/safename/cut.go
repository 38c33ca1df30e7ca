package safename

import (
	"path"
	"strings"
	"unicode/utf8"
)

// limits is how long a name may be; a zero is no limit.
type limits struct {
	bytes, units, runes int // units are UTF-16 code units
}

// strict is for a name that stands alone: it can be held by every system.
var strict = limits{bytes: maxName, runes: 120}

// maxName is the most bytes (NTFS: UTF-16 units) that file systems take.
const maxName = 255

// faithful is what a system of this style holds.
func faithful(style Style) limits {
	if style == Windows {
		return limits{units: maxName}
	}
	return limits{bytes: maxName}
}

// allow reports whether s is not too long.
func (l limits) allow(s string) bool {
	return (l.bytes == 0 || len(s) <= l.bytes) &&
		(l.units == 0 || units(s) <= l.units) &&
		(l.runes == 0 || utf8.RuneCountInString(s) <= l.runes)
}

// units counts the UTF-16 code units of s.
func units(s string) (n int) {
	for _, r := range s {
		n++
		if r > 0xFFFF {
			n++
		}
	}
	return n
}

// cut shortens the stem of a name until the whole is allowed.
func cut(name string, most limits) string {
	if most.allow(name) {
		return name
	}
	stem, ext := splitExt(name)
	return cutStem(stem, ext, most)
}

// cutStem shortens stem until stem and tail together are allowed. The tail is
// short and stays.
func cutStem(stem, tail string, most limits) string {
	stem = firstRunes(stem, maxName)
	for stem != "" && !most.allow(stem+tail) {
		_, size := utf8.DecodeLastRuneInString(stem)
		stem = stem[:len(stem)-size]
	}
	return stem + tail
}

// firstRunes returns at most n runes of s.
func firstRunes(s string, n int) string {
	for i := range s {
		if n == 0 {
			return s[:i]
		}
		n--
	}
	return s
}

// maxExt is the most bytes of what is taken for an extension; two of them
// count after ".tar" only.
const maxExt = 12

// splitExt splits a name before its extension: short, without blanks, and not
// the whole name. "a.tar.gz" has the extension ".tar.gz", ".bashrc" has none.
func splitExt(name string) (stem, ext string) {
	stem, ext = splitLast(name)
	if ext == "" {
		return name, ""
	}
	if inner, tar := splitLast(stem); strings.EqualFold(tar, ".tar") {
		return inner, tar + ext
	}
	return stem, ext
}

// splitLast splits before the last dot.
func splitLast(name string) (stem, ext string) {
	ext = path.Ext(name)
	stem = name[:len(name)-len(ext)]
	if stem == "" || len(ext) < 2 || len(ext) > maxExt || strings.ContainsAny(ext, " \t") {
		return name, ""
	}
	return stem, ext
}
