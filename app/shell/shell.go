// Package shell is the window: the people on the left, one page on the right,
// the keys, the notifications, and the events of the engine handed to whom
// they concern.
package shell

import (
	"context"
	"time"

	"fyne.io/fyne/v2"

	"lanyard/app/audit"
	"lanyard/app/classic"
	"lanyard/app/clocks"
	"lanyard/app/commands"
	"lanyard/app/consent"
	"lanyard/app/kit"
	"lanyard/app/people"
	"lanyard/app/settings"
	"lanyard/app/timeline"
	"lanyard/app/transfers"
	"lanyard/app/trust"
	"lanyard/netcore"
)

// Node is what the window asks of the engine.
type Node interface {
	people.Node
	timeline.Node
	transfers.Node
	settings.Node
	trust.Node
	audit.Node
	consent.Node
	commands.Node
	clocks.Node
	Search() netcore.Search
	StartRun(ctx context.Context, person netcore.PersonID, request netcore.RunRequest) (netcore.Run, error)
	CheckClockCard(ctx context.Context, person netcore.PersonID) (netcore.Item, error)
}

// Config says what the window stands on.
type Config struct {
	Node   Node
	Events <-chan netcore.Event // what happens in the node; ends with it
	App    fyne.App
	Window fyne.Window
	UI     *kit.UI
	Now    func() time.Time // nil: the system's clock
	Ended  trust.Ended      // tells the ends of a comparison apart; nil: nobody can
}

// peopleGap lies between two readings of the people.
const peopleGap = 150 * time.Millisecond

// searchPatience is how long the window looks for people before it says what
// to check.
const searchPatience = 4 * time.Second

// Shell is the window with all in it. Its methods belong to the drawing
// goroutine, unless they say otherwise.
type Shell struct {
	Config

	desk      *trust.Desk
	consent   *consent.Desk
	list      *people.List
	timeline  *timeline.View
	transfers *transfers.Page
	settings  *settings.Page
	audit     *audit.Page
	commands  *commands.Page
	clocks    *clocks.Page
	classic   *classic.Page
	sessions  *classic.Sessions // of the classic page; they outlive it
	welcome   *welcome
	side      *sidebar
	pages     *fyne.Container
	right     *fyne.Container // the bar of what runs here, over the pages
	reload    *kit.Reload
	search    *kit.Reload

	page     page
	everyone []netcore.Person
	known    bool // the people were read at least once
	focused  bool // the user looks at the window
	unread   int
	applied  netcore.Settings
	look     *kit.Theme
	started  time.Time
	rebuilt  int     // how often all was made again
	resume   *resume // while that is under way
}

// page names what the right side shows.
type page int

const (
	pageWelcome page = iota
	pageConversation
	pageTransfers
	pageSettings
	pageAudit
	pageCommands
	pageClocks
	pageClassic
)

// New fills the window. Run must be called for it to follow the node.
func New(config Config) (*Shell, error) {
	if config.Now == nil {
		config.Now = time.Now
	}
	s := &Shell{Config: config, started: config.Now(), sessions: classic.NewSessions()}
	s.reload = kit.NewReload(s.UI, peopleGap, s.loadPeople)
	s.search = kit.NewReload(s.UI, peopleGap, s.loadSearch)
	s.desk = trust.NewDesk(s.UI, s.Node, trust.Host{
		Window: s.Window, Copy: s.copy, Now: s.Now, Find: s.find, Pick: s.pickOther, Merged: s.merged, Front: s.attract, Ended: s.Ended,
	})
	s.consent = s.newConsent()
	s.applied = s.Node.Settings()
	if err := kit.UseLanguage(s.applied.Language); err != nil {
		return nil, err
	}
	look, err := kit.NewTheme(s.applied.Theme)
	if err != nil {
		return nil, err
	}
	s.look = look
	s.App.Settings().SetTheme(look)
	for _, step := range s.steps() {
		step()
	}
	s.desk.Warm()
	s.Window.SetTitle(title(0))
	s.Window.SetOnDropped(func(_ fyne.Position, uris []fyne.URI) { s.UI.Measure(func() { s.Dropped(uris) }) })
	s.App.Lifecycle().SetOnEnteredForeground(func() { s.UI.Measure(func() { s.SetFocused(true) }) })
	s.App.Lifecycle().SetOnExitedForeground(func() { s.SetFocused(false) })
	return s, nil
}

// Run follows the events of the node until they end or the UI is closed.
func (s *Shell) Run() {
	s.reload.Trigger()
	s.consent.Trigger()
	s.UI.Go(s.follow)
	s.UI.Go(s.sessions.CloseWith)
	s.UI.Go(func(ctx context.Context) {
		select {
		case <-time.After(searchPatience):
			s.search.Trigger()
		case <-ctx.Done():
		}
	})
}

// Open shows the conversation with somebody.
func (s *Shell) Open(person netcore.Person) {
	s.UI.Measure(func() {
		s.showPage(pageConversation)
		s.list.Choose(person.ID)
		s.timeline.Open(person)
	})
}

func (s *Shell) showPage(page page) {
	if page == pageConversation && s.timeline.Person().ID == 0 && s.page != pageConversation {
		s.page = page // Open is about to fill it
	}
	s.page = page
	for at, object := range s.pages.Objects {
		if at == int(page) {
			object.Show()
		} else {
			object.Hide()
		}
	}
	s.side.mark(page)
	if page != pageConversation {
		s.list.Choose(0)
		s.Window.Canvas().Unfocus()
	}
	if page == pageSettings {
		s.settings.Show()
	}
	s.commands.Shown(page == pageCommands)
	s.clocks.Shown(page == pageClocks)
	s.classic.Shown(page == pageClassic)
	s.readTransfers()
	s.readAudit()
}

// back returns from a page to the conversation, or to the start.
func (s *Shell) back() {
	if person := s.timeline.Person(); person.ID != 0 {
		s.Open(person)
		return
	}
	s.showPage(pageWelcome)
}
