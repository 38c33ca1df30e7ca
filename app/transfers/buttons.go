package transfers

import (
	"context"
	"path/filepath"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/kit"
	"lanyard/netcore"
)

// buttons are those of a card. They stand on as many lines as they need; what
// is wanted less often is in a menu.
type buttons struct {
	card *Card
	row  *fyne.Container

	accept, review, decline *widget.Button
	pause, resume, cancel   *widget.Button
	retry                   *widget.Button
	open, reveal, files     *widget.Button
	more                    *widget.Button
}

func newButtons(c *Card) *buttons {
	b := &buttons{card: c}
	b.accept = widget.NewButtonWithIcon(lang.L("Accept"), theme.DownloadIcon(), func() { c.Accept() })
	b.accept.Importance = widget.HighImportance
	b.review = widget.NewButton(lang.L("Accept…"), c.review)
	b.decline = b.acting(lang.L("Decline"), nil, c.actions.Decline)
	b.pause = b.acting(lang.L("Pause"), theme.MediaPauseIcon(), c.actions.Pause)
	b.resume = b.acting(lang.L("Resume"), theme.MediaPlayIcon(), c.actions.Resume)
	b.cancel = b.acting(lang.L("Cancel"), theme.CancelIcon(), c.actions.Cancel)
	b.retry = b.acting(lang.L("Retry failed"), theme.ViewRefreshIcon(), c.actions.Retry)
	b.open = widget.NewButtonWithIcon(lang.L("Open"), theme.FileIcon(), func() { c.withPath(c.host.Open) })
	b.reveal = widget.NewButtonWithIcon(lang.L("Show in folder"), theme.FolderOpenIcon(), func() { c.withPath(c.host.Reveal) })
	b.files = widget.NewButtonWithIcon(lang.L("Show the files"), theme.MenuExpandIcon(), c.toggleFiles)
	b.more = widget.NewButtonWithIcon("", theme.MoreHorizontalIcon(), b.showMore)
	for _, low := range []*widget.Button{b.files, b.more} {
		low.Importance = widget.LowImportance
	}
	b.row = container.New(kit.Wrap{Gap: 6}, b.accept, b.review, b.decline, b.pause, b.resume, b.retry,
		b.open, b.reveal, b.cancel, b.files, b.more)
	return b
}

// acting returns a button that does something with the transfer shown.
func (b *buttons) acting(words string, icon fyne.Resource, do func(context.Context, int64) error) *widget.Button {
	return widget.NewButtonWithIcon(words, icon, func() {
		key := b.card.shown.Key
		b.card.act(func(ctx context.Context) error { return do(ctx, key) })
	})
}

// set shows what can be done now.
func (b *buttons) set(t netcore.Transfer) {
	asked, over := undecided(t), t.State.Ended()
	kit.Show(b.accept, asked)
	kit.Show(b.review, asked)
	kit.Show(b.decline, asked)
	kit.Show(b.pause, mayPause(t))
	kit.Show(b.resume, t.State == netcore.StatePaused && t.PausedHere)
	kit.Show(b.cancel, !asked && !over)
	kit.Show(b.retry, over && t.Failed > 0 && !t.Hopeless)
	here := over && len(t.Paths) > 0 && (t.Outgoing || t.State == netcore.StateVerified || t.Done > 0)
	kit.Show(b.open, here && len(t.Paths) == 1 && mayOpen(t))
	kit.Show(b.reveal, here)
	kit.Show(b.files, hasFiles(t))
	kit.Show(b.more, len(b.items()) > 0)
	kit.Show(b.row, shownAny(b.row.Objects))
}

// mayPause reports whether this user can hold a transfer: its sender also while
// it waits.
func mayPause(t netcore.Transfer) bool {
	return t.State == netcore.StateRunning || t.Outgoing && (t.State == netcore.StateQueued || t.State == netcore.StateOffered)
}

// hasFiles reports whether a list of single files says more than the card does.
// A name without an ending may be a folder with one file in it.
func hasFiles(t netcore.Transfer) bool {
	return t.Done > 0 && (t.Count > 1 || filepath.Ext(t.Name) == "") || t.Failed > 0 || t.Skipped > 0
}

// underWay reports whether a transfer is accepted and has not ended.
func underWay(t netcore.Transfer) bool {
	return netcore.GroupOf(t) == netcore.GroupRunning && !undecided(t)
}

// mayLimit reports whether a transfer has a speed that can be limited.
func mayLimit(t netcore.Transfer) bool { return !t.State.Ended() && !undecided(t) }

func shownAny(objects []fyne.CanvasObject) bool {
	for _, object := range objects {
		if object.Visible() {
			return true
		}
	}
	return false
}

// items are those of the menu.
func (b *buttons) items() []*fyne.MenuItem {
	c, t := b.card, b.card.shown
	var items []*fyne.MenuItem
	add := func(words string, icon fyne.Resource, act func()) {
		items = append(items, fyne.NewMenuItemWithIcon(words, icon, act))
	}
	if hasFiles(t) || t.Count > 1 && underWay(t) {
		add(lang.L("All files…"), theme.ListIcon(), func() { c.showFiles(false) })
	}
	if t.Failed > 0 {
		add(lang.L("Failed files…"), theme.WarningIcon(), func() { c.showFiles(true) })
	}
	if mayLimit(t) {
		add(lang.L("Limit the speed…"), theme.SettingsIcon(), c.askLimit)
	}
	if t.State.Ended() && t.Outgoing && len(t.Paths) > 0 {
		add(lang.L("Send again"), theme.MailSendIcon(), c.sendAgain)
	}
	if t.State.Ended() && len(t.Paths) > 0 && c.host.Forward != nil && (t.Outgoing || t.Done > 0) {
		add(lang.L("Forward to somebody else…"), theme.MailForwardIcon(), func() { c.host.Forward(c.shown.Paths) })
	}
	if t.Done > 0 && len(t.Paths) > 0 {
		add(lang.L("Save the MD5 list…"), theme.DocumentSaveIcon(), c.askExport)
	}
	return items
}

// showMore shows the menu, which the arrow keys work in, too.
func (b *buttons) showMore() {
	menu := widget.NewPopUpMenu(fyne.NewMenu("", b.items()...), b.card.host.Window.Canvas())
	menu.ShowAtRelativePosition(fyne.NewPos(0, b.more.Size().Height), b.more)
}

// withPath does something with what was sent or saved.
func (c *Card) withPath(do func(path string)) {
	if len(c.shown.Paths) > 0 {
		do(c.shown.Paths[0])
	}
}

// sendAgain offers the same files to the same person once more.
func (c *Card) sendAgain() {
	person, paths := c.shown.Person, c.shown.Paths
	c.act(func(ctx context.Context) error {
		_, err := c.actions.Send(ctx, person, paths)
		return err
	})
}
