package timeline

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/kit"
)

// composerLayout places the attach button, the entry and the send button.
type composerLayout struct{}

const composerMargin = 10

func (composerLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(260, objects[1].MinSize().Height+2*composerMargin)
}

func (composerLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	attach, entry, send := objects[0], objects[1], objects[2]
	side := float32(38)
	bottom := size.Height - composerMargin
	attach.Resize(fyne.NewSquareSize(side))
	attach.Move(fyne.NewPos(composerMargin, bottom-side))
	send.Resize(fyne.NewSize(side+8, side))
	send.Move(fyne.NewPos(size.Width-composerMargin-side-8, bottom-side))
	left := composerMargin + side + 6
	entry.Move(fyne.NewPos(left, composerMargin))
	entry.Resize(fyne.NewSize(size.Width-left-composerMargin-side-8-6, size.Height-2*composerMargin))
}

// bodyLayout gives the column its width before its height is asked for, and
// lays the way to the newest over it.
type bodyLayout struct{ column *column }

func (b bodyLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(260, 120) }

func (b bodyLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	stick := b.column.atEnd()
	b.column.setWidth(size.Width)
	objects[0].Resize(size)
	b.column.relayout()
	if stick {
		b.column.toEnd()
	}
	button := objects[1].MinSize()
	objects[1].Resize(button)
	objects[1].Move(fyne.NewPos((size.Width-button.Width)/2, size.Height-button.Height-10))
}

// lineRunes is how much of a line of narrow letters the viewer shows in one.
const lineRunes = 90

// lineMost is how many characters of a text fit into a line of the viewer:
// Han characters are as wide as they are high.
func lineMost(text string, width float32) int {
	if !kit.HasHan(text) {
		return lineRunes
	}
	return min(lineRunes, max(10, int((width-80)/theme.TextSize())))
}

// showAll shows a long text whole: a list of lines of one height costs the
// same however long the text is.
func (v *View) showAll(text string) {
	size := v.host.Window.Canvas().Size()
	size.Width, size.Height = size.Width*0.9, size.Height*0.9
	var lines []string
	for line := range kit.Lines(text, lineMost(text, size.Width)) {
		lines = append(lines, line)
	}
	list := widget.NewList(
		func() int { return len(lines) },
		func() fyne.CanvasObject { return kit.NewCutLine("", theme.SizeNameText, theme.ColorNameForeground) },
		func(id int, object fyne.CanvasObject) { object.(*kit.Line).SetText(lines[id]) })
	list.HideSeparators = true
	list.OnSelected = list.Unselect
	copied := widget.NewButtonWithIcon(lang.L("Copy all"), theme.ContentCopyIcon(), func() { v.host.Copy(text) })
	ask := dialog.NewCustomWithoutButtons(lang.L("The whole text"), list, v.host.Window)
	ask.SetButtons([]fyne.CanvasObject{copied, widget.NewButton(lang.L("Close"), ask.Hide)})
	ask.Resize(size)
	ask.Show()
}
