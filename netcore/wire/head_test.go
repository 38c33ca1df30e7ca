package wire

import (
	"encoding/json"
	"testing"
)

// However a header is written, the quick way and the parser read the same.
func FuzzHeadsAgree(f *testing.F) {
	for _, seed := range []string{
		`{"kind":"x"}`, `{"kind":"chunk","body_size":7,"i":3}`, `{"kind":"x","body_size":7,"KIND":"y"}`,
		`{"kind":"x","body_size":7,"body_ſize":8}`, `{"kind":"x","a":"\u006bind","body_size":1}`,
		`{"kind":"x","body_size":01}`, `{"kind":"x","body_size":+1}`, `{"kind":"x","a":{"kind":"y"}}`,
		`{"kind":"x","body_size":7`, `{"kind":"x"}}`, `{"kind":"x",}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		if len(raw) < minHeader || checkHeader(raw) != nil {
			return
		}
		quick, err := parseHead(raw)
		slow, slowErr := slowHead(raw)
		if (err == nil) != (slowErr == nil) {
			t.Fatalf("%q: %v, the parser says %v", raw, err, slowErr)
		}
		if isFlat(raw) && (!json.Valid(raw) || depth(raw) > 1) {
			t.Fatalf("%q is not flat", raw)
		}
		if err == nil && (quick.Kind != slow.Kind || quick.BodySize != slow.BodySize) {
			t.Fatalf("%q: %s/%d, the parser says %s/%d", raw, quick.Kind, quick.BodySize, slow.Kind, slow.BodySize)
		}
	})
}

func BenchmarkHead(b *testing.B) {
	raw := []byte(`{"kind":"file","body_size":4096,"f":123,"file_name":"dir/name of a file.txt","file_size":4096,` +
		`"md5":"d41d8cd98f00b204e9800998ecf8427e","b3":"af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262"}`)
	if !json.Valid(raw) {
		b.Fatal("no JSON")
	}
	b.Run("quick", func(b *testing.B) {
		for range b.N {
			if _, err := parseHead(raw); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("parser", func(b *testing.B) {
		for range b.N {
			if _, err := slowHead(raw); err != nil {
				b.Fatal(err)
			}
		}
	})
}
