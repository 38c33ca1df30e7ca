package kit

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
)

// light returns the colours of the light look, or nil for Fyne's own.
func light(name fyne.ThemeColorName) color.Color {
	switch name {
	case theme.ColorNameBackground:
		return rgb(0xF4F6F9)
	case theme.ColorNameForeground:
		return rgb(0x1B212B)
	case ColorSidebar:
		return rgb(0xE8ECF2)
	case ColorCard, ColorBubbleIn, theme.ColorNameMenuBackground, theme.ColorNameOverlayBackground:
		return rgb(0xFFFFFF)
	case theme.ColorNameInputBackground:
		return rgb(0xEDF0F5)
	case ColorBubbleOut:
		return rgb(0xD3E6FF)
	case ColorMuted, theme.ColorNamePlaceHolder:
		return rgb(0x5A6474)
	case theme.ColorNameDisabled:
		return rgb(0x8A94A3)
	case ColorTrack, theme.ColorNameSeparator:
		return rgb(0xD5DBE4)
	case theme.ColorNameInputBorder: // also all that is seen of a box that is not ticked
		return rgb(0x8A94A3)
	case ColorNotice:
		return rgb(0xFFF3D6)
	case theme.ColorNamePrimary, theme.ColorNameHyperlink:
		return rgb(0x1664D9)
	case theme.ColorNameButton:
		return rgb(0xE1E7F0)
	case theme.ColorNameSuccess:
		return rgb(0x168A4A)
	case theme.ColorNameError:
		return rgb(0xC62F2F)
	case theme.ColorNameWarning:
		return rgb(0x8F5A00)
	case theme.ColorNameHover:
		return veil(0x1B212B, 0x10)
	case theme.ColorNameSelection:
		return veil(0x1664D9, 0x38)
	case theme.ColorNameFocus:
		return veil(0x1664D9, 0x48)
	}
	return nil
}

// dark returns the colours of the dark look, or nil for Fyne's own.
func dark(name fyne.ThemeColorName) color.Color {
	switch name {
	case theme.ColorNameBackground:
		return rgb(0x14171C)
	case theme.ColorNameForeground:
		return rgb(0xE9EDF3)
	case ColorSidebar:
		return rgb(0x1B1F26)
	case ColorCard, ColorBubbleIn, theme.ColorNameMenuBackground, theme.ColorNameOverlayBackground:
		return rgb(0x242A33)
	case theme.ColorNameInputBackground:
		return rgb(0x1F242C)
	case ColorBubbleOut:
		return rgb(0x1D4A80)
	case ColorMuted, theme.ColorNamePlaceHolder:
		return rgb(0xAEB8C7)
	case theme.ColorNameDisabled:
		return rgb(0x6D7786)
	case ColorTrack, theme.ColorNameSeparator:
		return rgb(0x39414D)
	case theme.ColorNameInputBorder:
		return rgb(0x6D7786)
	case ColorNotice:
		return rgb(0x3D3419)
	case theme.ColorNamePrimary, theme.ColorNameHyperlink:
		return rgb(0x5AA2FF)
	case theme.ColorNameForegroundOnPrimary:
		return rgb(0x0B1626)
	case theme.ColorNameButton:
		return rgb(0x2D343F)
	case theme.ColorNameSuccess:
		return rgb(0x4CC38A)
	case theme.ColorNameError:
		return rgb(0xFF7B72)
	case theme.ColorNameWarning:
		return rgb(0xF0B650)
	case theme.ColorNameHover:
		return veil(0xFFFFFF, 0x12)
	case theme.ColorNameSelection:
		return veil(0x5AA2FF, 0x40)
	case theme.ColorNameFocus:
		return veil(0x5AA2FF, 0x50)
	}
	return nil
}
