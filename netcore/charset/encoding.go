package charset

import (
	"errors"
	"fmt"
	"strings"
)

// Encoding names how text is written in bytes. Its value is what settings,
// command lines and frames say.
type Encoding string

// The encodings. UTF16LE and UTF16BE are found by Auto; no list of choices
// needs them.
const (
	Auto     Encoding = "auto"      // to be decided by what comes
	UTF8     Encoding = "utf-8"     // what most systems print
	GBK      Encoding = "gbk"       // simplified Chinese; read as GB18030, which contains it
	Big5     Encoding = "big5"      // traditional Chinese
	ShiftJIS Encoding = "shift-jis" // Japanese
	Raw      Encoding = "raw"       // bytes as they are, whether they are text or not
	UTF16LE  Encoding = "utf-16le"  // what some Windows programs print
	UTF16BE  Encoding = "utf-16be"  // the same with the high byte first
)

// ErrUnknown says that a name is of no encoding that is read here.
var ErrUnknown = errors.New("unknown encoding")

// maxName is the longest name in bytes that is looked at.
const maxName = 40

// Choices returns the encodings for a user to choose from, Auto first.
func Choices() []Encoding {
	return []Encoding{Auto, UTF8, GBK, Big5, ShiftJIS, Raw}
}

// ParseEncoding reads the name of an encoding, one of its usual other names
// (gb2312, cp936, sjis, …), or the number of a code page; case, dashes,
// underscores and blanks do not count. An empty name means Auto. It fails with
// ErrUnknown.
func ParseEncoding(name string) (Encoding, error) {
	if len(name) <= maxName {
		if e, ok := byName(plain(name)); ok {
			return e, nil
		}
	}
	return "", fmt.Errorf("%.40q: %w", name, ErrUnknown)
}

// plain returns a name without what does not count.
func plain(name string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '-', r == '_', r == ' ', r == '.':
			return -1
		case 'A' <= r && r <= 'Z':
			return r + 'a' - 'A'
		}
		return r
	}, name)
}

// byName finds an encoding by a plain name.
func byName(name string) (Encoding, bool) {
	switch name {
	case "", "auto", "automatic", "自动":
		return Auto, true
	case "utf8", "unicode11utf8", "cp65001", "65001":
		return UTF8, true
	case "gbk", "gb18030", "gb2312", "gb231280", "euccn", "xgbk", "xeuccn",
		"cp936", "ms936", "windows936", "936", "cp54936", "54936":
		return GBK, true
	case "big5", "big5hkscs", "xbig5", "big5tw", "cp950", "ms950", "windows950", "950":
		return Big5, true
	case "shiftjis", "sjis", "xsjis", "mskanji", "cp932", "ms932", "windows932", "windows31j", "932":
		return ShiftJIS, true
	case "raw", "bytes", "binary":
		return Raw, true
	case "utf16", "utf16le", "ucs2", "cp1200", "1200":
		return UTF16LE, true
	case "utf16be", "cp1201", "1201":
		return UTF16BE, true
	}
	return "", false
}

// FromCodePage returns the encoding of a Windows code page by its number. One
// that is not read here counts as UTF8, which as the local encoding means that
// nothing is known.
func FromCodePage(cp int) Encoding {
	switch cp {
	case 936, 54936:
		return GBK
	case 950:
		return Big5
	case 932:
		return ShiftJIS
	case 1200:
		return UTF16LE
	case 1201:
		return UTF16BE
	}
	return UTF8
}
