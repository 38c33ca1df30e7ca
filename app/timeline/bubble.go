package timeline

import (
	"strings"
	"unicode/utf8"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/kit"
	"lanyard/netcore"
)

const (
	sideMargin = 16 // between a bubble and the edge of the window
	radius     = 12
)

// bubble is one text.
type bubble struct {
	item    netcore.Item
	label   *widget.Label
	meta    *kit.Line
	more    *widget.Button // nil if all is shown
	box     *fyne.Container
	natural float32 // width of the longest line, unwrapped
	wrapped float32 // the width for which tall was computed
	tall    float32
}

func newBubble(item netcore.Item, showAll func(text string)) *bubble {
	b := &bubble{item: item}
	shown, cut := kit.Bubble(item.Text)
	b.label = widget.NewLabel(shown)
	b.label.Selectable = true
	b.label.Wrapping = fyne.TextWrapWord
	if kit.HasHan(shown) {
		b.label.Wrapping = fyne.TextWrapBreak
	}
	b.natural = naturalWidth(shown)
	b.meta = kit.Small("")
	color := kit.ColorBubbleIn
	if item.Outgoing {
		color = kit.ColorBubbleOut
		b.meta.Align = fyne.TextAlignTrailing
	}
	objects := []fyne.CanvasObject{kit.NewFill(color, radius), b.label, b.meta}
	if cut {
		b.more = widget.NewButton(lang.L("Show all"), func() { showAll(b.item.Text) })
		b.more.Importance = widget.LowImportance
		objects = append(objects, b.more)
	}
	b.box = container.New(b, objects...)
	b.setMeta()
	return b
}

// naturalWidth is the width of the longest line; longer ones than any window
// is wide are not measured.
func naturalWidth(text string) float32 {
	const enough = 120
	size := theme.TextSize()
	widest := float32(0)
	for line := range strings.SplitSeq(text, "\n") {
		if utf8.RuneCountInString(line) > enough {
			return 10_000
		}
		widest = max(widest, fyne.MeasureText(line, size, fyne.TextStyle{}).Width)
	}
	return widest
}

func (b *bubble) object() fyne.CanvasObject { return b.box }

// set shows another state of the same text.
func (b *bubble) set(item netcore.Item) {
	b.item = item
	b.setMeta()
}

func (b *bubble) setMeta() {
	at := b.item.Added
	if b.item.Outgoing {
		at = b.item.Sent
	}
	text := at.Local().Format("15:04")
	if b.item.Outgoing {
		text = strings.Join([]string{text, kit.StateGlyph(b.item.State), kit.StateWords(b.item.State)}, " ")
		if words := kit.ReasonWords(b.item.Reason); words != "" {
			text += "·" + words
		}
	}
	b.meta.SetText(text)
	color := kit.ColorMuted
	switch b.item.State {
	case netcore.StateSeen:
		color = theme.ColorNamePrimary
	case netcore.StateFailed:
		color = theme.ColorNameError
	}
	b.meta.SetColor(color)
}

// textWidth is the width of the bubble in a column of the width.
func (b *bubble) textWidth(width float32) float32 {
	padding := 2 * theme.InnerPadding()
	return min(b.natural+padding+2, bubbleWidth(width))
}

func (b *bubble) height(width float32) float32 {
	if wide := b.textWidth(width); wide != b.wrapped {
		b.wrapped = wide
		b.label.Resize(fyne.NewSize(wide, b.label.Size().Height))
		b.tall = b.label.MinSize().Height
	}
	return b.tall + b.moreHeight() + b.meta.MinSize().Height + 2
}

func (b *bubble) moreHeight() float32 {
	if b.more == nil {
		return 0
	}
	return b.more.MinSize().Height
}

// MinSize is for Fyne.
func (b *bubble) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(120, b.tall) }

// Layout is for Fyne.
func (b *bubble) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	wide := b.textWidth(size.Width)
	ground := wide
	if b.more != nil {
		ground = max(wide, b.more.MinSize().Width)
	}
	left := float32(sideMargin)
	if b.item.Outgoing {
		left = size.Width - sideMargin - ground
	}
	bottom := b.tall + b.moreHeight()
	objects[0].Move(fyne.NewPos(left, 0))
	objects[0].Resize(fyne.NewSize(ground, bottom))
	b.label.Move(fyne.NewPos(left, 0))
	b.label.Resize(fyne.NewSize(wide, b.tall))
	if b.more != nil {
		b.more.Move(fyne.NewPos(left, b.tall))
		b.more.Resize(fyne.NewSize(ground, b.moreHeight()))
	}
	b.meta.Move(fyne.NewPos(sideMargin+4, bottom+2))
	b.meta.Resize(fyne.NewSize(size.Width-2*sideMargin-8, b.meta.MinSize().Height))
}
