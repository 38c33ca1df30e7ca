package kit

import "fyne.io/fyne/v2"

// Wrap is the layout that sets objects side by side, on as many lines as they
// need. Gap is in Fyne's units; hidden objects take no room.
type Wrap struct{ Gap float32 }

// MinSize is for Fyne: the height is that of the width laid out last.
func (w Wrap) MinSize(objects []fyne.CanvasObject) fyne.Size {
	size := fyne.NewSize(0, 0)
	for _, object := range objects {
		if object.Visible() {
			size.Width = max(size.Width, object.MinSize().Width)
			size.Height = max(size.Height, object.Position().Y+object.MinSize().Height)
		}
	}
	return size
}

// Layout is for Fyne.
func (w Wrap) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	at, high := fyne.NewPos(0, 0), float32(0)
	for _, object := range objects {
		if !object.Visible() {
			continue
		}
		wants := object.MinSize()
		if at.X > 0 && at.X+wants.Width > size.Width {
			at = fyne.NewPos(0, at.Y+high+w.Gap)
			high = 0
		}
		object.Resize(wants)
		object.Move(at)
		at.X += wants.Width + w.Gap
		high = max(high, wants.Height)
	}
}
