package kit

import "fyne.io/fyne/v2"

// Spaced is the layout of one entry of a list: half of the gap, which is in
// Fyne's units, above it and half below.
type Spaced struct{ Gap float32 }

// MinSize is for Fyne.
func (s Spaced) MinSize(objects []fyne.CanvasObject) fyne.Size {
	return objects[0].MinSize().AddWidthHeight(0, s.Gap)
}

// Layout is for Fyne.
func (s Spaced) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	objects[0].Move(fyne.NewPos(0, s.Gap/2))
	objects[0].Resize(size.SubtractWidthHeight(0, s.Gap))
}
