package people

import (
	"context"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/kit"
	"lanyard/netcore"
)

// Node is what this view asks of the engine.
type Node interface {
	People(ctx context.Context) ([]netcore.Person, error)
	AddAddress(ctx context.Context, address string) (netcore.Person, error)
}

// AskAddress shows the dialog that adds somebody by address. Whoever answers
// there is handed to added.
func AskAddress(ui *kit.UI, node Node, window fyne.Window, added func(netcore.Person)) {
	entry := kit.NewEntry(nil)
	entry.SetPlaceHolder("192.168.1.20:9527")
	hint := widget.NewLabel(lang.L("The address or the name of their PC. Their Lanyard shows it under Settings."))
	hint.Wrapping = fyne.TextWrapWord
	status := widget.NewLabel("")
	status.Wrapping = fyne.TextWrapWord
	add := widget.NewButton(lang.L("Add"), nil)
	add.Importance = widget.HighImportance
	ask := dialog.NewCustomWithoutButtons(lang.L("Add by address"), container.NewVBox(hint, entry, status), window)
	cancel := widget.NewButton(lang.L("Cancel"), ask.Hide)
	ask.SetButtons([]fyne.CanvasObject{cancel, add})
	try := func() {
		address := strings.TrimSpace(entry.Text)
		if address == "" || add.Disabled() {
			return
		}
		add.Disable()
		status.SetText(lang.L("Connecting…"))
		kit.Load(ui, func(ctx context.Context) (netcore.Person, error) { return node.AddAddress(ctx, address) },
			func(person netcore.Person, err error) {
				add.Enable()
				if err != nil {
					status.SetText(lang.L("Nobody answered there. Check the address, and that Lanyard runs there and its firewall lets it through."))
					return
				}
				ask.Hide()
				added(person)
			})
	}
	add.OnTapped, entry.OnSubmitted, entry.Escaped = try, func(string) { try() }, ask.Hide
	ask.Resize(fyne.NewSize(440, 240))
	ask.Show()
	window.Canvas().Focus(entry)
}

// AskPerson shows everybody and hands the one chosen to picked.
func AskPerson(title string, everybody []netcore.Person, window fyne.Window, now *List, picked func(netcore.Person)) {
	now.Show(everybody)
	ask := dialog.NewCustom(title, lang.L("Cancel"), now.Object(), window)
	now.Picked = func(person netcore.Person) {
		ask.Hide()
		picked(person)
	}
	ask.Resize(fyne.NewSize(380, 420))
	ask.Show()
	if focusable, ok := now.Object().(fyne.Focusable); ok {
		window.Canvas().Focus(focusable)
	}
}
