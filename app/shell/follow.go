package shell

import (
	"context"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"

	"lanyard/app/kit"
	"lanyard/netcore"
)

// follow hands each event to whom it concerns. It stands on a goroutine of its
// own and never waits for the drawing one.
func (s *Shell) follow(ctx context.Context) {
	for {
		select {
		case event, open := <-s.Events:
			if !open {
				return
			}
			s.UI.Post(func() { s.handle(event) })
		case <-ctx.Done():
			return
		}
	}
}

// handle is cheap: it only asks for readings, which are gathered.
func (s *Shell) handle(event netcore.Event) {
	switch event.Kind {
	case netcore.EventPerson, netcore.EventVerify, netcore.EventVerified:
		s.reload.Trigger()
		s.readPermissions()
		s.commands.Refresh()
		s.clocks.Refresh()
	case netcore.EventAudit:
		s.readAudit()
	case netcore.EventItem:
		s.reload.Trigger()
		s.timeline.Trigger(event.Person)
		s.readTransfers()
	case netcore.EventProgress:
		if event.Update != nil {
			s.timeline.Progress(*event.Update)
			s.transfers.Progress(*event.Update)
		}
	case netcore.EventSettings:
		s.settingsChanged()
	case netcore.EventSearch:
		s.search.Trigger()
	case netcore.EventRaise:
		s.Raise(event.Files)
	case netcore.EventConfirm:
		if event.Confirm != nil {
			s.desk.Confirm(*event.Confirm)
		}
	case netcore.EventConfirmed:
		if event.Confirm != nil {
			s.desk.Confirmed(event.Confirm.ID)
		}
	default:
		s.handleRuns(event)
	}
}

// handleRuns is handle for what commands and clocks tell.
func (s *Shell) handleRuns(event netcore.Event) {
	switch event.Kind {
	case netcore.EventRun:
		s.consent.Trigger()
		s.timeline.RunChanged(event.Seq)
		s.commands.Refresh()
	case netcore.EventAsk:
		s.consent.Trigger()
	case netcore.EventButtons:
		s.commands.Refresh()
		s.readPermissions()
	case netcore.EventClock:
		s.reload.Trigger()
		s.clocks.Refresh()
	case netcore.EventOverflow:
		s.consent.Trigger()
		s.commands.Refresh()
		s.clocks.Refresh()
		s.reload.Trigger()
		s.timeline.Trigger(0)
		s.readTransfers()
		s.readAudit()
		s.readPermissions()
		s.search.Trigger()
		s.settingsChanged()
	}
}

// readTransfers reads the page of transfers again if it is open; else that is
// done when it is opened.
func (s *Shell) readTransfers() {
	if s.page == pageTransfers {
		s.transfers.Trigger()
	}
}

// readAudit and readPermissions do the same for their pages.
func (s *Shell) readAudit() {
	if s.page == pageAudit {
		s.audit.Trigger()
	}
}

func (s *Shell) readPermissions() {
	if s.page == pageSettings {
		s.settings.Trigger()
	}
}

func (s *Shell) loadPeople(ctx context.Context) func() {
	everyone, err := s.Node.People(ctx)
	return func() {
		if err != nil {
			if ctx.Err() == nil {
				s.fail(lang.L("The people could not be read."))
			}
			return
		}
		s.showPeople(everyone)
	}
}

func (s *Shell) showPeople(everyone []netcore.Person) {
	s.everyone, s.known = everyone, true
	s.list.Show(everyone)
	s.side.setEmpty(len(everyone) == 0)
	s.transfers.PeopleChanged()
	if person, found := s.list.Find(s.timeline.Person().ID); found {
		s.timeline.Update(person)
	}
	s.desk.Update()
	s.welcome.show(everyone, s.Node.Search(), s.searching())
	unread := 0
	for _, person := range everyone {
		unread += person.Unread
	}
	s.setUnread(unread)
}

// searching reports whether it is too early to say that nobody is near.
func (s *Shell) searching() bool { return s.Now().Sub(s.started) < searchPatience }

func (s *Shell) loadSearch(context.Context) func() {
	search := s.Node.Search()
	return func() { s.welcome.show(s.everyone, search, s.searching()) }
}

func (s *Shell) settingsChanged() {
	set := s.Node.Settings()
	before := s.applied
	s.applied = set
	s.side.setSelf(s.Node.Self(), set.Name)
	s.settings.Show()
	if set.Language == before.Language && set.Theme == before.Theme {
		return
	}
	// A theme refreshes all that is in a window, which then is thrown away: so
	// that neither holds the window for long, it is emptied first.
	s.Window.SetContent(container.NewWithoutLayout())
	s.UI.Post(func() {
		if err := kit.UseLanguage(set.Language); err != nil {
			s.fail(kit.Neutral(err.Error()))
		}
		if set.Theme != before.Theme {
			s.look = s.look.With(set.Theme)
			s.App.Settings().SetTheme(s.look)
		}
		s.UI.Post(s.rebuild)
	})
}

// setUnread shows the count in the title and tells the system when it grew
// while the user looks elsewhere.
func (s *Shell) setUnread(unread int) {
	grew := unread > s.unread
	if unread != s.unread {
		s.unread = unread
		s.Window.SetTitle(title(unread))
	}
	if grew && !s.focused {
		s.notify()
	}
}

// notify tells the system that there is something new. The words are fixed:
// what a peer wrote would be run as a program by the way in which Fyne shows
// notifications on Windows.
func (s *Shell) notify() {
	notification := fyne.NewNotification("Lanyard", lang.L("There are new messages."))
	s.UI.Go(func(context.Context) { s.App.SendNotification(notification) })
}

// SetFocused tells whether the user looks at the window.
func (s *Shell) SetFocused(focused bool) {
	s.focused = focused
	if focused {
		s.timeline.Attention()
	}
}
