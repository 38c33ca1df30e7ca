package shell

import (
	"context"
	"errors"
	"os"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"lanyard/app/clocks"
	"lanyard/app/consent"
	"lanyard/app/kit"
	"lanyard/netcore"
)

// newConsent makes the desk that asks before something runs here.
func (s *Shell) newConsent() *consent.Desk {
	home, err := os.UserHomeDir()
	if err != nil {
		home = "" // the card says "the home folder" then
	}
	return consent.NewDesk(s.UI, s.Node, consent.Host{
		Window: s.Window, Now: s.Now, Find: s.find, Home: home,
		Front: s.attract, Notify: s.notifyAsk, Fail: s.fail, Resized: s.placeBar,
	})
}

// placeBar gives the bar of what runs here the height that it wants now.
func (s *Shell) placeBar() {
	if s.right != nil {
		s.right.Refresh()
	}
}

// notifyAsk tells the system that somebody asks to run something, unless the
// user looks at the window. The words are fixed: see notify.
func (s *Shell) notifyAsk() {
	if s.focused {
		return
	}
	notification := fyne.NewNotification("Lanyard", lang.L("Somebody asks to run a command on this PC."))
	s.UI.Go(func(context.Context) { s.App.SendNotification(notification) })
}

// OpenRun shows a run on the page of commands.
func (s *Shell) OpenRun(key int64) {
	s.showPage(pageCommands)
	s.commands.Open(key)
}

// RunOn opens the page of commands for somebody.
func (s *Shell) RunOn(person netcore.Person) {
	s.showPage(pageCommands)
	s.commands.Compose(person.ID)
}

// RunAgain runs the same once more. What had an input is begun anew by hand:
// nobody kept what was typed into it.
func (s *Shell) RunAgain(run netcore.Run) {
	if run.Stdin || run.Terminal {
		s.OpenRun(run.Key)
		return
	}
	request := netcore.RunRequest{Argv: run.Argv, Dir: run.Dir, Button: run.Button, Args: run.Args, Wall: run.Wall}
	kit.Do(s.UI, func(ctx context.Context) error {
		_, err := s.Node.StartRun(ctx, run.Person, request)
		return err
	}, func(err error) {
		if err != nil {
			s.fail(runErrorWords(err))
		}
	})
}

// Review opens the question that a run here waits for.
func (s *Shell) Review(key int64) { s.consent.Review(key) }

// CheckClock compares somebody's clock with this PC's; the result stands in the
// conversation.
func (s *Shell) CheckClock(person netcore.Person) {
	kit.Do(s.UI, func(ctx context.Context) error {
		_, err := s.Node.CheckClockCard(ctx, person.ID)
		return err
	}, func(err error) {
		if err != nil {
			s.fail(clocks.ErrorWords(err))
		}
	})
}

// runCommand opens the page of commands, for the person of the conversation if
// one is open.
func (s *Shell) runCommand() {
	if person := s.timeline.Person(); s.page == pageConversation && person.ID != 0 {
		s.RunOn(person)
		return
	}
	s.showPage(pageCommands)
}

// runErrorWords says why a command was not begun.
func runErrorWords(err error) string {
	if errors.Is(err, netcore.ErrRunRequest) {
		return lang.L("This cannot be run there.")
	}
	return kit.ErrorWords(err)
}
