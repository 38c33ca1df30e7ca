// Package transfers shows files on their way: the card of one offer, which
// also stands in conversations, and the page of all of them.
package transfers

import (
	"context"
	"path/filepath"
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/kit"
	"lanyard/netcore"
)

// Actions are what a card asks of the engine.
type Actions interface {
	Accept(ctx context.Context, key int64, options netcore.AcceptOptions) error
	Decline(ctx context.Context, key int64) error
	Cancel(ctx context.Context, key int64) error
	Files(ctx context.Context, key, after int64, limit int) ([]netcore.FileResult, error)
}

// Host is what a card asks of the window around it.
type Host struct {
	Copy    func(text string)
	Reveal  func(path string)               // show a file in its folder
	Failed  func(err error)                 // an action could not be done
	Resized func()                          // the card wants another height
	Named   func(t netcore.Transfer) string // a line above the name; nil: none
}

// CardWidth is the width that a card wants.
const CardWidth = 420

// Card shows one offer of files and what can be done with it.
type Card struct {
	ui      *kit.UI
	actions Actions
	host    Host
	shown   netcore.Transfer
	busy    bool // an action is under way

	box      *fyne.Container
	frame    fyne.CanvasObject // box with room around it
	name     *kit.Line
	who      *kit.Line
	count    *kit.Line
	state    *kit.Line
	reason   *kit.Line
	bar      *kit.Bar
	md5      *widget.Label
	md5Row   *fyne.Container
	md5Of    *kit.Line
	buttons  *fyne.Container
	accept   *widget.Button
	decline  *widget.Button
	cancel   *widget.Button
	reveal   *widget.Button
	files    *widget.Button
	fileList *fileList
}

// NewCard returns the card of an offer.
func NewCard(ui *kit.UI, actions Actions, host Host, t netcore.Transfer) *Card {
	c := &Card{ui: ui, actions: actions, host: host}
	c.build(t)
	c.Set(t)
	return c
}

// Object is what stands in the window.
func (c *Card) Object() fyne.CanvasObject { return c.frame }

// Shown returns what the card shows.
func (c *Card) Shown() netcore.Transfer { return c.shown }

func (c *Card) build(t netcore.Transfer) {
	c.name = kit.NewCutLine("", kit.SizeName, theme.ColorNameForeground)
	c.who = kit.NewCutLine("", kit.SizeSmall, kit.ColorMuted)
	c.count = kit.NewCutLine("", kit.SizeSmall, kit.ColorMuted)
	c.state = kit.NewCutLine("", kit.SizeSmall, kit.ColorMuted)
	c.reason = kit.NewCutLine("", kit.SizeSmall, theme.ColorNameError)
	c.bar = kit.NewBar()
	c.md5 = widget.NewLabelWithStyle("", fyne.TextAlignLeading, fyne.TextStyle{Monospace: true})
	c.md5.Selectable = true
	c.md5.SizeName = theme.SizeNameCaptionText
	c.md5.Truncation = fyne.TextTruncateEllipsis
	copied := widget.NewButtonWithIcon(lang.L("Copy"), theme.ContentCopyIcon(), func() { c.host.Copy(c.shown.MD5) })
	copied.Importance = widget.LowImportance
	c.md5Of = kit.Small("MD5")
	c.md5Row = container.NewBorder(nil, nil, container.NewCenter(c.md5Of), copied, c.md5)
	c.makeButtons()
	c.fileList = newFileList()
	icon := widget.NewIcon(theme.NewPrimaryThemedResource(iconOf(t)))
	head := container.NewBorder(nil, nil, container.New(squareLayout(40), icon), nil,
		kit.Column(2, c.who, c.name, c.count))
	c.box = kit.Column(6, head, c.bar, c.state, c.reason, c.md5Row, c.buttons, c.fileList.object)
	c.frame = container.New(layout.NewCustomPaddedLayout(10, 10, 12, 12), c.box)
}

func (c *Card) makeButtons() {
	c.accept = widget.NewButtonWithIcon(lang.L("Accept"), theme.DownloadIcon(), func() { c.Accept() })
	c.accept.Importance = widget.HighImportance
	c.decline = widget.NewButton(lang.L("Decline"), func() {
		key := c.shown.Key
		c.act(func(ctx context.Context) error { return c.actions.Decline(ctx, key) })
	})
	c.cancel = widget.NewButtonWithIcon(lang.L("Cancel"), theme.CancelIcon(), func() {
		key := c.shown.Key
		c.act(func(ctx context.Context) error { return c.actions.Cancel(ctx, key) })
	})
	c.reveal = widget.NewButtonWithIcon(lang.L("Show in folder"), theme.FolderOpenIcon(), func() {
		if len(c.shown.Paths) > 0 {
			c.host.Reveal(c.shown.Paths[0])
		}
	})
	c.files = widget.NewButtonWithIcon(lang.L("Show the files"), theme.MenuExpandIcon(), c.toggleFiles)
	c.files.Importance = widget.LowImportance
	c.buttons = container.NewHBox(c.accept, c.decline, c.cancel, c.reveal, c.files)
}

