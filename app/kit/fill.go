package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"
)

// Fill is an area in a colour of the theme.
type Fill struct {
	widget.BaseWidget
	color  fyne.ThemeColorName
	radius float32
	part   float32 // how much of the width is filled, 0 to 1
}

// NewFill returns an area with rounded corners.
func NewFill(color fyne.ThemeColorName, radius float32) *Fill {
	fill := &Fill{color: color, radius: radius, part: 1}
	fill.ExtendBaseWidget(fill)
	return fill
}

// SetColor changes the colour; the same colour again costs nothing.
func (f *Fill) SetColor(color fyne.ThemeColorName) {
	if f.color != color {
		f.color = color
		f.Refresh()
	}
}

// CreateRenderer is for Fyne.
func (f *Fill) CreateRenderer() fyne.WidgetRenderer {
	renderer := &fillRenderer{fill: f, area: canvas.NewRectangle(nil)}
	renderer.restyle()
	return renderer
}

type fillRenderer struct {
	fill *Fill
	area *canvas.Rectangle
}

func (r *fillRenderer) restyle() {
	variant := fyne.CurrentApp().Settings().ThemeVariant()
	r.area.FillColor = r.fill.Theme().Color(r.fill.color, variant)
	r.area.CornerRadius = r.fill.radius
}

func (r *fillRenderer) Layout(size fyne.Size) {
	r.area.Resize(fyne.NewSize(size.Width*r.fill.part, size.Height))
}

func (r *fillRenderer) MinSize() fyne.Size { return fyne.Size{} }

func (r *fillRenderer) Refresh() {
	r.restyle()
	r.Layout(r.fill.Size())
	r.area.Refresh()
}

func (r *fillRenderer) Objects() []fyne.CanvasObject { return []fyne.CanvasObject{r.area} }
func (r *fillRenderer) Destroy()                     {}

// barHeight is that of a progress bar.
const barHeight = 5

// Bar is a thin progress bar. It moves only when it is told to.
type Bar struct {
	widget.BaseWidget
	done *Fill
}

// NewBar returns a bar at 0.
func NewBar() *Bar {
	bar := &Bar{done: NewFill("primary", barHeight/2.0)}
	bar.done.part = 0
	bar.ExtendBaseWidget(bar)
	return bar
}

// Set moves the bar to part, 0 to 1, in the given colour.
func (b *Bar) Set(part float64, color fyne.ThemeColorName) {
	bounded := float32(min(max(part, 0), 1))
	if b.done.part == bounded && b.done.color == color {
		return
	}
	b.done.part, b.done.color = bounded, color
	b.done.Refresh()
}

// Part returns where the bar stands, 0 to 1.
func (b *Bar) Part() float64 { return float64(b.done.part) }

// MinSize is for Fyne.
func (b *Bar) MinSize() fyne.Size { return fyne.NewSize(40, barHeight) }

// CreateRenderer is for Fyne.
func (b *Bar) CreateRenderer() fyne.WidgetRenderer {
	return widget.NewSimpleRenderer(container.NewStack(NewFill(ColorTrack, barHeight/2.0), b.done))
}
