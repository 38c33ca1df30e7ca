package transfers

import (
	"context"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/kit"
	"lanyard/netcore"
)

// The measures of the panel of files.
const (
	panelWidth = 640
	panelPage  = 300    // files that are read at once
	panelMost  = 20_000 // that are held, and copied
	panelNear  = 60     // so many rows before the end more are read

	panelAround = 400 // what else the panel of a transfer that goes on holds
)

// typingPause is how long nothing is typed before a search begins.
const typingPause = 250 * time.Millisecond

// panel lists the single files of a transfer that has files enough for it, all
// or those that failed.
type panel struct {
	card   *Card
	sheet  *kit.Sheet
	filter *kit.Entry
	failed *kit.Tick
	list   *kit.SheetList
	far    *kit.Paragraph // how far the transfer is, and its limit
	under  *underList
	status *kit.Paragraph
	copied *kit.Button
	retry  *kit.Button
	limit  *kit.Button

	files []netcore.FileResult
	whole bool // the last file was read
	busy  bool // more are being read
	round int  // of searches; what an older one finds counts no more
	gone  bool // the panel was closed
}

// showFiles opens the panel.
func (c *Card) showFiles(failed bool) {
	p := &panel{card: c}
	p.sheet = kit.NewSheet(c.host.Window, kit.Cut(c.shown.Name, 60), panelWidth, func() { p.close() })
	p.filter = kit.NewEntry(nil)
	p.filter.SetPlaceHolder(lang.L("Filter by path"))
	p.filter.Escaped, p.filter.Reached = p.sheet.Hide, p.sheet.Reveal
	typed := kit.Debounce(c.ui, typingPause, p.restart)
	p.filter.OnChanged = func(string) { typed() }
	p.failed = kit.NewTick(lang.L("Only those that failed"), func(bool) { p.restart() }, p.sheet)
	p.failed.Checked = failed
	p.list = kit.NewSheetList(p.sheet, func() int { return len(p.files) }, func() fyne.CanvasObject { return newFileRow() }, p.update, nil)
	p.status = kit.NewParagraph(lang.L("Reading…"), kit.SizeSmall, kit.ColorMuted)
	p.copied = kit.NewButton(lang.L("Copy all"), p.copyAll)
	p.retry = kit.NewButton(lang.L("Retry all failed"), p.retryAll)
	p.retry.Importance = widget.HighImportance
	p.limit = kit.NewButton(lang.L("Limit the speed…"), c.askLimit)
	p.far = kit.NewParagraph("", theme.SizeNameText, theme.ColorNameForeground)
	p.under = newUnderList(true)
	p.fill()
	p.sheet.Open(p.filter)
	c.panel = p
	p.follow(c.shown.State)
	p.restart()
}

// fill puts into the sheet what there is to do now.
func (p *panel) fill() {
	t := p.card.shown
	buttons := []*kit.Button{kit.NewButton(lang.L("Close"), p.close), p.copied}
	rest := float32(300)
	switch {
	case !t.State.Ended():
		buttons = append(buttons, p.limit)
		rest = panelAround
	case t.Failed > 0 && !t.Hopeless:
		buttons = append(buttons, p.retry)
	}
	p.sheet.Fill([]fyne.CanvasObject{
		p.far, p.under.object, container.New(filterLayout{}, p.filter, p.failed), p.status,
		container.New(listHeight(p.card.host.Window, rest), p.list),
	}, buttons...)
}

// follow shows how far the transfer is now; was is its state before.
func (p *panel) follow(was netcore.State) {
	t := p.card.shown
	if t.State.Ended() && !was.Ended() {
		p.fill()
		p.restart()
	}
	setText(p.far, farWords(t))
	p.under.set(t)
	p.sheet.Arrange()
}

// farWords says how far a transfer is that goes on, and what its limit is.
func farWords(t netcore.Transfer) string {
	if t.State.Ended() {
		return ""
	}
	lines := []string{stateLine(t)}
	if words := limitWords(t.Limit); words != "" && t.Speed > 0 {
		lines[0] += dot + words
	}
	if words := ownLimitWords(t); words != "" {
		lines = append(lines, words)
	}
	return strings.Join(lines, "\n")
}

// listHeight is that of a list in a sheet, which leaves room for what else the
// sheet holds.
func listHeight(window fyne.Window, around float32) heightLayout {
	return heightLayout(min(max(window.Canvas().Size().Height-around, 150), 420))
}

func (p *panel) close() {
	p.gone = true
	p.card.panel = nil
	p.sheet.Close()
}

// restart reads the list from its beginning.
func (p *panel) restart() {
	if p.gone {
		return
	}
	p.round++
	p.files, p.whole, p.busy = nil, false, false
	p.list.ScrollToOffset(0)
	p.more()
}

// query chooses what is shown, above a position.
func (p *panel) query(after int64, limit int) netcore.FileQuery {
	return netcore.FileQuery{
		Key: p.card.shown.Key, Failed: p.failed.Checked, Text: strings.TrimSpace(p.filter.Text), After: after, Limit: limit,
	}
}