// Accept takes the offer, if it waits for that, and reports whether it did.
func (c *Card) Accept() bool {
	if c.shown.State != netcore.StateOffered || c.shown.Outgoing || c.busy {
		return false
	}
	key := c.shown.Key
	c.act(func(ctx context.Context) error { return c.actions.Accept(ctx, key, netcore.AcceptOptions{}) })
	return true
}

// act runs an action off the drawing goroutine, one at a time.
func (c *Card) act(action func(context.Context) error) {
	if c.busy {
		return
	}
	c.busy = true
	kit.Do(c.ui, action, func(err error) {
		c.busy = false
		if err != nil {
			c.host.Failed(err)
		}
	})
}

// Set shows a newer snapshot.
func (c *Card) Set(t netcore.Transfer) {
	before := c.visible()
	c.shown = t
	c.name.SetText(t.Name)
	c.setWho()
	kit.Show(c.who, c.host.Named != nil)
	c.count.SetText(countWords(t))
	c.setProgress(t)
	reason := kit.ReasonWords(t.Reason)
	if t.Failed > 0 && t.State == netcore.StateFailed {
		reason = strings.TrimSpace(lang.N("{{.Count}} files failed.", t.Failed, map[string]any{"Count": t.Failed}) + " " + reason)
	}
	c.reason.SetText(reason)
	kit.Show(c.reason, reason != "")
	c.md5.SetText(kit.MD5(t.MD5))
	c.md5Of.SetText(digestName(t))
	kit.Show(c.md5Row, t.MD5 != "")
	c.setButtons(t)
	if c.visible() != before {
		c.buttons.Refresh()
		c.box.Refresh()
		c.host.Resized()
	}
}

// setWho says who it is from or for.
func (c *Card) setWho() {
	if c.host.Named != nil {
		c.who.SetText(c.host.Named(c.shown))
	}
}

// visible says which parts are shown, one bit each.
func (c *Card) visible() int {
	bits := 0
	parts := slices.Concat(c.box.Objects, c.buttons.Objects, []fyne.CanvasObject{c.who})
	for at, part := range parts {
		if part.Visible() {
			bits |= 1 << at
		}
	}
	return bits
}

func (c *Card) setProgress(t netcore.Transfer) {
	part := float64(0)
	if t.Bytes > 0 {
		part = float64(t.DoneBytes) / float64(t.Bytes)
	}
	color := theme.ColorNamePrimary
	if t.State == netcore.StateVerified {
		part, color = 1, theme.ColorNameSuccess
	}
	c.bar.Set(part, color)
	kit.Show(c.bar, t.State == netcore.StateRunning || t.State == netcore.StateVerified)
	c.state.SetText(stateLine(t, part))
	c.state.SetColor(stateColor(t.State))
}

func (c *Card) setButtons(t netcore.Transfer) {
	offered := t.State == netcore.StateOffered && !t.Outgoing
	kit.Show(c.accept, offered)
	kit.Show(c.decline, offered)
	kit.Show(c.cancel, !offered && !t.State.Ended())
	kit.Show(c.reveal, len(t.Paths) > 0 && (t.Outgoing || t.State == netcore.StateVerified || t.Done > 0))
	kit.Show(c.files, (t.Count > 1 && t.Done > 0) || t.Failed > 0)
	kit.Show(c.buttons, c.accept.Visible() || c.cancel.Visible() || c.reveal.Visible() || c.files.Visible())
}

// iconOf tells a folder or many files from one.
func iconOf(t netcore.Transfer) fyne.Resource {
	if t.Count != 1 || filepath.Ext(t.Name) == "" {
		return theme.FolderIcon()
	}
	switch strings.ToLower(filepath.Ext(t.Name)) {
	case ".png", ".jpg", ".jpeg", ".gif", ".bmp", ".webp":
		return theme.FileImageIcon()
	case ".mp4", ".mkv", ".mov", ".avi":
		return theme.FileVideoIcon()
	case ".mp3", ".flac", ".wav", ".ogg":
		return theme.FileAudioIcon()
	case ".txt", ".md", ".log", ".csv":
		return theme.FileTextIcon()
	}
	return theme.FileIcon()
}

// digestName says what the digest of a transfer is of.
func digestName(t netcore.Transfer) string {
	if t.Count > 1 {
		return lang.L("MD5 of the list")
	}
	return "MD5"
}
