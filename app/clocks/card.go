// Package clocks shows how far the clocks of others are off: the card of one
// look at a clock, which stands in conversations, and the page of all clocks.
package clocks

import (
	"errors"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/kit"
	"lanyard/netcore"
)

// Card shows one look at somebody's clock. It never changes.
type Card struct{ frame fyne.CanvasObject }

// NewCard returns the card of a look; nil stands for one that this version
// cannot read. With again it has a button that looks once more.
func NewCard(check *netcore.ClockCheck, again func()) *Card {
	lines := unreadable()
	if check != nil {
		lines = cardLines(*check)
	}
	if again != nil {
		button := widget.NewButtonWithIcon(lang.L("Check again"), theme.ViewRefreshIcon(), again)
		button.Importance = widget.LowImportance
		lines = append(lines, container.NewHBox(button))
	}
	icon := widget.NewIcon(theme.NewPrimaryThemedResource(theme.HistoryIcon()))
	box := container.New(kit.Columns{Widths: []float32{iconWidth, -1}, Gap: 10}, container.New(iconLayout{}, icon), kit.Column(3, lines...))
	return &Card{frame: container.New(layout.NewCustomPaddedLayout(10, 10, 12, 12), box)}
}

// Object is what stands in the window. Its height does not depend on its width.
func (c *Card) Object() fyne.CanvasObject { return c.frame }

func unreadable() []fyne.CanvasObject {
	return []fyne.CanvasObject{
		kit.NewCutLine(lang.L("Clock check"), kit.SizeSmall, kit.ColorMuted),
		kit.NewCutLine(lang.L("Update Lanyard to read this."), theme.SizeNameText, theme.ColorNameForeground),
	}
}

// cardLines are what a card says.
func cardLines(check netcore.ClockCheck) []fyne.CanvasObject {
	e := check.Estimate
	there := e.There(e.At)
	verdict := kit.NewLine(VerdictWords(check.Verdict), kit.SizeSmall, verdictColor(check.Verdict))
	head := container.New(kit.Columns{Widths: []float32{-1, verdict.MinSize().Width}, Gap: 8},
		kit.NewCutLine(lang.L("Clock check"), kit.SizeSmall, kit.ColorMuted), verdict)
	small := func(parts ...string) fyne.CanvasObject {
		return kit.NewCutLine(strings.Join(parts, between), kit.SizeSmall, kit.ColorMuted)
	}
	return []fyne.CanvasObject{
		head,
		kit.NewCutLine(Words(e.Offset, e.Bound), kit.SizeName, theme.ColorNameForeground),
		small(lang.L("{{.Time}} there", map[string]any{"Time": there.Format(time.DateTime)}), zoneWords(e.Zone)),
		small(lang.L("round trip {{.Time}}", map[string]any{"Time": Trip(e.RoundTrip)}),
			lang.L("jitter {{.Time}}", map[string]any{"Time": Trip(e.Jitter)}), sampleWords(e.Samples)),
	}
}

// between stands between the parts of a line.
const between = " · "

// sampleWords say how often a clock was asked.
func sampleWords(count int) string {
	return lang.N("{{.Count}} samples", count, map[string]any{"Count": count})
}

// zoneWords name a zone: "CST UTC+08:00, summer time".
func zoneWords(zone netcore.ClockZone) string {
	summer := zone.DST
	zone.DST = false
	text := kit.Cut(zone.String(), 2*zoneMost)
	if summer {
		text = lang.L("{{.Zone}}, summer time", map[string]any{"Zone": text})
	}
	return text
}

// zoneMost is the longest name of a zone, in runes.
const zoneMost = 16

const iconWidth = 36

// iconLayout keeps an icon at its size.
type iconLayout struct{}

// MinSize is for Fyne.
func (iconLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSquareSize(iconWidth) }

// Layout is for Fyne.
func (iconLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	objects[0].Resize(fyne.NewSquareSize(iconWidth))
	objects[0].Move(fyne.NewPos(0, max(size.Height-iconWidth, 0)/2))
}

func isAny(err error, targets ...error) bool {
	for _, target := range targets {
		if errors.Is(err, target) {
			return true
		}
	}
	return false
}
