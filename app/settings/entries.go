package settings

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"

	"lanyard/app/kit"
)

// entries are lines of a sheet, one value in each: added and removed one by one.
type entries struct {
	sheet  *kit.Sheet
	focus  func(*kit.Entry)
	fields []*kit.Entry
	box    *fyne.Container
	object fyne.CanvasObject
}

// newEntries returns a list that begins with values; add is what the button
// says that adds one.
func newEntries(sheet *kit.Sheet, focus func(*kit.Entry), add string, values []string) *entries {
	e := &entries{sheet: sheet, focus: focus, box: kit.Column(4)}
	for _, value := range values {
		e.put(value)
	}
	button := kit.NewButton(add, func() {
		field := e.put("")
		e.sheet.Arrange()
		e.focus(field)
	})
	button.Icon = theme.ContentAddIcon()
	button.Escaped, button.Reached = sheet.Hide, sheet.Reveal
	e.object = kit.Column(4, e.box, container.NewHBox(button))
	return e
}

// put sets one more value at the end.
func (e *entries) put(value string) *kit.Entry {
	field := newField(e.sheet, value, "")
	var row fyne.CanvasObject
	remove := kit.NewButton("", func() { e.remove(field, row) })
	remove.Icon = theme.DeleteIcon()
	remove.Escaped, remove.Reached = e.sheet.Hide, e.sheet.Reveal
	row = container.NewBorder(nil, nil, nil, remove, field)
	e.fields = append(e.fields, field)
	e.box.Add(row)
	return field
}

func (e *entries) remove(field *kit.Entry, row fyne.CanvasObject) {
	for at, one := range e.fields {
		if one == field {
			e.fields = append(e.fields[:at:at], e.fields[at+1:]...)
		}
	}
	e.box.Remove(row)
	e.sheet.Arrange()
}

// values are what stands in the lines, exactly.
func (e *entries) values() []string {
	values := make([]string, len(e.fields))
	for at, field := range e.fields {
		values[at] = field.Text
	}
	return values
}

// replace changes the lines that hold exactly one value to another.
func (e *entries) replace(old, value string) {
	for _, field := range e.fields {
		if field.Text == old {
			field.SetText(value)
		}
	}
}

// newField returns an entry of a sheet.
func newField(sheet *kit.Sheet, value, hint string) *kit.Entry {
	field := kit.NewEntry(nil)
	field.Escaped, field.Reached = sheet.Hide, sheet.Reveal
	field.SetPlaceHolder(hint)
	field.SetText(value)
	return field
}

// folderField is an entry for a folder, with a button to choose one.
func folderField(window fyne.Window, sheet *kit.Sheet, field *kit.Entry) fyne.CanvasObject {
	choose := kit.NewButton(lang.L("Choose…"), func() {
		dialog.ShowFolderOpen(func(folder fyne.ListableURI, err error) {
			if err == nil && folder != nil {
				field.SetText(folder.Path())
			}
		}, window)
	})
	choose.Icon = theme.FolderOpenIcon()
	choose.Escaped, choose.Reached = sheet.Hide, sheet.Reveal
	return container.NewBorder(nil, nil, nil, choose, field)
}
