package charset

import (
	"bytes"
	"strings"
	"testing"
	"unicode/utf8"
)

const poem = "床前明月光，疑是地上霜。\r\n举头望明月，低头思故乡。\r\n"

// What a stream is, is found out however it is cut.
func TestAutoFindsOut(t *testing.T) {
	for _, c := range []struct {
		name  string
		raw   []byte
		local Encoding
		want  string
		e     Encoding
	}{
		{"ASCII", []byte("total 0\r\n"), GBK, "total 0\r\n", Auto},
		{"nothing", nil, GBK, "", Auto},
		{"UTF-8 from a GBK system", []byte(poem), GBK, poem, UTF8},
		{"UTF-8 from an UTF-8 system", []byte(poem), UTF8, poem, UTF8},
		{"one character of UTF-8", []byte("中\n"), GBK, "中\n", UTF8},
		{"UTF-8 with a mark", []byte("\uFEFF中文\n"), GBK, "\uFEFF中文\n", UTF8},
		{"a smile", []byte("ok 😀"), GBK, "ok 😀", UTF8},
		{"Cyrillic from a GBK system", []byte("Привет, мир"), GBK, "Привет, мир", UTF8},
		{"Greek in one word", []byte("λόγος"), GBK, "λόγος", UTF8},
		{"Latin-1 in UTF-8", []byte("© 2024 café"), GBK, "© 2024 café", UTF8},
		{"one é", []byte("é"), GBK, "é", UTF8},
		{"GBK", as(t, poem, GBK), GBK, poem, GBK},
		{"GBK from an UTF-8 system", as(t, poem, GBK), UTF8, poem, GBK},
		{"GBK from who knows", as(t, poem, GBK), Auto, poem, GBK},
		{"chcp", []byte("\xbb\xee\xb6\xaf\xb4\xfa\xc2\xeb\xd2\xb3: 936\r\n"), GBK, "活动代码页: 936\r\n", GBK},
		{"chcp of wine", []byte("\xb5\xb1\xc7\xb0\xb4\xfa\xc2\xeb\xd2\xb3: 936\r\n"), UTF8, "当前代码页: 936\r\n", GBK},
		{"China Unicom", as(t, "联通", GBK), GBK, "联通", GBK},
		{"one character that is also UTF-8", as(t, "模", GBK), GBK, "模", GBK},
		{"the same from an UTF-8 system", []byte("ģ"), UTF8, "ģ", UTF8},
		{"rare characters of GB18030", as(t, "㐀𠀀", GBK), GBK, "㐀𠀀", GBK},
		{"Big5", as(t, "目前的字碼頁是", Big5), Big5, "目前的字碼頁是", Big5},
		{"Shift-JIS", as(t, "現在のコード ページ", ShiftJIS), ShiftJIS, "現在のコード ページ", ShiftJIS},
		{"UTF-8 from a Japanese system", []byte("現在のコード"), ShiftJIS, "現在のコード", UTF8},
		{"UTF-16 with a mark", append([]byte{0xFF, 0xFE}, as(t, poem, UTF16LE)...), GBK, poem, UTF16LE},
		{"UTF-16, big end first", append([]byte{0xFE, 0xFF}, as(t, poem, UTF16BE)...), GBK, poem, UTF16BE},
		{"UTF-16 by its NULs", as(t, "Name  Status 状态\r\n", UTF16LE), GBK, "Name  Status 状态\r\n", UTF16LE},
		{"the same, big end first", as(t, "Name  Status 状态\r\n", UTF16BE), GBK, "Name  Status 状态\r\n", UTF16BE},
		{"a short word in UTF-16", as(t, "ok\r\n", UTF16LE), GBK, "ok\r\n", UTF16LE},
		{"NULs between words", []byte("a.txt\x00b.txt\x00中.txt\x00"), GBK, "a.txt\x00b.txt\x00中.txt\x00", UTF8},
		{"an environment", []byte("A=1\x00B=2\x00C=3\x00D=4\x00"), GBK, "A=1\x00B=2\x00C=3\x00D=4\x00", Auto},
		{"NULs", []byte("\x00\x00\x00\x00\x00\x00"), GBK, "\x00\x00\x00\x00\x00\x00", Auto},
		{"one byte and a NUL", []byte("a\x00"), GBK, "a\x00", Auto},
		{"half a character of UTF-8", []byte("abc\xe4\xb8"), UTF8, "abc\uFFFD", UTF8},
		{"half a character of GBK", []byte("abc\xd6"), GBK, "abc\uFFFD", UTF8},
		{"GBK cut in the middle", as(t, "中文", GBK)[:3], GBK, "中\uFFFD", GBK},
		{"UTF-8 cut in the middle", []byte("中文\xe4\xb8"), GBK, "中文\uFFFD", UTF8},
		{"UTF-8 with a fault", []byte("中文\xff!"), GBK, "中文\uFFFD!", UTF8},
		{"UTF-8 with a fault later", []byte("中文中文\xff!"), GBK, "中文中文\uFFFD!", UTF8},
		{"overlong", []byte("/\xc0\xaf\n"), Big5, "/嶸\n", Big5},
		{"nothing but FF", []byte("\xff\xff"), GBK, "\uFFFD\uFFFD", GBK},
		{"escapes pass", []byte("\x1b[31m红\x1b[0m"), GBK, "\x1b[31m红\x1b[0m", UTF8},
	} {
		for _, size := range []int{1, 2, 3, 5, 7, 1 << 20} {
			d := NewDecoder(Auto, c.local)
			if got := feed(d, cut(c.raw, size)...); got.text != c.want || d.Decided() != c.e {
				t.Errorf("%s by %d: got %q as %q, want %q as %q", c.name, size, got.text, d.Decided(), c.want, c.e)
			}
			steady := NewSteadyDecoder(Auto, c.local)
			if c.want == "模" {
				continue // see TestASteadyDecoderDoesNotGuess
			}
			if got := feed(steady, cut(c.raw, size)...); got.text != c.want || steady.Decided() != c.e || got.agains > 0 {
				t.Errorf("%s by %d, steady: got %q as %q, %d times anew", c.name, size, got.text, steady.Decided(), got.agains)
			}
		}
		if c.local == UTF8 {
			if got := Decode(c.raw, Auto); got != c.want {
				t.Errorf("%s, kept: got %q", c.name, got)
			}
		}
	}
}

