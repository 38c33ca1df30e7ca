package charset

import "unicode/utf8"

// Pass is for much output that need not become a string: it takes pass bytes at
// the front of p, which are their own text. The next ones after them are for
// Write, so many that more may pass afterwards.
func (d *Decoder) Pass(p []byte) (pass, next int) {
	if d.encoding != UTF8 {
		return 0, len(p)
	}
	if len(d.raw) > 0 {
		return 0, min(max(runeSize(d.raw[0])-len(d.raw), 1), len(p))
	}
	pass = len(p) - unfinished(p)
	if !utf8.Valid(p[:pass]) {
		return 0, len(p)
	}
	return pass, len(p) - pass
}

// runeSize is how many bytes a character of UTF-8 has that begins with first.
func runeSize(first byte) int {
	switch {
	case first >= 0xF0:
		return 4
	case first >= 0xE0:
		return 3
	case first >= 0xC0:
		return 2
	}
	return 1
}

// unfinished counts the bytes at the end of p that are the beginning of a
// character of UTF-8.
func unfinished(p []byte) int {
	for n := 1; n < utf8.UTFMax && n <= len(p); n++ {
		if b := p[len(p)-n]; utf8.RuneStart(b) {
			if runeSize(b) > n {
				return n
			}
			return 0
		}
	}
	return 0
}
