package security

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/kit"
)

// Page shows who may reach this PC, the network password, pairing strings and
// the identity. It belongs to the drawing goroutine.
type Page struct {
	ui   *kit.UI
	node Node
	host Host

	reach    *reach
	password *password
	identity *identityGroup
	object   fyne.CanvasObject
}

// NewPage returns the page; Show fills it in.
func NewPage(ui *kit.UI, node Node, host Host) *Page {
	p := &Page{ui: ui, node: node, host: host}
	p.reach = p.newReach()
	p.password = p.newPassword()
	p.identity = p.newIdentity()
	p.object = kit.Groups(p.reach.object, p.password.object, p.newPairing(), p.identity.object)
	return p
}

// Object is what stands in the window.
func (p *Page) Object() fyne.CanvasObject { return p.object }

// Show fills in what is set now.
func (p *Page) Show() {
	p.reach.show(p.node.Settings())
	p.password.read()
}

// buttons stand side by side, on several lines where room is too little.
func buttons(all ...fyne.CanvasObject) fyne.CanvasObject {
	return container.New(layout.NewRowWrapLayout(), all...)
}

// status is a sentence below the fields of a group, hidden while it is empty.
func status() *kit.Paragraph {
	words := kit.NewParagraph("", theme.SizeNameText, kit.ColorMuted)
	words.Hide()
	return words
}

func say(words *kit.Paragraph, text string, color fyne.ThemeColorName) {
	words.Say(text, color)
	kit.Show(words, text != "")
}

// large is a text that others type or compare, to be read from a distance.
func large(text string) fyne.CanvasObject {
	label := widget.NewLabelWithStyle(text, fyne.TextAlignCenter, fyne.TextStyle{Monospace: true})
	label.SizeName = kit.SizeTitle
	label.Selectable = true
	label.Wrapping = fyne.TextWrapBreak
	return container.NewStack(kit.NewFill(theme.ColorNameInputBackground, 8), label)
}

// paragraph is one of a dialog.
func paragraph(text string) *kit.Paragraph {
	return kit.NewParagraph(text, theme.SizeNameText, theme.ColorNameForeground)
}

// secret is an entry whose text is not shown.
func (p *Page) secret(hint string) *kit.Entry {
	entry := kit.NewEntry(p.host.Shortcuts)
	entry.Password = true
	entry.SetPlaceHolder(hint)
	return entry
}