// The user's own choice is obeyed from the first byte.
func TestAChoiceIsObeyed(t *testing.T) {
	for _, c := range []struct {
		e    Encoding
		raw  []byte
		want string
	}{
		{UTF8, []byte(poem), poem},
		{UTF8, as(t, "中", GBK), "\uFFFD\uFFFD"},
		{GBK, as(t, poem, GBK), poem},
		{GBK, []byte("中文"), "涓\uFFFD枃"},
		{GBK, []byte{0x80, 0xff}, "€\uFFFD"},
		{Big5, as(t, "目前", Big5), "目前"},
		{ShiftJIS, as(t, "ページ", ShiftJIS), "ページ"},
		{UTF16LE, as(t, poem, UTF16LE), poem},
		{UTF16LE, as(t, "\uFEFF"+poem, UTF16LE), poem},
		{UTF16BE, as(t, poem+"\uFEFF", UTF16BE), poem + "\uFEFF"},
		{UTF16LE, []byte{0x2d}, "\uFFFD"},
		{UTF16LE, []byte{0x00, 0xd8, 0x41, 0x00}, "\uFFFDA"},
		{Raw, as(t, poem, GBK), string(as(t, poem, GBK))},
		{Raw, []byte{0xff, 0xfe, 0x00}, "\xff\xfe\x00"},
		{"no such thing", []byte(poem), poem},
	} {
		for size := 1; size <= max(1, len(c.raw)); size++ {
			d := NewDecoder(c.e, GBK)
			if got := feed(d, cut(c.raw, size)...); got.text != c.want || got.agains > 0 {
				t.Errorf("%s by %d: got %q, want %q", c.e, size, got.text, c.want)
			}
		}
		if got := Decode(c.raw, c.e); got != c.want {
			t.Errorf("%s, kept: got %q, want %q", c.e, got, c.want)
		}
	}
}

// What is shown at once, and what is taken back.
func TestWhatIsShownMeanwhile(t *testing.T) {
	step := func(text string, again bool) string {
		if again {
			return "again:" + text
		}
		return text
	}
	d := NewDecoder(Auto, GBK)
	for i, c := range []struct{ in, want string }{
		{"C", "C"},
		{":\\> ", ":\\> "},
		{"\xc4", ""},                     // half a character is waited for
		{"\xa3", "模"},                    // a usual character of the system
		{"\xc4\xa3", "模"},                // two may still be one
		{"\xc4", ""},                     //
		{"\xa3", "again:C:\\> ģģģ"},      // three are UTF-8
		{"\xb5\xb1", "again:C:\\> 模模模当"}, // and this is none
		{"\xc7", ""},
		{"\xb0\n", "前\n"},
	} {
		if got := step(d.Write([]byte(c.in))); got != c.want {
			t.Errorf("step %d: got %q, want %q", i, got, c.want)
		}
	}
	if got := step(d.End()); got != "" || d.Decided() != GBK {
		t.Errorf("at the end %q as %q", got, d.Decided())
	}
}

