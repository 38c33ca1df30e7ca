package netcore

import (
	"maps"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"

	"lanyard/netcore/control"
)

// listed are the files of an offer in tests.
func listed() []OfferFile {
	return []OfferFile{
		{Index: 0, Path: "src", Folder: true},
		{Index: 1, Path: "src/a.txt", Size: 1},
		{Index: 2, Path: "src/sub", Folder: true},
		{Index: 3, Path: "src/sub/b.txt", Size: 2},
		{Index: 4, Path: "src/sub/[odd].jpg", Size: 3},
		{Index: 5, Path: "note.txt", Size: 4},
	}
}

// offering is a fake with one offer.
func offering() *fakeEngine {
	node := newFake()
	node.settings.Clash = ClashKeep
	node.offered = listed()
	node.addFiles(Transfer{Name: "src", Count: 4, Bytes: 10, State: StateOffered})
	return node
}

func TestAcceptingAPart(t *testing.T) {
	for only, want := range map[string][][2]int{
		"src/a.txt":           {{1, 1}},
		"src/sub":             {{2, 4}},
		"/src/sub/":           {{2, 4}},
		"sub":                 {{2, 4}},
		"src":                 {{0, 4}},
		"*.txt":               {{1, 1}, {3, 3}, {5, 5}},
		"src/*.txt":           {{1, 1}},
		"src/**/*.txt":        {{1, 1}, {3, 3}},
		"**/b.txt":            {{3, 3}},
		"src/sub/[odd].jpg":   {{4, 4}},
		"?ote.txt":            {{5, 5}},
		"src/*":               {{1, 4}},
		"**":                  {{0, 5}},
		"src/a.txt|*.jpg":     {{1, 1}, {4, 4}},
		"src/**/sub/**/b.txt": {{3, 3}},
	} {
		node := offering()
		_, exit, err := do(t, t.Context(), NewDoor(node), control.CommandAccept,
			control.DecideArgs{Transfer: 1, Only: strings.Split(only, "|")})
		if got := node.options[1]; exit != 0 || !reflect.DeepEqual(got.Select, want) || got.Clash != ClashKeep {
			t.Errorf("%s: %v, %+v, want %v", only, err, got, want)
		}
	}
}

func TestAcceptingWithChoices(t *testing.T) {
	node := offering()
	_, _, err := do(t, t.Context(), NewDoor(node), control.CommandAccept, control.DecideArgs{
		Transfer: 1, Clash: "skip",
		Choices: []control.Choice{{Files: "src", Clash: "keep"}, {Files: "*.jpg", Clash: "replace"}},
	})
	got := node.options[1]
	want := map[int]Clash{1: ClashKeep, 3: ClashKeep, 4: ClashReplace}
	if err != nil || got.Clash != ClashSkip || got.Select != nil || !maps.Equal(got.Choices, want) {
		t.Errorf("%v, %+v", err, got)
	}
}

func TestAcceptingWhatMeansNothing(t *testing.T) {
	for _, test := range []struct {
		args control.DecideArgs
		exit int
		word control.Word
	}{
		{control.DecideArgs{Transfer: 1, Only: []string{"src/a.txt", "none"}}, control.ExitFailed, control.WordNothingFits},
		{control.DecideArgs{Transfer: 1, Only: []string{"[a"}}, control.ExitUsage, control.WordBadPattern},
		{control.DecideArgs{Transfer: 1, Only: []string{"a//b"}}, control.ExitUsage, control.WordBadPattern},
		{control.DecideArgs{Transfer: 1, Clash: "merge"}, control.ExitUsage, control.WordBadClash},
		{control.DecideArgs{Transfer: 1, Choices: []control.Choice{{Files: "src"}}}, control.ExitUsage, control.WordBadClash},
		{control.DecideArgs{Transfer: 2}, control.ExitFailed, control.WordNoOffer},
	} {
		node := offering()
		_, _, err := do(t, t.Context(), NewDoor(node), control.CommandAccept, test.args)
		wantWord(t, err, test.exit, test.word)
		if len(node.options) > 0 {
			t.Errorf("%+v: accepted", test.args)
		}
	}
	node := offering()
	node.offered = nil
	_, _, err := do(t, t.Context(), NewDoor(node), control.CommandAccept, control.DecideArgs{Transfer: 1, Only: []string{"src"}})
	wantWord(t, err, control.ExitFailed, control.WordMustUpdate)
}

