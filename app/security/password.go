package security

import (
	"context"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/kit"
)

// password is the network password.
type password struct {
	page   *Page
	set    bool // there is one
	state  *kit.Paragraph
	show   *widget.Button
	off    *widget.Button
	object fyne.CanvasObject
}

func (p *Page) newPassword() *password {
	w := &password{page: p}
	w.state = paragraph("")
	w.show = widget.NewButtonWithIcon(lang.L("Show"), theme.VisibilityIcon(), w.reveal)
	w.off = widget.NewButton(lang.L("Turn off…"), w.turnOff)
	w.object = kit.Group(lang.L("Network password"),
		kit.Hint(lang.L("With a password, this PC talks only to PCs that have the same one. Everybody without it vanishes.")),
		w.state,
		buttons(
			widget.NewButton(lang.L("Make a new one…"), w.makeNew),
			widget.NewButton(lang.L("Enter one…"), w.enter),
			w.show, w.off))
	w.mark(false)
	w.state.SetText("")
	return w
}

// read asks whether there is one.
func (w *password) read() {
	kit.Load(w.page.ui, func(context.Context) (bool, error) { return w.page.node.Password() != "", nil },
		func(set bool, _ error) { w.mark(set) })
}

// mark shows whether there is one.
func (w *password) mark(set bool) {
	w.set = set
	if set {
		w.state.SetText(lang.L("A password is in force."))
	} else {
		w.state.SetText(lang.L("There is no password: everybody in the network can reach this PC."))
	}
	kit.Show(w.show, set)
	kit.Show(w.off, set)
}

// makeNew shows a fresh one, which counts once the user agrees.
func (w *password) makeNew() {
	kit.Load(w.page.ui, func(context.Context) (string, error) { return w.page.node.NewPassword(), nil },
		func(fresh string, _ error) { w.offer(fresh) })
}

func (w *password) offer(fresh string) {
	hint := lang.L("Type it on the other PCs, under Network password, Enter one. As soon as you use it here, everybody without it vanishes.")
	if w.set {
		hint += " " + lang.L("The password of now stops working.")
	}
	ask := kit.NewAsk(w.page.ui, w.page.host.Window, lang.L("New network password"), lang.L("Use it"), lang.L("Cancel"),
		large(fresh), container.NewCenter(w.page.copyButton(fresh)), paragraph(hint))
	ask.OnAct(func() {
		ask.Run(lang.L("Setting it…"), func(ctx context.Context) error { return w.page.node.SetPassword(ctx, fresh) }, func() {
			ask.Hide()
			w.mark(true)
		})
	})
	ask.Show(nil)
}

// enter takes one that another PC made.
func (w *password) enter() {
	entry := w.page.secret("XXXXX-XXXXX-XXXXX-XXXXX")
	entry.ActionItem = kit.NewFill(theme.ColorNameInputBackground, 0) // Fyne's eye cannot be reached by keyboard
	visible := widget.NewCheck(lang.L("Show what I type"), func(on bool) {
		entry.Password = !on
		entry.Refresh()
	})
	ask := kit.NewAsk(w.page.ui, w.page.host.Window, lang.L("Enter the network password"), lang.L("Use it"), lang.L("Cancel"),
		paragraph(lang.L("The password that Lanyard made on another PC. Case, blanks and dashes do not matter.")), entry, visible)
	use := func() {
		text := strings.TrimSpace(entry.Text)
		if text == "" {
			return
		}
		ask.Run(lang.L("Setting it…"), func(ctx context.Context) error { return w.page.node.SetPassword(ctx, text) }, func() {
			ask.Hide()
			w.mark(true)
		})
	}
	ask.OnAct(use)
	entry.OnSubmitted, entry.Escaped = func(string) { use() }, ask.Hide
	ask.Show(entry)
}

// reveal shows the one that is in force.
func (w *password) reveal() {
	kit.Load(w.page.ui, func(context.Context) (string, error) { return w.page.node.Password(), nil },
		func(now string, _ error) {
			if now == "" {
				w.mark(false)
				return
			}
			kit.NewAsk(w.page.ui, w.page.host.Window, lang.L("Network password"), "", lang.L("Close"),
				large(now), container.NewCenter(w.page.copyButton(now)),
				paragraph(lang.L("Give it only to people who may reach you."))).Show(nil)
		})
}

func (w *password) turnOff() {
	kit.Confirm(w.page.ui, w.page.host.Window, lang.L("Turn off the network password?"),
		lang.L("Everybody in the network can then reach this PC. PCs that keep the password vanish from your list until they turn it off too."),
		lang.L("Turn off"), lang.L("Cancel"),
		func(ctx context.Context) error { return w.page.node.SetPassword(ctx, "") },
		func() { w.mark(false) })
}

// copyButton copies a text.
func (p *Page) copyButton(text string) *widget.Button {
	return widget.NewButtonWithIcon(lang.L("Copy"), theme.ContentCopyIcon(), func() { p.host.Copy(text) })
}
