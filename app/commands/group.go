package commands

import (
	"context"
	"io"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/kit"
	"lanyard/netcore"
)

// groupMost is how many runs of one command are shown.
const groupMost = 2000

// groupPane shows one command on several PCs.
type groupPane struct {
	page  *Page
	key   int64
	runs  []netcore.Run
	folds []fold
	seen  [2]string // the keys of the folds that are compared on the screen
	round int       // of comparing

	title  *kit.Line
	sum    *kit.Line
	stop   *kit.Button
	again  *kit.Button
	table  *kit.Table
	which  *widget.Select
	screen *screen
	status *kit.Line
	object *fyne.Container
}

func newGroupPane(page *Page) *groupPane {
	g := &groupPane{page: page}
	g.title = kit.NewCutLine("", kit.SizeName, theme.ColorNameForeground)
	g.sum = kit.NewCutLine("", kit.SizeSmall, kit.ColorMuted)
	g.status = kit.NewCutLine("", kit.SizeSmall, kit.ColorMuted)
	g.stop = kit.NewButton(lang.L("Stop all"), func() { page.stopAll(g.runs) })
	g.stop.Importance = widget.DangerImportance
	g.again = kit.NewButton(lang.L("Run again where it failed"), g.runAgain)
	g.table = kit.NewTable(groupWide, newGroupHeads(), func() int { return len(g.runs) },
		func() kit.Row { return newGroupRow(page) },
		func(at int, object kit.Row) { object.(*groupRow).set(g.runs[at], g.place(g.runs[at])) })
	g.table.List.OnSelected = func(at int) {
		g.table.List.Unselect(at)
		if at < len(g.runs) {
			page.openRun(g.runs[at], paneGroup)
		}
	}
	g.which = widget.NewSelect(nil, func(string) { g.compare() })
	g.which.PlaceHolder = lang.L("No output yet")
	g.screen = newScreen(page.host.Window, page.faces)
	g.screen.keys, g.screen.escaped, g.screen.copied = page.host.Shortcuts, page.back, g.copyShown
	g.object = container.New(groupLayout{}, g.head(), g.actions(), g.table, g.which, g.screen, g.status)
	return g
}

func (g *groupPane) head() fyne.CanvasObject {
	back := widget.NewButtonWithIcon("", theme.NavigateBackIcon(), g.page.back)
	back.Importance = widget.LowImportance
	return container.NewBorder(nil, nil, back, nil, container.New(kit.Columns{Widths: []float32{-1}}, kit.Column(1, g.title, g.sum)))
}

func (g *groupPane) actions() fyne.CanvasObject {
	save := func(name, extension string, write func(context.Context, io.Writer, Node, []netcore.Run) error) *widget.Button {
		button := widget.NewButtonWithIcon(name, theme.DocumentSaveIcon(), func() { g.export(extension, write) })
		button.Importance = widget.LowImportance
		return button
	}
	return container.NewHBox(g.stop, g.again, save("CSV", ".csv", writeTable), save(lang.L("Text"), ".txt", writeText))
}

// open shows a group, of which nothing is known yet.
func (g *groupPane) open(key int64) {
	g.key, g.runs, g.folds, g.seen = key, nil, nil, [2]string{}
	g.which.ClearSelected()
	g.which.SetOptions(nil)
	g.screen.clear()
	g.screen.setFollow(false)
	g.tell("")
	g.set(nil)
}

// set shows how the runs stand now, in the order in which they were begun.
func (g *groupPane) set(runs []netcore.Run) {
	g.runs = runs
	if len(runs) > 0 {
		g.title.SetText(commandWords(runs[0]))
	}
	g.sum.SetText(stateCounts(runs))
	kit.Show(g.stop, slices.ContainsFunc(runs, isRunning))
	kit.Show(g.again, len(g.failed()) > 0)
	g.setFolds(folds(runs))
	g.table.Reload()
	g.object.Refresh()
}

// setFolds offers the different outputs, and keeps the one that is chosen.
func (g *groupPane) setFolds(all []fold) {
	chosen := ""
	if at := g.which.SelectedIndex(); at >= 0 && at < len(g.folds) {
		chosen = g.folds[at].key
	}
	g.folds = all
	words := make([]string, len(all))
	for at, fold := range all {
		words[at] = fold.words(at)
	}
	if !slices.Equal(words, g.which.Options) {
		g.which.SetOptions(words)
	}
	at := slices.IndexFunc(all, func(f fold) bool { return f.key == chosen })
	if at < 0 && len(all) > 0 {
		at = 0
	}
	if at >= 0 {
		g.which.SetSelectedIndex(at)
	}
	g.compare()
}

