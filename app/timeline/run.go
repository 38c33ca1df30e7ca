package timeline

import (
	"fmt"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/kit"
	"lanyard/netcore"
)

// The measures of the card of a run.
const (
	runWidth = 520
	runLines = 3 // of the command
)

// runRow is the card of a command that somebody ran: who, what and where, how
// far it got, and the last lines of its output.
type runRow struct {
	run      netcore.Run
	outgoing bool
	wrapped  float32 // the width for which tall was computed; 0: none
	tall     float32
	desk     Commands
	stopped  func(key int64) // this user wants it to end
	changed  func()          // the card wants another height

	who     *kit.Line
	command *kit.Mono
	state   *kit.Paragraph
	output  *kit.Mono
	screen  *fyne.Container
	buttons *fyne.Container
	stop    *widget.Button
	review  *widget.Button
	open    *widget.Button
	again   *widget.Button
	ground  *kit.Fill
	inside  *fyne.Container
	card    *fyne.Container
	meta    *kit.Line
	box     *fyne.Container
}

func newRunRow(item netcore.Item, desk Commands, stopped func(int64), changed func()) *runRow {
	r := &runRow{outgoing: item.Outgoing, desk: desk, stopped: stopped, changed: func() {}}
	r.who = kit.NewCutLine("", kit.SizeSmall, kit.ColorMuted)
	r.command = kit.NewMono("", theme.SizeNameText, theme.ColorNameForeground)
	r.command.Most = runLines
	r.state = kit.NewParagraph("", kit.SizeSmall, kit.ColorMuted)
	r.output = kit.NewMono("", theme.SizeNameText, theme.ColorNameForeground)
	r.output.Most = 2 * tailLines
	r.screen = container.NewStack(kit.NewFill(theme.ColorNameInputBackground, 6),
		container.New(layout.NewCustomPaddedLayout(5, 5, 8, 8), r.output))
	r.screen.Hide()
	r.buttons = r.makeButtons()
	icon := widget.NewIcon(theme.NewPrimaryThemedResource(theme.ComputerIcon()))
	head := container.NewBorder(nil, nil, container.NewCenter(container.NewGridWrap(fyne.NewSquareSize(18), icon)), nil,
		container.New(layout.NewCustomPaddedLayout(0, 0, 4, 0), r.who))
	r.inside = kit.Column(6, head, r.command, r.state, r.screen, r.buttons)
	r.card = container.New(layout.NewCustomPaddedLayout(10, 10, 12, 12), r.inside)
	color := kit.ColorBubbleIn
	if item.Outgoing {
		color = kit.ColorBubbleOut
	}
	r.ground = kit.NewFill(color, radius)
	r.meta = kit.Small(item.Added.Local().Format("15:04"))
	if item.Outgoing {
		r.meta.Align = fyne.TextAlignTrailing
	}
	r.box = container.New(r, r.ground, r.card, r.meta)
	r.set(item)
	r.changed = changed
	return r
}

func (r *runRow) makeButtons() *fyne.Container {
	r.stop = widget.NewButtonWithIcon(lang.L("Stop"), theme.MediaStopIcon(), func() {
		r.stop.Disable()
		r.stopped(r.run.Key)
	})
	r.stop.Importance = widget.DangerImportance
	r.review = widget.NewButton(lang.L("Answer…"), func() { r.desk.Review(r.run.Key) })
	r.review.Importance = widget.HighImportance
	r.open = widget.NewButtonWithIcon(lang.L("Open"), theme.ListIcon(), func() { r.desk.OpenRun(r.run.Key) })
	r.again = widget.NewButtonWithIcon(lang.L("Run again"), theme.MediaReplayIcon(), func() { r.desk.RunAgain(r.run) })
	for _, button := range []*widget.Button{r.open, r.again} {
		button.Importance = widget.LowImportance
	}
	return container.NewHBox(r.review, r.stop, r.open, r.again)
}

func (r *runRow) object() fyne.CanvasObject { return r.box }

// set shows a newer snapshot of the run of an item.
func (r *runRow) set(item netcore.Item) {
	if item.Run != nil {
		r.setRun(*item.Run)
	}
}

