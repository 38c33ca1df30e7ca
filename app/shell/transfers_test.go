package shell

import (
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lanyard/netcore"
)

// menu opens the menu of the first card and chooses an entry by its place, with
// the keyboard alone.
func (s *stage) menu(place int) {
	s.Helper()
	var more *widget.Button
	walk(s.shell.Window.Content(), func(object fyne.CanvasObject) {
		if button, ok := object.(*widget.Button); ok && more == nil && button.Icon != nil && button.Icon.Name() == theme.MoreHorizontalIcon().Name() {
			more = button
		}
	})
	if more == nil {
		s.Fatal("the card has no menu")
	}
	s.shell.Window.Canvas().Focus(more)
	more.TypedKey(&fyne.KeyEvent{Name: fyne.KeySpace})
	focused := s.shell.Window.Canvas().Focused()
	for range place {
		focused.TypedKey(&fyne.KeyEvent{Name: fyne.KeyDown})
	}
	focused.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
}

func TestFilesArePassedOnAndSentAgain(t *testing.T) {
	node := newFake()
	two(node)
	node.add(netcore.Item{Person: 2, Kind: netcore.KindFile, Outgoing: true, State: netcore.StateVerified, Transfer: &netcore.Transfer{
		Person: 2, Outgoing: true, Name: "plan.pdf", Count: 1, Done: 1, State: netcore.StateVerified, Paths: []string{"/home/ming/plan.pdf"},
	}})
	s := newStage(t, node)
	s.shell.showPage(pageTransfers)
	s.wantText("To \"Zoe\"")
	s.menu(1)
	s.until("it is sent again", func() bool { return len(read(node, &node.items)) == 2 })
	if again := read(node, &node.items)[1]; again.Person != 2 || again.Transfer.Paths[0] != "/home/ming/plan.pdf" {
		t.Errorf("sent %+v to %d", again.Transfer, again.Person)
	}
	s.open(2)
	s.wantText("plan.pdf")
	s.menu(2)
	s.wantText("Send plan.pdf to whom?")
}

func TestAnOfferIsReviewedInTheConversation(t *testing.T) {
	node := newFake()
	two(node)
	node.add(netcore.Item{Person: 1, Kind: netcore.KindFile, State: netcore.StateOffered, Transfer: &netcore.Transfer{
		Key: 4, Person: 1, Name: "plans", Count: 12, State: netcore.StateOffered,
	}})
	s := newStage(t, node)
	s.open(1)
	s.wantText("Do you want these files?")
	s.tap("Accept…")
	s.wantText("Save into")
	s.wantText("Their Lanyard is older")
	s.tap("Accept")
	s.until("it is accepted", func() bool { return slices.Contains(read(node, &node.accepted), 4) })
}

// urlApp notes what is opened by the system.
type urlApp struct {
	fyne.App
	mu     sync.Mutex
	opened []string
}

func (a *urlApp) OpenURL(u *url.URL) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.opened = append(a.opened, u.Path)
	return nil
}

// recordURLs has the window hand what it opens to the test.
func recordURLs(s *stage) func() []string {
	app := &urlApp{App: s.shell.App}
	s.shell.App = app
	return func() []string {
		app.mu.Lock()
		defer app.mu.Unlock()
		return slices.Clone(app.opened)
	}
}

func TestAProgramIsShownInItsFolderNotOpened(t *testing.T) {
	node := newFake()
	two(node)
	s := newStage(t, node)
	folder := t.TempDir()
	for _, name := range []string{"setup.exe", "notes.txt"} {
		if err := os.WriteFile(filepath.Join(folder, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	opened := recordURLs(s)
	s.shell.openFile(filepath.Join(folder, "setup.exe"))
	s.until("the folder is shown", func() bool { return slices.Equal(opened(), []string{folder}) })
	s.shell.openFile(filepath.Join(folder, "notes.txt"))
	s.until("the text is opened", func() bool { return slices.Contains(opened(), filepath.Join(folder, "notes.txt")) })
	s.shell.openFile(filepath.Join(folder, "gone.txt"))
	s.wantText("It is not there any more")
}

func TestThePageIsNarrowWithoutBeingCut(t *testing.T) {
	node := newFake()
	two(node)
	node.add(netcore.Item{Person: 1, Kind: netcore.KindFile, State: netcore.StateFailed, Transfer: &netcore.Transfer{
		Person: 1, Name: "plans", Count: 12, Done: 10, Failed: 2, State: netcore.StateFailed, Paths: []string{"/x/plans"},
	}})
	s := newStage(t, node)
	s.shell.showPage(pageTransfers)
	s.wantText("plans")
	s.shell.Window.Resize(fyne.NewSize(700, 500))
	driver := fyne.CurrentApp().Driver()
	walk(s.shell.transfers.Object(), func(object fyne.CanvasObject) {
		button, ok := object.(*widget.Button)
		if !ok {
			return
		}
		if right := driver.AbsolutePositionForObject(button).X + button.Size().Width; right > 700 || button.Size().Width < button.MinSize().Width {
			t.Errorf("%q ends at %v with a width of %v", button.Text, right, button.Size().Width)
		}
	})
}
