package run

import (
	"slices"
	"testing"
)

func TestWhatACommandMaySee(t *testing.T) {
	own := []string{
		"PATH=/bin", "LC_ALL=zh_CN.UTF-8", "LCX=1", "AWS_SECRET_ACCESS_KEY=hush", "SSH_AUTH_SOCK=/s", "LD_PRELOAD=/x",
		"PATHOLOGY=1", "=C:=C:\\", "", "LANG",
	}
	for _, test := range []struct{ extra, want []string }{
		{nil, []string{"PATH=/bin", "LC_ALL=zh_CN.UTF-8", "LANG"}},
		{[]string{"A=1", "A=2"}, []string{"PATH=/bin", "LC_ALL=zh_CN.UTF-8", "LANG", "A=2"}},
		{[]string{"PATH=/own"}, []string{"LC_ALL=zh_CN.UTF-8", "LANG", "PATH=/own"}},
		{[]string{"SSH_AUTH_SOCK"}, []string{"PATH=/bin", "LC_ALL=zh_CN.UTF-8", "SSH_AUTH_SOCK=/s", "LANG"}},
	} {
		if got := environment(own, test.extra); !slices.Equal(got, test.want) {
			t.Errorf("%q: %q", test.extra, got)
		}
	}
}