func TestPatternsAreNeverSlow(t *testing.T) {
	file := strings.Split(strings.Repeat("a/", 2000)+"b", "/")
	p, err := parsePattern(strings.Repeat("**/a/", 20) + "c")
	if err != nil || p.fits(file[:500]) {
		t.Errorf("%v", err)
	}
}

func TestDoorPreflight(t *testing.T) {
	node := offering()
	node.look = Preflight{
		Count: 4, Bytes: 10, Needed: 9, Free: 100, Reserve: 20, Fits: true, Identical: 1,
		Named: []PreflightFile{{Index: 5, Path: "note.txt", Becomes: "note.txt", Size: 4, Kind: PreflightIdentical}},
	}
	args := control.PreflightArgs{Transfer: 1, Save: "/s/{person}", Files: true}
	lines, _, err := do(t, t.Context(), NewDoor(node), control.CommandPreflight, args)
	if events(lines) != "preflight preflight-file offer-file offer-file offer-file offer-file offer-file offer-file" ||
		!strings.Contains(lines, `"save_dir":"/s/{person}","count":4,"folders":0,"links":0,"bytes":10,"needed":9,"free":100,"reserve":20,"fits":true`) {
		t.Errorf("%v: %s", err, lines)
	}
	node.offered = nil
	_, _, err = do(t, t.Context(), NewDoor(node), control.CommandPreflight, control.PreflightArgs{Transfer: 1})
	wantWord(t, err, control.ExitFailed, control.WordMustUpdate)
	_, _, err = do(t, t.Context(), NewDoor(node), control.CommandPreflight, control.PreflightArgs{Transfer: 2})
	wantWord(t, err, control.ExitFailed, control.WordNoOffer)
}

func TestServingDecidesAboutWhatIsThere(t *testing.T) {
	for _, test := range []struct {
		setting Clash
		args    control.ServeArgs
		wish    Clash
		want    Clash
	}{
		{ClashKeep, control.ServeArgs{}, "", ClashKeep},
		{ClashSkip, control.ServeArgs{}, ClashReplace, ClashSkip},
		{ClashReplace, control.ServeArgs{}, ClashSkip, ClashKeep},
		{ClashKeep, control.ServeArgs{}, ClashReplace, ClashKeep},
		{ClashKeep, control.ServeArgs{}, ClashSkip, ClashSkip},
		{ClashKeep, control.ServeArgs{Clash: "replace", Limit: 1 << 20}, ClashSkip, ClashReplace},
	} {
		synctest.Test(t, func(t *testing.T) {
			node := newFake()
			node.settings.Clash = test.setting
			test.args.AcceptAll = true
			s := startServe(t, NewDoor(node), test.args)
			node.addFiles(Transfer{Name: "in", Count: 1, State: StateOffered, Wish: test.wish})
			s.end(t)
			if got := node.options[1].Clash; got != test.want || node.bandwidths[1] != test.args.Limit {
				t.Errorf("%+v: %s, %v", test, got, node.bandwidths)
			}
		})
	}
}

func TestServeSaysWhatBecomesOfTransfers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		node := newFake()
		s := startServe(t, NewDoor(node), control.ServeArgs{})
		key := node.addFiles(Transfer{Name: "in", Count: 2, State: StatePaused, Reason: ReasonPausedThere}).Transfer.Key
		for _, change := range []func(*Transfer){
			func(t *Transfer) { t.State, t.Reason = StateOffered, "" },
			func(t *Transfer) {
				t.State, t.Accepted, t.Decision = StateRunning, true, &Decision{Left: 1, Identical: 1}
			},
			func(t *Transfer) { t.State, t.PausedHere = StatePaused, true },
			func(t *Transfer) { t.State, t.PausedHere = StateRunning, false },
			func(t *Transfer) { t.Done, t.Skipped, t.Pending = 1, 1, 1 },
			func(t *Transfer) { t.State, t.Pending = StateVerified, 0 },
		} {
			synctest.Wait()
			node.move(key, change)
		}
		node.finish(FileResult{Key: key, Raw: "in/a", State: StateSkipped, Reason: ReasonIdentical})
		if got := events(s.end(t)); !strings.Contains(got, "offer paused resumed plan paused resumed pending") || !strings.Contains(got, "ended") || !strings.Contains(got, "skipped") {
			t.Errorf("said %s", got)
		}
	})
}
