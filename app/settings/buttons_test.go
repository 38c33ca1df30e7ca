package settings

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"lanyard/app/kit"
	"lanyard/app/kit/kittest"
	"lanyard/netcore"
)

// fakeRuns keeps buttons and consents in memory.
type fakeRuns struct {
	mu       sync.Mutex
	buttons  []netcore.Button
	consents []netcore.RunConsent
	acts     []string
	refuse   error
}

func (f *fakeRuns) Buttons(context.Context) ([]netcore.Button, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.buttons), nil
}

func (f *fakeRuns) SetButton(_ context.Context, button netcore.Button) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.refuse != nil {
		return f.refuse
	}
	f.acts = append(f.acts, "set "+button.Name)
	f.buttons = append(slices.DeleteFunc(f.buttons, func(one netcore.Button) bool { return one.Name == button.Name }), button)
	return button.Check()
}

func (f *fakeRuns) RemoveButton(_ context.Context, name string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.acts = append(f.acts, "remove "+name)
	f.buttons = slices.DeleteFunc(f.buttons, func(one netcore.Button) bool { return one.Name == name })
	return nil
}

func (f *fakeRuns) Consents(context.Context) ([]netcore.RunConsent, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.consents), nil
}

func (f *fakeRuns) ForgetConsent(_ context.Context, key netcore.ConsentKey) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.acts = append(f.acts, fmt.Sprint("forget ", key[0]))
	f.consents = slices.DeleteFunc(f.consents, func(one netcore.RunConsent) bool { return one.Key == key })
	return f.refuse
}

func (f *fakeRuns) done() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.acts)
}

// newButtonStage shows the list of buttons.
func newButtonStage(t *testing.T, node *fakeRuns) (*kittest.Stage, *buttons) {
	s := kittest.NewStage(t, fyne.NewSize(700, 500))
	list := newButtons(s.UI, node, Host{Window: s.Window})
	s.Show(container.NewStack(list.object))
	list.reload.Trigger()
	return s, list
}

func entryWith(s *kittest.Stage, text string) *kit.Entry {
	for _, entry := range kittest.All[*kit.Entry](s) {
		if entry.Text == text {
			return entry
		}
	}
	s.Fatalf("no entry holds %q", text)
	return nil
}

func TestAButtonIsMadeWithoutAShell(t *testing.T) {
	node := &fakeRuns{}
	s, list := newButtonStage(t, node)
	s.WantText("There is no button yet.")
	s.Tap("Add a button…")
	s.WantText("A new button")
	s.Tap("Save")
	s.WantText("The button needs a name.")
	e := editorOf(s, list)
	e.name.SetText("Print")
	s.Tap("Save")
	s.WantText("The button needs a program.")
	e.program.SetText("lp")
	e.wall.SetText("30")
	s.Tap("Add an argument")
	e.arguments.fields[0].SetText("-o two words; $(id)")
	s.Tap("Add a parameter")
	p := e.params[0]
	p.name.SetText("copies")
	entryWith(s, "{copies}")
	p.kind.SetSelectedIndex(1)
	p.least.SetText("1")
	p.most.SetText("x")
	s.Tap("Save")
	s.WantText(`"x" is no number.`)
	p.most.SetText("0")
	s.Tap("Save")
	s.WantText(`The least value of "copies" is more than the most.`)
	p.most.SetText("20")
	s.Tap("Save")
	s.Until("it is stored", func() bool { return slices.Equal(node.done(), []string{"set Print"}) })
	s.WantText("copies: Number·Time limit: 0:30")
	got := node.buttons[0]
	if !slices.Equal(got.Argv, []string{"lp", "-o two words; $(id)", "{copies}"}) || got.Wall != 30*time.Second || *got.Params[0].Max != 20 {
		t.Errorf("stored %+v", got)
	}
}

// editorOf opens the sheet that the test works on by its fields.
func editorOf(s *kittest.Stage, list *buttons) *editor {
	s.Helper()
	for _, overlay := range s.Window.Canvas().Overlays().List() {
		overlay.Hide()
	}
	e := newEditor(list, nil)
	e.open()
	return e
}

func TestAButtonIsChangedRenamedAndRemoved(t *testing.T) {
	node := &fakeRuns{buttons: []netcore.Button{{
		Name: "Backup", Argv: []string{"tar", "-cf", "{to}"}, Dir: "/srv", Wall: 90 * time.Second,
		Params: []netcore.ButtonParam{{Name: "to", Kind: netcore.ParamText, Pattern: "[a-z]+", MaxLen: 20, Dashes: true}},
	}}}
	s, list := newButtonStage(t, node)
	s.WantText("to: Text·Folder: /srv·Time limit: 1:30")
	s.Tap("Edit…")
	entryWith(s, "Backup").SetText("Save all")
	entryWith(s, "to").SetText("target")
	s.Tap("Save")
	s.Until("it is stored", func() bool { return slices.Equal(node.done(), []string{"set Save all", "remove Backup"}) })
	want := netcore.ButtonParam{Name: "target", Kind: netcore.ParamText, Pattern: "[a-z]+", MaxLen: 20, Dashes: true}
	if got := node.buttons[0]; fmt.Sprint(got.Params[0]) != fmt.Sprint(want) || got.Argv[2] != "{target}" || got.Dir != "/srv" {
		t.Errorf("stored %+v", got)
	}
	s.Until("the list follows", func() bool { return len(list.all) == 1 && list.all[0].Name == "Save all" })
	s.Tap("Remove…")
	s.WantText(`Remove the button "Save all"?`)
	s.Tap("Remove")
	s.WantText("There is no button yet.")
}

