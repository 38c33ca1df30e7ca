package classic

import (
	"hash/fnv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/kit"
)

// talkList is a conversation: a line for each line of each message, in rows of
// one height, so that its cost does not grow with what others send.
type talkList struct {
	lines  []line
	list   *widget.List
	object fyne.CanvasObject
}

func newTalkList() *talkList {
	t := &talkList{}
	t.list = widget.NewList(func() int { return len(t.lines) },
		func() fyne.CanvasObject { return newTalkRow() },
		func(at int, object fyne.CanvasObject) {
			if at < len(t.lines) {
				object.(*talkRow).set(t.lines[at])
			}
		})
	t.list.HideSeparators = true
	t.list.OnSelected = func(at int) { t.list.Unselect(at) }
	t.object = container.New(layout.NewCustomPaddedLayout(6, 6, 8, 8), t.list)
	return t
}

// show draws the lines; the newest stays in view unless the user has scrolled
// away from it.
func (t *talkList) show(lines []line) {
	atEnd := t.list.GetScrollOffset() >= float32(len(t.lines))*talkHeight-t.list.Size().Height-2*talkHeight
	t.lines = lines
	t.list.Refresh()
	if atEnd && len(lines) > 0 && t.list.Size().Height > 0 {
		t.list.ScrollToBottom()
	}
}

// talkHeight is about how high a row is, with the gap below it.
const talkHeight = 24

// talkRow is one line of a conversation.
type talkRow struct {
	widget.BaseWidget
	when *kit.Line
	who  *whoLine
	text *kit.Line
	box  *fyne.Container
}

func newTalkRow() *talkRow {
	r := &talkRow{when: kit.Small(""), who: newWhoLine(), text: kit.NewCutLine("", theme.SizeNameText, theme.ColorNameForeground)}
	r.box = container.New(kit.Columns{Widths: []float32{62, 132, -1}, Gap: 6, Height: 20}, r.when, r.who, r.text)
	r.ExtendBaseWidget(r)
	return r
}

// CreateRenderer is for Fyne.
func (r *talkRow) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(r.box) }

func (r *talkRow) set(l line) {
	r.when.SetText(l.at.Local().Format("15:04:05"))
	who, text, colour := l.who, l.text, theme.ColorNameForeground
	switch l.kind {
	case lineOurs:
		who, colour = lang.L("This side"), theme.ColorNamePrimary
	case lineError:
		who, colour = "stderr", theme.ColorNameWarning
	case lineNote:
		who, colour = "", kit.ColorMuted
	case lineFault:
		text, colour = "⚠ "+text, theme.ColorNameError
	}
	r.who.set(kit.Cut(who, 40), l.kind == lineTheirs)
	r.text.SetText(kit.Drawable(text))
	r.text.SetColor(colour)
}

// whoLine is a name in a colour of its own, so that several who write can be
// told apart at a glance.
type whoLine struct {
	widget.BaseWidget
	line *kit.Line
}

func newWhoLine() *whoLine {
	w := &whoLine{line: kit.NewCutLine("", theme.SizeNameText, kit.ColorMuted)}
	w.ExtendBaseWidget(w)
	return w
}

// CreateRenderer is for Fyne.
func (w *whoLine) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(w.line) }

// set shows a name.
func (w *whoLine) set(name string, theirs bool) {
	w.line.SetText(kit.Drawable(name))
	if theirs && name != "" {
		w.line.SetColor(nameColor(name))
	} else {
		w.line.SetColor(kit.ColorMuted)
	}
}

// nameColor picks one of the theme's colours by a name.
func nameColor(name string) fyne.ThemeColorName {
	colours := []fyne.ThemeColorName{theme.ColorNamePrimary, theme.ColorNameSuccess, theme.ColorNameWarning, theme.ColorNameError, theme.ColorNameHyperlink}
	h := fnv.New32a()
	_, _ = h.Write([]byte(name))                   // never fails
	return colours[h.Sum32()%uint32(len(colours))] // #nosec G115 -- a handful
}
