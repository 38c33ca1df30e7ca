package settings

import (
	"slices"
	"strings"

	"fyne.io/fyne/v2/lang"

	"lanyard/app/kit"
	"lanyard/netcore"
)

// buttonFacts says where and how long a button runs, and what can be chosen.
func buttonFacts(button netcore.Button) string {
	var facts []string
	add := func(name, value string) {
		facts = append(facts, lang.L("{{.Name}}: {{.Value}}", map[string]any{"Name": name, "Value": value}))
	}
	for _, p := range button.Params {
		add(kit.Cut(p.Name, paramNameMost), kindWords(p.Kind))
	}
	if button.Dir != "" {
		add(lang.L("Folder"), kit.Cut(button.Dir, 200))
	}
	if button.Wall > 0 {
		add(lang.L("Time limit"), kit.Elapsed(button.Wall))
	}
	return kit.Drawable(strings.Join(facts, "·"))
}

// buttonProblem says what is wrong with the definition of a button; empty:
// nothing. The engine decides what is sound; which part it minds is found by
// asking it about each part alone.
func buttonProblem(button netcore.Button) string {
	err := button.Check()
	if err == nil {
		return ""
	}
	sound := func(part netcore.Button) bool { return part.Check() == nil }
	switch {
	case button.Name == "":
		return lang.L("The button needs a name.")
	case !sound(netcore.Button{Name: button.Name, Argv: []string{"x"}}):
		return lang.L("This name cannot be used: at most 64 characters, none of them { } = or invisible.")
	case strings.TrimSpace(button.Argv[0]) == "":
		return lang.L("The button needs a program.")
	case !sound(netcore.Button{Name: "x", Argv: []string{"x"}, Dir: button.Dir}):
		return lang.L("The folder must be a whole path, from the root on.")
	case !sound(netcore.Button{Name: "x", Argv: []string{"x"}, Wall: button.Wall}):
		return wallWords()
	}
	for at, p := range button.Params {
		if slices.ContainsFunc(button.Params[:at], func(q netcore.ButtonParam) bool { return q.Name == p.Name }) {
			return lang.L("Two parameters are called “{{.Name}}”.", paramData(p))
		}
		if problem := paramProblem(p); problem != "" {
			return problem
		}
	}
	if problem := placeProblem(button); problem != "" {
		return problem
	}
	return lang.L("It did not work: {{.Problem}}", map[string]any{"Problem": kit.Cut(err.Error(), 300)})
}

func wallWords() string { return lang.L("The time limit is more than 0 seconds and at most 30 days.") }

func paramData(p netcore.ButtonParam) map[string]any {
	return map[string]any{"Name": kit.InQuotes(kit.Cut(p.Name, paramNameMost))}
}

// paramProblem says what is wrong with one parameter alone.
func paramProblem(p netcore.ButtonParam) string {
	sound := func(p netcore.ButtonParam) bool {
		return netcore.Button{Name: "x", Argv: []string{"x", "{" + p.Name + "}"}, Params: []netcore.ButtonParam{p}}.Check() == nil
	}
	data := paramData(p)
	if sound(p) {
		return ""
	}
	plain := p
	plain.Default = ""
	switch {
	case !sound(netcore.ButtonParam{Name: p.Name, Kind: netcore.ParamText}):
		return lang.L("“{{.Name}}” cannot be the name of a parameter: at most 64 characters, none of them { } = or invisible.", data)
	case sound(plain):
		return lang.L("The default of “{{.Name}}” is not within its own rule.", data)
	case p.Min != nil && p.Max != nil && *p.Min > *p.Max:
		return lang.L("The least value of “{{.Name}}” is more than the most.", data)
	case p.Kind == netcore.ParamChoice:
		return lang.L("“{{.Name}}” needs 1 to 100 choices of at most 64 characters.", data)
	case p.Kind == netcore.ParamFile:
		return lang.L("“{{.Name}}” needs the whole path of the folder that the files are in.", data)
	}
	return lang.L("“{{.Name}}” can take at most 1000 characters.", data)
}

// placeProblem says what is wrong with where parameters stand.
func placeProblem(button netcore.Button) string {
	for _, p := range button.Params {
		place, data := "{"+p.Name+"}", paramData(p)
		switch {
		case strings.Contains(button.Argv[0], place):
			return lang.L("The program itself cannot be a parameter.")
		case !slices.Contains(button.Argv, place):
			return lang.L("No argument is {{.Place}}: the parameter “{{.Name}}” is not used.", merged(data, place))
		}
		for _, arg := range button.Argv {
			if strings.Contains(arg, place) && arg != place {
				return lang.L("{{.Place}} must be an argument of its own: a value is never put into other text.", merged(data, place))
			}
		}
		alone := netcore.Button{Name: "x", Argv: button.Argv, Params: []netcore.ButtonParam{{Name: p.Name, Kind: netcore.ParamText}}}
		if alone.Check() != nil {
			return lang.L("A shell would read {{.Place}} as part of a command. Put the shell's part into a script, and its values after it.", merged(data, place))
		}
	}
	return ""
}

func merged(data map[string]any, place string) map[string]any {
	data["Place"] = kit.Cut(place, paramNameMost)
	return data
}
