package shell

import "fyne.io/fyne/v2"

// splitLayout gives the people a fixed part of the width.
type splitLayout struct{}

const (
	sideWidth   = 280
	sideNarrow  = 236
	narrowBelow = 800
)

func (splitLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	side, pages := objects[0].MinSize(), objects[1].MinSize()
	return fyne.NewSize(sideNarrow+max(pages.Width, 300), max(side.Height, pages.Height))
}

func (splitLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	width := float32(sideWidth)
	if size.Width < narrowBelow {
		width = sideNarrow
	}
	objects[0].Resize(fyne.NewSize(width, size.Height))
	objects[1].Move(fyne.NewPos(width, 0))
	objects[1].Resize(fyne.NewSize(size.Width-width, size.Height))
}
