package netcore

import (
	"math"
	"testing"
	"time"

	"lanyard/netcore/store"
)

func TestWhatNeedsNoQuestion(t *testing.T) {
	auto := func(limit int64) store.Permissions { return store.Permissions{Files: store.FilesAuto, FilesCap: limit} }
	for name, test := range map[string]struct {
		p    store.Permissions
		t    store.Transfer
		want bool
	}{
		"asked":                   {store.Permissions{Files: store.FilesAsk}, store.Transfer{Count: 1}, false},
		"the usual cap":           {auto(0), store.Transfer{Count: 1, Bytes: DefaultFilesCap}, true},
		"over it":                 {auto(0), store.Transfer{Count: 1, Bytes: DefaultFilesCap + 1}, false},
		"a small cap":             {auto(1000), store.Transfer{Count: 1, Bytes: 1000}, true},
		"two under a small cap":   {auto(1000), store.Transfer{Count: 2, Bytes: 2}, false},
		"as many as fit":          {auto(1 << 20), store.Transfer{Count: 200, Folders: 56}, true},
		"one folder more":         {auto(1 << 20), store.Transfer{Count: 200, Folders: 57}, false},
		"a million empty files":   {auto(0), store.Transfer{Count: 1_000_000}, false},
		"a million empty folders": {auto(0), store.Transfer{Folders: 1_000_000}, false},
	} {
		if got := accepts(test.p, test.t); got != test.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestTheDailyTotal(t *testing.T) {
	var d dailyTotals
	began := time.Date(2026, 1, 2, 3, 59, 0, 0, time.UTC)
	one, other := DeviceID{1}, DeviceID{2}
	for _, step := range []struct {
		id         DeviceID
		after      time.Duration
		bytes      int64
		fits, news bool
	}{
		{one, 0, 6, true, false},
		{one, time.Minute, 5, false, true},
		{one, time.Minute, 5, false, false},
		{one, 2 * time.Minute, 4, true, false},
		{one, 3 * time.Minute, 1, false, true},
		{other, 3 * time.Minute, 10, true, false},
		{one, 24 * time.Hour, 1, false, false},
		{one, -time.Hour, 1, false, false}, // the clock was set back
		{one, 25 * time.Hour, 6, true, false},
		{one, 25 * time.Hour, 1, false, true},
		{one, 100 * time.Hour, 10, true, false},
		{one, 200 * time.Hour, math.MaxInt64, false, true},
	} {
		if fits, news := d.take(step.id, step.bytes, 10, began.Add(step.after)); fits != step.fits || news != step.news {
			t.Errorf("%+v: %v, %v", step, fits, news)
		}
	}
	for limit, want := range map[int64]int64{
		0: 10 * DefaultFilesCap, 1: 10 * entrySize, 1 << 20: 10 << 20, math.MaxInt64: math.MaxInt64,
	} {
		if got := totalOf(store.Permissions{FilesCap: limit}); got != want {
			t.Errorf("the total of a cap of %d is %d, want %d", limit, got, want)
		}
	}
}

// TestBeyondTheDailyTotalTheUserIsAsked, and told why.
func TestBeyondTheDailyTotalTheUserIsAsked(t *testing.T) {
	ann, bob, toBob, toAnn := verified(t)
	p := store.Permissions{Files: store.FilesAuto, FilesCap: 1000, Commands: store.CommandsOff}
	if err := ann.roster.SetPermissions(soon(t), toBob.Device, p); err != nil {
		t.Fatal(err)
	}
	ann.auto.spent.take(toBob.Device, totalOf(p)-entrySize, totalOf(p), ann.config.Now())
	for _, want := range []State{StateVerified, StateOffered, StateOffered} {
		sent, err := bob.Send(soon(t), toAnn.ID, []string{gift(t, "small", 1000)})
		if err != nil {
			t.Fatal(err)
		}
		eventually(t, bob, "that it is "+string(want), func() bool { return stateOf(t, bob, sent.Seq) == want })
	}
	told := 0
	for _, line := range logOf(t, ann) {
		if line == "files|bob|asked: over the daily total: small (1 files, 1000 bytes)|refused" {
			told++
		}
	}
	if told != 1 {
		t.Errorf("told %d times: %q", told, logOf(t, ann))
	}
}

// TestOnlyWhatCameByItselfIsStopped: what the user accepted goes on, whichever
// run of the program it was in.
func TestOnlyWhatCameByItselfIsStopped(t *testing.T) {
	for _, test := range []struct {
		t    store.Transfer
		want bool
	}{
		{store.Transfer{State: string(StateRunning), Auto: true}, true},
		{store.Transfer{State: string(StateRunning)}, false},
		{store.Transfer{State: string(StateOffered)}, false},
		{store.Transfer{State: string(StateRunning), Outgoing: true}, false},
	} {
		if got := cameByItself(test.t); got != test.want {
			t.Errorf("%+v: %v", test.t, got)
		}
	}
}
