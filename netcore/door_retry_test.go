package netcore

import "testing"

// What failed last is taken, unless it came in the meantime by whatever tries
// followed, and however many of its files each of these had.
func TestWhatFailedLastIsSentAgain(t *testing.T) {
	failed := func(id, of string) Transfer {
		return Transfer{Name: id, State: StateFailed, Failed: 1, Retry: of != "", id: id, retryOf: of}
	}
	came := func(id, of string) Transfer {
		return Transfer{Name: id, State: StateVerified, Done: 1, Retry: of != "", id: id, retryOf: of}
	}
	for name, c := range map[string]struct {
		transfers []Transfer // the oldest first
		want      int64      // 0: none
	}{
		"none":                    {nil, 0},
		"all came":                {[]Transfer{came("a", "")}, 0},
		"one failed":              {[]Transfer{failed("a", ""), came("b", "")}, 1},
		"the newest of two":       {[]Transfer{failed("a", ""), failed("b", "")}, 2},
		"came again":              {[]Transfer{failed("a +2", ""), came("b", "a +2")}, 0},
		"one of the same name":    {[]Transfer{failed("a", ""), failed("b", ""), came("c", "b")}, 1},
		"failed again":            {[]Transfer{failed("a", ""), failed("b", "a")}, 2},
		"came with the third try": {[]Transfer{failed("a", ""), failed("b", "a"), came("c", "b")}, 0},
		"is coming":               {[]Transfer{failed("a", ""), {id: "b", retryOf: "a", Retry: true, State: StateRunning}}, 0},
		"was not wanted again":    {[]Transfer{failed("a", ""), {id: "b", retryOf: "a", Retry: true, State: StateDeclined}}, 1},
		"in the other direction":  {[]Transfer{failed("a", ""), {id: "b", retryOf: "a", Retry: true, State: StateVerified, Outgoing: true}}, 1},
		"would never come":        {[]Transfer{{id: "a", State: StateFailed, Failed: 1, Hopeless: true}}, 0},
	} {
		node := newFake()
		for _, one := range c.transfers {
			node.addFiles(one)
		}
		got, err := NewDoor(node).lastFailed(t.Context())
		if got.Key != c.want || (err == nil) != (c.want != 0) {
			t.Errorf("%s: transfer %d, %v; want %d", name, got.Key, err, c.want)
		}
	}
}
