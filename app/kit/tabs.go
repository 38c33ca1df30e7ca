package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/widget"
)

// Tab is one part of a page.
type Tab struct {
	Title  string
	Object fyne.CanvasObject
}

// Tabs show one part of a page at a time. Fyne's own tabs cannot be reached by
// keyboard; these are buttons.
type Tabs struct {
	all     []Tab
	buttons []*widget.Button
	object  fyne.CanvasObject
}

// NewTabs returns tabs that show the first part.
func NewTabs(all ...Tab) *Tabs {
	t := &Tabs{all: all}
	row, parts := container.NewHBox(), container.NewStack()
	for at, one := range all {
		button := widget.NewButton(one.Title, func() { t.Choose(at) })
		t.buttons = append(t.buttons, button)
		row.Add(button)
		parts.Add(one.Object)
	}
	head := container.New(layout.NewCustomPaddedLayout(0, 10, 16, 20), row)
	t.object = Below(head, parts)
	t.Choose(0)
	return t
}

// Object is what stands on the page.
func (t *Tabs) Object() fyne.CanvasObject { return t.object }

// Choose shows one part.
func (t *Tabs) Choose(chosen int) {
	for at, one := range t.all {
		importance := widget.LowImportance
		if at == chosen {
			importance = widget.MediumImportance
			one.Object.Show()
		} else {
			one.Object.Hide()
		}
		if button := t.buttons[at]; button.Importance != importance {
			button.Importance = importance
			button.Refresh()
		}
	}
}
