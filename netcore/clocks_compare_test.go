package netcore

import (
	"slices"
	"testing"
	"time"
)

func TestWhoIsWrong(t *testing.T) {
	const ms = time.Millisecond
	of := func(offsets ...time.Duration) (all []ClockEstimate) {
		for _, offset := range offsets {
			all = append(all, ClockEstimate{Offset: offset, Bound: 5 * ms})
		}
		return all
	}
	for _, c := range []struct {
		name     string
		others   []ClockEstimate
		agreeing int
		wrong    []int
		here     bool
	}{
		{"nobody else", nil, 1, nil, false},
		{"two that agree", of(900 * ms), 2, nil, false},
		{"two that differ", of(3 * time.Second), 0, nil, false},
		{"all agree, though not to the millisecond", of(-400*ms, 0, 700*ms), 4, nil, false},
		{"one of them is wrong", of(100*ms, time.Minute, -200*ms), 3, []int{1}, false},
		{"this PC is wrong", of(61*time.Second, 60*time.Second, 60500*ms), 3, nil, true},
		{"this PC and another one", of(60*time.Second, -time.Hour, 60*time.Second, 60*time.Second), 3, []int{1}, true},
		{"two camps", of(0, time.Hour, time.Hour), 0, nil, false},
		{"each for itself", of(time.Minute, time.Hour, 9*time.Hour), 0, nil, false},
		{"one who is not sure proves nothing", []ClockEstimate{{Offset: 0, Bound: time.Minute}, {Offset: 30 * time.Second, Bound: ms}}, 3, nil, false},
	} {
		got := CompareClocks(c.others)
		if got.Count != len(c.others)+1 || got.Agreeing != c.agreeing || got.Here != c.here || !slices.Equal(got.Wrong, c.wrong) {
			t.Errorf("%s: got %+v", c.name, got)
		}
	}
	if got := CompareClocks(of(61*time.Second, 60*time.Second, 60*time.Second)); (got.Off - 60500*ms).Abs() > time.Second {
		t.Errorf("this PC is %v behind", got.Off)
	}
	if got := CompareClocks(of(0, time.Hour)); !got.IsWrong(1) || got.IsWrong(0) {
		t.Errorf("got %+v", got)
	}
}
