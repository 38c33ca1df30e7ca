package commands

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/kit"
	"lanyard/netcore"
)

const (
	buttonsMost = 200 // of somebody that are offered
	paramsMost  = 32  // of a button that are asked for
	choicesMost = 100
)

// buttonFields lets the user press a button of somebody else: which one, and
// with which values.
type buttonFields struct {
	page    *Page
	changed func()

	person  netcore.PersonID // whose buttons are shown; 0: nobody's
	buttons []netcore.Button
	fields  []paramField
	loading bool
	failed  error

	which  *widget.Select
	box    *fyne.Container
	status *kit.Paragraph
	object *fyne.Container
}

func newButtonFields(page *Page, changed func()) *buttonFields {
	b := &buttonFields{page: page, changed: changed}
	b.which = widget.NewSelect(nil, func(string) { b.choose() })
	b.which.PlaceHolder = lang.L("Choose a button")
	b.box = kit.Column(8)
	b.status = kit.NewParagraph("", kit.SizeSmall, kit.ColorMuted)
	b.object = kit.Column(8, b.status, b.which, b.box)
	b.say()
	return b
}

// of shows the buttons of whoever is ticked, if that is one.
func (b *buttonFields) of(people []netcore.PersonID) {
	person := netcore.PersonID(0)
	if len(people) == 1 {
		person = people[0]
	}
	if person == b.person {
		return
	}
	b.person, b.failed = person, nil
	b.show(nil)
	b.loading = person != 0
	b.say()
	if person == 0 {
		return
	}
	kit.Load(b.page.ui, func(ctx context.Context) ([]netcore.Button, error) { return b.page.node.ButtonsOf(ctx, person) },
		func(buttons []netcore.Button, err error) {
			if person != b.person {
				return
			}
			b.loading, b.failed = false, err
			b.show(buttons[:min(len(buttons), buttonsMost)])
			b.say()
			b.changed()
		})
}

// show offers buttons.
func (b *buttonFields) show(buttons []netcore.Button) {
	b.buttons = buttons
	names := make([]string, len(buttons))
	for at, button := range buttons {
		names[at] = kit.Drawable(kit.Cut(button.Name, nameMost))
	}
	b.which.ClearSelected()
	b.which.SetOptions(names)
	b.choose()
}

func (b *buttonFields) say() {
	switch {
	case b.person == 0:
		b.status.Say(lang.L("Tick exactly one person: everybody has buttons of their own."), kit.ColorMuted)
	case b.loading:
		b.status.Say(lang.L("Asking which buttons there are…"), kit.ColorMuted)
	case b.failed != nil:
		b.status.Say(errorWords(b.failed), theme.ColorNameError)
	case len(b.buttons) == 0:
		b.status.Say(lang.L("They have no buttons for you."), kit.ColorMuted)
	default:
		b.status.Say(lang.L("What a button runs, its owner has laid down."), kit.ColorMuted)
	}
	kit.Show(b.which, len(b.buttons) > 0)
}

// chosen returns the button that is chosen.
func (b *buttonFields) chosen() (netcore.Button, bool) {
	at := b.which.SelectedIndex()
	if at < 0 || at >= len(b.buttons) {
		return netcore.Button{}, false
	}
	return b.buttons[at], true
}

// ready reports whether a button is chosen.
func (b *buttonFields) ready() bool {
	_, chosen := b.chosen()
	return chosen
}

// shape tells whether the fields need another height.
func (b *buttonFields) shape() string { return fmt.Sprint(len(b.fields), b.status.Text()) }

// choose shows the fields of the button that is chosen.
func (b *buttonFields) choose() {
	button, _ := b.chosen()
	b.fields, b.box.Objects = nil, nil
	for _, param := range button.Params[:min(len(button.Params), paramsMost)] {
		field := newParamField(b.page, param)
		b.fields = append(b.fields, field)
		b.box.Add(kit.Field(field.title(), field.object))
	}
	b.box.Refresh()
	b.changed()
}

// values returns what is to be pressed with which values, or what is wrong.
func (b *buttonFields) values() (name string, args map[string]string, problem string) {
	button, chosen := b.chosen()
	if !chosen {
		return "", nil, lang.L("Choose a button")
	}
	args = map[string]string{}
	for _, field := range b.fields {
		value := field.value()
		if problem := field.check(value); problem != "" {
			return "", nil, problem
		}
		if value != "" {
			args[field.param.Name] = value
		}
	}
	return button.Name, args, ""
}

// paramField asks for one value.
type paramField struct {
	param  netcore.ButtonParam
	object fyne.CanvasObject
	value  func() string
}

func newParamField(page *Page, param netcore.ButtonParam) paramField {
	if param.Kind == netcore.ParamChoice {
		return newChoiceField(param)
	}
	entry := kit.NewEntry(page.host.Shortcuts)
	entry.Escaped = page.back
	entry.SetText(kit.Cut(param.Default, lineMost))
	if param.Kind == netcore.ParamFile {
		entry.SetPlaceHolder(lang.L("Name of a file in the folder chosen there"))
	}
	return paramField{param: param, object: entry, value: func() string { return entry.Text }}
}

func newChoiceField(param netcore.ButtonParam) paramField {
	words := make([]string, min(len(param.Choices), choicesMost))
	for at := range words {
		words[at] = kit.Drawable(kit.Cut(param.Choices[at], nameMost))
	}
	choice := widget.NewSelect(words, nil)
	for at, one := range param.Choices[:len(words)] {
		if one == param.Default {
			choice.SetSelectedIndex(at)
		}
	}
	return paramField{param: param, object: choice, value: func() string {
		if at := choice.SelectedIndex(); at >= 0 {
			return param.Choices[at]
		}
		return ""
	}}
}

// name is what the parameter is called on a screen.
func (f paramField) name() string { return kit.Drawable(kit.Cut(f.param.Name, nameMost)) }

// title names the field and says what it takes.
func (f paramField) title() string {
	words := f.name()
	if f.param.Kind == netcore.ParamNumber {
		words += " · " + lang.L("a number") + f.bounds()
	}
	if f.param.Optional {
		words += " · " + lang.L("may be left out")
	}
	return words
}

// bounds are the least and the most of a number.
func (f paramField) bounds() string {
	number := func(n *float64) string {
		if n == nil {
			return ""
		}
		return strconv.FormatFloat(*n, 'f', -1, 64)
	}
	if f.param.Min == nil && f.param.Max == nil {
		return ""
	}
	return " " + number(f.param.Min) + "…" + number(f.param.Max)
}

// check says what is wrong with a value; their PC looks at it again.
func (f paramField) check(value string) string {
	named := map[string]any{"Name": kit.InQuotes(f.name())}
	switch {
	case value == "" && f.param.Optional:
		return ""
	case strings.TrimSpace(value) == "":
		return lang.L("“{{.Name}}” is missing.", named)
	case f.param.MaxLen > 0 && f.param.Kind == netcore.ParamText && utf8.RuneCountInString(value) > f.param.MaxLen:
		return lang.L("“{{.Name}}” is too long.", named)
	case f.param.Kind == netcore.ParamNumber && !f.holds(value):
		return lang.L("“{{.Name}}” is no number within its bounds.", named)
	}
	return ""
}

// holds reports whether a number is within its bounds.
func (f paramField) holds(value string) bool {
	number, err := strconv.ParseFloat(value, 64)
	return err == nil && (f.param.Min == nil || number >= *f.param.Min) && (f.param.Max == nil || number <= *f.param.Max)
}
