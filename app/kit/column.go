package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
)

// Column stacks objects with a gap of their own, smaller or larger than that
// of the theme. Hidden ones take no room.
func Column(gap float32, objects ...fyne.CanvasObject) *fyne.Container {
	return container.New(layout.NewCustomPaddedVBoxLayout(gap), objects...)
}

// Page is a page with a head.
func Page(title string, content fyne.CanvasObject) fyne.CanvasObject {
	head := container.New(layout.NewCustomPaddedLayout(16, 12, 20, 20), Title(title))
	return container.NewBorder(head, nil, nil, nil, content)
}

// Below puts the content below a head. Tab goes through the head first, which
// in a border of Fyne's it does last.
func Below(head, content fyne.CanvasObject) fyne.CanvasObject {
	return container.New(layout.NewBorderLayout(head, nil, nil, nil), head, content)
}
