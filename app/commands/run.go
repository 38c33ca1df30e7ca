package commands

import (
	"context"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/kit"
	"lanyard/netcore"
	"lanyard/netcore/output"
)

// runPane shows one run with its output.
type runPane struct {
	page *Page
	run  netcore.Run
	from pane // where Back leads

	feed *feed
	tick func() // ends the ticking of the time; nil: it stands still

	title  *kit.Line
	stop   *kit.Button
	again  *kit.Button
	state  *kit.Line
	facts  *kit.Line
	reason *kit.Paragraph
	find   *kit.Entry
	count  *kit.Line
	as     *widget.Select
	follow *widget.Check
	copied *widget.Button
	save   *widget.Button
	screen *screen
	none   *kit.Paragraph
	status *kit.Line
	object *fyne.Container

	moment  moment
	choices []netcore.Encoding
	said    string             // instead of what the status says, until something else is done
	finding context.CancelFunc // of the search under way; nil: none
	saving  context.CancelFunc
	filling bool // nothing is being chosen
}

func newRunPane(page *Page) *runPane {
	r := &runPane{page: page, choices: encodings()}
	r.title = kit.NewCutLine("", kit.SizeName, theme.ColorNameForeground)
	r.state = kit.NewLine("", theme.SizeNameText, kit.ColorMuted)
	r.facts = kit.NewCutLine("", kit.SizeSmall, kit.ColorMuted)
	r.reason = kit.NewParagraph("", kit.SizeSmall, theme.ColorNameError)
	r.status = kit.NewCutLine("", kit.SizeSmall, kit.ColorMuted)
	r.none = kit.NewParagraph("", theme.SizeNameText, kit.ColorMuted)
	r.stop = kit.NewButton(lang.L("Stop"), r.stopRun)
	r.stop.Importance = widget.DangerImportance
	r.again = kit.NewButton(lang.L("Run again"), r.runAgain)
	r.makeScreen()
	r.object = container.New(runLayout{}, r.head(), container.New(kit.Columns{Widths: []float32{-1}}, r.stateRow()), r.reason,
		r.findRow(), r.toolRow(), container.NewStack(r.screen, container.NewPadded(container.NewVBox(r.none))), r.status)
	return r
}

func (r *runPane) head() fyne.CanvasObject {
	back := widget.NewButtonWithIcon("", theme.NavigateBackIcon(), r.page.back)
	back.Importance = widget.LowImportance
	return container.NewBorder(nil, nil, back, container.NewHBox(r.again, r.stop), container.New(kit.Columns{Widths: []float32{-1}}, r.title))
}

func (r *runPane) stateRow() fyne.CanvasObject {
	return container.NewBorder(nil, nil, r.state, nil, container.New(kit.Columns{Widths: []float32{-1}}, r.facts))
}

func (r *runPane) findRow() fyne.CanvasObject {
	r.find = kit.NewEntry(r.shortcut)
	r.find.SetPlaceHolder(lang.L("Find in the output"))
	r.find.OnChanged = func(string) { r.lookFor() }
	r.find.OnSubmitted = func(string) { r.next(false) }
	r.find.Escaped = r.leaveFind
	r.count = kit.NewLine("", kit.SizeSmall, kit.ColorMuted)
	step := func(icon fyne.Resource, back bool) *widget.Button {
		button := widget.NewButtonWithIcon("", icon, func() { r.next(back) })
		button.Importance = widget.LowImportance
		return button
	}
	return container.NewBorder(nil, nil, nil,
		container.NewHBox(container.NewCenter(r.count), step(theme.MoveUpIcon(), true), step(theme.MoveDownIcon(), false)), r.find)
}

func (r *runPane) toolRow() fyne.CanvasObject {
	words := make([]string, len(r.choices))
	for at, choice := range r.choices {
		words[at] = encodingWords(choice)
	}
	r.as = widget.NewSelect(words, func(string) { r.chooseEncoding() })
	r.follow = widget.NewCheck(lang.L("Follow"), func(on bool) {
		if !r.filling {
			r.screen.Follow(on)
		}
	})
	r.copied = widget.NewButtonWithIcon("", theme.ContentCopyIcon(), r.copyLines)
	r.save = widget.NewButtonWithIcon("", theme.DocumentSaveIcon(), r.saveAll)
	r.copied.Importance, r.save.Importance = widget.LowImportance, widget.LowImportance
	return container.NewHBox(r.as, r.follow, r.copied, r.save)
}

func (r *runPane) makeScreen() {
	s := newScreen(r.page.host.Window, r.page.faces)
	s.keys = r.page.host.Shortcuts
	s.moved, s.copied, s.step, s.escaped = r.want, r.copyLines, r.next, r.page.back
	s.search = func() { r.page.host.Window.Canvas().Focus(r.find) }
	s.chosen = func() { r.said = ""; r.say() }
	s.follows = func(on bool) {
		r.filling = true
		r.follow.SetChecked(on)
		r.filling = false
	}
	r.screen = s
}

// shortcut handles the keys of the search field.
func (r *runPane) shortcut(shortcut fyne.Shortcut) bool {
	return r.page.host.Shortcuts != nil && r.page.host.Shortcuts(shortcut)
}

