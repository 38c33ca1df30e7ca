package transfer

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"strconv"
	"strings"

	"lanyard/netcore/wire"
)

// maxDigits is how many digits a number may have to be read without care for
// its range.
const maxDigits = 15

// b3Digits is how many hex digits a BLAKE3 has.
const b3Digits = 64

// decodeFile is frame.Decode for the header of a file. The form in which this
// program writes it is read here, at a tenth of the cost that JSON has for
// each of many small files; all else is left to JSON. Name stays empty where it
// is read here: nobody asks for it.
func decodeFile(frame wire.Frame, head *fileFrame) error {
	if quickFile(frame.Raw, head) {
		return nil
	}
	*head = fileFrame{}
	return frame.Decode(head)
}

// AppendFields writes the header of a file as JSON would.
func (f *fileFrame) AppendFields(to []byte) []byte {
	to = append(to, `,"f":`...)
	to = strconv.AppendInt(to, int64(f.F), 10)
	to = append(to, `,"file_name":`...)
	to = appendName(to, f.Name)
	to = append(to, `,"file_size":`...)
	to = strconv.AppendInt(to, f.Size, 10)
	for _, text := range []struct{ key, value string }{{`,"md5":"`, f.MD5}, {`,"b3":"`, f.B3}} {
		if text.value != "" {
			to = append(append(append(to, text.key...), text.value...), '"')
		}
	}
	if f.MTime != 0 {
		to = strconv.AppendInt(append(to, `,"m":`...), f.MTime, 10)
	}
	if f.Changed {
		to = append(to, `,"changed":true`...)
	}
	return to
}

// appendName writes a name as JSON, the plain ones without its help.
func appendName(to []byte, name string) []byte {
	for i := range len(name) {
		if c := name[i]; c < ' ' || c >= 0x7f || strings.IndexByte(`"\<>&`, c) >= 0 {
			text, _ := json.Marshal(name) // a string: cannot fail
			return append(to, text...)
		}
	}
	to = append(to, '"')
	to = append(to, name...)
	return append(to, '"')
}

// quickFile reads the header of a small file, and reports whether it could.
func quickFile(raw []byte, head *fileFrame) bool {
	q := quick{rest: raw, ok: true}
	q.skip(`{"kind":"file","body_size":`)
	q.number()
	q.skip(`,"f":`)
	head.F = int(q.number())
	q.skip(`,"file_name":"`)
	q.pass()
	q.skip(`,"file_size":`)
	head.Size = q.number()
	q.skip(`,"md5":"`)
	head.MD5 = q.hex(hex.EncodedLen(len(digest{})))
	if bytes.HasPrefix(q.rest, []byte(`","b3":"`)) { // as earlier versions have it
		q.skip(`","b3":"`)
		head.B3 = q.hex(b3Digits)
	}
	q.skip(`"}`)
	return q.ok && len(q.rest) == 0
}

// quick reads one exact form of JSON. Once something differs it is not ok, and
// what it returns means nothing.
type quick struct {
	rest []byte
	ok   bool
}

// skip passes over what must stand there.
func (q *quick) skip(text string) { q.ok = q.has(text) && q.ok }

// has passes over what may stand there, and reports whether it did.
func (q *quick) has(text string) bool {
	if len(q.rest) < len(text) || string(q.rest[:len(text)]) != text {
		return false
	}
	q.rest = q.rest[len(text):]
	return true
}

// time reads nanoseconds since 1970.
func (q *quick) time() int64 {
	n := 0
	for n < len(q.rest) && q.rest[n] >= '0' && q.rest[n] <= '9' {
		n++
	}
	at, err := strconv.ParseInt(string(q.rest[:n]), 10, 64)
	q.ok = q.ok && err == nil && (n == 1 || q.rest[0] != '0')
	q.rest = q.rest[n:]
	return at
}

// number reads a whole number that is not negative.
func (q *quick) number() int64 {
	n, digits := int64(0), 0
	for digits < len(q.rest) && q.rest[digits] >= '0' && q.rest[digits] <= '9' && digits <= maxDigits {
		n = 10*n + int64(q.rest[digits]-'0')
		digits++
	}
	if digits == 0 || digits > maxDigits || digits > 1 && q.rest[0] == '0' {
		q.ok = false
		return 0
	}
	q.rest = q.rest[digits:]
	return n
}

// pass passes over a text without escapes, and its closing quote, and returns it.
func (q *quick) pass() []byte {
	end := bytes.IndexByte(q.rest, '"')
	if end < 0 {
		q.ok = false
		return nil
	}
	text := q.rest[:end]
	for _, c := range text {
		if c == '\\' || c < ' ' {
			q.ok = false
			return nil
		}
	}
	q.rest = q.rest[end+1:]
	return text
}

// text reads a text without escapes, and its closing quote.
func (q *quick) text() string { return string(q.pass()) }

// hex reads so many hex digits.
func (q *quick) hex(digits int) string {
	if len(q.rest) < digits {
		q.ok = false
		return ""
	}
	text := string(q.rest[:digits])
	q.ok = q.ok && isHex(text)
	q.rest = q.rest[digits:]
	return text
}
