package trust

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/kit"
	"lanyard/netcore"
)

// strong makes a button stand out.
func strong(b *kit.Button, importance widget.Importance) *kit.Button {
	b.Importance = importance
	return b
}

// paragraph is a text of a sheet.
func paragraph(text string) *kit.Paragraph {
	return kit.NewParagraph(kit.Drawable(text), theme.SizeNameText, theme.ColorNameForeground)
}

// The longest name and the longest detail that a sentence holds, in runes.
const (
	nameMost   = 40
	detailMost = 200
)

// cut returns one line of somebody else, neutralised and not longer than most runes.
func cut(text string, most int) string {
	return kit.Cut(strings.Map(func(r rune) rune {
		if r == '\n' {
			return ' '
		}
		return r
	}, text), most)
}

// named is the data of a sentence about a person.
func named(person netcore.Person) map[string]any {
	return map[string]any{"Name": kit.InQuotes(cut(person.Name, nameMost))}
}

// digits shows a code so large that it can be read aloud from a step away.
type digits struct {
	widget.BaseWidget
	code string
}

func newDigits(code string) *digits {
	d := &digits{code: spaced(code)}
	d.ExtendBaseWidget(d)
	return d
}

// spaced sets six digits in two groups.
func spaced(code string) string {
	if len(code) != 6 {
		return code
	}
	return code[:3] + " " + code[3:]
}

// CreateRenderer is for Fyne.
func (d *digits) CreateRenderer() fyne.WidgetRenderer {
	text := canvas.NewText(d.code, nil)
	text.Alignment = fyne.TextAlignCenter
	text.TextStyle = fyne.TextStyle{Monospace: true, Bold: true}
	r := &digitsRenderer{
		WidgetRenderer: widget.NewSimpleRenderer(container.NewStack(kit.NewFill(theme.ColorNameInputBackground, 10), text)),
		digits:         d, text: text,
	}
	r.restyle()
	return r
}

type digitsRenderer struct {
	fyne.WidgetRenderer
	digits *digits
	text   *canvas.Text
}

func (r *digitsRenderer) restyle() {
	look := r.digits.Theme()
	r.text.Color = look.Color(theme.ColorNameForeground, fyne.CurrentApp().Settings().ThemeVariant())
	r.text.TextSize = 3.4 * look.Size(theme.SizeNameText)
}

// MinSize is for Fyne.
func (r *digitsRenderer) MinSize() fyne.Size { return r.text.MinSize().AddWidthHeight(24, 20) }

// Refresh is for Fyne.
func (r *digitsRenderer) Refresh() {
	r.restyle()
	r.WidgetRenderer.Refresh()
}
