package commands

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/kit"
	"lanyard/netcore"
)

const (
	inputMost   = 32 << 10 // bytes of standard input that are typed in
	historyMost = 30       // lines that are offered again
	argvMost    = 8        // arguments that are shown
)

// The shells that a line may be given to.
const (
	noShell = iota
	unixShell
	windowsShell
)

// composer is where a command is written and sent to people.
type composer struct {
	page *Page
	whom *whom

	mode    *widget.RadioGroup
	command *fyne.Container
	line    *kit.Entry
	argv    *kit.Mono
	problem *kit.Paragraph
	shell   *widget.Select
	saved   *widget.Select
	recent  *widget.Select
	forget  *widget.Button
	dir     *kit.Entry
	limit   *widget.Select
	stdin   *widget.Check
	input   *widget.Entry
	buttons *buttonFields
	how     fyne.CanvasObject

	status *kit.Paragraph
	save   *widget.Button
	run    *widget.Button
	column *fyne.Container
	object fyne.CanvasObject

	commands []netcore.SavedCommand
	history  []netcore.Run // one for each line
	picked   string        // the saved command in the fields
	filling  bool
	busy     bool
}

func newComposer(page *Page) *composer {
	c := &composer{page: page}
	c.whom = newWhom(c.changed)
	c.makeCommand()
	c.makeHow()
	c.buttons = newButtonFields(page, c.changed)
	c.mode = widget.NewRadioGroup([]string{lang.L("A command"), lang.L("One of their buttons")}, func(string) { c.changed() })
	c.mode.Horizontal, c.mode.Required = true, true
	c.status = kit.NewParagraph("", theme.SizeNameText, theme.ColorNameError)
	c.save = widget.NewButtonWithIcon(lang.L("Save…"), theme.DocumentSaveIcon(), c.saveCommand)
	c.run = widget.NewButtonWithIcon(lang.L("Run"), theme.MediaPlayIcon(), c.start)
	c.run.Importance = widget.HighImportance
	what := kit.Group(lang.L("What is run"), c.mode, c.command, c.buttons.object)
	c.column = kit.Column(14, kit.Group(lang.L("Where"), c.whom.object), what, c.how)
	c.object = c.assemble()
	c.mode.SetSelected(c.mode.Options[0])
	return c
}

// assemble puts the head over the fields, and the buttons below them.
func (c *composer) assemble() fyne.CanvasObject {
	back := widget.NewButtonWithIcon("", theme.NavigateBackIcon(), c.page.back)
	back.Importance = widget.LowImportance
	head := container.New(layout.NewCustomPaddedLayout(6, 6, 12, 12),
		container.NewBorder(nil, nil, back, nil, container.New(kit.Columns{Widths: []float32{-1}}, kit.NewCutLine(lang.L("New command"), kit.SizeTitle, theme.ColorNameForeground))))
	foot := container.New(layout.NewCustomPaddedLayout(6, 10, 20, 20),
		kit.Column(4, c.status, container.NewHBox(c.run, c.save)))
	scroll := container.NewVScroll(container.New(layout.NewCustomPaddedLayout(0, 10, 20, 20), c.column))
	return container.New(layout.NewBorderLayout(head, foot, nil, nil), head, scroll, foot)
}

