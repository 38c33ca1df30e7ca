package safename

import (
	"strings"
	"testing"
)

func TestPlainPaths(t *testing.T) {
	long := strings.Repeat("x", maxName)
	for p, want := range map[string]bool{
		"a": true, "a/b": true, "tree/00/00001.bin": true, "a.tar.gz": true, "A-b_c": true, "-rf": true, long: true, long + "/" + long: true,
		"": false, "/a": false, "a/": false, "a//b": false, ".a": false, "a/.b": false, "a.": false, "a./b": false, "a..b": false, "..": false,
		"a/../b": false, ".": false, "a b": false, "a\\b": false, "c:": false, "ä": false, "a\x00": false, "a\n": false, long + "x": false,
		"a/" + long + "x/b": false,
	} {
		if got := plain(p); got != want {
			t.Errorf("%.40q: %v", p, got)
		}
	}
}

// What is plain is what it would be mapped to.
func FuzzPlain(f *testing.F) {
	for _, p := range []string{"a/b", "a..b", "dir/file-01.tar.gz", "a/./b", "x. /y", "C:x", strings.Repeat("a/", 40) + "b"} {
		f.Add(p)
	}
	f.Fuzz(func(t *testing.T, p string) {
		if !plain(p) {
			return
		}
		if got, err := mapped(p, Unix); err == nil && got != p || err != nil && strings.Count(p, "/") < MaxDepth {
			t.Fatalf("%q became %q, %v", p, got, err)
		}
	})
}