// more reads what comes next.
func (p *panel) more() {
	if p.busy || p.whole || len(p.files) >= panelMost {
		return
	}
	p.busy = true
	after := int64(0)
	if len(p.files) > 0 {
		after = p.files[len(p.files)-1].Seq
	}
	query, round, actions := p.query(after, panelPage), p.round, p.card.actions
	kit.Load(p.card.ui, func(ctx context.Context) ([]netcore.FileResult, error) { return actions.FindFiles(ctx, query) },
		func(files []netcore.FileResult, err error) {
			if round != p.round || p.gone {
				return
			}
			p.busy = false
			if err != nil {
				p.say(ErrorWords(err), theme.ColorNameError)
				return
			}
			p.files = append(p.files, files...)
			p.whole = len(files) < panelPage
			p.list.Refresh()
			p.say(p.statusWords(), kit.ColorMuted)
		})
}

// statusWords counts what is listed.
func (p *panel) statusWords() string {
	switch {
	case len(p.files) == 0 && p.filter.Text == "" && p.failed.Checked:
		return lang.L("No file failed.")
	case len(p.files) == 0 && p.filter.Text == "":
		return lang.L("No file is across yet.")
	case len(p.files) == 0:
		return lang.L("No file matches.")
	case p.whole:
		return kit.FileCount(len(p.files))
	case len(p.files) >= panelMost:
		return lang.L("The first {{.Count}} files; narrow them down by their path.", count(len(p.files)))
	}
	return lang.L("More than {{.Count}} files", count(len(p.files)))
}

func (p *panel) say(words string, color fyne.ThemeColorName) {
	p.status.Say(words, color)
	p.sheet.Arrange()
}

func (p *panel) update(at int, object fyne.CanvasObject) {
	object.(*fileRow).set(p.files[at])
	if at >= len(p.files)-panelNear {
		p.more()
	}
}

// copyAll copies what the filter chooses, those not yet read too.
func (p *panel) copyAll() {
	p.copied.Disable()
	actions, query := p.card.actions, p.query(0, panelPage)
	kit.Load(p.card.ui, func(ctx context.Context) ([]netcore.FileResult, error) { return allFiles(ctx, actions, query) },
		func(files []netcore.FileResult, err error) {
			p.copied.Enable()
			switch {
			case p.gone:
			case err != nil:
				p.say(ErrorWords(err), theme.ColorNameError)
			default:
				p.card.host.Copy(fileTable(files))
				p.say(lang.N("{{.Count}} lines copied.", len(files), count(len(files))), kit.ColorMuted)
			}
		})
}

// allFiles reads the files that a query chooses.
func allFiles(ctx context.Context, actions Actions, query netcore.FileQuery) ([]netcore.FileResult, error) {
	var all []netcore.FileResult
	for len(all) < panelMost {
		files, err := actions.FindFiles(ctx, query)
		if err != nil {
			return nil, err
		}
		all = append(all, files...)
		if len(files) < query.Limit {
			break
		}
		query.After = files[len(files)-1].Seq
	}
	return all[:min(len(all), panelMost)], nil
}

// fileTable writes files as lines with tabs between their fields: path, size,
// state, and the digest or the reason.
func fileTable(files []netcore.FileResult) string {
	var b strings.Builder
	words := map[string]string{} // looking them up is dear
	named := func(code string, say func() string) string {
		if _, known := words[code]; !known {
			words[code] = say()
		}
		return words[code]
	}
	for _, file := range files {
		last := file.MD5
		if last == "" {
			last = named("r"+string(file.Reason), func() string { return kit.ReasonWords(file.Reason) })
		}
		state := named("s"+string(file.State), func() string { return kit.StateWords(file.State) })
		b.WriteString(strings.Join([]string{kit.Cell(file.Path), kit.Bytes(file.Size), state, last}, "\t") + "\n")
	}
	return b.String()
}

// retryAll sends all that failed once more, whatever the filter shows.
func (p *panel) retryAll() {
	key, actions := p.card.shown.Key, p.card.actions
	p.retry.Disable()
	kit.Do(p.card.ui, func(ctx context.Context) error { return actions.Retry(ctx, key) }, func(err error) {
		p.retry.Enable()
		if err != nil {
			p.say(ErrorWords(err), theme.ColorNameError)
			return
		}
		p.close()
	})
}

// filterLayout puts a field and what stands beside it on one line, in a narrow
// sheet on two.
type filterLayout struct{}

// fieldLeast is how wide the field must be for one line.
const fieldLeast = 220

// MinSize is for Fyne.
func (filterLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	field, beside := objects[0].MinSize(), objects[1].MinSize()
	high := max(field.Height, beside.Height)
	if objects[1].Position().Y >= field.Height {
		high = field.Height + beside.Height + 6
	}
	return fyne.NewSize(max(fieldLeast, beside.Width), high)
}

// Layout is for Fyne.
func (filterLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	field, beside := objects[0], objects[1]
	high, wants := field.MinSize().Height, beside.MinSize()
	beside.Resize(wants)
	if left := size.Width - wants.Width - 8; left >= fieldLeast {
		field.Resize(fyne.NewSize(left, high))
		beside.Move(fyne.NewPos(left+8, (high-wants.Height)/2))
		return
	}
	field.Resize(fyne.NewSize(size.Width, high))
	beside.Move(fyne.NewPos(0, high+6))
}
