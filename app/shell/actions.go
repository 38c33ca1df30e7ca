package shell

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/kit"
	"lanyard/app/people"
	"lanyard/app/transfers"
	"lanyard/netcore"
)

// title is that of the window.
func title(unread int) string {
	if unread > 0 {
		return fmt.Sprintf("(%d) Lanyard", unread)
	}
	return "Lanyard"
}

func (s *Shell) copy(text string) { s.App.Clipboard().SetContent(text) }

// reveal shows the folder in which a file is.
func (s *Shell) reveal(path string) {
	folder := &url.URL{Scheme: "file", Path: filepath.ToSlash(filepath.Dir(path))}
	kit.Do(s.UI, func(context.Context) error { return s.App.OpenURL(folder) }, func(err error) {
		if err != nil {
			s.fail(lang.L("The folder could not be opened. The file is {{.Path}}", map[string]any{"Path": kit.Neutral(path)}))
		}
	})
}

// openFile opens a file or a folder with the system's program for it; one that
// the system might run instead is shown in its folder.
func (s *Shell) openFile(path string) {
	kit.Load(s.UI, func(context.Context) (bool, error) {
		info, err := os.Stat(path)
		if err != nil || !transfers.Opens(path, info.IsDir()) {
			return false, err
		}
		return true, s.App.OpenURL(&url.URL{Scheme: "file", Path: filepath.ToSlash(path)})
	}, func(opened bool, err error) {
		switch {
		case errors.Is(err, fs.ErrNotExist):
			s.fail(lang.L("It is not there any more: {{.Path}}", map[string]any{"Path": kit.Neutral(path)}))
		case err != nil:
			s.fail(lang.L("It could not be opened. It is {{.Path}}", map[string]any{"Path": kit.Neutral(path)}))
		case !opened:
			s.reveal(path)
		}
	})
}

// fail tells the user what went wrong.
func (s *Shell) fail(message string) {
	dialog.ShowInformation(lang.L("That did not work"), kit.Drawable(message), s.Window)
}

// transferLine says who an offer is from or for.
func (s *Shell) transferLine(t netcore.Transfer) string {
	name := "?"
	if person, found := s.list.Find(t.Person); found {
		name = person.Name
	}
	if t.Outgoing {
		return lang.L("To “{{.Name}}”", map[string]any{"Name": name})
	}
	return lang.L("From “{{.Name}}”", map[string]any{"Name": name})
}

// Dropped offers files to the open conversation, else it asks to whom.
func (s *Shell) Dropped(uris []fyne.URI) {
	paths := make([]string, 0, len(uris))
	for _, uri := range uris {
		if uri.Scheme() == "file" {
			paths = append(paths, filepath.FromSlash(uri.Path()))
		}
	}
	if len(paths) == 0 {
		return
	}
	if s.page == pageConversation && s.timeline.Dropped(paths) {
		return
	}
	if s.page == pageClassic && s.classic.Dropped(paths) {
		return
	}
	s.askWhom(paths)
}

// Raise shows the window, and asks to whom the files go if there are any.
func (s *Shell) Raise(files []string) {
	s.front()
	if len(files) == 0 {
		return
	}
	person := s.timeline.Person()
	if s.page != pageConversation || person.ID == 0 {
		s.askWhom(files)
		return
	}
	question := lang.L("Send {{.What}} to “{{.Name}}”?", map[string]any{"What": what(files), "Name": kit.InQuotes(person.Name)})
	ask := dialog.NewCustomWithoutButtons(lang.L("Send files and folders"), widget.NewLabel(kit.Drawable(question)), s.Window)
	send := widget.NewButton(lang.L("Send"), func() {
		ask.Hide()
		s.Open(person)
		s.timeline.Dropped(files)
	})
	send.Importance = widget.HighImportance
	ask.SetButtons([]fyne.CanvasObject{
		widget.NewButton(lang.L("Cancel"), ask.Hide),
		widget.NewButton(lang.L("To somebody else…"), func() { ask.Hide(); s.askWhom(files) }),
		send,
	})
	ask.Show()
	s.Window.Canvas().Focus(send)
}

// askWhom lets the user choose who gets the files.
func (s *Shell) askWhom(files []string) {
	if len(s.everyone) == 0 {
		s.fail(lang.L("There is nobody yet to send files to."))
		return
	}
	question := lang.L("Send {{.What}} to whom?", map[string]any{"What": what(files)})
	people.AskPerson(kit.Drawable(question), s.everyone, s.Window, people.NewList(s.Now), func(person netcore.Person) {
		s.Open(person)
		s.timeline.Dropped(files)
	})
}

// what names files in a few words.
func what(files []string) string {
	const most = 40
	if len(files) > 1 {
		return kit.FileCount(len(files))
	}
	name := []rune(kit.Neutral(filepath.Base(files[0])))
	if len(name) > most {
		name = append(name[:most], '…')
	}
	return string(name)
}

// addPerson asks for an address and opens the conversation with who is there.
func (s *Shell) addPerson() {
	people.AskAddress(s.UI, s.Node, s.Window, func(person netcore.Person) {
		s.reload.Trigger()
		s.Open(person)
	})
}

// front brings the window to where the user sees it.
func (s *Shell) front() {
	s.Window.Show()
	s.Window.RequestFocus()
}

// attract brings the window to the front unless the user looks at it already:
// showing it draws all of it again.
func (s *Shell) attract() {
	if !s.focused {
		s.front()
	}
}

// find returns somebody known.
func (s *Shell) find(id netcore.PersonID) (netcore.Person, bool) {
	at := slices.IndexFunc(s.everyone, func(p netcore.Person) bool { return p.ID == id })
	if at < 0 {
		return netcore.Person{}, false
	}
	return s.everyone[at], true
}

// pickOther lets the user choose somebody but one.
func (s *Shell) pickOther(title string, but netcore.PersonID, picked func(netcore.Person)) {
	others := slices.DeleteFunc(slices.Clone(s.everyone), func(p netcore.Person) bool { return p.ID == but })
	if len(others) == 0 {
		s.fail(lang.L("There is nobody else."))
		return
	}
	people.AskPerson(title, others, s.Window, people.NewList(s.Now), picked)
}

// merged opens the conversation that holds both now.
func (s *Shell) merged(into netcore.PersonID) {
	s.reload.Trigger()
	if person, found := s.find(into); found {
		s.Open(person)
	}
}

// about opens the card of the person of the conversation.
func (s *Shell) about() {
	if s.page == pageConversation {
		s.desk.Card(s.timeline.Person())
	}
}
