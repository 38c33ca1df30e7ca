package kit

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// Sheet is a dialog over the whole window. Fyne's own dialogs cannot be left
// by Escape while a button has the focus, do not scroll when the window is
// small, and cut what is too wide. A Sheet belongs to the drawing goroutine.
type Sheet struct {
	widget.BaseWidget
	window fyne.Window
	wide   float32 // wanted
	head   *Line
	body   *fyne.Container
	inset  *fyne.Container // body with room around it
	scroll *container.Scroll
	foot   *fyne.Container
	all    *fyne.Container
	cancel func() // what Escape does
	shown  bool
}

// NewSheet returns a sheet of a width, or less in a narrow window. Escape runs
// cancel, which must close it if that is what it means.
func NewSheet(window fyne.Window, title string, wide float32, cancel func()) *Sheet {
	s := &Sheet{window: window, wide: wide, cancel: cancel}
	s.head = NewCutLine(title, SizeTitle, theme.ColorNameForeground)
	s.body = Column(12)
	s.inset = container.New(layout.NewCustomPaddedLayout(focusRoom, focusRoom, focusRoom, barRoom), s.body)
	s.scroll = container.NewVScroll(s.inset)
	s.foot = container.New(footLayout{})
	s.all = container.New(sheetLayout{s}, NewFill(theme.ColorNameShadow, 0),
		NewFill(theme.ColorNameOverlayBackground, 12), s.head, s.scroll, s.foot)
	s.ExtendBaseWidget(s)
	return s
}

// CreateRenderer is for Fyne.
func (s *Sheet) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(s.all) }

// Hide is what the window calls for Escape while nothing has the focus.
func (s *Sheet) Hide() { s.cancel() }

// Fill puts a body and buttons into the sheet. Escape on a button cancels. In
// an open sheet the first button gets the focus.
func (s *Sheet) Fill(body []fyne.CanvasObject, buttons ...*Button) {
	s.body.Objects = body
	s.foot.Objects = nil
	for _, button := range buttons {
		button.Escaped = s.Hide
		s.foot.Add(button)
	}
	s.foot.Refresh() // places the buttons, by which the sheet knows its height
	s.scroll.Offset = fyne.Position{}
	s.Arrange()
	if s.shown && len(buttons) > 0 {
		s.window.Canvas().Focus(buttons[0])
	}
}

// SetTitle changes what stands over the body.
func (s *Sheet) SetTitle(title string) { s.head.SetText(title) }

// Arrange places all again after something in the sheet changed its height.
func (s *Sheet) Arrange() {
	if s.shown {
		s.all.Refresh()
	}
}

// Reveal scrolls the body until an object of it is in view. Fyne's Tab gives
// the focus also to what is not.
func (s *Sheet) Reveal(object fyne.CanvasObject) {
	driver := fyne.CurrentApp().Driver()
	top := driver.AbsolutePositionForObject(object).Y - driver.AbsolutePositionForObject(s.scroll).Y
	below := top + object.Size().Height - s.scroll.Size().Height
	offset := s.scroll.Offset
	switch {
	case top < 0:
		offset.Y += top - sheetMargin
	case below > 0:
		offset.Y += below + sheetMargin
	default:
		return
	}
	s.scroll.ScrollToOffset(fyne.NewPos(0, max(offset.Y, 0)))
}

// Open shows the sheet with the focus on an object.
func (s *Sheet) Open(focus fyne.Focusable) {
	if s.shown {
		return
	}
	s.shown = true
	canvas := s.window.Canvas()
	canvas.Overlays().Add(s)
	s.Resize(canvas.Size())
	canvas.Focus(focus)
}

// Close takes the sheet away. What lies over it stays: Fyne would take that
// away too.
func (s *Sheet) Close() {
	if !s.shown {
		return
	}
	s.shown = false
	overlays := s.window.Canvas().Overlays()
	var above []fyne.CanvasObject
	for at, overlay := range overlays.List() {
		if overlay == fyne.CanvasObject(s) {
			above = append(above, overlays.List()[at+1:]...)
		}
	}
	overlays.Remove(s)
	for _, overlay := range above {
		overlays.Add(overlay)
	}
}

// sheetLayout centers a sheet in the window and lets it scroll where the
// window is lower than what it says.
type sheetLayout struct{ sheet *Sheet }

const (
	sheetPad    = 20
	sheetMargin = 12 // to the edge of the window
	focusRoom   = 3  // for the frame of what has the focus
	barRoom     = 13 // for the bar of the scroller
)

// MinSize is for Fyne.
func (sheetLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(200, 120) }

// Layout is for Fyne.
func (l sheetLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	dim, ground, head, scroll, foot := objects[0], objects[1], objects[2], objects[3], objects[4]
	dim.Resize(size)
	wide := min(l.sheet.wide, size.Width-2*sheetMargin)
	inner := wide - 2*sheetPad
	headHigh, footHigh := head.MinSize().Height, heightAt(foot, inner)
	around := headHigh + footHigh + 2*sheetPad + 2*sheetMargin
	bodyHigh := min(heightAt(l.sheet.inset, inner+focusRoom+barRoom), size.Height-around-2*sheetMargin)
	high := bodyHigh + around
	corner := fyne.NewPos((size.Width-wide)/2, (size.Height-high)/2)
	place := func(object fyne.CanvasObject, top, high float32) {
		object.Move(corner.AddXY(sheetPad, top))
		object.Resize(fyne.NewSize(inner, high))
	}
	ground.Move(corner)
	ground.Resize(fyne.NewSize(wide, high))
	place(head, sheetPad, headHigh)
	scroll.Move(corner.AddXY(sheetPad-focusRoom, sheetPad+headHigh+sheetMargin))
	scroll.Resize(fyne.NewSize(inner+focusRoom+barRoom, bodyHigh))
	place(foot, high-sheetPad-footHigh, footHigh)
}

// footLayout sets buttons side by side at the right, on as many lines as they
// need.
type footLayout struct{}

// MinSize is for Fyne: the height is that of the width laid out last.
func (footLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	size := fyne.NewSize(0, 0)
	for _, object := range objects {
		if object.Visible() {
			wants := object.MinSize()
			size = size.Max(fyne.NewSize(wants.Width, object.Position().Y+wants.Height))
		}
	}
	return size
}

// Layout is for Fyne.
func (footLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	gap, top := theme.Padding(), float32(0)
	objects = slices.DeleteFunc(slices.Clone(objects), func(object fyne.CanvasObject) bool { return !object.Visible() })
	for len(objects) > 0 {
		wide, count := objects[0].MinSize().Width, 1
		for count < len(objects) && wide+gap+objects[count].MinSize().Width <= size.Width {
			wide += gap + objects[count].MinSize().Width
			count++
		}
		left, high := max(size.Width-wide, 0), float32(0)
		for _, object := range objects[:count] {
			wants := object.MinSize()
			object.Resize(wants)
			object.Move(fyne.NewPos(left, top))
			left += wants.Width + gap
			high = max(high, wants.Height)
		}
		top += high + gap
		objects = objects[count:]
	}
}

// heightAt is how high an object wants to be at a width. Texts know it only
// once they were that wide.
func heightAt(object fyne.CanvasObject, wide float32) float32 {
	for range 2 { // a text may stand in a box in a box
		object.Resize(fyne.NewSize(wide, object.MinSize().Height))
	}
	return object.MinSize().Height
}
