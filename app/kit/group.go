package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
)

// GroupWidth is how wide groups of settings grow; wider ones cannot be read.
const GroupWidth = 620

// Group puts fields that belong together on a ground of their own.
func Group(title string, fields ...fyne.CanvasObject) fyne.CanvasObject {
	head := NewLine(title, SizeName, theme.ColorNamePrimary)
	content := Column(12, append([]fyne.CanvasObject{head}, fields...)...)
	return container.NewStack(NewFill(ColorCard, 10),
		container.New(layout.NewCustomPaddedLayout(14, 14, 16, 16), content))
}

// Field puts a small title over an object.
func Field(title string, object fyne.CanvasObject) fyne.CanvasObject {
	return Column(4, NewCutLine(title, SizeSmall, ColorMuted), object)
}

// Groups stacks groups so that they can be scrolled, no wider than can be read.
func Groups(groups ...fyne.CanvasObject) *container.Scroll {
	return container.NewVScroll(container.New(layout.NewCustomPaddedLayout(0, 20, 20, 20),
		container.New(narrowLayout(GroupWidth), Column(14, groups...))))
}

// narrowLayout keeps its object from growing wider than can be read.
type narrowLayout float32

func (n narrowLayout) MinSize(objects []fyne.CanvasObject) fyne.Size { return objects[0].MinSize() }

func (n narrowLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	objects[0].Resize(fyne.NewSize(min(size.Width, float32(n)), size.Height))
}

// indent is where the text of a check begins.
const indent = 30

// Indented puts an object below the text of a check.
func Indented(object fyne.CanvasObject) fyne.CanvasObject {
	return container.New(layout.NewCustomPaddedLayout(0, 0, indent, 0), object)
}
