package charset

import (
	"bytes"
	"strings"
)

const (
	// maxKept is how much is kept that may have to be shown anew. More ASCII
	// than that is let go, as it would not change.
	maxKept = 64 << 10
	// maxLine is how much a steady Decoder holds back of a line that it cannot
	// read for sure.
	maxLine = 4 << 10
	// maxPiece is how much is looked at in one go.
	maxPiece = 32 << 10
)

// Decoder turns one stream of bytes into text, piece by piece. It is to be
// used by one goroutine at a time.
type Decoder struct {
	encoding Encoding // what was decided, or Auto
	local    Encoding // what it is if it is no UTF-8
	stated   bool     // local is what the system said, not a guess
	steady   bool     // what was shown stays
	headed   bool     // the head was judged, or is not looked at
	marked   bool     // there can be no byte order mark any more

	raw      []byte   // while undecided what may be shown anew, else a character that is not complete
	shown    int      // how many bytes of raw were shown
	lean     Encoding // and as what
	evidence evidence
}

// NewDecoder returns a Decoder for a stream that a user wants to see as
// something, Auto for what it turns out to be, from a system whose own encoding
// is local: GBK, Big5 or ShiftJIS; any other means that nothing is known beside
// UTF-8, and is read as GBK if it is none. A want that is no encoding counts as
// Auto.
func NewDecoder(want, local Encoding) *Decoder {
	d := &Decoder{encoding: want, local: local, stated: multibyte(local), lean: UTF8}
	if !d.stated {
		d.local = GBK
	}
	if e, err := ParseEncoding(string(want)); err != nil || e == Auto {
		d.encoding = Auto
	}
	return d
}

// NewSteadyDecoder returns a Decoder for an output that cannot be taken back,
// such as a pipe: it never says again, and holds a line back instead as long
// as that cannot be read for sure, 4 KiB of it at most. All that is valid
// UTF-8 in a stream in which nothing else came before passes as it is.
func NewSteadyDecoder(want, local Encoding) *Decoder {
	d := NewDecoder(want, local)
	d.steady = true
	return d
}

// Decided returns what the stream was decided to be, Auto while it is not.
func (d *Decoder) Decided() Encoding { return d.encoding }

// Write takes what came and returns the text of it; or, with again, the text
// of everything so far, in place of all that was returned before. p is not kept.
func (d *Decoder) Write(p []byte) (text string, again bool) {
	var out strings.Builder
	for len(p) > 0 {
		n := d.piece(p)
		text, anew := d.take(p[:n], false)
		if n == len(p) && out.Len() == 0 {
			return text, again || anew
		}
		if anew {
			again = true
			out.Reset()
		}
		out.WriteString(text)
		p = p[n:]
	}
	return out.String(), again
}

// End returns the text of what was held back, or as Write does that of
// everything. The Decoder is of no use afterwards, but for Decided, which is
// still Auto if there was nothing but ASCII.
func (d *Decoder) End() (text string, again bool) {
	return d.take(nil, true)
}

// piece says how much of p to look at in one go. A steady Decoder goes by
// lines, so that what it makes of one does not depend on how much of the next
// has come.
func (d *Decoder) piece(p []byte) int {
	if d.encoding != Auto {
		return len(p)
	}
	n := min(len(p), maxPiece)
	if !d.steady {
		return n
	}
	if ascii := asciiPrefix(p[:n]); ascii > 0 && len(d.raw) == 0 {
		return ascii
	}
	if end := bytes.IndexByte(p[:n], '\n'); end >= 0 {
		return end + 1
	}
	return min(n, maxLine)
}

// take adds bytes and returns what is to be shown.
func (d *Decoder) take(p []byte, last bool) (text string, again bool) {
	if d.encoding != Auto {
		return d.read(p, last), false
	}
	d.raw = append(d.raw, p...)
	if !d.headed {
		e, wait := ofHead(d.raw, last)
		if wait {
			return d.showHead(), false
		}
		d.headed, d.marked = true, e == ""
		if e != "" {
			return d.decide(e, last)
		}
	}
	if e := d.judge(last); e != Auto {
		return d.decide(e, last)
	}
	return d.show()
}