// setRun shows a newer snapshot.
func (r *runRow) setRun(run netcore.Run) {
	if r.run.State.Ended() && r.run.Key == run.Key && !run.State.Ended() {
		return // read before the end was
	}
	before := r.looks()
	r.run = run
	r.who.SetText(runHead(run))
	r.command.SetText(run.Line)
	r.state.Say(kit.Drawable(runState(run)), kit.RunColor(run))
	waits := run.Here && run.State == netcore.RunAsking
	kit.Show(r.review, waits)
	kit.Show(r.stop, !run.State.Ended() && !waits)
	kit.Show(r.open, !run.Here)
	kit.Show(r.again, !run.Here && run.State.Ended())
	kit.Show(r.buttons, r.review.Visible() || r.stop.Visible() || r.open.Visible())
	if r.run.State.Ended() {
		r.stop.Disable()
	}
	if r.looks() != before {
		r.resize()
	}
}

// looks is all that the height of the card depends on, but for the output.
func (r *runRow) looks() string {
	parts := []any{r.command.Text(), r.state.Text()}
	for _, button := range []*widget.Button{r.review, r.stop, r.open, r.again} {
		parts = append(parts, button.Visible())
	}
	return fmt.Sprint(parts...)
}

// resize tells that the card may want another height.
func (r *runRow) resize() {
	r.wrapped = 0
	r.inside.Refresh()
	r.changed()
}

// setOutput shows the last lines of the output.
func (r *runRow) setOutput(lines string) {
	if r.output.Text() != lines {
		r.output.SetText(lines)
		kit.Show(r.screen, lines != "")
		r.resize()
	}
}

// runHead says who runs it where.
func runHead(run netcore.Run) string {
	data := map[string]any{"Name": kit.InQuotes(kit.Cut(run.Name, bannerName))}
	if run.Here {
		return lang.L("“{{.Name}}”, on this PC", data)
	}
	return lang.L("You, on the PC of “{{.Name}}”", data)
}

// runState says how far it got, and how long it took.
func runState(run netcore.Run) string {
	if run.Here && run.State == netcore.RunAsking {
		return lang.L("Waits for your consent")
	}
	words := kit.Words(run)
	if !run.Began.IsZero() && !run.Ended.IsZero() {
		words += "·" + kit.Took(run.Ended.Sub(run.Began))
	}
	if why := kit.RunReasonWords(run); why != "" && !saidAll(run) {
		words += "·" + why
	}
	return words
}

// saidAll reports whether a reason says no more than the state did: to whoever
// denied it, and of silence.
func saidAll(run netcore.Run) bool {
	return run.Reason == netcore.RunExpired || run.Here && run.State == netcore.RunDenied && run.Reason != netcore.RunNotPermitted
}

// wide is how wide the card is in a column of the width.
func (r *runRow) wide(width float32) float32 {
	return max(min(runWidth, width-2*sideMargin), 200)
}

func (r *runRow) height(width float32) float32 {
	return r.cardHeight(width) + r.meta.MinSize().Height + 2
}

// cardHeight lets the texts wrap before anybody asks how high they are.
func (r *runRow) cardHeight(width float32) float32 {
	if wide := r.wide(width); wide != r.wrapped {
		r.wrapped = wide
		for range 2 {
			r.card.Resize(fyne.NewSize(wide, r.card.MinSize().Height))
		}
		r.tall = r.card.MinSize().Height
	}
	return r.tall
}

// MinSize is for Fyne.
func (r *runRow) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(200, 80) }

// Layout is for Fyne.
func (r *runRow) Layout(_ []fyne.CanvasObject, size fyne.Size) {
	wide, high := r.wide(size.Width), r.cardHeight(size.Width)
	left := float32(sideMargin)
	if r.outgoing {
		left = size.Width - sideMargin - wide
	}
	for _, object := range []fyne.CanvasObject{r.ground, r.card} {
		object.Move(fyne.NewPos(left, 0))
		object.Resize(fyne.NewSize(wide, high))
	}
	r.meta.Move(fyne.NewPos(sideMargin+4, high+2))
	r.meta.Resize(fyne.NewSize(size.Width-2*sideMargin-8, r.meta.MinSize().Height))
}
