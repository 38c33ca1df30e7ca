package transfer

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"lanyard/netcore/wire"
)

// entriesHeaders are headers as they may come; the first ones are read quickly.
func entriesHeaders() (quickly, otherwise []string) {
	usual := `{"kind":"entries","entries":[{"p":"照片","m":1700000000000000000,"d":true},{"p":"照片/a.jpg","s":4096,"m":1,"e":true},{"p":"b","m":0}]}`
	return []string{usual, `{"kind":"entries","entries":[{"p":"","m":9223372036854775807}]}`}, []string{
		strings.Replace(usual, `"m":1,`, `"m":-1,`, 1),
		strings.Replace(usual, `"m":1,`, `"m":01,`, 1),
		strings.Replace(usual, `"m":1,`, `"m":9223372036854775808,`, 1),
		strings.Replace(usual, `"m":1,`, `"m":1.5,`, 1),
		strings.Replace(usual, `"m":1,`, ``, 1),
		strings.Replace(usual, `"s":4096`, `"s":-4096`, 1),
		strings.Replace(usual, `"s":4096`, `"S":4096`, 1),
		strings.Replace(usual, `"e":true`, `"e":false`, 1),
		strings.Replace(usual, `"e":true`, `"l":"a.jpg"`, 1),
		strings.Replace(usual, `"e":true`, `"x":"vanished"`, 1),
		strings.Replace(usual, "a.jpg", `a\"b`, 1),
		strings.Replace(usual, "a.jpg", "a\nb", 1),
		strings.Replace(usual, `},{`, `}, {`, 1),
		strings.Replace(usual, `},{`, `}{`, 1),
		usual + " ",
		usual[:len(usual)-1],
		`{"kind":"entries","entries":[]}`,
		`{"entries":[{"p":"a","m":1}],"kind":"entries"}`,
		`{}`,
	}
}

// sameEntries compares what is read of a header with what JSON makes of it.
func sameEntries(t *testing.T, raw string) {
	t.Helper()
	var got, want entriesFrame
	err := decodeEntries(wire.Frame{Kind: kindEntries, Raw: []byte(raw)}, &got)
	wanted := json.Unmarshal([]byte(raw), &want)
	if (err == nil) != (wanted == nil) || err == nil && !slices.Equal(got.Entries, want.Entries) {
		t.Errorf("%s\nread as %+v, %v; JSON has %+v, %v", raw, got, err, want, wanted)
	}
}

func TestEntriesAreReadAsJSONWouldBe(t *testing.T) {
	quickly, otherwise := entriesHeaders()
	for i, raw := range slices.Concat(quickly, otherwise) {
		sameEntries(t, raw)
		if quick := quickEntries([]byte(raw), &entriesFrame{}); quick != (i < len(quickly)) {
			t.Errorf("read quickly: %v: %s", quick, raw)
		}
	}
}

func TestEntriesAreWrittenAsJSONWouldBe(t *testing.T) {
	list := &entriesFrame{Entries: []entryFrame{
		{Path: "照片", MTime: 1, Dir: true},
		{Path: "照片/a <&>\u2028\x7f\xff\"\\\n.jpg", Size: 1 << 50, MTime: -5, Exec: true},
		{Path: "照片/link", Link: "a\"b", Reason: ReasonNotRegular},
		{},
	}}
	for _, part := range []*entriesFrame{list, {Entries: list.Entries[:1]}} {
		var to bytes.Buffer
		if err := wire.NewConn(&to).Write(kindEntries, part, nil); err != nil {
			t.Fatal(err)
		}
		want, err := json.Marshal(struct {
			Kind string `json:"kind"`
			entriesFrame
		}{kindEntries, *part})
		if got := to.String()[4:]; err != nil || got != string(want) {
			t.Errorf("%v\n%s written\n%s is JSON", err, got, want)
		}
	}
}

func FuzzQuickEntries(f *testing.F) {
	quickly, otherwise := entriesHeaders()
	for _, raw := range slices.Concat(quickly, otherwise) {
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		if utf8.ValidString(raw) { // as package wire sees to
			sameEntries(t, raw)
		}
	})
}