// read decodes what is decided.
func (d *Decoder) read(p []byte, last bool) string {
	if len(d.raw) > 0 {
		p = append(d.raw, p...)
	}
	text, taken := decode(p, d.encoding, last)
	d.raw = bytes.Clone(p[taken:])
	if !d.marked && text != "" {
		d.marked = true
		if d.encoding == UTF16LE || d.encoding == UTF16BE {
			text = strings.TrimPrefix(text, mark)
		}
	}
	return text
}

// showHead shows a first byte that is an ASCII character whatever follows.
func (d *Decoder) showHead() string {
	if len(d.raw) != 1 || !isText(d.raw[0]) || d.shown > 0 {
		return ""
	}
	d.shown = 1
	return string(d.raw)
}

// judge goes through the bytes that are new and says what the stream is, or Auto.
func (d *Decoder) judge(last bool) Encoding {
	e := &d.evidence
	switch valid := e.look(d.raw, d.local); {
	case !valid:
		return d.against(e.fault(d.raw), false)
	case e.proved():
		return UTF8
	case last && e.none() && e.at < len(d.raw):
		return d.atEnd()
	case !e.none() && (last || !d.steady && len(d.raw) > maxKept):
		return d.leaning()
	}
	return Auto
}

// against decides about bytes that are no UTF-8: characters of it in front
// count if the other encoding does not fit either.
func (d *Decoder) against(raw []byte, last bool) Encoding {
	if (last || !d.evidence.none()) && faults(raw, d.local, last) > 0 {
		return UTF8
	}
	return d.local
}

// atEnd decides about a stream that ends in what is only the beginning of a
// character of UTF-8, and had none before.
func (d *Decoder) atEnd() Encoding {
	if !d.stated {
		return UTF8
	}
	return d.against(d.raw, true)
}

// leaning returns what is likelier. What cannot be taken back is not changed
// on a guess: UTF-8 passes as it is.
func (d *Decoder) leaning() Encoding {
	if d.stated && !d.steady && d.evidence.likelyLocal() {
		return d.local
	}
	return UTF8
}

// decide ends the guessing.
func (d *Decoder) decide(e Encoding, last bool) (text string, again bool) {
	raw, from := d.raw, d.shown
	wide := e == UTF16LE || e == UTF16BE
	again = !d.steady && from > 0 && (wide || d.differs(e))
	if again || wide {
		from = 0
	}
	d.encoding, d.raw = e, nil
	text = d.read(raw[from:], last)
	if wide && d.steady && d.shown > 0 {
		text = text[1:] // the byte of showHead
	}
	return text, again
}

// differs reports whether what was shown reads differently in an encoding.
func (d *Decoder) differs(e Encoding) bool {
	return e != d.lean && d.evidence.first < d.shown
}

// show returns the text of what can be shown while nothing is decided.
func (d *Decoder) show() (text string, again bool) {
	lean := d.leaning()
	if again = !d.steady && d.differs(lean); again {
		d.shown = 0
	}
	d.lean = lean
	end := d.showable()
	text, _ = decode(d.raw[d.shown:end], lean, false)
	d.shown = end
	if d.steady || d.evidence.none() && len(d.raw) > maxKept {
		d.letGo()
	}
	return text, again
}

// showable says how much of raw may be shown: what was looked at, but for a
// steady Decoder no line from where it is no ASCII any more, unless it is too
// long.
func (d *Decoder) showable() int {
	seen := d.evidence.at
	if !d.steady || len(d.raw) > maxLine {
		return seen
	}
	lines := bytes.LastIndexByte(d.raw[:seen], '\n') + 1
	return max(d.shown, lines+asciiPrefix(d.raw[lines:seen]))
}

// letGo drops what was shown: from now on it stays.
func (d *Decoder) letGo() {
	d.steady = true
	d.evidence.at -= d.shown
	d.raw = append([]byte(nil), d.raw[d.shown:]...)
	d.shown = 0
}
