package commands

import (
	"bytes"
	"context"
	"math"
	"unicode"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
	"github.com/go-text/typesetting/font"

	"lanyard/app/kit"
)

// The sizes of the letters of an output. Han stand in a larger size, so that
// one fills the two columns that it takes. Fyne rounds the place of a base line
// up and the height of a text down: where that is more than nothing, as in the
// sizes 12 and 13, the feet of g and y are cut off.
const (
	outputSize = 14
	hanSize    = 16
)

// faces knows how the letters of an output are drawn: those of one width in
// Fyne's face, Han and what that lacks in Lanyard's own.
type faces struct {
	mono *font.Face // nil: not read yet; all but ASCII stands in Lanyard's own
	cell fyne.Size  // one column of one line
	base float32    // where letters stand in a line
	foot [2]float32 // where they do within a text of each size
	high [2]float32 // of such a text
}

// newFaces measures the faces; which letters Fyne's has, is read meanwhile.
func newFaces(ui *kit.UI) *faces {
	f := &faces{}
	kit.Load(ui, func(context.Context) (*font.Face, error) {
		return font.ParseTTF(bytes.NewReader(theme.DefaultTextMonospaceFont().Content()))
	}, func(face *font.Face, err error) {
		if err == nil {
			f.mono = face
		}
	})
	const sample = 20 // widths are rounded once for a whole text
	wide := fyne.MeasureText("MMMMMMMMMMMMMMMMMMMM", outputSize, fyne.TextStyle{Monospace: true}).Width
	driver := fyne.CurrentApp().Driver()
	for face, one := range []struct {
		text  string
		size  float32
		style fyne.TextStyle
	}{{"M", outputSize, fyne.TextStyle{Monospace: true}}, {"国", hanSize, fyne.TextStyle{}}} {
		size, foot := driver.RenderedTextSize(one.text, one.size, one.style, nil)
		f.high[face], f.foot[face] = size.Height, foot
	}
	// Between two points of the screen letters would be blurred.
	f.cell = fyne.NewSize(wide/sample, ceil(max(f.high[0], f.high[1])))
	f.base = ceil(max(f.foot[0], f.foot[1]))
	f.foot = [2]float32{f.base - ceil(f.base-f.foot[0]), f.base - ceil(f.base-f.foot[1])}
	return f
}

// inMono reports whether a character is drawn in the face of one width.
func (f *faces) inMono(r rune) bool {
	if r < 0x7F || unicode.In(r, unicode.Mn, unicode.Me) {
		return true
	}
	if f.mono == nil {
		return false
	}
	_, held := f.mono.NominalGlyph(r)
	return held
}

func ceil(length float32) float32 { return float32(math.Ceil(float64(length))) }
