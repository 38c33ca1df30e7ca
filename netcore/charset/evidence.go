package charset

import "unicode/utf8"

// What decides for UTF-8.
const (
	longWeight = 3 // a character of three or four bytes, beside one of two
	enough     = 8
)

// maxAccident is up to how many characters of two bytes may be everyday
// characters of the system's own code page.
const maxAccident = 2

// evidence is what the bytes so far say about being UTF-8.
type evidence struct {
	at      int // how many bytes of the Decoder's were looked at
	first   int // how many of them are ASCII, from the first on
	short   int // characters of two bytes
	long    int // characters of three or four
	foreign int // characters of two bytes that are none of everyday in local

	ended bool // ASCII stands behind a long one, as it hardly does by accident
}

// look goes on through raw until it is proved to be UTF-8. It reports false in
// front of what is none.
func (e *evidence) look(raw []byte, local Encoding) (valid bool) {
	for e.at < len(raw) && !e.proved() {
		rest := raw[e.at:]
		if n := asciiPrefix(rest); n > 0 {
			e.skip(n)
			continue
		}
		if !utf8.FullRune(rest) {
			return true
		}
		r, size := utf8.DecodeRune(rest)
		if r == utf8.RuneError && size == 1 {
			return false
		}
		e.count(rest[:size], local)
		e.at += size
	}
	return true
}

// skip passes ASCII.
func (e *evidence) skip(n int) {
	if e.none() {
		e.first += n
	}
	e.at += n
	e.ended = e.long > 0
}

// count adds a character that is not ASCII.
func (e *evidence) count(char []byte, local Encoding) {
	switch {
	case len(char) > 2:
		e.long++
	case everyday(char[0], char[1], local):
		e.short++
	default:
		e.short++
		e.foreign++
	}
}

// none reports whether there was nothing but ASCII.
func (e *evidence) none() bool { return e.short+e.long == 0 }

// proved reports whether this can hardly be anything but UTF-8.
// In the encodings of two bytes a character, three bytes are one and a half.
func (e *evidence) proved() bool {
	return e.ended || e.short+longWeight*e.long >= enough
}

// likelyLocal reports whether what could be UTF-8 is likelier to be in local.
func (e *evidence) likelyLocal() bool {
	return !e.none() && e.long == 0 && e.foreign == 0 && e.short <= maxAccident
}

// everyday reports whether two bytes that are a character of UTF-8 are also
// one of the usual characters of a Chinese code page. The leads C2 and C3 are
// left out: as UTF-8 they are Latin-1, ©, é, ×, which are as usual.
func everyday(lead, trail byte, local Encoding) bool {
	const firstLead, firstTrail = 0xC4, 0xA1
	last := byte(0)
	switch local {
	case GBK:
		last = 0xD7 // the first level of GB 2312
	case Big5:
		last = 0xC6 // the first level of Big5
	}
	return firstLead <= lead && lead <= last && trail >= firstTrail
}

// fault returns the bytes up to and with what is no UTF-8.
func (e *evidence) fault(raw []byte) []byte {
	end := e.at + 1
	for end < len(raw) && !utf8.FullRune(raw[e.at:end]) {
		end++
	}
	return raw[:end]
}
