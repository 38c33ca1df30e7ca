package commands

import (
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2/test"

	"lanyard/netcore"
)

// composing opens the composer with somebody ticked.
func composing(t *testing.T, node *fakeNode, people ...netcore.PersonID) *stage {
	t.Helper()
	s := newStage(t, node, wide)
	s.page.Compose(0)
	s.Until("the people are there", func() bool { return len(s.page.composer.whom.people) > 0 })
	s.page.composer.whom.choose(people)
	return s
}

func TestOnlyWhoCanBeAskedCanBeTicked(t *testing.T) {
	s := composing(t, newFake())
	for _, want := range []string{"Ann", "王小明", "Tick one or more people who are online."} {
		s.WantText(want)
	}
	whom := s.page.composer.whom
	for _, person := range whom.people {
		at := slices.IndexFunc(whom.people, func(p netcore.Person) bool { return p.ID == person.ID })
		whom.list.Select(at)
		if ticked := whom.ticked[person.ID]; ticked != (whyNot(person) == "") {
			t.Errorf("%s can be ticked: %v", person.Name, ticked)
		}
	}
	s.Window.Resize(wide)
	whom.list.ScrollToBottom()
	for _, want := range []string{"not online", "not verified", "blocked", "3 ticked"} {
		s.WantText(want)
	}
	if !s.page.composer.run.Disabled() {
		t.Error("nothing can be run yet")
	}
}

func TestSomebodyWhoWentAwayIsNotTickedAnyMore(t *testing.T) {
	node := newFake()
	s := composing(t, node, 1, 2)
	node.mu.Lock()
	node.people[0].Online = false
	node.mu.Unlock()
	s.page.Refresh()
	s.Until("one is left", func() bool { return slices.Equal(s.page.composer.whom.chosen(), []netcore.PersonID{2}) })
}

func TestALineIsShownAndRunAsArguments(t *testing.T) {
	node := newFake()
	s := composing(t, node, 1)
	c := s.page.composer
	test.Type(c.line, `grep -n "two words" 文件`)
	s.WantText("What is run, 3 arguments:")
	if want := ` 2  "two words"`; !strings.Contains(c.argv.Text(), want) {
		t.Errorf("shown is %q", c.argv.Text())
	}
	c.dir.SetText("/srv")
	c.limit.SetSelected("1 minute")
	s.Tap("Run")
	s.Until("it is shown", func() bool { return s.page.pane == paneRun })
	want := netcore.RunRequest{Argv: []string{"grep", "-n", "two words", "文件"}, Dir: "/srv", Wall: time.Minute}
	if got := node.started[0]; !slices.Equal(got.Argv, want.Argv) || got.Dir != want.Dir || got.Wall != want.Wall || got.Stdin {
		t.Errorf("asked for %+v", got)
	}
	s.WantText("Waiting for consent")
}

func TestAnOpenQuotationMarkRunsNothing(t *testing.T) {
	s := composing(t, newFake(), 1)
	test.Type(s.page.composer.line, `echo "a`)
	s.WantText("A quotation mark is not closed.")
	if !s.page.composer.run.Disabled() {
		t.Error("it could be run")
	}
}

func TestAShellIsSaidAndAskedFor(t *testing.T) {
	for at, want := range map[int][]string{unixShell: {"sh", "-c", "ls | wc -l"}, windowsShell: {"cmd", "/c", "ls | wc -l"}} {
		node := newFake()
		s := composing(t, node, 1)
		c := s.page.composer
		test.Type(c.line, "ls | wc -l")
		c.shell.SetSelectedIndex(at)
		s.WantText("The shell reads the whole line")
		c.start()
		s.Until("it is asked for", func() bool { return len(node.started) == 1 })
		if !slices.Equal(node.started[0].Argv, want) {
			t.Errorf("asked for %q", node.started[0].Argv)
		}
		c.fill(nil, node.started[0])
		if c.shell.SelectedIndex() != at || c.line.Text != "ls | wc -l" {
			t.Errorf("brought back as %q in %d", c.line.Text, c.shell.SelectedIndex())
		}
	}
}

func TestStandardInputIsSentAndEnded(t *testing.T) {
	node := newFake()
	s := composing(t, node, 1, 2)
	c := s.page.composer
	test.Type(c.line, "sort")
	c.stdin.SetChecked(true)
	c.input.SetText("b\na\n")
	c.start()
	s.Until("both got it", func() bool {
		node.mu.Lock()
		defer node.mu.Unlock()
		return node.input[1] == "b\na\n<end>" && node.input[2] == "b\na\n<end>"
	})
	if !node.started[0].Stdin || s.page.pane != paneGroup {
		t.Errorf("%+v, pane %d", node.started[0], s.page.pane)
	}
}