// open shows a run from its beginning; from is where Back leads.
func (r *runPane) open(run netcore.Run, from pane) {
	r.close()
	r.run, r.from, r.moment, r.said = run, from, moment{}, ""
	r.find.SetText("")
	r.screen.clear()
	r.filling = true
	r.follow.SetChecked(true)
	r.as.SetSelectedIndex(0)
	r.filling = false
	if !run.Here {
		r.feed = newFeed(r.page.ui, r.page.node, run, r.choices[0], r.take)
	}
	r.set(run)
	r.want()
}

// close lets go of the run.
func (r *runPane) close() {
	for _, end := range []*context.CancelFunc{&r.finding, &r.saving} {
		if *end != nil {
			(*end)()
			*end = nil
		}
	}
	if r.feed != nil {
		r.feed.close()
		r.feed = nil
	}
	r.quiet()
}

// quiet ends the ticking of the time.
func (r *runPane) quiet() {
	if r.tick != nil {
		r.tick()
		r.tick = nil
	}
}

// set shows how the run stands now.
func (r *runPane) set(run netcore.Run) {
	r.run = run
	r.title.SetText(commandWords(run))
	r.state.SetText(kit.Words(run))
	r.state.SetColor(kit.RunColor(run))
	r.reason.SetText(kit.RunReasonWords(run))
	kit.Show(r.reason, r.reason.Text() != "")
	kit.Show(r.stop, !run.State.Ended())
	kit.Show(r.again, run.State.Ended() && !run.Here)
	r.time()
	if r.feed != nil {
		r.feed.trigger()
		if run.State.Ended() {
			r.feed.end()
		}
	}
	if run.State.Ended() {
		r.quiet()
	} else if r.tick == nil {
		r.tick = kit.EverySecond(r.page.ui, r.time)
	}
	r.say()
	r.object.Refresh()
}

// time shows how long the run has taken.
func (r *runPane) time() { r.facts.SetText(factWords(r.run, r.page.host.Now())) }

// want tells the feed what is seen.
func (r *runPane) want() {
	if r.feed != nil {
		s := r.screen
		r.feed.set(wanted{top: s.top, rows: s.rows(), follow: s.follow, query: output.NewQuery(r.find.Text), hit: s.hit})
	}
}

// take shows what the feed has read.
func (r *runPane) take(m moment) {
	if m.hits < 0 {
		m.hits, m.place, m.busy, m.err = r.moment.hits, r.moment.place, r.moment.busy, r.moment.err
	}
	r.moment = m
	r.screen.show(m.state.Lines, m.lines)
	r.say()
}

func (r *runPane) stopRun() {
	r.stop.Disable()
	key := r.run.Key
	kit.Do(r.page.ui, func(context.Context) error { return r.page.node.StopRun(key) }, func(err error) {
		r.stop.Enable()
		r.fail(err)
		r.page.Refresh()
	})
}

func (r *runPane) runAgain() { r.page.again([]netcore.PersonID{r.run.Person}, r.run) }

// fail says what went wrong.
func (r *runPane) fail(err error) {
	if err != nil {
		r.tell(errorWords(err))
	}
}

// tell says something until something else is done.
func (r *runPane) tell(words string) {
	r.said = words
	r.say()
}

// lookFor begins a search at what is seen.
func (r *runPane) lookFor() {
	r.screen.hit = -1
	r.want()
	if r.find.Text == "" {
		r.screen.Refresh()
		r.say()
		return
	}
	r.seek(r.screen.top, false)
}

// next goes on to the next line in which something is found.
func (r *runPane) next(back bool) {
	from := r.screen.hit + 1
	switch {
	case back && r.screen.hit >= 0:
		from = r.screen.hit - 1
	case back:
		from = r.screen.top - 1
	case r.screen.hit < 0:
		from = r.screen.top
	}
	r.seek(from, back)
}

// seek looks for a line in which something is found, all around.
func (r *runPane) seek(from int, back bool) {
	query := output.NewQuery(r.find.Text)
	if r.feed == nil || query.Empty() {
		return
	}
	if r.finding != nil {
		r.finding()
	}
	ctx, stop := context.WithCancel(context.Background())
	r.finding = stop
	feed, hit := r.feed, -1
	kit.Do(r.page.ui, func(closing context.Context) error {
		defer context.AfterFunc(closing, stop)()
		return feed.with(ctx, func(doc *output.Document) (err error) {
			hit, err = around360(ctx, doc, query, from, back)
			return err
		})
	}, func(err error) {
		if ctx.Err() == nil && feed == r.feed {
			r.found(hit, err)
		}
		stop()
	})
}

// around360 searches to the end and then from the other one.
func around360(ctx context.Context, doc *output.Document, query output.Query, from int, back bool) (int, error) {
	for range 2 {
		if from >= 0 {
			line, found, err := doc.Find(ctx, query, from, back)
			if found || err != nil {
				return line, err
			}
		}
		from = 0
		if back {
			from = max(doc.State().Lines-1, 0)
		}
	}
	return -1, nil
}

func (r *runPane) found(line int, err error) {
	if err != nil {
		r.fail(err)
		return
	}
	r.screen.hit = line
	if line >= 0 {
		r.screen.reveal(line)
	}
	r.want()
	r.feed.trigger()
	r.say()
}

// leaveFind goes from the search field to the lines.
func (r *runPane) leaveFind() { r.page.host.Window.Canvas().Focus(r.screen) }

func (r *runPane) chooseEncoding() {
	if r.filling || r.feed == nil {
		return
	}
	r.feed.use(r.choices[max(r.as.SelectedIndex(), 0)])
}