// makeCommand makes the fields of a command.
func (c *composer) makeCommand() {
	c.line = kit.NewEntry(c.page.host.Shortcuts)
	c.line.TextStyle = fyne.TextStyle{}
	c.line.SetPlaceHolder(lang.L("Program and arguments"))
	c.line.OnChanged = func(string) { c.changed() }
	c.line.OnSubmitted = func(string) { c.start() }
	c.line.Escaped = c.page.back
	c.argv = kit.NewMono("", kit.SizeSmall, theme.ColorNameForeground)
	c.argv.Exact, c.argv.Most = true, argvMost+2
	c.problem = kit.NewParagraph("", kit.SizeSmall, kit.ColorMuted)
	c.shell = widget.NewSelect([]string{
		lang.L("without a shell: exactly these arguments"), lang.L("in a shell of Linux or macOS: sh -c"), lang.L("in a shell of Windows: cmd /c"),
	}, func(string) { c.changed() })
	c.shell.SetSelectedIndex(noShell)
	c.saved = widget.NewSelect(nil, func(string) { c.pickSaved() })
	c.saved.PlaceHolder = lang.L("Saved commands")
	c.recent = widget.NewSelect(nil, func(string) { c.pickRecent() })
	c.recent.PlaceHolder = lang.L("History")
	c.forget = widget.NewButtonWithIcon("", theme.DeleteIcon(), c.forgetSaved)
	c.forget.Importance = widget.LowImportance
	c.forget.Hide()
	saved := container.NewBorder(nil, nil, nil, c.forget, c.saved)
	offers := container.New(kit.Columns{Widths: []float32{-1, -1}, Gap: 6}, saved, c.recent)
	c.command = kit.Column(8, offers, c.line, c.problem, c.argv, kit.Field(lang.L("It runs"), c.shell))
}

// makeHow makes the fields around a command.
func (c *composer) makeHow() {
	c.dir = kit.NewEntry(c.page.host.Shortcuts)
	c.dir.SetPlaceHolder(lang.L("Their home folder"))
	c.dir.Escaped = c.page.back
	words := make([]string, len(limits()))
	for at, limit := range limits() {
		words[at] = limitWords(limit)
	}
	c.limit = widget.NewSelect(words, nil)
	c.limit.SetSelectedIndex(0)
	c.input = widget.NewMultiLineEntry()
	c.input.SetMinRowsVisible(3)
	c.input.Wrapping = fyne.TextWrapOff
	c.input.Scroll = fyne.ScrollBoth
	c.input.Hide()
	c.stdin = widget.NewCheck(lang.L("Give it standard input"), func(on bool) {
		kit.Show(c.input, on)
		c.changed()
	})
	c.how = kit.Group(lang.L("How"),
		container.New(kit.Columns{Widths: []float32{-3, -2}, Gap: 10},
			kit.Field(lang.L("Folder there (absolute)"), c.dir), kit.Field(lang.L("Time limit"), c.limit)),
		c.stdin, c.input)
}

// limits are the time limits to choose from; 0 is none.
func limits() []time.Duration {
	return []time.Duration{0, 10 * time.Second, time.Minute, 10 * time.Minute, time.Hour}
}

func limitWords(limit time.Duration) string {
	switch {
	case limit == 0:
		return lang.L("None")
	case limit < time.Minute:
		return lang.N("{{.Count}} seconds", int(limit.Seconds()), map[string]any{"Count": int(limit.Seconds())})
	case limit < time.Hour:
		return lang.N("{{.Count}} minutes", int(limit.Minutes()), map[string]any{"Count": int(limit.Minutes())})
	}
	return lang.N("{{.Count}} hours", int(limit.Hours()), map[string]any{"Count": int(limit.Hours())})
}

// begin empties the fields for a new command, for somebody unless that is 0.
func (c *composer) begin(person netcore.PersonID) {
	people := []netcore.PersonID{}
	if person != 0 {
		people = append(people, person)
	}
	c.fill(people, netcore.RunRequest{})
}

// fill fills the fields.
func (c *composer) fill(people []netcore.PersonID, request netcore.RunRequest) {
	c.say("")
	c.mode.SetSelected(c.mode.Options[0])
	c.fillCommand(request.Argv, request.Dir, request.Wall)
	c.stdin.SetChecked(request.Stdin)
	c.setPicked("")
	c.whom.choose(people)
}

func (c *composer) fillCommand(argv []string, dir string, wall time.Duration) {
	shell, line := noShell, joined(argv)
	switch {
	case len(argv) == 3 && argv[0] == "sh" && argv[1] == "-c":
		shell, line = unixShell, argv[2]
	case len(argv) == 3 && argv[0] == "cmd" && argv[1] == "/c":
		shell, line = windowsShell, argv[2]
	}
	c.shell.SetSelectedIndex(shell)
	c.line.SetText(line)
	c.dir.SetText(dir)
	if at := slices.Index(limits(), wall); at >= 0 {
		c.limit.SetSelectedIndex(at)
	}
}

