// Package transfers shows files on their way: the card of one offer, which
// also stands in conversations, the page of all of them, and the questions
// about them.
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
	netcore.TransferActs
	Accept(ctx context.Context, key int64, options netcore.AcceptOptions) error
	Decline(ctx context.Context, key int64) error
	Cancel(ctx context.Context, key int64) error
	Files(ctx context.Context, key, after int64, limit int) ([]netcore.FileResult, error)
	Send(ctx context.Context, person netcore.PersonID, paths []string) (netcore.Item, error)
	Settings() netcore.Settings
}

// Host is what a card asks of the window around it.
type Host struct {
	Window    fyne.Window
	Shortcuts kit.Shortcuts
	Copy      func(text string)
	Reveal    func(path string)               // show a file in its folder
	Open      func(path string)               // open a file or a folder
	Forward   func(paths []string)            // ask to whom else to send files, and send them
	Fail      func(message string)            // an action could not be done
	Resized   func()                          // the card wants another height
	Escaped   func()                          // the user leaves the page; nil for cards elsewhere
	Named     func(t netcore.Transfer) string // a line above the name; nil: none
}

// CardWidth is the width that a card wants.
const CardWidth = 420

// Card shows one offer of files and what can be done with it.
type Card struct {
	ui      *kit.UI
	actions Actions
	host    Host
	shown   netcore.Transfer
	panel   *panel // of its files, while it is open
	busy    bool   // an action is under way

	box      *fyne.Container
	frame    fyne.CanvasObject // box with room around it
	name     *kit.Line
	who      *kit.Line
	count    *kit.Line
	state    *kit.Line
	detail   *kit.Paragraph
	problem  *kit.Paragraph
	bar      *kit.Bar
	under    *underList
	md5      *widget.Label
	md5Row   *fyne.Container
	md5Of    *kit.Line
	buttons  *buttons
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

// HeightAt gives the card a width and returns the height that it wants then.
func (c *Card) HeightAt(wide float32) float32 {
	for range 2 { // texts and buttons know theirs once they were that wide
		c.frame.Resize(fyne.NewSize(wide, c.frame.MinSize().Height))
	}
	return c.frame.MinSize().Height
}

func (c *Card) build(t netcore.Transfer) {
	c.name = kit.NewCutLine("", kit.SizeName, theme.ColorNameForeground)
	c.who = kit.NewCutLine("", kit.SizeSmall, kit.ColorMuted)
	c.count = kit.NewCutLine("", kit.SizeSmall, kit.ColorMuted)
	c.state = kit.NewCutLine("", kit.SizeSmall, kit.ColorMuted)
	c.detail = kit.Hint("")
	c.problem = kit.NewParagraph("", kit.SizeSmall, theme.ColorNameError)
	c.bar = kit.NewBar()
	c.under = newUnderList(false)
	c.md5Row = c.newDigest()
	c.buttons = newButtons(c)
	c.fileList = newFileList()
	icon := widget.NewIcon(theme.NewPrimaryThemedResource(iconOf(t)))
	head := container.NewBorder(nil, nil, container.New(squareLayout(40), icon), nil,
		kit.Column(2, c.who, c.name, c.count))
	c.box = kit.Column(6, head, c.bar, c.state, c.under.object, c.detail, c.problem, c.md5Row, c.buttons.row, c.fileList.object)
	c.frame = container.New(layout.NewCustomPaddedLayout(10, 10, 12, 12), c.box)
}

// newDigest is the line of the MD5, to be compared and copied.
func (c *Card) newDigest() *fyne.Container {
	c.md5 = widget.NewLabelWithStyle("", fyne.TextAlignLeading, fyne.TextStyle{Monospace: true})
	c.md5.Selectable = true
	c.md5.SizeName = theme.SizeNameCaptionText
	c.md5.Truncation = fyne.TextTruncateEllipsis
	copied := widget.NewButtonWithIcon(lang.L("Copy"), theme.ContentCopyIcon(), func() { c.host.Copy(c.shown.MD5) })
	copied.Importance = widget.LowImportance
	c.md5Of = kit.Small("MD5")
	pad := -theme.InnerPadding() // of the label, which would set it off from what is above it
	words := kit.Column(1, c.md5Of, container.New(layout.NewCustomPaddedLayout(pad, pad, pad, pad), c.md5))
	return container.NewBorder(nil, nil, nil, copied, container.New(kit.Columns{Widths: []float32{-1}}, words))
}

// Accept takes the offer as the settings say, if it waits for that, and reports
// whether it did.
func (c *Card) Accept() bool {
	if !undecided(c.shown) || c.busy {
		return false
	}
	key, clash := c.shown.Key, c.actions.Settings().Clash
	c.act(func(ctx context.Context) error {
		return c.actions.Accept(ctx, key, netcore.AcceptOptions{Clash: clash})
	})
	return true
}

// undecided reports whether an offer waits for this user, be it held by its
// sender or not.
func undecided(t netcore.Transfer) bool {
	return !t.Outgoing && !t.Accepted && (t.State == netcore.StateOffered || t.State == netcore.StatePaused)
}

// act runs an action off the drawing goroutine, one at a time.
func (c *Card) act(action func(context.Context) error) {
	if c.busy {
		return
	}
	c.busy = true
	kit.Do(c.ui, action, func(err error) {
		c.busy = false
		c.fail(err)
	})
}

// fail tells of an error, if there is one.
func (c *Card) fail(err error) {
	if err != nil {
		c.host.Fail(ErrorWords(err))
	}
}

// Set shows a newer snapshot.
func (c *Card) Set(t netcore.Transfer) {
	before, was := c.looks(), c.shown.State
	c.shown = t
	c.name.SetText(t.Name)
	c.setWho()
	kit.Show(c.who, c.host.Named != nil)
	c.count.SetText(countLine(t))
	c.setProgress(t)
	c.under.set(t)
	setText(c.detail, detailWords(t))
	setText(c.problem, problemWords(t))
	c.md5.SetText(kit.MD5(t.MD5))
	c.md5Of.SetText(digestName(t))
	kit.Show(c.md5Row, t.MD5 != "" && t.Done > 0) // that of nothing says nothing
	c.buttons.set(t)
	if c.looks() != before {
		c.arrange()
	}
	if c.fileList.object.Visible() && t.State.Ended() && !was.Ended() {
		c.readFiles() // those that ended since
	}
	if c.panel != nil {
		c.panel.follow(was)
	}
}

// setText shows a paragraph that is there only while it says something.
func setText(p *kit.Paragraph, words string) {
	p.SetText(words)
	kit.Show(p, words != "")
}

// countLine says how much it is, and what keeps it from being faster.
func countLine(t netcore.Transfer) string {
	words := countWords(t)
	if t.State == netcore.StateRunning && t.Speed > 0 && t.Limit != netcore.LimitUnknown {
		words += dot + limitWords(t.Limit)
	}
	return words
}

// arrange places all parts again after one of them changed its height.
func (c *Card) arrange() {
	wide := c.frame.Size().Width
	if wide == 0 {
		return // it stands nowhere yet
	}
	c.buttons.row.Refresh()
	c.box.Refresh()
	c.HeightAt(wide)
	c.host.Resized()
}

// setWho says who it is from or for.
func (c *Card) setWho() {
	if c.host.Named != nil {
		c.who.SetText(c.host.Named(c.shown))
	}
}

// looks is what the height of a card depends on.
type looks struct {
	visible, under  int // one bit for each part; rows
	detail, problem string
}

func (c *Card) looks() looks {
	now := looks{under: len(c.under.rows), detail: c.detail.Text(), problem: c.problem.Text()}
	parts := slices.Concat(c.box.Objects, c.buttons.row.Objects, []fyne.CanvasObject{c.who})
	for at, part := range parts {
		if part.Visible() {
			now.visible |= 1 << at
		}
	}
	return now
}

func (c *Card) setProgress(t netcore.Transfer) {
	color := theme.ColorNamePrimary
	switch {
	case t.State == netcore.StateVerified && t.Failed == 0:
		color = theme.ColorNameSuccess
	case t.State.Ended():
		color = theme.ColorNameWarning
	case t.State == netcore.StatePaused:
		color = kit.ColorMuted
	}
	c.bar.Set(part(t), color)
	kit.Show(c.bar, t.State == netcore.StateRunning || t.State == netcore.StatePaused && begun(t) || t.State.Ended() && t.Done > 0)
	c.state.SetText(stateLine(t))
	c.state.SetColor(stateColor(t))
}

// begun reports whether anything of a transfer is there.
func begun(t netcore.Transfer) bool { return t.DoneBytes > 0 || ended(t) > 0 }

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
