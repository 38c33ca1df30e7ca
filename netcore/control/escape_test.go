package control

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestALineDoesNothingToATerminal(t *testing.T) {
	for _, text := range []string{
		"\x1b[31m", "\u009b31m", "\x7f", "a\u202eb", "\u2066\u2069", "\u200b\u200f\ufeff\u061c", "line\u2028two", "你好 é 😀 \U000e0041", `back\slash "quoted"`,
	} {
		raw, err := encodeLine(map[string]string{"text": text})
		if err != nil {
			t.Fatal(err)
		}
		var back map[string]string
		if err := json.Unmarshal(raw, &back); err != nil || back["text"] != text {
			t.Errorf("%q came back as %q, %v", text, back["text"], err)
		}
		if !utf8.Valid(raw) || strings.ContainsAny(string(raw), "\x1b\u009b\x7f\u202e\u2066\u2069\u200b\u200f\ufeff\u061c\u2028") {
			t.Errorf("%q is printed as %q", text, raw)
		}
	}
}
