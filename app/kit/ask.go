package kit

import (
	"context"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/dialog"
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
	window fyne.Window
	dialog *dialog.CustomDialog
	status *Paragraph
	act    *Button
	leave  *Button
	stop   context.CancelFunc // of the work under way; nil: none
	closed bool
}

// NewAsk returns a question that is not shown yet. The button that acts says
// action; empty: there is none, and the other button closes.
func NewAsk(ui *UI, window fyne.Window, title, action, leave string, content ...fyne.CanvasObject) *Ask {
	a := &Ask{ui: ui, window: window, status: NewParagraph("", theme.SizeNameText, ColorMuted)}
	a.status.Hide()
	a.dialog = dialog.NewCustomWithoutButtons(title, Column(10, append(content, a.status)...), window)
	a.leave = NewButton(leave, a.Hide, a.Hide)
	buttons := []fyne.CanvasObject{a.leave}
	if action != "" {
		a.act = NewButton(action, nil, a.Hide)
		a.act.Importance = widget.HighImportance
		buttons = append(buttons, a.act)
	}
	a.dialog.SetButtons(buttons)
	a.dialog.SetOnClosed(a.end)
	return a
}

// Show shows the question with the focus on an object; nil: on the button
// that leaves, so that nobody agrees by accident.
func (a *Ask) Show(focus fyne.Focusable) {
	a.dialog.Show()
	a.fit()
	if focus == nil {
		focus = a.leave
	}
	a.window.Canvas().Focus(focus)
}

// Hide takes the question away and ends its work.
func (a *Ask) Hide() { a.dialog.Hide() }

func (a *Ask) end() {
	a.closed = true
	if a.stop != nil {
		a.stop()
	}
}

// Danger marks the action as one with consequences.
func (a *Ask) Danger() { a.act.Importance = widget.DangerImportance }

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
	a.fit()
}

// Fail shows what went wrong.
func (a *Ask) Fail(text string) { a.Say(text, theme.ColorNameError) }

// Run does work of the action, one at a time. While it is under way the
// question says busy; done runs after success, unless it was closed meanwhile,
// and an error stays to be read.
func (a *Ask) Run(busy string, work func(context.Context) error, done func()) {
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
		case a.closed:
		case err != nil:
			a.Fail(ErrorWords(err))
		default:
			done()
		}
	})
}

// fit gives the dialog the height that its texts need at its width.
func (a *Ask) fit() {
	if a.closed {
		return
	}
	width := min(askWidth, a.window.Canvas().Size().Width-24)
	for range 2 { // texts know their height only once they have their width
		a.dialog.Resize(fyne.NewSize(width, a.dialog.MinSize().Height))
	}
	canvas.Refresh(a.status)
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
