package clocks

import (
	"context"
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

// view is what stands on the page.
type view struct {
	page   *Page
	rows   map[*row]bool // those that the list shows, and shows again and again
	table  *kit.Table
	who    *kit.Paragraph // who is wrong
	here   *kit.Line      // this PC's time
	zone   *kit.Line
	server *kit.Entry
	ask    *kit.Button
	said   *kit.Paragraph // what the server says, or what is wrong
	format *kit.Entry
	common *widget.Select
	auto   *widget.Check
	all    *kit.Button
	object fyne.CanvasObject
}

func (p *Page) newView() *view {
	v := &view{page: p, rows: map[*row]bool{}}
	v.who = kit.NewParagraph("", theme.SizeNameText, kit.ColorMuted)
	v.here = kit.NewLine("", kit.SizeTitle, theme.ColorNameForeground)
	v.zone = kit.NewCutLine("", kit.SizeSmall, kit.ColorMuted)
	v.said = kit.NewParagraph("", theme.SizeNameText, kit.ColorMuted)
	v.said.Hide()
	v.table = kit.NewTable(wideFrom, container.NewWithoutLayout(), func() int { return len(p.known.clocks) },
		func() kit.Row { return p.newRow() },
		func(at int, object kit.Row) {
			r := object.(*row)
			r.set(p.known.clocks[at], p.host.Now())
			v.rows[r] = true
		})
	v.table.List.HideSeparators = true
	v.table.List.OnSelected = func(at int) { v.table.List.Unselect(at) }
	v.makeServer()
	v.makeFormat()
	list := container.New(layout.NewCustomPaddedLayout(0, 8, 20, 20), v.table)
	v.object = kit.Page(lang.L("Clocks"), kit.Below(v.head(), list))
	v.turn(p.host.Now())
	return v
}

// head is what stands over the list.
func (v *view) head() fyne.CanvasObject {
	p := v.page
	v.all = kit.NewButton(lang.L("Check all"), p.checkAll)
	v.all.Icon, v.all.Importance, v.all.Escaped = theme.ViewRefreshIcon(), widget.HighImportance, p.host.Escaped
	v.auto = widget.NewCheck(lang.L("Every 10 s"), nil)
	v.auto.Checked = true
	copied := kit.NewButton(lang.L("Copy CSV"), p.copyCSV)
	saved := kit.NewButton(lang.L("Save…"), p.saveCSV)
	copied.Icon, saved.Icon = theme.ContentCopyIcon(), theme.DocumentSaveIcon()
	copied.Escaped, saved.Escaped = p.host.Escaped, p.host.Escaped
	mine := container.New(headLayout{left: true}, v.zone, v.here)
	fields := container.New(pairLayout{}, container.NewBorder(nil, nil, nil, v.ask, v.server),
		container.New(kit.Columns{Widths: []float32{-1, 156}, Gap: 6}, v.format, v.common))
	tools := container.New(kit.Wrap{Gap: 6}, v.all, v.auto, copied, saved)
	return container.New(layout.NewCustomPaddedLayout(0, 8, 20, 20), kit.Column(8, v.who, mine, fields, v.said, tools))
}

// makeServer makes the field for a time server.
func (v *view) makeServer() {
	v.server = kit.NewEntry(v.page.host.Shortcuts)
	v.server.SetPlaceHolder(lang.L("Time server (NTP) for this PC"))
	v.server.Escaped = v.page.host.Escaped
	v.server.OnSubmitted = func(string) { v.askServer() }
	v.ask = kit.NewButton(lang.L("Ask the server"), v.askServer)
	v.ask.Escaped = v.page.host.Escaped
}

// askServer compares this PC's clock with the server that was typed.
func (v *view) askServer() {
	server := strings.TrimSpace(v.server.Text)
	if server == "" || v.ask.Disabled() {
		return
	}
	v.ask.Disable()
	v.say(lang.L("Asking…"), kit.ColorMuted)
	kit.Load(v.page.ui, func(ctx context.Context) (netcore.ClockEstimate, error) {
		ctx, cancel := context.WithTimeout(ctx, lookTime)
		defer cancel()
		return v.page.node.CheckNTP(ctx, server)
	}, func(e netcore.ClockEstimate, err error) {
		v.ask.Enable()
		if err != nil {
			v.say(ErrorWords(err), theme.ColorNameError)
			return
		}
		v.say(serverWords(server, e), theme.ColorNameForeground)
	})
}

// formats are common layouts of strftime.
func formats() []string {
	return []string{
		"%Y-%m-%d %H:%M:%S", "%Y年%m月%d日 %H时%M分%S秒", "%a %b %e %H:%M:%S %Y", "%Y-%m-%dT%H:%M:%S%z", "%d.%m.%Y %H:%M", "%I:%M:%S %p", "%A %j %Z",
	}
}

// makeFormat makes the field for the layout of times in words.
func (v *view) makeFormat() {
	v.format = kit.NewEntry(v.page.host.Shortcuts)
	v.format.SetPlaceHolder(lang.L("Format, as %H:%M"))
	v.format.Escaped = v.page.host.Escaped
	v.format.OnChanged = func(text string) {
		_, err := netcore.FormatLocalTime(text, v.page.host.Now())
		if err != nil {
			v.say(ErrorWords(err), theme.ColorNameError)
			text = ""
		} else if v.said.Text() == lang.L("This format is too long.") {
			v.say("", kit.ColorMuted)
		}
		v.page.setLayout(text)
	}
	v.common = widget.NewSelect(formats(), nil)
	v.common.PlaceHolder = lang.L("Common formats")
	v.common.OnChanged = func(text string) {
		if text != "" {
			v.format.SetText(text)
			v.common.ClearSelected() // the field has it, and may be changed
		}
	}
}

// refresh shows what is known.
func (v *view) refresh() {
	known := &v.page.known
	words, color := known.sentence()
	v.who.Say(words, color)
	clear(v.rows)
	v.table.Reload()
}

// turn shows what all clocks say now.
func (v *view) turn(now time.Time) {
	local := now.Local()
	name, offset := local.Zone()
	zone := netcore.ClockZone{Name: name, Offset: time.Duration(offset) * time.Second, DST: local.IsDST()}
	v.here.SetText(local.Format(time.TimeOnly))
	v.zone.SetText(strings.Join([]string{lang.L("This PC"), local.Format(time.DateOnly), zoneWords(zone)}, between))
	for r := range v.rows {
		r.turn(now)
	}
}

func (v *view) fail(words string) { v.say(words, theme.ColorNameError) }

// say shows a sentence below the fields, or takes it away.
func (v *view) say(text string, color fyne.ThemeColorName) {
	v.said.Say(kit.Drawable(text), color)
	if text == "" {
		v.said.Hide()
	} else {
		v.said.Show()
	}
	v.object.Refresh()
}
