package md5sum

import (
	"strings"
	"testing"
)

// FuzzParse shows that whatever is read as a list is written and read again as
// the same, and that nothing but a *SyntaxError comes of the rest.
func FuzzParse(f *testing.F) {
	for _, list := range []string{
		sumOfHello + "  a\n", sumOfHello + " *b\r\n", "\ufeff# x\n" + sumOfHello + "  照片\n",
		`\` + sumOfHello + `  a\\b\nc` + "\n", "MD5 (x) = " + sumOfHello, `\MD5 (a\rb) = ` + sumOfHello, "MD5(x)= " + sumOfHello,
		sumOfHello + "  \xd5\xd5\xc6\xac\n", sumOfHello + "\n",
	} {
		f.Add(list)
	}
	f.Fuzz(func(t *testing.T, list string) {
		if len(list) > maxLine/2 {
			return // written with escapes, its lines could be too long
		}
		lines, err := parsed(list)
		if _, ok := err.(*SyntaxError); err != nil && !ok {
			t.Fatalf("%T: %v", err, err)
		}
		var again strings.Builder
		for _, line := range lines {
			again.WriteString(Format(line.Path, line.MD5))
		}
		back, err := parsed(again.String())
		if err != nil || len(back) != len(lines) {
			t.Fatalf("%q was written as %q and is read as %q, %v", lines, again.String(), back, err)
		}
		for i := range lines {
			if back[i] != lines[i] {
				t.Fatalf("%q became %q", lines[i], back[i])
			}
		}
	})
}
