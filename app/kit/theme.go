package kit

import (
	"fmt"
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"lanyard/assets"
)

// The colours that this theme adds to Fyne's.
const (
	ColorSidebar   fyne.ThemeColorName = "lanyardSidebar"   // behind the people
	ColorCard      fyne.ThemeColorName = "lanyardCard"      // behind files and groups of settings
	ColorBubbleIn  fyne.ThemeColorName = "lanyardBubbleIn"  // behind their texts
	ColorBubbleOut fyne.ThemeColorName = "lanyardBubbleOut" // behind this user's texts
	ColorMuted     fyne.ThemeColorName = "lanyardMuted"     // times, counts, hints
	ColorTrack     fyne.ThemeColorName = "lanyardTrack"     // the part of a progress bar still to come
	ColorNotice    fyne.ThemeColorName = "lanyardNotice"    // behind a warning that is no error
)

// The sizes of text that this theme adds to Fyne's.
const (
	SizeSmall fyne.ThemeSizeName = "lanyardSmall" // times and states
	SizeName  fyne.ThemeSizeName = "lanyardName"  // of people and files
	SizeTitle fyne.ThemeSizeName = "lanyardTitle" // of a page
)

// Theme is the look of the window. Its choice is "light", "dark", or "" for
// the system's.
type Theme struct {
	choice string
	face   fyne.Resource
	drawn  *repertoire
}

// NewTheme returns the look for a choice of the settings. It fails only if the
// embedded face is damaged.
func NewTheme(choice string) (*Theme, error) {
	drawn, err := newRepertoire(assets.Font)
	if err != nil {
		return nil, fmt.Errorf("reading the embedded font: %w", err)
	}
	return &Theme{choice: choice, face: fyne.NewStaticResource("LanyardSansSC-Regular.otf", assets.Font), drawn: drawn}, nil
}

// With returns the look for another choice.
func (t *Theme) With(choice string) *Theme {
	changed := *t
	changed.choice = choice
	return &changed
}

// Variant is the variant shown when the system wants the given one.
func (t *Theme) Variant(system fyne.ThemeVariant) fyne.ThemeVariant {
	switch t.choice {
	case "light":
		return theme.VariantLight
	case "dark":
		return theme.VariantDark
	}
	return system
}

// Color returns the colour of the name.
func (t *Theme) Color(name fyne.ThemeColorName, system fyne.ThemeVariant) color.Color {
	variant := t.Variant(system)
	table := light
	if variant == theme.VariantDark {
		table = dark
	}
	if value := table(name); value != nil {
		return value
	}
	return theme.DefaultTheme().Color(name, variant)
}

// Font returns the face for a style. One face for Latin and Han keeps all on
// one base line; the symbols and the fixed-width face stay Fyne's.
func (t *Theme) Font(style fyne.TextStyle) fyne.Resource {
	if style.Symbol || style.Monospace {
		return theme.DefaultTheme().Font(style)
	}
	return t.face
}

// Icon returns Fyne's icon of the name.
func (t *Theme) Icon(name fyne.ThemeIconName) fyne.Resource {
	return theme.DefaultTheme().Icon(name)
}

// Size returns the size of the name.
func (t *Theme) Size(name fyne.ThemeSizeName) float32 {
	switch name {
	case SizeSmall:
		return 12
	case SizeName:
		return 15
	case SizeTitle:
		return 20
	case theme.SizeNameInputRadius, theme.SizeNameSelectionRadius:
		return 8
	case theme.SizeNameScrollBar:
		return 10
	case theme.SizeNameScrollBarSmall:
		return 4
	case theme.SizeNameSeparatorThickness:
		return 1
	}
	return theme.DefaultTheme().Size(name)
}

func rgb(hex uint32) color.Color {
	return color.NRGBA{R: uint8(hex >> 16), G: uint8(hex >> 8), B: uint8(hex), A: 0xff} // #nosec G115 -- cut to a byte on purpose
}

func veil(hex uint32, alpha uint8) color.Color {
	return color.NRGBA{R: uint8(hex >> 16), G: uint8(hex >> 8), B: uint8(hex), A: alpha} // #nosec G115 -- cut to a byte on purpose
}
