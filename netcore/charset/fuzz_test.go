package charset

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// seeds adds what the decisions turn on.
func seeds(f *testing.F) {
	for _, raw := range [][]byte{
		nil, []byte("total 0\n"), []byte(poem), as(f, poem, GBK), as(f, "目前", Big5), as(f, "ページ", ShiftJIS),
		as(f, "ok ok ok ok ok", UTF16LE), as(f, "ok\n", UTF16BE), []byte("\xff\xfea\x00"), []byte("\xc4\xa3\xc4\xa3\xc4\xa3\xb5\xb1"),
		[]byte("a\x00b"), []byte("\xe4\xb8"), []byte("中文\xff"), []byte("é\n\xc4\xa3\n模"),
		{0x84, 0x31, 0xa4, 0x37},
	} {
		f.Add(raw, byte(1), byte(0), byte(0))
		f.Add(raw, byte(3), byte(0), byte(2))
	}
}

// However a stream is cut, its text is the same, is text, and is made in
// bounded memory.
func FuzzDecoder(f *testing.F) {
	seeds(f)
	all := append(Choices(), UTF16LE, UTF16BE)
	f.Fuzz(func(t *testing.T, raw []byte, size, want, local byte) {
		for _, open := range []func(Encoding, Encoding) *Decoder{NewDecoder, NewSteadyDecoder} {
			choice, own := all[int(want)%len(all)], all[int(local)%len(all)]
			whole, pieces := open(choice, own), open(choice, own)
			a := feed(whole, raw)
			b := feed(pieces, cut(raw, max(1, int(size)))...)
			if a.text != b.text || whole.Decided() != pieces.Decided() {
				t.Fatalf("whole %q as %s, in pieces %q as %s", a.text, whole.Decided(), b.text, pieces.Decided())
			}
			checkText(t, raw, a.text, whole.Decided())
			if whole.steady && a.agains+b.agains > 0 {
				t.Fatal("a steady decoder took something back")
			}
			if cap(pieces.raw) > 4*(maxKept+maxPiece) {
				t.Fatalf("%d bytes are kept", cap(pieces.raw))
			}
		}
	})
}

// checkText checks what is true of every text.
func checkText(t *testing.T, raw []byte, text string, e Encoding) {
	t.Helper()
	switch {
	case e == Raw:
		if text != string(raw) {
			t.Fatalf("raw bytes changed: %q", text)
		}
	case !utf8.ValidString(text):
		t.Fatalf("%q is no text", text)
	case e == Auto && text != string(raw):
		t.Fatalf("undecided, but changed: %q", text)
	case e == UTF8 && utf8.Valid(raw) && text != string(raw):
		t.Fatalf("UTF-8 changed: %q", text)
	case len(text) > 3*len(raw)+3:
		t.Fatalf("%d bytes became %d", len(raw), len(text))
	}
}

// What a system writes in its own code page is read back, but for what is
// also UTF-8.
func FuzzRoundTrip(f *testing.F) {
	for _, text := range []string{poem, "活动代码页: 936\r\n", "目前的字碼頁", "ページ", "a", "模", "Привет"} {
		f.Add(text, byte(2))
	}
	f.Fuzz(func(t *testing.T, text string, size byte) {
		text = strings.ToValidUTF8(text, "")
		if strings.ContainsAny(text, "\x00\uFFFD\uFEFF") {
			return
		}
		raw := as(t, text, GBK)
		if back, _ := decode(raw, GBK, true); back != text {
			return // a character that GB18030 has at two places
		}
		if got := Decode(raw, GBK); got != text {
			t.Fatalf("%q became %q", text, got)
		}
		d := NewDecoder(Auto, GBK)
		got := feed(d, cut(raw, max(1, int(size)))...)
		if d.Decided() == GBK && got.text != text {
			t.Fatalf("%q became %q", text, got.text)
		}
		rest := raw[asciiPrefix(raw):]
		if r, n := utf8.DecodeRune(rest); r == utf8.RuneError && n == 1 && utf8.FullRune(rest) && d.Decided() != GBK {
			t.Fatalf("%q was decided to be %s", raw, d.Decided())
		}
	})
}

func FuzzParseEncoding(f *testing.F) {
	for _, name := range []string{"", "GBK", "cp936", "自动", "utf_16", "-_-", "\xff"} {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, name string) {
		e, err := ParseEncoding(name)
		if (err == nil) == (e == "") {
			t.Fatalf("%q, %v", e, err)
		}
		fromLocale(func(string) string { return name })
	})
}
