package security

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/kit"
	"lanyard/netcore"
)

// passphraseLeast is the shortest passphrase of an export, in characters.
const passphraseLeast = 8

// place is a line with a path and a button that chooses another.
type place struct {
	path   string
	line   *kit.Line
	object fyne.CanvasObject
}

func newPlace(title, none string, choose func(chosen func(path string))) *place {
	p := &place{line: kit.NewCutLine(none, theme.SizeNameText, theme.ColorNameForeground)}
	button := widget.NewButtonWithIcon(lang.L("Choose…"), theme.FolderOpenIcon(), func() { choose(p.set) })
	p.object = kit.Field(title, container.NewBorder(nil, nil, nil, button, p.line))
	return p
}

func (p *place) set(path string) {
	p.path = path
	p.line.SetText(kit.Neutral(path))
}

// export asks where to, and for a passphrase, and writes the identity there.
func (w *identityGroup) export() {
	folder := newPlace(lang.L("Folder"), "", w.chooseFolder)
	if home, err := os.UserHomeDir(); err == nil {
		folder.set(home)
	}
	name := kit.NewEntry(w.page.host.Shortcuts)
	name.SetText("lanyard-" + strings.ToLower(w.page.node.Self().ID.Short()) + ".age")
	first, again := w.page.secret(lang.L("At least 8 characters")), w.page.secret(lang.L("The same again"))
	ask := kit.NewAsk(w.page.ui, w.page.host.Window, lang.L("Export this PC's identity"), lang.L("Export"), lang.L("Cancel"),
		kit.Hint(lang.L("Whoever has the file and the passphrase can pass as this PC. Without the passphrase nobody can open it.")),
		folder.object, kit.Field(lang.L("File name"), name),
		kit.Field(lang.L("Passphrase"), container.NewGridWithColumns(2, first, again)))
	write := func() {
		path, problem := exportTo(folder.path, name.Text, first.Text, again.Text)
		if problem != "" {
			ask.Fail(problem)
			return
		}
		passphrase := first.Text
		ask.Run(lang.L("Encrypting…"), func(ctx context.Context) error { return w.page.node.ExportIdentity(ctx, path, passphrase) }, func() {
			ask.Hide()
			w.done(lang.L("The identity was exported to {{.Path}}", map[string]any{"Path": kit.Neutral(path)}))
		})
	}
	ask.OnAct(write)
	for _, entry := range []*kit.Entry{name, first, again} {
		entry.OnSubmitted, entry.Escaped = func(string) { write() }, ask.Hide
	}
	ask.Show(first)
}

// exportTo checks what was filled in, and says what is wrong with it.
func exportTo(folder, name, passphrase, again string) (path, problem string) {
	name = strings.TrimSpace(name)
	switch {
	case folder == "":
		return "", lang.L("Choose a folder.")
	case name == "" || name == "." || name == ".." || strings.ContainsAny(name, `/\:`):
		return "", lang.L("The file needs a plain name.")
	case utf8.RuneCountInString(passphrase) < passphraseLeast:
		return "", lang.L("The passphrase needs at least 8 characters.")
	case passphrase != again:
		return "", lang.L("The two passphrases differ.")
	}
	return filepath.Join(folder, name), ""
}

func (w *identityGroup) chooseFolder(chosen func(string)) {
	dialog.ShowFolderOpen(func(folder fyne.ListableURI, err error) {
		if err == nil && folder != nil {
			chosen(folder.Path())
		}
	}, w.page.host.Window)
}

func (w *identityGroup) chooseFile(chosen func(string)) {
	dialog.ShowFileOpen(func(file fyne.URIReadCloser, err error) {
		if err != nil || file == nil {
			return
		}
		chosen(file.URI().Path())
		_ = file.Close() // nothing was read
	}, w.page.host.Window)
}

// imported asks for an exported identity, which then is that of this PC.
func (w *identityGroup) imported() {
	w.askImport(newPlace(lang.L("File"), lang.L("None yet"), w.chooseFile))
}

func (w *identityGroup) askImport(file *place) {
	passphrase := w.page.secret(lang.L("Its passphrase"))
	ask := kit.NewAsk(w.page.ui, w.page.host.Window, lang.L("Import an identity"), lang.L("Import"), lang.L("Cancel"),
		paragraph(lang.L("From the next start on this PC is the one in the file: others see its device ID, and the key of now is gone unless you exported it. Never use one identity on two PCs at once.")),
		file.object, kit.Field(lang.L("Passphrase"), passphrase))
	ask.Danger()
	take := func() {
		switch {
		case file.path == "":
			ask.Fail(lang.L("Choose the file."))
			return
		case passphrase.Text == "":
			ask.Fail(lang.L("The passphrase is missing."))
			return
		}
		path, text := file.path, passphrase.Text
		var next netcore.DeviceID
		ask.Run(lang.L("Decrypting…"), func(ctx context.Context) (err error) {
			next, err = w.page.node.ImportIdentity(ctx, path, text)
			return err
		}, func() {
			ask.Hide()
			w.staged(next)
		})
	}
	ask.OnAct(take)
	passphrase.OnSubmitted, passphrase.Escaped = func(string) { take() }, ask.Hide
	ask.Show(passphrase)
}
