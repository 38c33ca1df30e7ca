package audit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/kit"
	"lanyard/netcore"
)

// one shows the chosen entry whole, below the list.
type one struct {
	view   *view
	entry  netcore.AuditEntry
	what   *kit.Line
	who    *kit.Paragraph
	detail *kit.Paragraph
	object fyne.CanvasObject
}

func (v *view) newOne() *one {
	o := &one{view: v}
	o.what = kit.NewCutLine("", theme.SizeNameText, theme.ColorNameForeground)
	o.who = kit.Hint("")
	o.detail = kit.NewParagraph("", kit.SizeSmall, theme.ColorNameForeground)
	copied := widget.NewButtonWithIcon(lang.L("Copy"), theme.ContentCopyIcon(), func() { v.page.host.Copy(line(o.entry)) })
	closed := widget.NewButtonWithIcon("", theme.CancelIcon(), o.hide)
	closed.Importance = widget.LowImportance
	box := container.NewBorder(nil, nil, nil, container.NewVBox(container.NewHBox(copied, closed)),
		kit.Column(4, o.what, o.who, o.detail))
	o.object = container.NewStack(kit.NewFill(kit.ColorCard, 10), container.New(layout.NewCustomPaddedLayout(10, 10, 14, 10), box))
	o.object.Hide()
	return o
}

// show shows an entry.
func (o *one) show(entry netcore.AuditEntry) {
	o.entry = entry
	o.what.SetText(kit.AuditWords(entry.What) + " · " + kit.OutcomeWords(entry.Outcome))
	name := when(entry.At) + "  " + who(entry)
	if !entry.Device.IsZero() {
		name += "\n" + kit.DeviceLines(entry.Device.String())
	}
	name, _ = kit.Bubble(name)
	o.who.SetText(name)
	words := detailWords(entry)
	if entry.What == netcore.AuditCommand {
		words += "\n" + entry.Detail // with the hashes of the output
	}
	detail, _ := kit.Bubble(words)
	o.detail.SetText(detail)
	if entry.Detail == "" {
		o.detail.Hide()
	} else {
		o.detail.Show()
	}
	o.object.Show()
}

func (o *one) hide() {
	o.entry = netcore.AuditEntry{}
	o.object.Hide()
	o.view.mark()
}
