package timeline

import (
	"strings"
	"testing"
	"unicode/utf8"

	"lanyard/netcore/charset"
)

// printed is an output in memory.
type printed struct{ *strings.Reader }

func (p printed) From(int64) (pipe int, until int64) { return 1, p.Size() }

// lastOf returns the last lines of what was printed; with began something was
// printed before.
func lastOf(t *testing.T, raw string, began bool, local charset.Encoding) string {
	source := &tail{size: int64(len(raw))}
	if began {
		raw = "." + raw
		source.start = 1
	}
	source.kept = printed{strings.NewReader(raw)}
	text, err := lastLines(t.Context(), source, local)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestTheLastLinesAreHarmlessAndFew(t *testing.T) {
	for _, c := range []struct {
		name, raw, want string
		began           bool
		local           charset.Encoding
	}{
		{name: "nothing"},
		{name: "one line", raw: "hello\n", want: "hello"},
		{name: "the last six", raw: "1\n2\n3\n4\n5\n6\n7\n8\n", want: "3\n4\n5\n6\n7\n8"},
		{name: "colours", raw: "\x1b[1;31mred\x1b[0m \x1b(Bplain", want: "red plain"},
		{name: "a title", raw: "\x1b]0;evil\x07a\x1b]2;evil\x1b\\b", want: "ab"},
		{name: "C1", raw: "\u009b31mred", want: "�31mred"},
		{name: "no end", raw: "a\x1b[31\nb", want: "a^[[31\nb"},
		{name: "escape at the end", raw: "a\x1b", want: "a^["},
		{name: "progress", raw: "10%\r50%\r100%\r\ndone", want: "100%\ndone"},
		{name: "bidi", raw: "a\u202eb", want: "a\ufffdb"},
		{name: "GBK", raw: "\xc4\xe3\xba\xc3\n", local: charset.GBK, want: "你好"},
		{name: "GBK unstated", raw: "\xb5\xb1\xc7\xb0\xb4\xfa\xc2\xeb\xd2\xb3: 936\n", want: "当前代码页: 936"},
		{name: "half a character", raw: "\xbd\xa0 rest\nnext", began: true, want: "next"},
	} {
		if got := lastOf(t, c.raw, c.began, c.local); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
	if got := lastOf(t, strings.Repeat("x", tailBytes), true, charset.Auto); utf8.RuneCountInString(got) > tailRunes+1 {
		t.Errorf("%d characters of one line", utf8.RuneCountInString(got))
	}
}

// FuzzLastLines: whatever a program prints, a card holds a few lines of plain
// text.
func FuzzLastLines(f *testing.F) {
	f.Add([]byte("a\x1b[31mb\x1b]0;x\x07\n\u009b1m"), true)
	f.Add([]byte("\x1b\x1b[\x1b]\x1b"), false)
	f.Add([]byte("\xc4\xe3\xba\xc3\r\n"), false)
	f.Fuzz(func(t *testing.T, raw []byte, began bool) {
		text := lastOf(t, string(raw[:min(len(raw), tailBytes)]), began, charset.Auto)
		if strings.Count(text, "\n") >= tailLines || strings.ContainsAny(text, "\x1b\r\x00\x07\u009b\u202e") || !utf8.ValidString(text) {
			t.Errorf("%q", text)
		}
	})
}
