package settings

import (
	"context"
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

// Buttons is what this part asks of the engine.
type Buttons interface {
	Buttons(ctx context.Context) ([]netcore.Button, error)
	SetButton(ctx context.Context, button netcore.Button) error
	RemoveButton(ctx context.Context, name string) error
}

// listGap lies between two readings of the buttons or the consents.
const listGap = 200 * time.Millisecond

// buttons lists this user's own commands, which others may run by their names.
type buttons struct {
	ui     *kit.UI
	node   Buttons
	host   Host
	reload *kit.Reload

	all    []netcore.Button
	status *kit.Paragraph
	empty  *kit.Paragraph
	list   *fyne.Container
	object fyne.CanvasObject
}

func newButtons(ui *kit.UI, node Buttons, host Host) *buttons {
	b := &buttons{ui: ui, node: node, host: host}
	b.reload = kit.NewReload(ui, listGap, b.load)
	b.status = kit.NewParagraph("", theme.SizeNameText, theme.ColorNameError)
	b.status.Hide()
	b.empty = kit.NewParagraph("", theme.SizeNameText, kit.ColorMuted)
	b.empty.Hide()
	b.list = kit.Column(10)
	add := widget.NewButtonWithIcon(lang.L("Add a button…"), theme.ContentAddIcon(), func() { b.edit(nil) })
	add.Importance = widget.HighImportance
	b.object = kit.Groups(
		kit.Hint(lang.L("A button is a command of yours with a name. Everybody whose permission is “Buttons only” or more may press it. They see its name and what can be chosen, not the command.")),
		container.NewHBox(add), b.status, b.empty, b.list)
	return b
}

func (b *buttons) load(ctx context.Context) func() {
	all, err := b.node.Buttons(ctx)
	return func() {
		if err != nil {
			b.fail(err)
			return
		}
		b.show(all)
	}
}

// show lists the buttons; the same again costs nothing.
func (b *buttons) show(all []netcore.Button) {
	b.all = all
	kit.Show(b.empty, len(all) == 0)
	if len(all) == 0 {
		b.empty.SetText(lang.L("There is no button yet."))
	}
	b.list.Objects = nil
	for _, button := range all {
		b.list.Add(b.row(button))
	}
	b.list.Refresh()
}

// row is one button.
func (b *buttons) row(button netcore.Button) fyne.CanvasObject {
	line := kit.NewMono(netcore.CommandLine(button.Argv), theme.SizeNameText, kit.ColorMuted)
	line.Most = 2
	edit := widget.NewButtonWithIcon(lang.L("Edit…"), theme.DocumentCreateIcon(), func() { b.edit(&button) })
	remove := widget.NewButtonWithIcon(lang.L("Remove…"), theme.DeleteIcon(), func() { b.remove(button.Name) })
	head := container.NewBorder(nil, nil, nil, container.NewHBox(edit, remove),
		kit.NewCutLine(button.Name, kit.SizeName, theme.ColorNameForeground))
	parts := []fyne.CanvasObject{head, line}
	if facts := buttonFacts(button); facts != "" {
		parts = append(parts, kit.Hint(facts))
	}
	return onCard(kit.Column(4, parts...))
}

// onCard sets an object on a ground of its own.
func onCard(object fyne.CanvasObject) fyne.CanvasObject {
	return container.NewStack(kit.NewFill(kit.ColorCard, 10),
		container.New(layout.NewCustomPaddedLayout(10, 10, 14, 14), object))
}

func (b *buttons) fail(err error) {
	b.status.SetText(kit.Drawable(kit.ErrorWords(err)))
	b.status.Show()
}

// remove asks before a button is removed.
func (b *buttons) remove(name string) {
	data := map[string]any{"Name": kit.InQuotes(kit.Cut(name, paramNameMost))}
	kit.Confirm(b.ui, b.host.Window, lang.L("Remove the button “{{.Name}}”?", data),
		lang.L("Nobody can press it any more. What was begun by it runs on."), lang.L("Remove"), lang.L("Cancel"),
		func(ctx context.Context) error { return b.node.RemoveButton(ctx, name) }, b.reload.Trigger)
}

// edit opens the sheet on a button; nil: on a new one.
func (b *buttons) edit(button *netcore.Button) { newEditor(b, button).open() }
