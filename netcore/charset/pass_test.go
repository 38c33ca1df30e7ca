package charset_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"lanyard/netcore/charset"
)

// What passes is what would have been written, wherever the pieces end.
func TestWhatPassesIsItsOwnText(t *testing.T) {
	dice := rand.New(rand.NewPCG(1, 2))
	for _, whole := range []string{
		strings.Repeat("一行中文 and words 😀é\n", 200),
		strings.Repeat("中文\xff坏\xe5\xa5", 50) + "end",
		strings.Repeat("中文", 20) + "\xe5\xa5",
		strings.Repeat("\xb5\xb1\xc7\xb0\xb4\xfa\xc2\xeb\xd2\xb3\n", 20), // GBK
	} {
		for range 200 {
			plain, quick := charset.NewSteadyDecoder(charset.Auto, charset.UTF8), charset.NewSteadyDecoder(charset.Auto, charset.UTF8)
			var want, got strings.Builder
			for rest := []byte(whole); len(rest) > 0; {
				p := rest[:min(len(rest), 1+dice.IntN(40))]
				rest = rest[len(p):]
				text, _ := plain.Write(p)
				want.WriteString(text)
				for len(p) > 0 {
					pass, next := quick.Pass(p)
					if pass+next == 0 {
						t.Fatalf("nothing goes on at %q", p)
					}
					got.Write(p[:pass])
					text, _ = quick.Write(p[pass : pass+next])
					got.WriteString(text)
					p = p[pass+next:]
				}
			}
			text, _ := plain.End()
			want.WriteString(text)
			text, _ = quick.End()
			got.WriteString(text)
			if got.String() != want.String() {
				t.Fatalf("%q became %q, not %q", whole, got.String(), want.String())
			}
		}
	}
}
