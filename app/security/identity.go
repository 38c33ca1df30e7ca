package security

import (
	"context"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/kit"
	"lanyard/netcore"
)

// identityGroup is the key of this PC.
type identityGroup struct {
	page   *Page
	status *kit.Paragraph
	object fyne.CanvasObject
}

func (p *Page) newIdentity() *identityGroup {
	w := &identityGroup{page: p, status: status()}
	self := p.node.Self().ID.String()
	id := widget.NewLabelWithStyle(kit.DeviceLines(self), fyne.TextAlignLeading, fyne.TextStyle{Monospace: true})
	id.Selectable = true
	w.object = kit.Group(lang.L("This PC's identity"),
		kit.Hint(lang.L("The key by which others know this PC. Whoever has it can pass as this PC.")),
		kit.Field(lang.L("Device ID"), container.NewBorder(nil, nil, nil, container.NewCenter(p.copyButton(self)), id)),
		w.status,
		buttons(
			widget.NewButton(lang.L("Export…"), w.export),
			widget.NewButton(lang.L("Import…"), w.imported),
			widget.NewButton(lang.L("New key…"), w.rotate)))
	return w
}

// rotate makes a new key.
func (w *identityGroup) rotate() {
	sentence := lang.L("This PC gets a new device ID at the next start. Verified people are told so, signed by the old key, but must verify you anew; until then you may do nothing of what they permitted.")
	var next netcore.DeviceID
	kit.Confirm(w.page.ui, w.page.host.Window, lang.L("Make a new key?"), sentence, lang.L("Make a new key"), lang.L("Cancel"),
		func(ctx context.Context) (err error) {
			next, err = w.page.node.RotateIdentity(ctx)
			return err
		}, func() { w.staged(next) })
}

// staged says which identity this PC will have, now and for as long as the
// page is there.
func (w *identityGroup) staged(next netcore.DeviceID) {
	words := lang.L("It takes effect at the next start. The device ID will then be {{.ID}}", map[string]any{"ID": next.String()})
	say(w.status, words, theme.ColorNameSuccess)
	w.done(words)
}

// done says over the page that something was done.
func (w *identityGroup) done(words string) {
	kit.NewAsk(w.page.ui, w.page.host.Window, lang.L("This PC's identity"), "", lang.L("Close"), paragraph(words)).Show(nil)
}
