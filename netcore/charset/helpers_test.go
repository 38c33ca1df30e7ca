package charset

import (
	"slices"
	"testing"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"
)

// as returns a text in an encoding.
func as(t testing.TB, text string, e Encoding) []byte {
	t.Helper()
	into := map[Encoding]encoding.Encoding{
		GBK: simplifiedchinese.GB18030, Big5: traditionalchinese.Big5, ShiftJIS: japanese.ShiftJIS,
		UTF16LE: unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM),
		UTF16BE: unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM),
	}[e]
	if into == nil {
		return []byte(text)
	}
	raw, err := into.NewEncoder().Bytes([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// screen is what somebody sees of a stream.
type screen struct {
	text   string
	agains int
}

func (s *screen) show(text string, again bool) {
	if again {
		s.text = ""
		s.agains++
	}
	s.text += text
}

// feed shows what a Decoder makes of pieces, and of their end.
func feed(d *Decoder, pieces ...[]byte) *screen {
	s := &screen{}
	for _, p := range pieces {
		s.show(d.Write(p))
	}
	s.show(d.End())
	return s
}

// cut cuts bytes into pieces of a size.
func cut(raw []byte, size int) [][]byte {
	return slices.Collect(slices.Chunk(raw, size))
}