// set shows people, and what can be run again.
func (c *composer) set(people []netcore.Person, saved []netcore.SavedCommand, runs []netcore.Run) {
	c.whom.set(people)
	c.commands = saved
	names := make([]string, len(saved))
	for at, one := range saved {
		names[at] = kit.Cut(one.Name, nameMost)
	}
	c.history = c.history[:0]
	var lines []string
	for _, run := range runs {
		line := kit.Cut(run.Line, nameMost)
		if !run.Here && run.Button == "" && !run.Terminal && len(lines) < historyMost && !slices.Contains(lines, line) {
			lines, c.history = append(lines, line), append(c.history, run)
		}
	}
	setOptions(c.saved, names)
	setOptions(c.recent, lines)
	c.changed()
}

func setOptions(choice *widget.Select, options []string) {
	if !slices.Equal(choice.Options, options) {
		choice.SetOptions(options)
	}
	enable(choice, len(options) > 0)
}

func (c *composer) pickSaved() {
	at := c.saved.SelectedIndex()
	if at < 0 || at >= len(c.commands) || c.filling {
		return
	}
	one := c.commands[at]
	c.fillCommand(one.Argv, one.Dir, one.Wall)
	c.setPicked(one.Name)
}

// setPicked remembers which saved command is in the fields.
func (c *composer) setPicked(name string) {
	c.picked = name
	kit.Show(c.forget, name != "")
	if name == "" && c.saved.Selected != "" {
		c.filling = true
		c.saved.ClearSelected()
		c.filling = false
	}
}

func (c *composer) pickRecent() {
	at := c.recent.SelectedIndex()
	if at < 0 || at >= len(c.history) || c.filling {
		return
	}
	run := c.history[at]
	c.fillCommand(run.Argv, run.Dir, run.Wall)
	c.setPicked("")
	c.filling = true
	c.recent.ClearSelected()
	c.filling = false
}

// vector is the argument vector of the fields.
func (c *composer) vector() ([]string, error) {
	text := c.line.Text
	switch c.shell.SelectedIndex() {
	case unixShell:
		return wrapped(text, "sh", "-c"), nil
	case windowsShell:
		return wrapped(text, "cmd", "/c"), nil
	}
	return split(text)
}

func wrapped(text string, shell ...string) []string {
	if strings.TrimSpace(text) == "" {
		return nil
	}
	return append(shell, text)
}

// byButton reports whether one of somebody's buttons is to be pressed.
func (c *composer) byButton() bool { return c.mode.Selected == c.mode.Options[1] }

// changed shows what would be run now.
func (c *composer) changed() {
	if c.column == nil {
		return // it is being made
	}
	before := c.shape()
	kit.Show(c.command, !c.byButton())
	kit.Show(c.buttons.object, c.byButton())
	kit.Show(c.how, !c.byButton())
	kit.Show(c.save, !c.byButton())
	if c.byButton() {
		c.buttons.of(c.whom.chosen())
	}
	argv, err := c.vector()
	c.sayVector(argv, err)
	enable(c.save, len(argv) > 0)
	enable(c.run, !c.busy && len(c.whom.chosen()) > 0 && (c.byButton() && c.buttons.ready() || !c.byButton() && len(argv) > 0))
	if c.shape() != before {
		c.column.Refresh()
	}
}

// shape tells whether the fields need another height.
func (c *composer) shape() string {
	return fmt.Sprint(c.byButton(), strings.Count(c.argv.Text(), "\n"), c.argv.Visible(), c.problem.Visible(), c.input.Visible(), c.buttons.shape())
}

