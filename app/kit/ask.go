package kit

import (
	"context"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// askWidth is how wide a question grows.
const askWidth = 480

// Ask is a question over the window with one action, whose work runs off the
// drawing goroutine. While it is under way the question stays and says so;
// closing it ends the work. An Ask belongs to the drawing goroutine.
type Ask struct {
	ui     *UI
	sheet  *Sheet
	status *Paragraph
	act    *Button // nil: there is nothing to do but to close
	leave  *Button
	stop   context.CancelFunc // of the work under way; nil: none
	closed bool
}

// NewAsk returns a question that is not shown yet. The button that acts says
// action; empty: there is none, and the other button closes.
func NewAsk(ui *UI, window fyne.Window, title, action, leave string, content ...fyne.CanvasObject) *Ask {
	a := &Ask{ui: ui, status: NewParagraph("", theme.SizeNameText, ColorMuted)}
	a.status.Hide()
	a.sheet = NewSheet(window, title, askWidth, a.Hide)
	a.leave = NewButton(leave, a.Hide)
	buttons := []*Button{a.leave}
	if action != "" {
		a.act = NewButton(action, nil)
		a.act.Importance = widget.HighImportance
		buttons = append(buttons, a.act)
	}
	a.sheet.Fill(append(content, a.status), buttons...)
	return a
}

// Show shows the question with the focus on an object; nil: on the button
// that leaves, so that nobody agrees by accident.
func (a *Ask) Show(focus fyne.Focusable) {
	if focus == nil {
		focus = a.leave
	}
	a.sheet.Open(focus)
}

// Hide takes the question away and ends its work.
func (a *Ask) Hide() {
	a.closed = true
	a.sheet.Close()
	if a.stop != nil {
		a.stop()
	}
}

// Danger marks the action as one with consequences.
func (a *Ask) Danger() {
	a.act.Importance = widget.DangerImportance
	a.act.Refresh()
}

// OnAct sets what the button that acts does.
func (a *Ask) OnAct(do func()) { a.act.OnTapped = do }

// Say shows a sentence below the content.
func (a *Ask) Say(text string, color fyne.ThemeColorName) {
	a.status.Say(text, color)
	if text == "" {
		a.status.Hide()
	} else {
		a.status.Show()
	}
	a.sheet.Arrange()
}

// Fail shows what went wrong.
func (a *Ask) Fail(text string) { a.Say(text, theme.ColorNameError) }

// Run does work of the action, one at a time. While it is under way the
// question says busy. After success done runs, also when the question was
// closed too late to stop it; an error stays to be read.
func (a *Ask) Run(busy string, work func(context.Context) error, done func()) {
	a.RunSaying(busy, work, ErrorWords, done)
}

// RunSaying is Run with words of its own for errors.
func (a *Ask) RunSaying(busy string, work func(context.Context) error, words func(error) string, done func()) {
	if a.stop != nil {
		return
	}
	ctx, stop := context.WithCancel(context.Background())
	a.stop = stop
	a.act.Disable()
	a.Say(busy, ColorMuted)
	Do(a.ui, func(closing context.Context) error {
		defer context.AfterFunc(closing, stop)()
		return work(ctx)
	}, func(err error) {
		stop()
		a.stop = nil
		a.act.Enable()
		switch {
		case err == nil:
			done()
		case !a.closed:
			a.Fail(words(err))
		}
	})
}

// Confirm asks before something with consequences. The work is done when the
// user agrees; done runs after its success.
func Confirm(ui *UI, window fyne.Window, title, sentence, action, leave string, work func(context.Context) error, done func()) {
	ask := NewAsk(ui, window, title, action, leave, NewParagraph(sentence, theme.SizeNameText, theme.ColorNameForeground))
	ask.Danger()
	ask.OnAct(func() {
		ask.Run("", work, func() {
			ask.Hide()
			done()
		})
	})
	ask.Show(nil)
}
