package commands

import (
	"image/color"
	"math"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"lanyard/app/kit"
	"lanyard/netcore/output"
)

// inkMost is how many styles are remembered; a program may use any number.
const inkMost = 2048

// readable is the least contrast between a text and its ground.
const readable = 4.5

// pair is the colours of a text and, unless it is nil, of its ground.
type pair struct{ fore, back color.Color }

// ink knows the colours that styles have in the look of now. Whatever a
// program asks for, its text can be read.
type ink struct {
	ground, text color.NRGBA
	known        map[output.Style]pair
}

func newInk(look fyne.Theme) *ink {
	variant := fyne.CurrentApp().Settings().ThemeVariant()
	return &ink{
		ground: plain(look.Color(kit.ColorCard, variant)),
		text:   plain(look.Color(theme.ColorNameForeground, variant)),
		known:  map[output.Style]pair{},
	}
}

func plain(c color.Color) color.NRGBA { return color.NRGBAModel.Convert(c).(color.NRGBA) }

// of returns the colours of a style.
func (i *ink) of(style output.Style) pair {
	if known, is := i.known[style]; is {
		return known
	}
	if len(i.known) >= inkMost {
		clear(i.known)
	}
	made := i.make(style)
	i.known[style] = made
	return made
}

func (i *ink) make(style output.Style) pair {
	fore := i.shade(style.Fore, i.text, style.Weight&output.Bold != 0)
	back := i.shade(style.Back, i.ground, false)
	if style.Weight&output.Reverse != 0 {
		fore, back = back, fore
	}
	if style.Weight&output.Faint != 0 {
		fore = mix(fore, back, 0.3)
	}
	made := pair{fore: legible(fore, back)}
	if back != i.ground {
		made.back = back
	}
	return made
}

// shade is a colour of a program on this screen; bold ones of the first eight
// are bright, as terminals show them.
func (i *ink) shade(c output.Color, none color.NRGBA, bold bool) color.NRGBA {
	if r, g, b, is := c.IsRGB(); is {
		return color.NRGBA{r, g, b, 0xFF}
	}
	index, is := c.IsPalette()
	if !is {
		return none
	}
	if bold && index < 8 {
		index += 8
	}
	return palette(index)
}

// palette returns a colour of the 256 that terminals have.
func palette(index uint8) color.NRGBA {
	const least, step = 55, 40 // of the cube of 216 colours
	switch {
	case index < 16:
		return first[index]
	case index >= 232:
		grey := 8 + 10*(index-232)
		return color.NRGBA{grey, grey, grey, 0xFF}
	}
	level := func(n uint8) uint8 {
		if n == 0 {
			return 0
		}
		return least + step*n
	}
	n := index - 16
	return color.NRGBA{level(n / 36), level(n / 6 % 6), level(n % 6), 0xFF}
}

// first are the colours with names, the plain ones and then the bright ones.
var first = [16]color.NRGBA{
	{0x00, 0x00, 0x00, 0xFF},
	{0xCD, 0x31, 0x31, 0xFF},
	{0x0D, 0x9A, 0x58, 0xFF},
	{0xB5, 0x8A, 0x00, 0xFF},
	{0x24, 0x72, 0xC8, 0xFF},
	{0xBC, 0x3F, 0xBC, 0xFF},
	{0x11, 0x93, 0xB5, 0xFF},
	{0xC8, 0xCC, 0xD2, 0xFF},
	{0x70, 0x78, 0x84, 0xFF},
	{0xF1, 0x4C, 0x4C, 0xFF},
	{0x23, 0xC1, 0x74, 0xFF},
	{0xE0, 0xC0, 0x20, 0xFF},
	{0x4A, 0x9A, 0xF5, 0xFF},
	{0xD6, 0x70, 0xD6, 0xFF},
	{0x29, 0xB8, 0xDB, 0xFF},
	{0xFF, 0xFF, 0xFF, 0xFF},
}

// legible moves a colour towards black or white until it can be read.
func legible(fore, back color.NRGBA) color.NRGBA {
	to := color.NRGBA{0, 0, 0, 0xFF}
	if luminance(back) < 0.18 {
		to = color.NRGBA{0xFF, 0xFF, 0xFF, 0xFF}
	}
	for part := 0.0; part <= 1; part += 0.1 {
		if moved := mix(fore, to, part); contrast(moved, back) >= readable {
			return moved
		}
	}
	return to
}

func mix(a, b color.NRGBA, part float64) color.NRGBA {
	one := func(x, y uint8) uint8 { return uint8(math.Round(float64(x) + (float64(y)-float64(x))*part)) }
	return color.NRGBA{one(a.R, b.R), one(a.G, b.G), one(a.B, b.B), 0xFF}
}

// contrast is that of WCAG, 1 to 21.
func contrast(a, b color.NRGBA) float64 {
	x, y := luminance(a), luminance(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

func luminance(c color.NRGBA) float64 {
	linear := func(v uint8) float64 {
		part := float64(v) / 255
		if part <= 0.04045 {
			return part / 12.92
		}
		return math.Pow((part+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(c.R) + 0.7152*linear(c.G) + 0.0722*linear(c.B)
}
