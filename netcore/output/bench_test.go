package output

import (
	"strings"
	"testing"

	"lanyard/netcore/charset"
)

func BenchmarkStep(b *testing.B) {
	for name, text := range map[string]string{
		"plain": "a line of ordinary output, as programs print it\n", "yes": "y\n",
		"coloured": "\x1b[32mok\x1b[0m a line of ordinary output, 你好\n",
	} {
		b.Run(name, func(b *testing.B) {
			const size = 64 << 20
			b.SetBytes(size)
			for b.Loop() {
				read(b, New(&repeated{strings.Repeat(text, 4096), size}, charset.Auto, charset.Auto))
			}
		})
	}
}

func BenchmarkFind(b *testing.B) {
	for name, text := range map[string]string{
		"plain": "a line of ordinary output, as programs print it\n", "Han": "一行普通的输出\n",
		"coloured": "\x1b[32mok\x1b[0m a line of ordinary output, 你好\n",
	} {
		b.Run(name, func(b *testing.B) {
			const size = 16 << 20
			d := New(&repeated{strings.Repeat(text, 4096), size}, charset.Auto, charset.Auto)
			read(b, d)
			b.SetBytes(size)
			for b.Loop() {
				if _, found, err := d.Find(b.Context(), NewQuery("nowhere"), 0, false); found || err != nil {
					b.Fatal(found, err)
				}
			}
		})
	}
}
