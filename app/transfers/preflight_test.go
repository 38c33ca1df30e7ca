package transfers

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"lanyard/app/kit"
	"lanyard/app/kit/kittest"
	"lanyard/netcore"
)

// anOffer is a node with an offer of a folder with two folders and a link that
// cannot be sent.
func anOffer() *fakeNode {
	entry := func(path string, size int64) netcore.OfferFile { return netcore.OfferFile{Path: path, Size: size} }
	folder := func(path string) netcore.OfferFile { return netcore.OfferFile{Path: path, Folder: true} }
	node := &fakeNode{
		settings: netcore.Settings{Clash: netcore.ClashKeep},
		offer: []netcore.OfferFile{
			folder("trip"), entry("trip/a.jpg", 1000), folder("trip/day"), entry("trip/day/b.jpg", 2000), entry("trip/day/c.jpg", 3000),
			entry("trip/z.txt", 500),
			{Path: "trip/socket", Reason: netcore.ReasonNotRegular},
		},
		look: netcore.Preflight{
			SaveDir: "/home/me/Lanyard", Count: 5, Folders: 2, Bytes: 6500, Needed: 20_000, Free: 5_000_000, Reserve: 1_000_000, Fits: true,
			Renamed: 1, Identical: 1, Doubtful: 1, Different: 1, Unsent: 1,
			Named: []netcore.PreflightFile{
				{Index: 1, Path: "trip/a.jpg", Becomes: "trip/a.jpg", Kind: netcore.PreflightIdentical},
				{Index: 3, Path: "trip/day/b.jpg", Becomes: "trip/day/b.jpg", Kind: netcore.PreflightDifferent},
				{Index: 4, Path: "trip/day/c.jpg", Becomes: "trip/day/c.jpg", Kind: netcore.PreflightDoubtful},
				{Index: 5, Path: "trip/z.txt", Becomes: "trip/z_.txt", Kind: netcore.PreflightRenamed},
				{Index: 6, Path: "trip/socket", Kind: netcore.PreflightUnsent},
			},
		},
	}
	for at := range node.offer {
		node.offer[at].Index = at
	}
	return node
}

// reviewed opens the sheet of the offer.
func reviewed(t *testing.T, node *fakeNode) *stage {
	t.Helper()
	s := newStage(t, node)
	s.card(netcore.Transfer{Key: 3, Name: "trip", Count: 5, Bytes: 6500, State: netcore.StateOffered, Wish: netcore.ClashSkip})
	s.Tap("Accept…")
	return s
}

func TestAnOfferIsLookedAtBeforeItIsAccepted(t *testing.T) {
	node := anOffer()
	node.hold = make(chan struct{})
	s := reviewed(t, node)
	s.WantText("Waiting for their list of files…")
	s.WantText("Waiting for their list of files… 0:02")
	close(node.hold)
	for _, part := range []string{
		"They would like you to skip files that are there already. You decide.",
		"5 files·2 folders·6.50 KB", "It fits: 20.0 KB needed, 5.00 MB free, of which 1.00 MB stay untouched.",
		"What comes (7)", "There already (3)", "New names (1)", "Cannot come (1)", "6 of 7 chosen·6.50 KB", "trip", "a.jpg", "2.00 KB",
	} {
		s.WantText(part)
	}
	s.Tap("There already (3)")
	s.WantText("Another file of this name is there")
	s.WantText("Same size, another time: compared once you accept")
	s.WantText("The same, by size and time: does not come again")
	s.Tap("New names (1)")
	s.WantText("Becomes trip/z_.txt")
	s.Tap("Accept")
	s.untilDid("accept 3")
	if got := node.accepted[0]; got.Clash != netcore.ClashKeep || got.Select != nil || got.SaveDir != "" || got.Choices != nil {
		t.Errorf("accepted with %+v", got)
	}
	s.Until("the sheet is gone", func() bool { return !s.Reads("Save into") })
}

func TestAPartOfAnOfferIsAccepted(t *testing.T) {
	node := anOffer()
	s := reviewed(t, node)
	s.WantText("6 of 7 chosen")
	rows := kittest.All[*kit.SheetList](s.Stage)[0]
	rows.Select(2) // the folder trip/day, with what is in it
	s.WantText("3 of 7 chosen·1.50 KB")
	rows.Select(3)
	s.WantText("Accept 4 of 7")
	s.Tap("Accept 4 of 7")
	s.untilDid("accept 3")
	if got := node.accepted[0].Select; !slices.Equal(got, [][2]int{{0, 1}, {3, 3}, {5, 5}}) {
		t.Errorf("selected %v", got)
	}
}

