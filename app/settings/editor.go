package settings

import (
	"context"
	"slices"
	"strconv"
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

// editorWidth is how wide the sheet of a button wants to be.
const editorWidth = 640

// editor is the sheet in which a button is made or changed. The program and
// each argument stand in a field of their own: there is no line for a shell.
type editor struct {
	list  *buttons
	host  Host
	sheet *kit.Sheet
	given netcore.Button // as it was; its name is empty for a new one

	name      *kit.Entry
	program   *kit.Entry
	arguments *entries
	params    []*param
	paramBox  *fyne.Container
	folder    *kit.Entry
	wall      *kit.Entry
	status    *kit.Paragraph
	save      *kit.Button
}

func newEditor(list *buttons, given *netcore.Button) *editor {
	e := &editor{list: list, host: list.host}
	title := lang.L("A new button")
	if given != nil {
		e.given = *given
		title = lang.L("Edit a button")
	}
	e.sheet = kit.NewSheet(list.host.Window, title, editorWidth, func() { e.sheet.Close() })
	e.makeFields()
	e.save = kit.NewButton(lang.L("Save"), e.store)
	e.save.Importance = widget.HighImportance
	cancel := kit.NewButton(lang.L("Cancel"), func() { e.sheet.Close() })
	e.sheet.Fill(e.body(), cancel, e.save)
	return e
}

func (e *editor) open() { e.sheet.Open(e.name) }

func (e *editor) makeFields() {
	e.name = newField(e.sheet, e.given.Name, lang.L("For example: Restart the printer"))
	program, arguments := "", []string(nil)
	if len(e.given.Argv) > 0 {
		program, arguments = e.given.Argv[0], e.given.Argv[1:]
	}
	e.program = newField(e.sheet, program, "")
	e.arguments = newEntries(e.sheet, e.focus, lang.L("Add an argument"), arguments)
	e.folder = newField(e.sheet, e.given.Dir, lang.L("The home folder"))
	wall := ""
	if e.given.Wall > 0 {
		wall = strconv.FormatFloat(e.given.Wall.Seconds(), 'f', -1, 64)
	}
	e.wall = newField(e.sheet, wall, lang.L("None"))
	e.status = kit.NewParagraph("", theme.SizeNameText, theme.ColorNameError)
	e.status.Hide()
	e.paramBox = kit.Column(6)
	for _, given := range e.given.Params {
		e.addParam(given)
	}
}

func (e *editor) body() []fyne.CanvasObject {
	add := kit.NewButton(lang.L("Add a parameter"), e.newParam)
	add.Icon = theme.ContentAddIcon()
	add.Escaped, add.Reached = e.sheet.Hide, e.sheet.Reveal
	return []fyne.CanvasObject{
		kit.Field(lang.L("Name"), e.name),
		kit.Field(lang.L("Program"), e.program),
		kit.Field(lang.L("Arguments, one in each line"), e.arguments.object),
		kit.Field(lang.L("Parameters: what may be chosen when it is pressed"),
			kit.Column(6, e.paramBox, container.NewHBox(add))),
		kit.Hint(lang.L("An argument that is {name} and nothing else stands for the parameter of this name. Its value becomes this one argument, whatever is in it; no shell reads it.")),
		container.NewGridWithColumns(2,
			kit.Field(lang.L("Folder"), folderField(e.host.Window, e.sheet, e.folder)),
			kit.Field(lang.L("Time limit in seconds"), e.wall)),
		e.status,
	}
}

func (e *editor) addParam(given netcore.ButtonParam) *param {
	p := newParam(e, given)
	e.params = append(e.params, p)
	e.paramBox.Add(p.card())
	return p
}

// newParam adds a parameter, with an argument that stands for it.
func (e *editor) newParam() {
	name := lang.L("value")
	for at := 2; slices.ContainsFunc(e.params, func(p *param) bool { return p.name.Text == name }); at++ {
		name = lang.L("value") + strconv.Itoa(at)
	}
	p := e.addParam(netcore.ButtonParam{Name: name, Kind: netcore.ParamText})
	e.arguments.put("{" + name + "}")
	e.sheet.Arrange()
	e.focus(p.name)
}

// focus lets the user write over what stands in a field. It comes a moment
// later: Space pressed the button, and its character goes to who has the focus.
func (e *editor) focus(field *kit.Entry) {
	e.list.ui.Post(func() {
		e.host.Window.Canvas().Focus(field)
		field.TypedShortcut(&fyne.ShortcutSelectAll{})
	})
}

// removeParam removes a parameter, with the arguments that stand for it.
func (e *editor) removeParam(p *param) {
	e.params = slices.DeleteFunc(e.params, func(one *param) bool { return one == p })
	e.paramBox.Remove(p.object)
	for at, row := range slices.Backward(slices.Clone(e.arguments.box.Objects)) {
		if field := e.arguments.fields[at]; field.Text == "{"+p.named+"}" {
			e.arguments.remove(field, row)
		}
	}
	e.sheet.Arrange()
}

// read returns the button as the sheet has it, or what is wrong with it.
func (e *editor) read() (netcore.Button, string) {
	button := netcore.Button{Name: strings.TrimSpace(e.name.Text), Dir: e.folder.Text}
	button.Argv = append([]string{e.program.Text}, e.arguments.values()...)
	if seconds, problem := readLimit(e.wall.Text); problem != "" {
		return button, problem
	} else if seconds != nil {
		button.Wall = time.Duration(*seconds * float64(time.Second))
		if button.Wall <= 0 {
			return button, wallWords()
		}
	}
	for _, p := range e.params {
		read, problem := p.read()
		if problem != "" {
			return button, problem
		}
		button.Params = append(button.Params, read)
	}
	return button, e.problem(button)
}

// problem says what is wrong with a button; empty: nothing.
func (e *editor) problem(button netcore.Button) string {
	if problem := buttonProblem(button); problem != "" {
		return problem
	}
	taken := func(one netcore.Button) bool { return one.Name == button.Name && one.Name != e.given.Name }
	if slices.ContainsFunc(e.list.all, taken) {
		return lang.L("There is a button of this name already.")
	}
	return ""
}

// store commits the button. One that was renamed is removed under its old name
// once it is there under the new one.
func (e *editor) store() {
	button, problem := e.read()
	if problem != "" {
		e.say(problem)
		return
	}
	e.save.Disable()
	old := e.given.Name
	kit.Do(e.list.ui, func(ctx context.Context) error {
		if err := e.list.node.SetButton(ctx, button); err != nil || old == "" || old == button.Name {
			return err
		}
		return e.list.node.RemoveButton(ctx, old)
	}, func(err error) {
		e.save.Enable()
		if err != nil {
			e.say(kit.ErrorWords(err))
			return
		}
		e.sheet.Close()
		e.list.reload.Trigger()
	})
}

func (e *editor) say(problem string) {
	e.status.SetText(kit.Drawable(problem))
	e.status.Show()
	e.sheet.Arrange()
	e.sheet.Reveal(e.status)
}
