package output

import (
	"image/color"
	"strconv"
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// Color is a colour of a terminal: none of its own, one of a palette of 256, or
// any. The zero value is that of the text around.
type Color uint32

// The kinds of a Color, in its highest byte.
const (
	paletteColor Color = 1 << 24
	trueColor    Color = 2 << 24
	kindOfColor  Color = 0xFF << 24
)

// Palette returns a colour of the palette: 0 to 7 are the plain ones, 8 to 15
// the bright ones.
func Palette(index uint8) Color { return paletteColor | Color(index) }

// RGB returns any colour.
func RGB(r, g, b uint8) Color { return trueColor | Color(r)<<16 | Color(g)<<8 | Color(b) }

// IsPalette reports whether it is a colour of the palette, and which.
func (c Color) IsPalette() (index uint8, is bool) {
	return uint8(c), c&kindOfColor == paletteColor // #nosec G115 -- the lowest byte on purpose
}

// IsRGB reports whether it is a colour by its parts, and which.
func (c Color) IsRGB() (r, g, b uint8, is bool) {
	return uint8(c >> 16), uint8(c >> 8), uint8(c), c&kindOfColor == trueColor // #nosec G115 -- single bytes on purpose
}

// Weight is what a text is besides coloured.
type Weight uint8

// The weights, which may be combined.
const (
	Bold Weight = 1 << iota
	Faint
	Italic
	Underline
	Reverse
	Strike
)

// Style is how a piece of text wants to look. The zero value is plain.
type Style struct {
	Fore, Back Color
	Weight     Weight
}

// apply changes the style as an SGR sequence wants it. What hides text, or
// makes it blink, is left out.
func (s *Style) apply(params ansi.Params) {
	if len(params) == 0 {
		*s = Style{}
		return
	}
	for i := 0; i < len(params); {
		i += s.applyOne(params[i:])
	}
}

// applyOne applies what the first parameters say and returns how many those are.
func (s *Style) applyOne(params ansi.Params) int {
	switch code := params[0].Param(0); {
	case code == 38 || code == 48:
		return s.applyColor(code, params)
	case code >= 30 && code <= 49:
		s.setColor(code%10, 0, code >= 40)
	case code >= 90 && code <= 107:
		s.setColor(code%10, 8, code >= 100)
	default:
		return s.applyWeight(code, params)
	}
	return 1
}

// setColor sets one of the eight colours or, with 9, takes a colour back.
func (s *Style) setColor(digit, from int, back bool) {
	set := Color(0)
	switch {
	case digit < 8:
		set = Palette(uint8(digit + from)) // #nosec G115 -- 0 to 15
	case digit != 9 || from > 0:
		return
	}
	if back {
		s.Back = set
	} else {
		s.Fore = set
	}
}

// applyColor reads a colour of the large palette, or of all.
func (s *Style) applyColor(code int, params ansi.Params) int {
	var read color.Color
	used := ansi.ReadStyleColor(params, &read)
	if used <= 0 {
		return len(params)
	}
	set := Color(0)
	switch read := read.(type) {
	case ansi.IndexedColor:
		set = Palette(uint8(read))
	case color.RGBA:
		set = RGB(read.R, read.G, read.B)
	default:
		return used
	}
	if code == 38 {
		s.Fore = set
	} else {
		s.Back = set
	}
	return used
}

// applyWeight sets or takes back what is no colour.
func (s *Style) applyWeight(code int, params ansi.Params) int {
	used := 1
	for used < len(params) && params[used-1].HasMore() {
		used++ // as in 4:3, a wavy underline
	}
	switch code {
	case 0:
		*s = Style{}
	case 4:
		if used > 1 && params[1].Param(1) == 0 {
			s.Weight &^= Underline
		} else {
			s.Weight |= Underline
		}
	case 21:
		s.Weight |= Underline
	case 22:
		s.Weight &^= Bold | Faint
	case 58:
		return len(params) // the colour of an underline, in forms as for 38
	default:
		s.Weight = s.Weight&^weightOff(code) | weightOn(code)
	}
	return used
}

func weightOn(code int) Weight {
	switch code {
	case 1:
		return Bold
	case 2:
		return Faint
	case 3:
		return Italic
	case 7:
		return Reverse
	case 9:
		return Strike
	}
	return 0
}

func weightOff(code int) Weight {
	switch code {
	case 23:
		return Italic
	case 24:
		return Underline
	case 27:
		return Reverse
	case 29:
		return Strike
	}
	return 0
}

// SGR returns the sequence that makes a terminal write in this style whatever
// it wrote in before.
func (s Style) SGR() string {
	codes := []string{"0"}
	for _, one := range []struct {
		weight Weight
		code   string
	}{{Bold, "1"}, {Faint, "2"}, {Italic, "3"}, {Underline, "4"}, {Reverse, "7"}, {Strike, "9"}} {
		if s.Weight&one.weight != 0 {
			codes = append(codes, one.code)
		}
	}
	codes = append(codes, s.Fore.codes(30)...)
	codes = append(codes, s.Back.codes(40)...)
	return "\x1b[" + strings.Join(codes, ";") + "m"
}

// codes are the parameters for a colour, of the text with 30 or of its ground
// with 40.
func (c Color) codes(base int) []string {
	number := func(n int) string { return strconv.Itoa(n) }
	if index, is := c.IsPalette(); is {
		switch n := int(index); {
		case n < 8:
			return []string{number(base + n)}
		case n < 16:
			return []string{number(base + 60 + n - 8)}
		default:
			return []string{number(base + 8), "5", number(n)}
		}
	}
	if r, g, b, is := c.IsRGB(); is {
		return []string{number(base + 8), "2", number(int(r)), number(int(g)), number(int(b))}
	}
	return nil
}
