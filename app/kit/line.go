package kit

import (
	"sort"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// Line is one line of text without the padding of a label. When Cut is set it
// takes the room that it is given and ends in … where that is too little.
type Line struct {
	widget.BaseWidget
	text  string
	color fyne.ThemeColorName
	size  fyne.ThemeSizeName
	Align fyne.TextAlign
	Style fyne.TextStyle
	Cut   bool
	Tail  bool // with Cut: its end is what stays, as of a path
}

// NewLine returns a line in a size and a colour of the theme.
func NewLine(text string, size fyne.ThemeSizeName, color fyne.ThemeColorName) *Line {
	line := &Line{text: text, color: color, size: size}
	line.ExtendBaseWidget(line)
	return line
}

// NewCutLine returns a line that ends in … where room is too little.
func NewCutLine(text string, size fyne.ThemeSizeName, color fyne.ThemeColorName) *Line {
	line := NewLine(text, size, color)
	line.Cut = true
	return line
}

// NewPathLine returns a line for a path, of which the end stays where room is too
// little.
func NewPathLine(text string, size fyne.ThemeSizeName, color fyne.ThemeColorName) *Line {
	line := NewCutLine(text, size, color)
	line.Tail = true
	return line
}

// Small returns a line for times, states and hints.
func Small(text string) *Line { return NewLine(text, SizeSmall, ColorMuted) }

// Title returns a line for the head of a page.
func Title(text string) *Line { return NewLine(text, SizeTitle, theme.ColorNameForeground) }

// Text returns what the line says, uncut.
func (l *Line) Text() string { return l.text }

// SetText changes the text; the same text again costs nothing.
func (l *Line) SetText(text string) {
	if l.text != text {
		l.text = text
		l.Refresh()
	}
}

// SetColor changes the colour; the same colour again costs nothing.
func (l *Line) SetColor(color fyne.ThemeColorName) {
	if l.color != color {
		l.color = color
		l.Refresh()
	}
}

// CreateRenderer is for Fyne.
func (l *Line) CreateRenderer() fyne.WidgetRenderer {
	renderer := &lineRenderer{line: l, text: canvas.NewText("", nil)}
	renderer.restyle()
	return renderer
}

type lineRenderer struct {
	line *Line
	text *canvas.Text
	said string  // what the line says, as it may be drawn
	full float32 // width of the uncut text
}

func (r *lineRenderer) restyle() {
	look := r.line.Theme()
	variant := fyne.CurrentApp().Settings().ThemeVariant()
	r.text.Color = look.Color(r.line.color, variant)
	r.text.TextSize = look.Size(r.line.size)
	r.text.TextStyle = r.line.Style
	r.text.Alignment = r.line.Align
	r.said = Drawable(r.line.text)
	r.text.Text = r.said
	r.full = r.text.MinSize().Width
}

func (r *lineRenderer) MinSize() fyne.Size {
	height := fyne.MeasureText("国", r.text.TextSize, r.text.TextStyle).Height
	if r.line.Cut {
		return fyne.NewSize(r.text.TextSize*2, height)
	}
	return fyne.NewSize(r.full, height)
}

func (r *lineRenderer) Layout(size fyne.Size) {
	r.cut(size.Width)
	r.text.Resize(size)
}

// cut shortens the text to the width.
func (r *lineRenderer) cut(width float32) {
	text := r.said
	if r.line.Cut && r.full > width {
		runes := []rune(text)
		part := func(n int) string { return string(runes[:n]) + "…" }
		if r.line.Tail {
			part = func(n int) string { return "…" + string(runes[len(runes)-n:]) }
		}
		text = part(sort.Search(len(runes), func(n int) bool {
			return fyne.MeasureText(part(n+1), r.text.TextSize, r.text.TextStyle).Width > width
		}))
	}
	if r.text.Text != text {
		r.text.Text = text
		r.text.Refresh()
	}
}

func (r *lineRenderer) Refresh() {
	r.restyle()
	r.cut(r.line.Size().Width)
	r.text.Refresh()
}

func (r *lineRenderer) Objects() []fyne.CanvasObject { return []fyne.CanvasObject{r.text} }
func (r *lineRenderer) Destroy()                     {}
