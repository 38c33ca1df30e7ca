package timeline

import (
	"context"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/kit"
	"lanyard/netcore"
)

// say sends a text and empties the entry; if that fails the text comes back.
func (v *View) say(text string) {
	if v.person.ID == 0 {
		return
	}
	if len(text) > netcore.MaxText {
		v.host.Fail(lang.L("This text is too long for a message. Save it as a file and send that."))
		return
	}
	person := v.person.ID
	v.composer.SetText("")
	v.FocusComposer()
	kit.Load(v.ui, func(ctx context.Context) (netcore.Item, error) { return v.node.Say(ctx, person, text) },
		func(_ netcore.Item, err error) {
			if err != nil {
				v.giveBack(person, text)
				v.host.Fail(lang.L("The message could not be stored: {{.Problem}}", map[string]any{"Problem": kit.Neutral(err.Error())}))
				return
			}
			v.written(person)
		})
}

// giveBack returns what could not be sent to where it was written.
func (v *View) giveBack(person netcore.PersonID, text string) {
	if person != v.person.ID {
		v.drafts[person] = text
		return
	}
	if v.composer.Text == "" {
		v.composer.SetText(text)
	}
}

// written shows what this user has just added, at the end.
func (v *View) written(person netcore.PersonID) {
	if person != v.person.ID {
		return
	}
	if !v.window.atEnd {
		v.window = window{atEnd: true}
	}
	v.column.toEnd()
	v.ask()
}

// Dropped offers files and folders to the person shown. It returns false if
// there is nobody.
func (v *View) Dropped(paths []string) bool {
	if v.person.ID == 0 || len(paths) == 0 {
		return false
	}
	person := v.person.ID
	kit.Load(v.ui, func(ctx context.Context) (netcore.Item, error) { return v.node.Send(ctx, person, paths) },
		func(_ netcore.Item, err error) {
			if err != nil {
				v.host.Fail(lang.L("The files could not be offered: {{.Problem}}", map[string]any{"Problem": kit.Neutral(err.Error())}))
				return
			}
			v.written(person)
		})
	return true
}

// pasted deals with a text that the entry cannot take.
func (v *View) pasted(text string) bool {
	if isFiles(text) {
		if paths := filesIn(text); len(paths) > 0 {
			v.attach(paths)
			return true
		}
		return false
	}
	ask := dialog.NewConfirm(lang.L("A long text"),
		lang.L("Send the {{.Count}} characters of the clipboard as a message?", map[string]any{"Count": utf8.RuneCountInString(text)}),
		func(yes bool) {
			if yes {
				v.say(text)
			}
			v.FocusComposer()
		}, v.host.Window)
	ask.Show()
	return true
}

// filesIn returns the paths of file URIs, one a line.
func filesIn(text string) []string {
	var paths []string
	for line := range strings.Lines(text) {
		parsed, err := url.Parse(strings.TrimSpace(line))
		if err == nil && parsed.Scheme == "file" && filepath.IsAbs(filepath.FromSlash(parsed.Path)) {
			paths = append(paths, filepath.FromSlash(parsed.Path))
		}
	}
	return paths
}

// Attach shows the dialog that gathers files and folders to offer.
func (v *View) Attach() {
	if v.person.ID != 0 {
		v.attach(nil)
	}
}

func (v *View) attach(paths []string) {
	entry := newPathEntry(paths)
	add := func(path string) { entry.add(path) }
	file := widget.NewButton(lang.L("Choose a file…"), func() { v.chooseFile(add) })
	folder := widget.NewButton(lang.L("Choose a folder…"), func() { v.chooseFolder(add) })
	ask := dialog.NewCustomWithoutButtons(lang.L("Send files and folders"),
		container.NewVBox(entry.composer, container.NewHBox(file, folder)), v.host.Window)
	send := widget.NewButton(lang.L("Send"), nil)
	send.Importance = widget.HighImportance
	leave := func() { ask.Hide(); v.FocusComposer() }
	cancel := widget.NewButton(lang.L("Cancel"), leave)
	offer := func() {
		chosen := pathsIn(entry.Text)
		v.ui.Go(func(context.Context) {
			missing := firstMissing(chosen)
			v.ui.Post(func() {
				if missing != "" {
					v.host.Fail(lang.L("There is no file or folder {{.Path}}", map[string]any{"Path": kit.Neutral(missing)}))
					return
				}
				leave()
				v.Dropped(chosen)
			})
		})
	}
	send.OnTapped, entry.Escaped = offer, leave
	entry.Send = func(string) { offer() }
	ask.SetButtons([]fyne.CanvasObject{cancel, send})
	ask.Resize(fyne.NewSize(520, 320))
	ask.Show()
	v.host.Window.Canvas().Focus(entry.composer)
}

// pathEntry is the entry for paths: Enter sends them, as in the composer.
type pathEntry struct{ *composer }

func newPathEntry(paths []string) pathEntry {
	e := pathEntry{newComposer()}
	e.OnChanged = nil
	e.Wrapping, e.Scroll = fyne.TextWrapOff, fyne.ScrollBoth
	e.SetMinRowsVisible(5)
	e.SetPlaceHolder(lang.L("One path a line"))
	e.SetText(strings.Join(paths, "\n"))
	e.Paged = func(float32) {}
	e.Pasted = func(text string) bool {
		for _, path := range filesIn(text) {
			e.add(path)
		}
		return isFiles(text)
	}
	return e
}

// add puts one more path on a line of its own.
func (e pathEntry) add(path string) {
	e.SetText(strings.TrimLeft(strings.TrimRight(e.Text, "\n")+"\n"+path, "\n"))
}

// pathsIn returns the paths that were typed, one a line.
func pathsIn(text string) []string {
	var paths []string
	for line := range strings.Lines(text) {
		if path := strings.TrimRight(line, "\r\n"); strings.TrimSpace(path) != "" {
			paths = append(paths, filepath.Clean(path))
		}
	}
	return paths
}

// firstMissing returns a path at which there is nothing, or that is relative.
func firstMissing(paths []string) string {
	for _, path := range paths {
		if _, err := os.Lstat(path); err != nil || !filepath.IsAbs(path) {
			return path
		}
	}
	return ""
}

func (v *View) chooseFile(add func(string)) {
	dialog.ShowFileOpen(func(file fyne.URIReadCloser, err error) {
		if err != nil || file == nil {
			return
		}
		_ = file.Close() // only its name is wanted
		add(file.URI().Path())
	}, v.host.Window)
}

func (v *View) chooseFolder(add func(string)) {
	dialog.ShowFolderOpen(func(folder fyne.ListableURI, err error) {
		if err == nil && folder != nil {
			add(folder.Path())
		}
	}, v.host.Window)
}

// Draft returns what is being written.
func (v *View) Draft() string { return v.composer.Text }

// SetDraft puts back what was being written.
func (v *View) SetDraft(text string) { v.composer.SetText(text) }
