package clocks

import "fyne.io/fyne/v2"

// pairLayout puts two fields side by side, or below each other where there is
// little width.
type pairLayout struct{}

const (
	pairWide = 620
	pairGap  = 8
)

// MinSize is for Fyne: the height is that of the width laid out last.
func (pairLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	one, other := objects[0].MinSize().Height, objects[1].MinSize().Height
	if objects[1].Position().X > 0 {
		return fyne.NewSize(240, max(one, other))
	}
	return fyne.NewSize(240, one+pairGap+other)
}

// Layout is for Fyne.
func (pairLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	one, other := objects[0].MinSize().Height, objects[1].MinSize().Height
	if size.Width >= pairWide {
		half := (size.Width - pairGap) / 2
		objects[0].Resize(fyne.NewSize(half, one))
		objects[1].Resize(fyne.NewSize(half, other))
		objects[1].Move(fyne.NewPos(half+pairGap, 0))
		return
	}
	objects[0].Resize(fyne.NewSize(size.Width, one))
	objects[1].Resize(fyne.NewSize(size.Width, other))
	objects[1].Move(fyne.NewPos(0, one+pairGap))
}
