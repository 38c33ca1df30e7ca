package control

import "testing"

func TestStatOfAProcessThatNamesItselfWildly(t *testing.T) {
	for _, test := range []struct {
		stat string
		want process
		ok   bool
	}{
		{"12 (cat) S 11 10 9 0 -1 4194560", process{parent: 11, group: 10, session: 9}, true},
		{"12 (a) S 1 1 1 (x) R) S 11 10 9 0", process{parent: 11, group: 10, session: 9}, true},
		{"12 (a\n1 2) Z 11 10 9", process{parent: 11, group: 10, session: 9}, true},
		{"", process{}, false},
		{"12 (cat) S 11 10", process{}, false},
		{"12 (cat) S 11 ten 9", process{}, false},
	} {
		got, err := parseStat(test.stat)
		if got != test.want || (err == nil) != test.ok {
			t.Errorf("%q: %+v, %v", test.stat, got, err)
		}
	}
}
