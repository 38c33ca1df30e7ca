package charset

import (
	"encoding/binary"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// mark is the byte order mark, as text.
const mark = "\uFEFF"

// Decode returns the text of bytes that are all there, for showing once more
// what was kept. Auto decides as a Decoder does that knows nothing of the
// system. Raw returns them as they are. An encoding that is none counts as Auto.
func Decode(raw []byte, e Encoding) string {
	d := NewDecoder(e, UTF8)
	text, _ := d.Write(raw)
	rest, again := d.End()
	if again {
		return rest
	}
	return text + rest
}

// decode returns the text of src in an encoding, and how many bytes it took:
// all, but for a character at the end that is not complete, unless last.
func decode(src []byte, e Encoding, last bool) (text string, taken int) {
	if asItIs(src, e) {
		return string(src), len(src)
	}
	const most = 32 << 10
	t := transformer(e)
	buf := make([]byte, min(3*len(src)+utf8.UTFMax, most)) // no byte becomes more than three
	var out strings.Builder
	for {
		n, m, err := t.Transform(buf, src[taken:], last)
		out.Write(buf[:n])
		taken += m
		if err != transform.ErrShortDst {
			return out.String(), taken
		}
	}
}

// asItIs reports whether bytes in an encoding are their own text.
func asItIs(src []byte, e Encoding) bool {
	switch e {
	case Raw:
		return true
	case UTF8:
		return utf8.Valid(src)
	case UTF16LE, UTF16BE:
		return false
	}
	return asciiPrefix(src) == len(src) // what is not UTF-16 contains ASCII
}

// asciiPrefix counts the bytes in front of the first one that is not ASCII,
// eight at a time, as most of what programs print is nothing else.
func asciiPrefix(p []byte) int {
	const high = 0x8080808080808080
	i := 0
	for i+8 <= len(p) && binary.LittleEndian.Uint64(p[i:])&high == 0 {
		i += 8
	}
	for i < len(p) && p[i] < utf8.RuneSelf {
		i++
	}
	return i
}

// transformer returns what reads an encoding. But for UTF-16, whose state is
// only about a mark in front, it keeps nothing between two calls.
func transformer(e Encoding) transform.Transformer {
	var from encoding.Encoding
	switch e {
	case GBK:
		from = simplifiedchinese.GB18030
	case Big5:
		from = traditionalchinese.Big5
	case ShiftJIS:
		from = japanese.ShiftJIS
	case UTF16LE:
		from = unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)
	case UTF16BE:
		from = unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)
	default:
		from = unicode.UTF8
	}
	return from.NewDecoder().Transformer
}

// faults counts what does not fit an encoding.
func faults(src []byte, e Encoding, last bool) int {
	text, _ := decode(src, e, last)
	return strings.Count(text, string(utf8.RuneError))
}