func TestARefusedButtonStaysInItsSheet(t *testing.T) {
	node := &fakeRuns{buttons: []netcore.Button{{Name: "x", Argv: []string{"true"}}}, refuse: netcore.ErrButton}
	s, list := newButtonStage(t, node)
	s.Until("the list is read", func() bool { return len(list.all) == 1 })
	e := editorOf(s, list)
	e.name.SetText("x")
	e.program.SetText("true")
	s.Tap("Save")
	s.WantText("There is a button of this name already.")
	e.name.SetText("y")
	s.Tap("Save")
	s.WantText("It did not work")
	if len(s.Window.Canvas().Overlays().List()) != 1 {
		t.Error("what was typed is lost")
	}
}

func TestProblemsOfButtonsAreSaidInWords(t *testing.T) {
	kittest.NewStage(t, fyne.NewSize(100, 100))
	text := netcore.ButtonParam{Name: "x", Kind: netcore.ParamText}
	with := func(p netcore.ButtonParam, argv ...string) netcore.Button {
		return netcore.Button{Name: "b", Argv: argv, Params: []netcore.ButtonParam{p}}
	}
	for name, c := range map[string]struct {
		button netcore.Button
		want   string
	}{
		"sound":          {with(text, "a", "{x}"), ""},
		"name":           {netcore.Button{Name: "a=b", Argv: []string{"a"}}, "This name cannot be used: at most 64 characters, none of them { } = or invisible."},
		"folder":         {netcore.Button{Name: "b", Argv: []string{"a"}, Dir: "x"}, "The folder must be a whole path, from the root on."},
		"time":           {netcore.Button{Name: "b", Argv: []string{"a"}, Wall: 9999 * time.Hour}, "The time limit is more than 0 seconds and at most 30 days."},
		"unused":         {with(text, "a"), `No argument is {x}: the parameter "x" is not used.`},
		"pasted":         {with(text, "a", "{x}", "--f={x}"), "{x} must be an argument of its own: a value is never put into other text."},
		"program":        {with(text, "{x}"), "The program itself cannot be a parameter."},
		"shell":          {with(text, "sh", "-c", "{x}"), "A shell would read {x} as part of a command. Put the shell's part into a script, and its values after it."},
		"parameter name": {with(netcore.ButtonParam{Name: "a{", Kind: netcore.ParamText}, "a"), `"a{" cannot be the name of a parameter: at most 64 characters, none of them { } = or invisible.`},
		"no choices":     {with(netcore.ButtonParam{Name: "x", Kind: netcore.ParamChoice}, "a", "{x}"), `"x" needs 1 to 100 choices of at most 64 characters.`},
		"no folder":      {with(netcore.ButtonParam{Name: "x", Kind: netcore.ParamFile}, "a", "{x}"), `"x" needs the whole path of the folder that the files are in.`},
		"default":        {with(netcore.ButtonParam{Name: "x", Kind: netcore.ParamNumber, Default: "y"}, "a", "{x}"), `The default of "x" is not within its own rule.`},
		"long":           {with(netcore.ButtonParam{Name: "x", Kind: netcore.ParamText, MaxLen: 2000}, "a", "{x}"), `"x" can take at most 1000 characters.`},
		"twice": {
			netcore.Button{Name: "b", Argv: []string{"a", "{x}"}, Params: []netcore.ButtonParam{text, text}},
			`Two parameters are called "x".`,
		},
	} {
		if got := buttonProblem(c.button); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestConsentsAreListedAndForgotten(t *testing.T) {
	at := time.Date(2026, 3, 4, 12, 0, 0, 0, time.Local)
	node := &fakeRuns{consents: []netcore.RunConsent{
		{Key: netcore.ConsentKey{1}, Name: "小明", Line: "make test", Folder: "/srv/a", Given: at},
		{Key: netcore.ConsentKey{2}, Name: "Zoe", Line: "id", Given: at, Until: at.Add(15 * time.Minute)},
	}}
	s := kittest.NewStage(t, fyne.NewSize(700, 500))
	list := newConsents(s.UI, node)
	s.Show(container.NewStack(list.object))
	list.reload.Trigger()
	s.WantText("/srv/a·given on 2026-03-04 12:00·until it is forgotten")
	s.WantText("The home folder·given on 2026-03-04 12:00·until 12:15:00")
	s.Tap("Forget") // the deepest: the oldest
	s.Until("it is forgotten", func() bool { return slices.Equal(node.done(), []string{"forget 1"}) })
	s.Until("the list follows", func() bool { return !s.Reads("make test") })
	s.Tap("Forget")
	s.WantText("Nothing is remembered.")
}
