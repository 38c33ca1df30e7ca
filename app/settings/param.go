package settings

import (
	"slices"
	"strconv"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"

	"lanyard/app/kit"
	"lanyard/netcore"
)

// paramNameMost is how much of the name of a button or parameter is shown.
const paramNameMost = 40

// param is one parameter in the sheet of a button.
type param struct {
	editor *editor
	given  netcore.ButtonParam // as it was; what the sheet does not show stays
	named  string              // as the arguments know it

	name     *kit.Entry
	kind     *kit.Choice
	optional *kit.Tick
	preset   *kit.Entry
	longest  *kit.Entry
	dashes   *kit.Tick
	least    *kit.Entry
	most     *kit.Entry
	choices  *entries
	folder   *kit.Entry
	rows     map[netcore.ButtonParamKind]fyne.CanvasObject
	defaults fyne.CanvasObject
	object   fyne.CanvasObject
}

// paramKinds are the values of the choice of kind, in its order.
func paramKinds() []netcore.ButtonParamKind {
	return []netcore.ButtonParamKind{netcore.ParamText, netcore.ParamNumber, netcore.ParamChoice, netcore.ParamFile}
}

func kindWords(kind netcore.ButtonParamKind) string {
	switch kind {
	case netcore.ParamNumber:
		return lang.L("Number")
	case netcore.ParamChoice:
		return lang.L("Choice")
	case netcore.ParamFile:
		return lang.L("File")
	}
	return lang.L("Text")
}

func newParam(editor *editor, given netcore.ButtonParam) *param {
	p := &param{editor: editor, given: given, named: given.Name}
	sheet := editor.sheet
	p.name = newField(sheet, given.Name, lang.L("Name"))
	p.name.OnChanged = p.renamed
	var words []string
	for _, kind := range paramKinds() {
		words = append(words, kindWords(kind))
	}
	p.optional = kit.NewTick(lang.L("May be left out"), func(bool) {}, sheet)
	p.optional.SetChecked(given.Optional)
	p.preset = newField(sheet, given.Default, "")
	p.longest = newField(sheet, number(given.MaxLen), "1000")
	p.dashes = kit.NewTick(lang.L("May begin like an option: -, / or @"), func(bool) {}, sheet)
	p.dashes.SetChecked(given.Dashes)
	p.least, p.most = newField(sheet, limit(given.Min), ""), newField(sheet, limit(given.Max), "")
	p.choices = newEntries(sheet, editor.focus, lang.L("Add a choice"), given.Choices)
	p.folder = newField(sheet, given.Folder, "")
	p.makeRows()
	p.kind = kit.NewChoice(words, func(string) { p.showKind() }, sheet)
	p.kind.SetSelectedIndex(max(slices.Index(paramKinds(), given.Kind), 0))
	return p
}

// number writes a number that is not 0.
func number(value int) string {
	if value == 0 {
		return ""
	}
	return strconv.Itoa(value)
}

// limit writes a limit, if there is one.
func limit(value *float64) string {
	if value == nil {
		return ""
	}
	return strconv.FormatFloat(*value, 'f', -1, 64)
}

func (p *param) makeRows() {
	two := func(a, b fyne.CanvasObject) fyne.CanvasObject { return container.NewGridWithColumns(2, a, b) }
	p.rows = map[netcore.ButtonParamKind]fyne.CanvasObject{
		netcore.ParamText:   kit.Column(4, kit.Field(lang.L("Longest, in characters"), p.longest), p.dashes),
		netcore.ParamNumber: two(kit.Field(lang.L("At least"), p.least), kit.Field(lang.L("At most"), p.most)),
		netcore.ParamChoice: kit.Field(lang.L("Choices"), p.choices.object),
		netcore.ParamFile:   kit.Field(lang.L("Files in this folder"), folderField(p.editor.host.Window, p.editor.sheet, p.folder)),
	}
	p.defaults = kit.Field(lang.L("Default"), p.preset)
}

// card is the parameter on a ground of its own.
func (p *param) card() fyne.CanvasObject {
	remove := kit.NewButton("", func() { p.editor.removeParam(p) })
	remove.Icon = theme.DeleteIcon()
	remove.Escaped, remove.Reached = p.editor.sheet.Hide, p.editor.sheet.Reveal
	parts := []fyne.CanvasObject{container.NewBorder(nil, nil, nil, remove, container.NewGridWithColumns(2, p.name, p.kind))}
	for _, kind := range paramKinds() {
		parts = append(parts, p.rows[kind])
	}
	parts = append(parts, p.defaults, p.optional)
	p.object = container.NewStack(kit.NewFill(theme.ColorNameBackground, 8),
		container.New(layout.NewCustomPaddedLayout(8, 8, 10, 10), kit.Column(6, parts...)))
	p.showKind()
	return p.object
}

// showKind shows what belongs to the kind.
func (p *param) showKind() {
	kind := p.chosen()
	for one, row := range p.rows {
		kit.Show(row, one == kind)
	}
	kit.Show(p.defaults, kind != netcore.ParamFile)
	p.editor.sheet.Arrange()
}

func (p *param) chosen() netcore.ButtonParamKind {
	if p.kind == nil {
		return p.given.Kind
	}
	return paramKinds()[max(p.kind.SelectedIndex(), 0)]
}

// renamed lets the arguments that stand for the parameter follow its name.
func (p *param) renamed(name string) {
	if p.named != "" && name != "" {
		p.editor.arguments.replace("{"+p.named+"}", "{"+name+"}")
	}
	if name != "" {
		p.named = name
	}
}

// read returns the parameter as the sheet has it, or what is wrong with it.
func (p *param) read() (netcore.ButtonParam, string) {
	kept := netcore.ButtonParam{Name: strings.TrimSpace(p.name.Text), Kind: p.chosen(), Optional: p.optional.Checked}
	if kept.Kind != netcore.ParamFile {
		kept.Default = p.preset.Text
	}
	problem := ""
	switch kept.Kind {
	case netcore.ParamText:
		kept.Dashes, kept.Pattern = p.dashes.Checked, p.given.Pattern
		kept.MaxLen, problem = readCount(p.longest.Text)
	case netcore.ParamNumber:
		kept.Min, problem = readLimit(p.least.Text)
		if problem == "" {
			kept.Max, problem = readLimit(p.most.Text)
		}
	case netcore.ParamChoice:
		kept.Choices = p.choices.values()
	case netcore.ParamFile:
		kept.Folder = p.folder.Text
	}
	return kept, problem
}

// readCount reads a number that may be left out.
func readCount(text string) (int, string) {
	if strings.TrimSpace(text) == "" {
		return 0, ""
	}
	value, err := strconv.Atoi(strings.TrimSpace(text))
	if err != nil || value <= 0 {
		return 0, notNumber(text)
	}
	return value, ""
}

// readLimit reads a limit that may be left out.
func readLimit(text string) (*float64, string) {
	if strings.TrimSpace(text) == "" {
		return nil, ""
	}
	value, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
	if err != nil || value != value || value > 1e15 || value < -1e15 {
		return nil, notNumber(text)
	}
	return &value, ""
}

func notNumber(text string) string {
	return lang.L("“{{.Text}}” is no number.", map[string]any{"Text": kit.InQuotes(kit.Cut(text, paramNameMost))})
}