func TestARefusalIsSaid(t *testing.T) {
	node := newFake()
	node.refuse = netcore.ErrUnreachable
	s := composing(t, node, 1)
	test.Type(s.page.composer.line, "ls")
	s.page.composer.start()
	s.WantText("Nobody answered there.")
	if s.page.composer.run.Disabled() {
		t.Error("it cannot be tried again")
	}
}

func TestCommandsAreSavedPickedAndRemoved(t *testing.T) {
	node := newFake()
	s := composing(t, node, 1)
	c := s.page.composer
	test.Type(c.line, `df -h "my disk"`)
	s.Tap("Save…")
	s.Window.Canvas().Focused().(interface{ SetText(string) }).SetText("Disk")
	s.Tap("Save")
	s.Until("it is offered", func() bool { return slices.Equal(c.saved.Options, []string{"Disk"}) })
	s.page.Compose(1)
	if c.line.Text != "" {
		t.Errorf("a new command begins with %q", c.line.Text)
	}
	c.saved.SetSelected("Disk")
	if c.line.Text != `df -h "my disk"` {
		t.Errorf("it is %q", c.line.Text)
	}
	test.Tap(c.forget)
	s.Tap("Remove")
	s.Until("it is gone", func() bool { return len(c.saved.Options) == 0 })
}

func TestHistoryIsRunAgain(t *testing.T) {
	node := newFake()
	node.add(1, "uptime -p", 0, "")
	node.add(2, "uptime -p", 0, "")
	s := composing(t, node, 2)
	c := s.page.composer
	s.Until("it is offered once", func() bool { return slices.Equal(c.recent.Options, []string{"uptime -p"}) })
	c.recent.SetSelected("uptime -p")
	if c.line.Text != "uptime -p" || c.recent.Selected != "" {
		t.Errorf("%q, %q", c.line.Text, c.recent.Selected)
	}
}

func TestAButtonIsPressedWithValues(t *testing.T) {
	low, high := 1.0, 30.0
	node := newFake()
	node.buttons = []netcore.Button{{Name: "Back up", Params: []netcore.ButtonParam{
		{Name: "what", Kind: netcore.ParamChoice, Choices: []string{"docs", "photos"}},
		{Name: "days", Kind: netcore.ParamNumber, Min: &low, Max: &high},
		{Name: "note", Kind: netcore.ParamText, Optional: true, MaxLen: 5},
		{Name: "list", Kind: netcore.ParamFile},
	}}}
	s := composing(t, node, 1, 2)
	c := s.page.composer
	c.mode.SetSelected("One of their buttons")
	s.WantText("Tick exactly one person")
	c.whom.choose([]netcore.PersonID{1})
	s.Until("they are offered", func() bool { return slices.Equal(c.buttons.which.Options, []string{"Back up"}) })
	c.buttons.which.SetSelectedIndex(0)
	s.WantText("days · a number 1…30")
	fields := c.buttons.fields
	set := func(at int, value string) { fields[at].object.(interface{ SetText(string) }).SetText(value) }
	for _, step := range []struct {
		do   func()
		want string
	}{
		{func() {}, `"what" is missing.`},
		{func() { fields[0].object.(interface{ SetSelected(string) }).SetSelected("photos") }, `"days" is missing.`},
		{func() { set(1, "31") }, `"days" is no number within its bounds.`},
		{func() { set(1, "7"); set(2, "too long") }, `"note" is too long.`},
		{func() { set(2, "") }, `"list" is missing.`},
	} {
		step.do()
		c.start()
		s.WantText(step.want)
	}
	set(3, "a.txt")
	c.start()
	s.Until("it is pressed", func() bool { return len(node.started) == 1 })
	got := node.started[0]
	if got.Button != "Back up" || len(got.Args) != 3 || got.Args["what"] != "photos" || got.Args["days"] != "7" || got.Args["list"] != "a.txt" {
		t.Errorf("pressed %+v", got)
	}
}

func TestNobodyHasButtonsForThisUser(t *testing.T) {
	node := newFake()
	s := composing(t, node, 1)
	s.page.composer.mode.SetSelected("One of their buttons")
	s.WantText("They have no buttons for you.")
	node.refuse = netcore.ErrRunRefused
	s.page.composer.whom.choose([]netcore.PersonID{2})
	s.WantText("They do not permit you to use their buttons.")
}