func TestTheListIsFilteredAndChosenByKeyboard(t *testing.T) {
	node := anOffer()
	s := reviewed(t, node)
	s.WantText("6 of 7 chosen")
	filter := kittest.All[*kit.Entry](s.Stage)[1]
	filter.SetText(".JPG")
	s.WantText("trip/day/c.jpg")
	s.Until("others are not listed", func() bool { return !s.Reads("z.txt") })
	s.Tap("None")
	s.WantText("3 of 7 chosen·500 B")
	filter.SetText("")
	s.WantText("z.txt")
	rows := kittest.All[*kit.SheetList](s.Stage)[0]
	s.Window.Canvas().Focus(rows)
	for _, key := range []fyne.KeyName{fyne.KeyDown, fyne.KeySpace} {
		rows.TypedKey(&fyne.KeyEvent{Name: key})
	}
	s.WantText("4 of 7 chosen·1.50 KB")
	rows.TypedKey(&fyne.KeyEvent{Name: fyne.KeyEscape})
	s.Until("Escape leaves", func() bool { return !s.Reads("Save into") })
	if done := node.did(); len(done) != 0 {
		t.Errorf("leaving did %q", done)
	}
}

func TestSingleFilesGetAChoiceOfTheirOwn(t *testing.T) {
	node := anOffer()
	s := reviewed(t, node)
	s.WantText("There already (3)")
	s.Tap("There already (3)")
	s.WantText("Another file of this name is there")
	choices := kittest.All[*kit.Choice](s.Stage)
	choices[0].SetSelected("Skip: what is there stays") // for all
	for _, choice := range choices[1:] {
		if slices.Contains(choice.Options, "As for all") && choice.Visible() {
			choice.SetSelected("Replace")
			break
		}
	}
	s.Tap("Accept")
	s.untilDid("accept 3")
	got := node.accepted[0]
	if got.Clash != netcore.ClashSkip || len(got.Choices) != 1 || got.Choices[3] != netcore.ClashReplace {
		t.Errorf("accepted with %+v", got)
	}
}

func TestAnotherFolderIsLookedAtAndUsed(t *testing.T) {
	node := anOffer()
	s := reviewed(t, node)
	s.WantText("6 of 7 chosen")
	node.mu.Lock()
	node.look.Free, node.look.Fits = 1_000_100, false
	node.mu.Unlock()
	kittest.All[*kit.Entry](s.Stage)[0].SetText("/media/stick")
	s.WantText("It does not fit: 20.0 KB needed, 1.00 MB free")
	s.Tap("Accept")
	s.untilDid("accept 3")
	if node.accepted[0].SaveDir != "/media/stick" || !slices.Contains(node.folders, "/media/stick") {
		t.Errorf("accepted with %+v, looked at %q", node.accepted[0], node.folders)
	}
}

func TestAnOlderSenderCannotList(t *testing.T) {
	node := anOffer()
	node.lookErr = fmt.Errorf("looking: %w", netcore.ErrTransferVersion)
	s := reviewed(t, node)
	s.WantText("Their Lanyard is older: it cannot list the files before they are accepted.")
	s.Tap("Accept")
	s.untilDid("accept 3")
}

func TestLeavingEndsTheWait(t *testing.T) {
	node := anOffer()
	node.hold = make(chan struct{})
	s := reviewed(t, node)
	s.WantText("Waiting for their list of files…")
	s.Tap("Cancel")
	s.untilDid("gave up: context canceled")
	s.Until("the sheet is gone", func() bool { return !s.Reads("Save into") })
}

// TestAnOfferOfManyFilesIsListed has 200,000 entries: neither the window nor
// the memory may feel them.
func TestAnOfferOfManyFilesIsListed(t *testing.T) {
	const many = 200_000
	node := anOffer()
	node.offer = []netcore.OfferFile{{Path: "tree", Folder: true}}
	for at := 1; at < many; at++ {
		node.offer = append(node.offer, netcore.OfferFile{Index: at, Path: fmt.Sprintf("tree/%06d.dat", at), Size: 10})
	}
	s := reviewed(t, node)
	s.WantText("200000 of 200000 chosen")
	rows := kittest.All[*kit.SheetList](s.Stage)[0]
	start := time.Now()
	rows.ScrollToBottom()
	s.WantText("199999.dat")
	rows.ScrollToTop()
	s.WantText("000001.dat")
	rows.Select(0)
	s.WantText("0 of 200000 chosen")
	rows.Select(150_000)
	s.WantText("Accept 1 of 200000")
	if took := time.Since(start); took > 5*time.Second {
		t.Errorf("it took %v", took)
	}
	filter := kittest.All[*kit.Entry](s.Stage)[1]
	test.Type(filter, "123456")
	s.WantText("tree/123456.dat")
	s.Tap("Accept 1 of 200000")
	s.untilDid("accept 3")
	if got := node.accepted[0].Select; !slices.Equal(got, [][2]int{{150_000, 150_000}}) {
		t.Errorf("selected %v", got)
	}
}

func TestRangesOfASelection(t *testing.T) {
	s := &selection{}
	for at := range 8 {
		s.add(1, at == 3)
	}
	if s.ranges() != nil {
		t.Errorf("all: %v", s.ranges())
	}
	s.set(5, false)
	if got := s.ranges(); !slices.Equal(got, [][2]int{{0, 4}, {6, 7}}) {
		t.Errorf("without one: %v", got)
	}
	s.all(false)
	if got := s.ranges(); got == nil || len(got) != 0 {
		t.Errorf("none: %v, which must not mean all", got)
	}
}
