package classic

import (
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/kit"
	"lanyard/netcore/charset"
	"lanyard/netcore/classic"
)

// wirePane shows every call on the sockets of a session.
type wirePane struct {
	page   *Page
	live   *live
	lost   *kit.Line
	list   *recordList
	object fyne.CanvasObject
}

func newWirePane(page *Page, l *live) *wirePane {
	w := &wirePane{page: page, live: l, lost: kit.Small("")}
	w.list = newRecordList(l.protocol.Encoding)
	recv := widget.NewSelectEntry(recvSizes())
	recv.OnChanged = func(text string) {
		if size, err := strconv.Atoi(strings.TrimSpace(text)); err == nil && size > 0 && size <= classic.MaxRecvSize {
			l.session.SetRecvSize(size)
		}
	}
	recv.SetPlaceHolder(lang.L("recv size"))
	pause := widget.NewCheck(lang.L("Pause"), l.pause)
	clear := kit.NewButton(lang.L("Clear"), l.clear)
	copied := kit.NewButton(lang.L("Copy"), func() { page.host.Copy(w.list.text()) })
	clear.Escaped, copied.Escaped = page.toList, page.toList
	title := kit.NewLine(lang.L("On the wire"), kit.SizeName, theme.ColorNamePrimary)
	tools := container.NewHBox(container.NewGridWrap(fyne.NewSize(124, 36), recv), pause, clear, copied)
	head := container.NewBorder(nil, nil, container.NewCenter(title), tools, container.NewCenter(w.lost))
	w.object = kit.Below(head, w.list.object)
	return w
}

func (w *wirePane) show(records []classic.Record, lost int) {
	w.lost.SetText("")
	if lost > 0 {
		w.lost.SetText(lang.L("{{.Count}} older ones are not kept", data{"Count": lost}))
	}
	w.list.show(records)
}

// recordList lists calls on sockets; below it stand all bytes of the chosen one.
type recordList struct {
	encoding charset.Encoding
	records  []classic.Record
	list     *widget.List
	bytes    *kit.Mono
	below    *container.Scroll // holds bytes; hidden while no call is chosen
	object   fyne.CanvasObject
}

func newRecordList(encoding charset.Encoding) *recordList {
	w := &recordList{encoding: encoding, bytes: kit.NewMono("", kit.SizeSmall, theme.ColorNameForeground)}
	w.list = widget.NewList(func() int { return len(w.records) },
		func() fyne.CanvasObject { return newRecordRow() },
		func(at int, object fyne.CanvasObject) {
			if at < len(w.records) {
				object.(*recordRow).set(w.records[at], w.encoding)
			}
		})
	w.list.HideSeparators = true
	w.list.OnSelected = func(at int) {
		if at < len(w.records) {
			w.bytes.SetText(strings.TrimRight(hex.Dump(w.records[at].Bytes[:min(len(w.records[at].Bytes), dumpMost)]), "\n"))
			w.below.Show()
			w.object.Refresh()
		}
	}
	w.below = container.NewVScroll(w.bytes)
	w.below.SetMinSize(fyne.NewSize(100, 64))
	w.below.Hide()
	w.object = container.NewStack(kit.NewFill(kit.ColorCard, 8), container.New(layout.NewCustomPaddedLayout(6, 6, 8, 8),
		container.NewBorder(nil, w.below, nil, nil, w.list)))
	return w
}

// dumpMost is how many bytes of one call are shown in full.
const dumpMost = 1024

// show draws records; the newest stays in view unless the user has chosen one.
func (w *recordList) show(records []classic.Record) {
	grown := len(records) != len(w.records) || len(records) > 0 && !records[len(records)-1].At.Equal(w.records[len(w.records)-1].At)
	w.records = records
	if !grown {
		return
	}
	w.list.Refresh()
	if len(records) > 0 && w.list.Size().Height > 0 && w.bytes.Text() == "" {
		w.list.ScrollToBottom()
	}
	if len(records) == 0 {
		w.bytes.SetText("")
		w.below.Hide()
		w.list.UnselectAll()
		w.object.Refresh()
	}
}

// text is all that is listed, for copying.
func (w *recordList) text() string {
	var all strings.Builder
	for _, r := range w.records {
		fmt.Fprintf(&all, "%s\t%s\t%s\t%s\t%s\t%s\n", r.At.Format("15:04:05.000000"), kit.Neutral(r.Local), kit.Neutral(r.Peer),
			callWords(r), hex.EncodeToString(r.Bytes), kit.Neutral(charset.Decode(r.Bytes, w.encoding)))
	}
	return all.String()
}

// recordRow is one call.
type recordRow struct {
	widget.BaseWidget
	when, call, hex, text *kit.Line
	box                   *fyne.Container
}

func newRecordRow() *recordRow {
	r := &recordRow{
		when: kit.Small(""), call: kit.NewCutLine("", kit.SizeSmall, theme.ColorNameForeground),
		hex: kit.NewCutLine("", kit.SizeSmall, kit.ColorMuted), text: kit.NewCutLine("", kit.SizeSmall, theme.ColorNameForeground),
	}
	r.hex.Style.Monospace = true
	r.box = container.New(kit.Columns{Widths: []float32{84, 150, -3, -2}, Gap: 6, Height: 18}, r.when, r.call, r.hex, r.text)
	r.ExtendBaseWidget(r)
	return r
}

// CreateRenderer is for Fyne.
func (r *recordRow) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(r.box) }

// rowBytes is how many bytes of a call stand in its row.
const rowBytes = 32

func (r *recordRow) set(record classic.Record, encoding charset.Encoding) {
	some := record.Bytes[:min(len(record.Bytes), rowBytes)]
	more := ""
	if record.Size > rowBytes {
		more = " …"
	}
	r.when.SetText(record.At.Local().Format("15:04:05.000"))
	r.call.SetText(callWords(record))
	r.call.SetColor(callColor(record))
	r.hex.SetText(strings.TrimSpace(fmt.Sprintf("% x", some)) + more)
	words := kit.Neutral(strings.NewReplacer("\r", `\r`, "\n", `\n`, "\t", `\t`).Replace(charset.Decode(some, encoding))) + more
	if record.Err != "" {
		words = kit.Cut(record.Err, 120)
	}
	r.text.SetText(kit.Drawable(words))
}

// callWords says which call it was, what it asked for and what it got.
func callWords(r classic.Record) string {
	switch r.Direction {
	case classic.Read:
		if r.End {
			return fmt.Sprintf("← recv(%d) → 0, %s", r.Asked, lang.L("end"))
		}
		return fmt.Sprintf("← recv(%d) → %d", r.Asked, r.Size)
	case classic.Write:
		if r.Size != r.Asked {
			return fmt.Sprintf("→ send(%d) → %d", r.Asked, r.Size)
		}
		return fmt.Sprintf("→ send(%d)", r.Asked)
	}
	return "· " + string(r.Direction)
}

func callColor(r classic.Record) fyne.ThemeColorName {
	switch {
	case r.Err != "":
		return theme.ColorNameError
	case r.Direction == classic.Read:
		return theme.ColorNameSuccess
	case r.Direction == classic.Write:
		return theme.ColorNamePrimary
	}
	return kit.ColorMuted
}
