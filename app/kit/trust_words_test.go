package kit

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"testing"

	"fyne.io/fyne/v2/test"

	"lanyard/netcore"
)

func TestPermissionsAreSaidAsTheyAre(t *testing.T) {
	test.NewTempApp(t)
	if err := UseLanguage(LanguageEnglish); err != nil {
		t.Fatal(err)
	}
	for want, p := range map[string]netcore.Permissions{
		"Ask first":         {Files: netcore.FilesAsk, FilesCap: 5},
		"Auto up to 1 GiB":  {Files: netcore.FilesAuto},
		"Auto up to 100 MB": {Files: netcore.FilesAuto, FilesCap: 100_000_000},
		"Auto up to 123 B":  {Files: netcore.FilesAuto, FilesCap: 123},
	} {
		if got := FilesWords(p); got != want {
			t.Errorf("%+v: %q, want %q", p, got, want)
		}
	}
	if got := CommandsWords(""); got != "Never" {
		t.Errorf("no permission for commands says %q", got)
	}
}

func TestErrorsAreSaidInSentences(t *testing.T) {
	test.NewTempApp(t)
	if err := UseLanguage(LanguageEnglish); err != nil {
		t.Fatal(err)
	}
	hostile := errors.New("\x1b[31m\u202e" + strings.Repeat("x", 64<<10))
	for _, c := range []struct {
		err  error
		want string
	}{
		{fmt.Errorf("setting it: %w", netcore.ErrWeakPassword), "Lanyard did not make this password, or it was mistyped."},
		{fmt.Errorf("writing: %w", fs.ErrExist), "Nothing was overwritten."},
		{hostile, "It did not work: "},
	} {
		got := ErrorWords(c.err)
		if !strings.Contains(got, c.want) || len(got) > 2000 || strings.ContainsAny(got, "\x1b\u202e") {
			t.Errorf("%.40q: %.80q", c.err, got)
		}
	}
}
