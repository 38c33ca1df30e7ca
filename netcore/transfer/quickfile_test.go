package transfer

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"lanyard/netcore/wire"
)

// fileHeaders are headers of files, the first as this program writes it.
func fileHeaders() []string {
	md5, b3 := strings.Repeat("0a", 16), strings.Repeat("c9", 32)
	usual := `{"kind":"file","body_size":4096,"f":17,"file_name":"空 a.dat","file_size":4096,"md5":"` + md5 + `","b3":"` + b3 + `"}`
	return []string{
		usual,
		strings.Replace(usual, "4096,", "0,", 2),
		strings.Replace(usual, `"f":17`, `"f":017`, 1),
		strings.Replace(usual, `"f":17`, `"f":-17`, 1),
		strings.Replace(usual, `"f":17`, `"f":17.0`, 1),
		strings.Replace(usual, `"f":17`, `"f":9223372036854775808`, 1),
		strings.Replace(usual, `"f":17`, `"f":999999999999999`, 1),
		strings.Replace(usual, `"f":17`, `"f":17,"f":18`, 1),
		strings.Replace(usual, `"f":17`, `"F":17`, 1),
		strings.Replace(usual, "空", `\"`, 1),
		strings.Replace(usual, "空", "\n", 1),
		strings.Replace(usual, "0a", "0A", 1),
		strings.Replace(usual, "0a", "", 1),
		strings.Replace(usual, `"}`, `","x":1}`, 1),
		usual + " ",
		usual[:len(usual)-1],
		`{"kind":"file","f":3,"file_name":"big","file_size":5000000}`,
		`{}`,
	}
}

// sameAsJSON compares what is read of a header with what JSON makes of it.
func sameAsJSON(t *testing.T, raw string) {
	t.Helper()
	var got, want fileFrame
	err := decodeFile(wire.Frame{Kind: kindFile, Raw: []byte(raw)}, &got)
	wanted := json.Unmarshal([]byte(raw), &want)
	if got.Name == "" {
		want.Name = ""
	}
	if (err == nil) != (wanted == nil) || err == nil && got != want {
		t.Errorf("%s\nread as %+v, %v; JSON has %+v, %v", raw, got, err, want, wanted)
	}
}

func TestAFileHeaderIsReadAsJSONWouldBe(t *testing.T) {
	for i, raw := range fileHeaders() {
		sameAsJSON(t, raw)
		if quickly := quickFile([]byte(raw), &fileFrame{}); quickly != (i < 2 || strings.Contains(raw, "999999999999999,")) {
			t.Errorf("read quickly: %v: %s", quickly, raw)
		}
	}
}

func TestAFileHeaderIsWrittenAsJSONWouldBe(t *testing.T) {
	md5 := strings.Repeat("0a", 16)
	for _, head := range []*fileFrame{
		{F: 3, Name: "a b.txt", Size: 7, MD5: md5},
		{F: 0, Name: "", Size: 0, MD5: md5, B3: strings.Repeat("c9", 32)},
		{F: 3, Name: "空\u2028<&>\"\\\x7f\xff\n", Size: 1 << 50, MTime: -5, Changed: true},
		{F: 3, Name: `a"b`, Size: 1},
		{Name: "a<b"},
		{Name: "a\x01"},
		{Name: `a\b`},
	} {
		var to bytes.Buffer
		if err := wire.NewConn(&to).Write(kindFile, head, nil); err != nil {
			t.Fatal(err)
		}
		want, err := json.Marshal(head)
		if got := to.String()[4:]; err != nil || got != `{"kind":"file",`+string(want[1:]) {
			t.Errorf("wrote %s, JSON has %s", got, want)
		}
	}
}

func FuzzFileHeader(f *testing.F) {
	for _, raw := range fileHeaders() {
		f.Add(raw)
	}
	f.Fuzz(sameAsJSON)
}
