package classic

import (
	"context"
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/kit"
	"lanyard/netcore/classic"
)

// detailPane is one session: its conversation, what can be said, and the wire.
type detailPane struct {
	page   *Page
	live   *live
	shown  uint64 // the state that is drawn
	state  *kit.Line
	stop   *kit.Button
	talk   *talkList
	wire   *wirePane
	bar    *kit.Bar
	file   *kit.Line
	whom   *widget.Select // of a client of udp-chat
	say    *kit.Entry     // nil: this side says nothing
	object fyne.CanvasObject
}

func newDetailPane(page *Page, l *live) *detailPane {
	d := &detailPane{page: page, live: l}
	back := kit.NewButton("", page.toList)
	back.Icon, back.Escaped, back.Importance = theme.NavigateBackIcon(), page.toList, widget.LowImportance
	d.state = kit.NewCutLine("", kit.SizeSmall, kit.ColorMuted)
	d.stop = kit.NewButton(lang.L("Stop"), func() { page.stop(l) })
	d.stop.Escaped = page.toList
	title := container.New(layout.NewCustomPaddedVBoxLayout(2),
		kit.NewCutLine(l.title()+" · "+l.address(), kit.SizeName, theme.ColorNameForeground), d.state)
	head := container.New(kit.Columns{Widths: []float32{36, -1, 96}, Gap: 8, Height: 44}, back, title, d.stop)
	d.talk = newTalkList()
	d.wire = newWirePane(page, l)
	d.bar, d.file = kit.NewBar(), kit.NewCutLine("", kit.SizeSmall, kit.ColorMuted)
	d.bar.Hide()
	d.file.Hide()
	foot := kit.Column(4, d.file, d.bar, d.input())
	talk := container.NewBorder(nil, foot, nil, nil, container.NewStack(kit.NewFill(kit.ColorCard, 8), d.talk.object))
	split := container.NewVSplit(talk, d.wire.object)
	split.SetOffset(0.55)
	d.object = kit.Below(container.New(layout.NewCustomPaddedLayout(0, 6, 16, 20), head),
		container.New(layout.NewCustomPaddedLayout(0, 12, 20, 20), split))
	return d
}

// speaks reports whether this side has something to say.
func (d *detailPane) speaks() bool {
	asks := d.live.protocol.Asks
	return asks == "" || asks == d.live.role
}

// sendsFiles reports whether this session sends files.
func (d *detailPane) sendsFiles() bool {
	return d.live.protocol.Name == classic.File && d.live.role == classic.RoleDial
}

// input is what this side says something with.
func (d *detailPane) input() fyne.CanvasObject {
	switch {
	case !d.speaks():
		return kit.Hint(lang.L("This side only answers."))
	case d.sendsFiles():
		choose := kit.NewButton(lang.L("Choose a file…"), d.chooseFile)
		choose.Icon, choose.Importance, choose.Escaped = theme.FileIcon(), widget.HighImportance, d.page.toList
		return container.NewBorder(nil, nil, choose, nil,
			container.New(layout.NewCustomPaddedLayout(0, 0, 10, 0), kit.Hint(lang.L("or drop files here; each goes over a connection of its own"))))
	}
	d.say = kit.NewEntry(d.page.host.Shortcuts)
	d.say.SetPlaceHolder(sayWords(d.live.protocol.Kind))
	d.say.Escaped = d.page.toList
	d.say.OnSubmitted = func(string) { d.send() }
	send := kit.NewButton(lang.L("Send"), d.send)
	send.Icon, send.Importance, send.Escaped = theme.MailSendIcon(), widget.HighImportance, d.page.toList
	line := container.NewBorder(nil, nil, nil, send, d.say)
	switch {
	case d.live.protocol.Kind == classic.KindTime:
		common := widget.NewSelect(formats(), func(format string) { d.say.SetText(format) })
		common.PlaceHolder = lang.L("Common formats")
		d.say.SetText(formats()[0])
		return container.NewBorder(nil, nil, nil, container.NewGridWrap(fyne.NewSize(150, 36), common), line)
	case d.live.protocol.Name == classic.UDPChat && d.live.role == classic.RoleDial:
		return container.NewBorder(nil, nil, d.contacts(), nil, line)
	}
	return line
}

// sayWords says what is to be typed.
func sayWords(kind classic.Kind) string {
	switch kind {
	case classic.KindCommand:
		return lang.L("A command, as for a shell")
	case classic.KindTime:
		return lang.L("A format, as %Y-%m-%d; empty: the usual one")
	}
	return lang.L("A message")
}

// formats are those that the courses use.
func formats() []string {
	return []string{"%Y-%m-%d %X", "%Y年%m月%d日 %H时%M分%S秒", "%H:%M:%S", "%c", "%x", "%A %d %B %Y", "%I:%M %p", "%j", "%z %Z"}
}

// send says what was typed.
func (d *detailPane) send() {
	text, to := d.say.Text, d.chosen()
	if text == "" && d.live.protocol.Kind != classic.KindTime {
		return
	}
	if d.live.protocol.Kind != classic.KindTime {
		d.say.SetText("")
	}
	session := d.live.session
	d.live.send(func(ctx context.Context) error { return session.Send(ctx, to, text) })
}

// chooseFile asks for a file to send.
func (d *detailPane) chooseFile() {
	dialog.ShowFileOpen(func(file fyne.URIReadCloser, err error) {
		if err != nil || file == nil {
			return
		}
		path := file.URI().Path()
		_ = file.Close() // it was only chosen
		d.sendFiles([]string{path})
	}, d.page.host.Window)
}

// sendFiles sends files, one after the other.
func (d *detailPane) sendFiles(paths []string) {
	session := d.live.session
	for _, path := range paths {
		d.live.send(func(ctx context.Context) error { return session.SendFile(ctx, path) })
	}
}

// show draws what changed.
func (d *detailPane) show() {
	now := d.live.shot()
	if now.newest == d.shown && d.shown != 0 {
		return
	}
	d.shown = now.newest
	d.state.SetText(stateWords(now.over, now.failure))
	d.state.SetColor(stateColor(now.over, now.failure))
	if now.over {
		d.stop.Disable()
		if d.say != nil {
			d.say.Disable()
		}
	}
	d.talk.show(now.lines)
	d.wire.show(now.records, now.lost)
	d.showFile(now.progress)
}

// showFile shows how far a file is.
func (d *detailPane) showFile(p progress) {
	if p.total == 0 && p.name == "" {
		d.bar.Hide()
		d.file.Hide()
		return
	}
	part := 1.0
	if p.total > 0 {
		part = float64(p.done) / float64(p.total)
	}
	d.bar.Set(part, theme.ColorNamePrimary)
	d.file.SetText(lang.L("{{.Name}} · {{.Percent}} % of {{.Size}} · announced MD5 {{.MD5}}",
		data{"Name": kit.Cut(p.name, 80), "Percent": strconv.Itoa(int(part * 100)), "Size": kit.Bytes(p.total), "MD5": kit.Cut(p.md5, 32)}))
	d.bar.Show()
	d.file.Show()
}
