package transfer

import "testing"

// The digest of a list is what md5sum prints for the output of md5sum.
func TestTheDigestOfAListIsThatOfMD5Sum(t *testing.T) {
	a, b := digestData([]byte("a\n")), digestData([]byte("b\n"))
	for name, tc := range map[string]struct {
		files  []named
		single bool
		want   string
	}{
		"nothing arrived":  {nil, false, ""},
		"the only one":     {[]named{{"x", a}}, true, "60b725f10c9c85c70d97880dfe8191b3"},
		"one in a folder":  {[]named{{"d/x", a}}, false, "1be63c9e0e1664a778be14a3edf35351"},
		"two, unsorted":    {[]named{{"d/y", b}, {"d/x", a}}, false, "eff0579e07c868a560c792f21a469dc0"},
		"a name with ends": {[]named{{"d/x\ny\\z", a}}, false, "360dfea38e72f7d391fff2943f71160b"},
	} {
		if got := listDigest(tc.files, tc.single); got != tc.want {
			t.Errorf("%s: %s, want %s", name, got, tc.want)
		}
	}
}
