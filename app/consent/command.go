package consent

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/kit"
)

// command shows a whole command in a frame of bounded height, scrolled by mouse
// and keys. It has the focus first, so that the command can be read at once.
type command struct {
	widget.BaseWidget
	refuse func() // Enter and Escape
	seen   func() // the end of the command came into view
	read   bool   // it has been there

	text   *kit.Mono
	frame  *kit.Fill
	scroll *container.Scroll
	inside *fyne.Container
	hint   *kit.Paragraph
	most   float32 // of its height
	object fyne.CanvasObject
}

// How high the frame of a command grows: so that all else on the card is in view
// in a low window too, and not higher than is needed to read in.
const (
	commandLeast = 64
	commandMost  = 220
	cardRest     = 400 // of the window, for all else
)

func newCommand(line string, window fyne.Size, refuse, seen func()) *command {
	c := &command{refuse: refuse, seen: seen}
	c.most = min(max(window.Height-cardRest, commandLeast), commandMost)
	c.text = kit.NewMono(line, theme.SizeNameText, theme.ColorNameForeground)
	c.text.Exact = true
	c.inside = container.New(layout.NewCustomPaddedLayout(8, 8, 10, 14), c.text)
	c.scroll = container.NewVScroll(c.inside)
	c.scroll.OnScrolled = func(fyne.Position) { c.look() }
	c.frame = kit.NewFill(theme.ColorNameInputBackground, 8)
	c.hint = kit.Hint(lang.L("The command is longer than this frame: read it to its end before you allow it."))
	c.hint.Hide()
	c.ExtendBaseWidget(c)
	c.object = kit.Column(4, c, c.hint)
	return c
}

// CreateRenderer is for Fyne.
func (c *command) CreateRenderer() fyne.WidgetRenderer {
	return widget.NewSimpleRenderer(container.New(commandLayout{c}, c.frame, c.scroll))
}

// look notes when the end of the command is in view.
func (c *command) look() {
	if !c.read && c.scroll.Size().Height > 0 && c.scroll.Offset.Y+c.scroll.Size().Height >= c.inside.MinSize().Height-1 {
		c.read = true
		c.seen()
	}
}

// FocusGained is for Fyne.
func (c *command) FocusGained() { c.frame.SetColor(theme.ColorNameFocus) }

// FocusLost is for Fyne.
func (c *command) FocusLost() { c.frame.SetColor(theme.ColorNameInputBackground) }

// TypedRune is for Fyne: nothing that is typed means anything here.
func (c *command) TypedRune(rune) {}

// TypedKey is for Fyne.
func (c *command) TypedKey(key *fyne.KeyEvent) {
	page := c.scroll.Size().Height * 0.8
	switch key.Name {
	case fyne.KeyReturn, fyne.KeyEnter, fyne.KeyEscape:
		c.refuse()
	case fyne.KeyDown:
		c.by(page / 4)
	case fyne.KeyUp:
		c.by(-page / 4)
	case fyne.KeyPageDown:
		c.by(page)
	case fyne.KeyPageUp:
		c.by(-page)
	case fyne.KeyEnd:
		c.by(c.inside.MinSize().Height)
	case fyne.KeyHome:
		c.by(-c.inside.MinSize().Height)
	}
}

func (c *command) by(way float32) {
	most := max(c.inside.MinSize().Height-c.scroll.Size().Height, 0)
	c.scroll.ScrollToOffset(fyne.NewPos(0, min(max(c.scroll.Offset.Y+way, 0), most)))
	c.look()
}

// commandLayout gives the text its width before it asks for its height.
type commandLayout struct{ command *command }

// MinSize is for Fyne: the height is that of the width laid out last.
func (l commandLayout) MinSize([]fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(160, min(l.command.inside.MinSize().Height, l.command.most))
}

// Layout is for Fyne.
func (l commandLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	c := l.command
	for range 2 {
		c.inside.Resize(fyne.NewSize(size.Width, c.inside.MinSize().Height))
	}
	for _, object := range objects {
		object.Resize(size)
	}
	if long := c.inside.MinSize().Height > c.most; long != c.hint.Visible() {
		if long {
			c.hint.Show()
		} else {
			c.hint.Hide()
		}
	}
	c.look()
}
