package shell

import (
	"fyne.io/fyne/v2/container"

	"lanyard/app/audit"
	"lanyard/app/classic"
	"lanyard/app/clocks"
	"lanyard/app/commands"
	"lanyard/app/people"
	"lanyard/app/settings"
	"lanyard/app/timeline"
	"lanyard/app/transfers"
	"lanyard/netcore"
)

// made is what the steps have made so far; the window shows it all at once.
type made struct {
	list      *people.List
	timeline  *timeline.View
	transfers *transfers.Page
	settings  *settings.Page
	audit     *audit.Page
	commands  *commands.Page
	clocks    *clocks.Page
	classic   *classic.Page
	welcome   *welcome
}

// steps make all that is in the window, in the language of now. Each measures
// what it made, which takes longest where the words were never drawn before.
func (s *Shell) steps() []func() {
	m := &made{}
	return append(s.pageSteps(m),
		func() {
			m.list = people.NewList(s.Now)
			m.list.Picked = s.Open
			m.list.Show(s.everyone)
		},
		func() {
			m.timeline = timeline.New(s.UI, s.Node, timeline.Host{
				Window: s.Window, Shortcuts: s.shortcut, Copy: s.copy, Reveal: s.reveal, Fail: s.fail,
				Open: s.openFile, Forward: s.askWhom, Focused: func() bool { return s.focused && s.page == pageConversation }, Now: s.Now,
				Trust: s.desk, Find: s.find, Commands: s,
			})
			m.timeline.Object().MinSize()
		},
		func() {
			m.welcome = s.newWelcome()
			m.welcome.object.MinSize()
		},
		func() {
			s.list, s.timeline, s.welcome = m.list, m.timeline, m.welcome
			if s.clocks != nil {
				s.clocks.Shown(false) // the former one would go on ticking
			}
			s.transfers, s.settings, s.audit = m.transfers, m.settings, m.audit
			s.commands, s.clocks, s.classic = m.commands, m.clocks, m.classic
			s.side = s.newSidebar()
			s.side.object.MinSize()
		},
		s.assemble,
	)
}

// pageSteps are those that make the pages that the left side leads to.
func (s *Shell) pageSteps(m *made) []func() {
	return []func(){
		func() {
			m.transfers = transfers.NewPage(s.UI, s.Node, transfers.Host{
				Window: s.Window, Shortcuts: s.shortcut, Copy: s.copy, Reveal: s.reveal, Open: s.openFile, Forward: s.askWhom,
				Fail: s.fail, Escaped: s.back, Named: s.transferLine,
			})
			m.transfers.Object().MinSize()
		},
		func() {
			m.settings = settings.New(s.UI, s.Node, settings.Host{
				Window: s.Window, Shortcuts: s.shortcut, Copy: s.copy, Escaped: s.back, Keys: s.showKeys,
			})
			m.settings.Object().MinSize()
		},
		func() {
			m.audit = audit.New(s.UI, s.Node, audit.Host{
				Window: s.Window, Shortcuts: s.shortcut, Copy: s.copy, Escaped: s.back, Now: s.Now,
			})
			m.audit.Object().MinSize()
		},
		func() {
			m.commands = commands.New(s.UI, s.Node, commands.Host{
				Window: s.Window, Shortcuts: s.shortcut, Copy: s.copy, Escaped: s.back, Now: s.Now,
			})
			m.commands.Object().MinSize()
		},
		func() {
			m.clocks = clocks.New(s.UI, s.Node, clocks.Host{
				Window: s.Window, Shortcuts: s.shortcut, Copy: s.copy, Escaped: s.back, Now: s.Now,
			})
			m.clocks.Object().MinSize()
		},
		func() {
			m.classic = classic.New(s.UI, s.sessions, classic.Host{
				Window: s.Window, Shortcuts: s.shortcut, Copy: s.copy, Escaped: s.back,
				SaveDir: func() string { return s.applied.SaveDir },
			})
			m.classic.Object().MinSize()
		},
	}
}

// assemble puts what was made into the window.
func (s *Shell) assemble() {
	s.pages = container.NewStack(s.welcome.object, s.timeline.Object(), s.transfers.Object(), s.settings.Object(), s.audit.Object(),
		s.commands.Object(), s.clocks.Object(), s.classic.Object())
	s.showPage(s.page)
	s.right = container.NewBorder(s.consent.Bar(), nil, nil, nil, s.pages)
	s.Window.SetContent(container.New(splitLayout{}, s.side.object, s.right))
	s.addShortcuts()
}

// rebuild makes all again, step by step, after the language or the look changed.
func (s *Shell) rebuild() {
	if s.resume == nil {
		s.resume = &resume{s.timeline.Person(), s.timeline.Draft(), s.page}
	}
	s.rebuilt++
	s.postSteps(append(s.steps(), s.reopen), s.rebuilt)
}

// resume is what the user was at when all was made again.
type resume struct {
	person netcore.Person
	draft  string
	page   page
}

// reopen brings the user back to it.
func (s *Shell) reopen() {
	at := s.resume
	s.resume = nil
	s.search.Trigger()
	s.Window.SetTitle(title(s.unread))
	if at.person.ID != 0 {
		s.Open(at.person)
		s.timeline.SetDraft(at.draft)
	}
	s.showPage(at.page)
}

// postSteps runs one step after the other, unless a newer rebuild has begun.
func (s *Shell) postSteps(steps []func(), round int) {
	if len(steps) == 0 || round != s.rebuilt {
		return
	}
	s.UI.Post(func() {
		steps[0]()
		s.postSteps(steps[1:], round)
	})
}
