package run

import (
	"errors"
	"testing"
)

func TestBatchLine(t *testing.T) {
	for _, test := range []struct {
		args []string
		want string // empty: refused
	}{
		{nil, `"C:\cmd.exe" /d /e:on /v:off /s /c ""C:\a b.bat""`},
		{[]string{"a b", ""}, `"C:\cmd.exe" /d /e:on /v:off /s /c ""C:\a b.bat" "a b" """`},
		{[]string{"a&calc", "^", "<|>", "!x!", `\`}, `"C:\cmd.exe" /d /e:on /v:off /s /c ""C:\a b.bat" "a&calc" "^" "<|>" "!x!" "\""`},
		{[]string{`a"&calc&"`}, ""},
		{[]string{"%COMSPEC%"}, ""},
		{[]string{"a\ncalc"}, ""},
		{[]string{"a\rcalc"}, ""},
	} {
		got, err := batchLine(`C:\cmd.exe`, `C:\a b.bat`, test.args)
		if got != test.want || (test.want == "") != errors.Is(err, ErrInvalid) {
			t.Errorf("%q: %s, %v", test.args, got, err)
		}
	}
}

func TestBatchFilesAreKnown(t *testing.T) {
	for path, want := range map[string]bool{
		"a.bat": true, "a.CMD": true, "a.bat ": true, "a.bat. .": true, "a.exe": false, "bat": false, "a.bat.exe": false, "a": false,
	} {
		if isBatch(path) != want {
			t.Errorf("%q", path)
		}
	}
}