// sayVector shows each argument on a line of its own.
func (c *composer) sayVector(argv []string, err error) {
	lines := make([]string, 0, argvMost+1)
	for at, arg := range argv {
		if at == argvMost {
			lines = append(lines, "…")
			break
		}
		lines = append(lines, fmt.Sprintf("%2d  %s", at, kit.Cut(netcore.CommandLine([]string{arg}), lineMost)))
	}
	c.argv.SetText(strings.Join(lines, "\n"))
	kit.Show(c.argv, len(lines) > 0)
	switch {
	case err != nil:
		c.problem.Say(lang.L("A quotation mark is not closed."), theme.ColorNameError)
	case len(argv) == 0:
		c.problem.Say(lang.L("Blanks separate arguments; quotation marks hold them together."), kit.ColorMuted)
	case c.shell.SelectedIndex() != noShell:
		c.problem.Say(lang.L("The shell reads the whole line, with all that * | > & ; mean to it. What is run:"), kit.ColorMuted)
	default:
		c.problem.Say(lang.N("What is run, {{.Count}} arguments:", len(argv)-1, map[string]any{"Count": len(argv) - 1}), kit.ColorMuted)
	}
}

// start sends the command.
func (c *composer) start() {
	if c.run.Disabled() {
		return
	}
	what := order{people: c.whom.chosen()}
	if c.byButton() {
		name, args, problem := c.buttons.values()
		if problem != "" {
			c.say(problem)
			return
		}
		what.request = netcore.RunRequest{Button: name, Args: args}
	} else {
		argv, err := c.vector()
		if err != nil {
			return
		}
		if len(c.input.Text) > inputMost && c.stdin.Checked {
			c.say(lang.L("That is too much to type in: at most 32 KiB."))
			return
		}
		what.request = netcore.RunRequest{Argv: argv, Dir: strings.TrimSpace(c.dir.Text), Wall: c.wall(), Stdin: c.stdin.Checked}
		what.input = c.input.Text
	}
	c.busy = true
	c.say("")
	c.changed()
	c.page.start(what, func(err error) {
		c.busy = false
		c.changed()
		if err != nil {
			c.say(errorWords(err))
		}
	})
}

func (c *composer) wall() time.Duration { return limits()[max(c.limit.SelectedIndex(), 0)] }

// say shows a sentence over the buttons, or takes it away.
func (c *composer) say(text string) {
	c.status.SetText(text)
	kit.Show(c.status, text != "")
}

// saveCommand asks for a name and keeps the command under it.
func (c *composer) saveCommand() {
	argv, err := c.vector()
	if err != nil || len(argv) == 0 {
		return
	}
	name := kit.NewEntry(nil)
	name.SetText(c.picked)
	ask := kit.NewAsk(c.page.ui, c.page.host.Window, lang.L("Save this command"), lang.L("Save"), lang.L("Cancel"), kit.Field(lang.L("Name"), name))
	keep := func() {
		saved := netcore.SavedCommand{Name: strings.TrimSpace(name.Text), Argv: argv, Dir: strings.TrimSpace(c.dir.Text), Wall: c.wall()}
		if saved.Name == "" {
			ask.Fail(lang.L("A name is needed."))
			return
		}
		ask.Run("", func(ctx context.Context) error { return c.page.node.SaveCommand(ctx, saved) }, func() {
			ask.Hide()
			c.picked = saved.Name
			kit.Show(c.forget, true)
			c.page.Refresh()
		})
	}
	ask.OnAct(keep)
	name.OnSubmitted, name.Escaped = func(string) { keep() }, ask.Hide
	ask.Show(name)
}

// forgetSaved removes the saved command that is in the fields.
func (c *composer) forgetSaved() {
	name := c.picked
	kit.Confirm(c.page.ui, c.page.host.Window, lang.L("Remove “{{.Name}}” from the saved commands?", map[string]any{"Name": kit.InQuotes(kit.Cut(name, nameMost))}),
		lang.L("What was run before stays in the history."), lang.L("Remove"), lang.L("Cancel"),
		func(ctx context.Context) error { return c.page.node.RemoveSavedCommand(ctx, name) },
		func() {
			c.setPicked("")
			c.page.Refresh()
		})
}