func TestASteadyDecoderHoldsOnlyADoubtfulLineBack(t *testing.T) {
	d := NewSteadyDecoder(Auto, GBK)
	for i, c := range []struct{ in, want string }{
		{"name? ", "name? "},
		{"ok\nx=\xc4\xa3", "ok\nx="},
		{" and", ""},
		{" so on\ny=", "ģ and so on\ny="},
		{"\xc4\xa3\xc4", ""},
		{"\xa3", ""},
		{"\xb5\xb1", "模模当"}, // what was shown stays
	} {
		if got, again := d.Write([]byte(c.in)); got != c.want || again {
			t.Errorf("step %d: got %q, %v, want %q", i, got, again, c.want)
		}
	}
	if d.Decided() != GBK {
		t.Errorf("decided %q", d.Decided())
	}
	prompt := NewSteadyDecoder(Auto, GBK)
	if got, _ := prompt.Write([]byte("密码: ")); got != "密码: " {
		t.Errorf("of a prompt %q is shown", got)
	}
	long := NewSteadyDecoder(Auto, GBK)
	if got, _ := long.Write([]byte("\xc4\xa3" + strings.Repeat(".", maxLine))); len(got) < maxLine {
		t.Errorf("%d bytes of a long line are shown", len(got))
	}
}

// Valid UTF-8 goes into a pipe as it is, whatever else it could be.
func TestASteadyDecoderDoesNotGuess(t *testing.T) {
	for _, text := range []string{"ģ", "ģ\n模", "模", "é\n", "Ж"} {
		if got := feed(NewSteadyDecoder(Auto, GBK), cut([]byte(text), 1)...); got.text != text {
			t.Errorf("%q became %q", text, got.text)
		}
	}
}

// A program that prints half a character and stalls shows all before it, and
// the character once its other half is there.
func TestHalfACharacter(t *testing.T) {
	for _, local := range []Encoding{UTF8, GBK} {
		for _, e := range []Encoding{UTF8, GBK} {
			raw := as(t, "进度：中", e)
			d, s := NewDecoder(Auto, local), &screen{}
			s.show(d.Write(raw[:len(raw)-1]))
			if s.text != "进度：" {
				t.Errorf("%s from %s: got %q", e, local, s.text)
			}
			s.show(d.Write(raw[len(raw)-1:]))
			if s.text != "进度：中" {
				t.Errorf("%s from %s: got %q in the end", e, local, s.text)
			}
		}
	}
}

// ASCII decides nothing, however much of it comes, and costs no memory.
func TestALotOfASCIIBefore(t *testing.T) {
	line := bytes.Repeat([]byte("0123456789abcdef\r\n"), 1000)
	for _, e := range []Encoding{UTF8, GBK} {
		d := NewDecoder(Auto, GBK)
		for range 100 {
			if text, again := d.Write(line); text != string(line) || again {
				t.Fatal("ASCII changed")
			}
			if cap(d.raw) > 128<<10 {
				t.Fatalf("%d bytes are kept", cap(d.raw))
			}
		}
		if d.Decided() != Auto {
			t.Fatalf("decided %q", d.Decided())
		}
		s := &screen{}
		s.show(d.Write(as(t, poem, e)))
		s.show(d.End())
		if s.text != poem || s.agains > 0 || d.Decided() != e {
			t.Errorf("%s: got %q, %d times anew, as %q", e, s.text, s.agains, d.Decided())
		}
	}
}

// What is kept while nothing is decided has an end.
func TestDoubtIsBounded(t *testing.T) {
	for _, steady := range []bool{false, true} {
		d := NewDecoder(Auto, GBK)
		d.steady = steady
		s := &screen{}
		s.show(d.Write([]byte("\xc4\xa3")))
		for range 100 {
			s.show(d.Write(bytes.Repeat([]byte("."), 10<<10)))
			if cap(d.raw) > 192<<10 {
				t.Fatalf("%d bytes are kept", cap(d.raw))
			}
		}
		s.show(d.End())
		want := "模"
		if steady {
			want = "ģ"
		}
		if want += strings.Repeat(".", 1000<<10); s.text != want {
			t.Errorf("got %d bytes, %.20q…", len(s.text), s.text)
		}
	}
}

// A flood of whatever bytes is turned into text in bounded memory.
func TestBinaryIsText(t *testing.T) {
	raw := make([]byte, 1<<20)
	for i := range raw {
		raw[i] = byte(i * i >> 3)
	}
	for _, e := range append(Choices(), UTF16LE, UTF16BE) {
		s := feed(NewDecoder(e, GBK), cut(raw, 30001)...)
		if e == Raw {
			if s.text != string(raw) {
				t.Error("raw bytes changed")
			}
		} else if !utf8.ValidString(s.text) {
			t.Errorf("%s: no valid text", e)
		}
		if got := Decode(raw, e); got != s.text && e != Auto {
			t.Errorf("%s: kept bytes read differently", e)
		}
	}
}

func BenchmarkDecoder(b *testing.B) {
	for _, c := range []struct {
		name string
		raw  []byte
	}{
		{"ascii", bytes.Repeat([]byte("0123456789 abcdef\n"), 1800)},
		{"utf-8", bytes.Repeat([]byte(poem), 400)},
		{"gbk", as(b, strings.Repeat(poem, 600), GBK)},
	} {
		b.Run(c.name, func(b *testing.B) {
			d := NewDecoder(Auto, GBK)
			b.SetBytes(int64(len(c.raw)))
			for b.Loop() {
				d.Write(c.raw)
			}
		})
	}
}
