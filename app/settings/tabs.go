package settings

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/kit"
)

// tab is one part of the settings.
type tab struct {
	title  string
	object fyne.CanvasObject
}

// tabs show one part at a time. Fyne's own tabs cannot be reached by keyboard;
// these are buttons.
type tabs struct {
	all     []tab
	buttons []*widget.Button
	object  fyne.CanvasObject
}

func newTabs(all ...tab) *tabs {
	t := &tabs{all: all}
	row, parts := container.NewHBox(), container.NewStack()
	for at, one := range all {
		button := widget.NewButton(one.title, func() { t.choose(at) })
		t.buttons = append(t.buttons, button)
		row.Add(button)
		parts.Add(one.object)
	}
	head := container.New(layout.NewCustomPaddedLayout(0, 10, 16, 20), row)
	t.object = kit.Below(head, parts)
	t.choose(0)
	return t
}

// choose shows one part.
func (t *tabs) choose(chosen int) {
	for at, one := range t.all {
		importance := widget.LowImportance
		if at == chosen {
			importance = widget.MediumImportance
			one.object.Show()
		} else {
			one.object.Hide()
		}
		if button := t.buttons[at]; button.Importance != importance {
			button.Importance = importance
			button.Refresh()
		}
	}
}
