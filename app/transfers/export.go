package transfers

import (
	"context"
	"errors"
	"io/fs"
	"path/filepath"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"

	"lanyard/app/kit"
)

// askExport asks where the MD5 list goes: beside the files, unless the user
// wants it elsewhere, so that `md5sum -c` finds them.
func (c *Card) askExport() {
	path := kit.NewEntry(nil)
	path.SetText(listPath(c.shown.Paths[0]))
	ask := kit.NewAsk(c.ui, c.host.Window, lang.L("Save the MD5 list"), lang.L("Save"), lang.L("Close"),
		kit.Field(lang.L("File"), container.NewBorder(nil, nil, nil, folderButton(c.host.Window, func(folder string) {
			path.SetText(filepath.Join(folder, filepath.Base(path.Text)))
		}), path)),
		kit.Hint(lang.L("One line for each verified file, as md5sum prints it. In the folder of the files “md5sum -c” checks them, and so does “Verify a folder…” on the page of transfers.")))
	path.Escaped = ask.Hide
	key := c.shown.Key
	save := func() {
		target := strings.TrimSpace(path.Text)
		if !filepath.IsAbs(target) {
			ask.Fail(lang.L("The path must be absolute."))
			return
		}
		work := func(ctx context.Context) error { return c.actions.ExportMD5(ctx, key, target) }
		ask.RunSaying(lang.L("Writing…"), work, exportErrorWords, func() {
			ask.Say(lang.L("The list was written."), theme.ColorNameSuccess)
		})
	}
	ask.OnAct(save)
	path.OnSubmitted = func(string) { save() }
	ask.Show(path)
}

// listPath is where the list of what was saved or sent goes by itself.
func listPath(path string) string { return path + ".md5" }

func exportErrorWords(err error) string {
	if errors.Is(err, fs.ErrExist) {
		return lang.L("There is a file of this name already. Choose another.")
	}
	return ErrorWords(err)
}

// folderButton is a button that lets the user choose a folder.
func folderButton(window fyne.Window, chosen func(folder string)) *kit.Button {
	button := kit.NewButton(lang.L("Choose…"), func() {
		dialog.ShowFolderOpen(func(folder fyne.ListableURI, err error) {
			if err == nil && folder != nil {
				chosen(folder.Path())
			}
		}, window)
	})
	button.Icon = theme.FolderOpenIcon()
	return button
}