// place is that of the output of a run among the different ones, from 1; 0: it
// has none yet.
func (g *groupPane) place(run netcore.Run) int {
	return 1 + slices.IndexFunc(g.folds, func(f fold) bool {
		return slices.ContainsFunc(f.runs, func(r netcore.Run) bool { return r.Key == run.Key })
	})
}

// failed returns those that ended otherwise than they should.
func (g *groupPane) failed() []netcore.Run {
	return slices.DeleteFunc(slices.Clone(g.runs), func(run netcore.Run) bool {
		return !run.State.Ended() || run.State == netcore.RunExited && run.Exit == 0
	})
}

func (g *groupPane) runAgain() {
	var people []netcore.PersonID
	failed := g.failed()
	for _, run := range failed {
		people = append(people, run.Person)
	}
	if len(people) > 0 {
		g.page.again(people, failed[0])
	}
}

// compare shows the output that is chosen, beside the most frequent one.
func (g *groupPane) compare() {
	at := g.which.SelectedIndex()
	if at < 0 || at >= len(g.folds) {
		return
	}
	base, other := g.folds[0], g.folds[at]
	if g.seen == [2]string{base.key, other.key} {
		return
	}
	g.seen = [2]string{base.key, other.key}
	g.round++
	round := g.round
	kit.Load(g.page.ui, func(ctx context.Context) (compared, error) {
		return g.page.compareRuns(ctx, base.runs[0], other.runs[0])
	}, func(c compared, err error) {
		if round == g.round {
			g.showCompared(c, at == 0, err)
		}
	})
}

// compareRuns reads and compares what two runs put out.
func (p *Page) compareRuns(ctx context.Context, base, other netcore.Run) (compared, error) {
	frequent, wholeA, err := readText(ctx, p.node, base, compareBytes)
	if err != nil {
		return compared{}, err
	}
	if base.Key == other.Key {
		c := compared{partial: !wholeA}
		frequent, cut := firstLines(frequent)
		c.partial = c.partial || cut
		c.whole(frequent)
		return c, nil
	}
	text, wholeB, err := readText(ctx, p.node, other, compareBytes)
	if err != nil {
		return compared{}, err
	}
	c := compare(frequent, text)
	c.partial = c.partial || !wholeA || !wholeB
	return c, nil
}

func (g *groupPane) showCompared(c compared, frequent bool, err error) {
	if err != nil {
		g.fail(err)
		return
	}
	g.screen.clear()
	g.screen.setFollow(false)
	g.screen.show(len(c.lines), c.lines)
	words := lang.L("This is the most frequent output.")
	if !frequent {
		words = lang.N("{{.Count}} lines differ from the most frequent output: + only here, − only there.", c.differ, map[string]any{"Count": grouped(c.differ)})
	}
	if c.partial {
		words += " " + lang.L("Only the beginning is shown.")
	}
	g.tell(words)
}

// copyShown copies the lines that are chosen, all that are shown if none are.
func (g *groupPane) copyShown() {
	from, to := g.screen.chosenLines()
	if to == from {
		from, to = 0, len(g.screen.lines)
	}
	text := ""
	for _, line := range g.screen.lines[from:min(to, len(g.screen.lines))] {
		text += line.Text() + "\n"
	}
	g.page.host.Copy(text)
	g.tell(copiedWords(to-from, true))
}

// export asks for a file and writes the runs to it.
func (g *groupPane) export(extension string, write func(context.Context, io.Writer, Node, []netcore.Run) error) {
	if len(g.runs) == 0 {
		return
	}
	runs := slices.Clone(g.runs)
	askFile(g.page.host.Window, fileName(runs[0], extension), func(file io.WriteCloser) {
		g.tell(lang.L("Saving…"))
		kit.Do(g.page.ui, func(ctx context.Context) error {
			err := write(ctx, file, g.page.node, runs)
			if closed := file.Close(); err == nil {
				err = closed
			}
			return err
		}, func(err error) {
			if err != nil {
				g.fail(err)
				return
			}
			g.tell(lang.L("Saved."))
		})
	})
}

func (g *groupPane) fail(err error) {
	g.status.SetColor(theme.ColorNameError)
	g.status.SetText(errorWords(err))
}

func (g *groupPane) tell(words string) {
	g.status.SetColor(kit.ColorMuted)
	g.status.SetText(words)
}
