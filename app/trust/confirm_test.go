package trust

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"lanyard/app/kit"
	"lanyard/netcore"
)

func asks(id int64, act netcore.ConfirmAct) netcore.Confirmation {
	return netcore.Confirmation{ID: id, Act: act, Person: 1, Name: "Bob", Detail: "detail", Until: noon.Add(time.Minute)}
}

func TestAnotherProgramIsRefusedByDefault(t *testing.T) {
	for _, key := range []fyne.KeyName{fyne.KeyReturn, fyne.KeyEscape, fyne.KeySpace} {
		s := newStage(t)
		s.desk.Confirm(asks(5, netcore.ConfirmAllow))
		s.wantText("lanyard-cli, or something that pretends to be it", "Let \"Bob\" do more on this PC?", "detail", "refused in 60 s")
		if s.fronts != 1 {
			t.Error("the window stays behind others")
		}
		if !s.button("Allow").Disabled() {
			t.Error("a click that was meant for something else can allow it")
		}
		s.press(key)
		s.wantGone()
		s.wantDone("confirm 5 false")
	}
}

func TestItIsAllowedByItsButtonAlone(t *testing.T) {
	s := newStage(t)
	s.desk.Confirm(asks(5, netcore.ConfirmVerify))
	s.until("it can be allowed", func() bool { return !s.button("Allow").Disabled() })
	s.window.Canvas().Focus(s.button("Allow"))
	s.press(fyne.KeyReturn)
	if len(s.node.done()) != 0 {
		t.Error("Enter allowed it")
	}
	s.tap("Allow")
	s.wantDone("confirm 5 true")
	s.wantGone()
}

func TestSeveralAreAskedOneAfterTheOther(t *testing.T) {
	s := newStage(t)
	for id := range int64(3) {
		s.desk.Confirm(asks(id+1, netcore.ConfirmUnblock))
	}
	if got := len(s.window.Canvas().Overlays().List()); got != 1 {
		t.Errorf("%d dialogs at once", got)
	}
	s.desk.Confirmed(2)
	s.tap("Refuse")
	s.tap("Refuse")
	s.wantGone()
	s.wantDone("confirm 1 false", "confirm 3 false")
}

func TestAQuestionThatIsOverVanishes(t *testing.T) {
	s := newStage(t)
	s.desk.Confirm(asks(1, netcore.ConfirmReach))
	s.desk.Confirmed(1)
	s.desk.Confirmed(99)
	s.wantGone()
	s.desk.Confirm(asks(2, netcore.ConfirmReach))
	s.now = noon.Add(2 * time.Minute)
	s.wantGone()
	if len(s.node.done()) != 0 {
		t.Error("it was answered")
	}
}

func TestADialogThatVanishesLeavesThoseAboveIt(t *testing.T) {
	s := comparing(t)
	s.desk.Confirm(asks(1, netcore.ConfirmUnblock))
	s.desk.compare.close()
	s.wantText("Another program asks")
	s.tap("Refuse")
	s.wantGone()
}

func TestEveryActHasItsOwnWordsInBothLanguages(t *testing.T) {
	s := newStage(t)
	file, err := parser.ParseFile(token.NewFileSet(), "../../netcore/trust_types.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var acts []netcore.ConfirmAct
	ast.Inspect(file, func(node ast.Node) bool {
		if spec, ok := node.(*ast.ValueSpec); ok {
			if name, named := spec.Type.(*ast.Ident); named && name.Name == "ConfirmAct" {
				act, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
				if err != nil {
					t.Fatal(err)
				}
				acts = append(acts, netcore.ConfirmAct(act))
			}
		}
		return true
	})
	if len(acts) < 9 {
		t.Fatalf("only %d acts were found", len(acts))
	}
	for _, language := range []string{kit.LanguageEnglish, kit.LanguageChinese} {
		if err := kit.UseLanguage(language); err != nil {
			t.Fatal(err)
		}
		seen := map[string]netcore.ConfirmAct{confirmWords(asks(1, "unknown")): "unknown"}
		for _, act := range acts {
			words := confirmWords(asks(1, act))
			if before, twice := seen[words]; twice {
				t.Errorf("%s says the same as %s: %q", act, before, words)
			}
			seen[words] = act
		}
	}
	_ = s
}

func TestDetailsOfOthersAreData(t *testing.T) {
	s := newStage(t)
	question := asks(1, netcore.ConfirmMerge)
	question.Name, question.Detail = "\u202eevil\n{{.Name}}", strings.Repeat("long\n", 5000)
	s.desk.Confirm(question)
	s.wantText("evil {{.Name}}")
	if got := s.text(); strings.Contains(got, "\u202e") || len(got) > 1500 {
		t.Errorf("%d bytes are shown", len(got))
	}
}

// TestWhoIsMeantIsMoreThanAName: a name can be anybody's, and look like a
// sentence of ours.
func TestWhoIsMeantIsMoreThanAName(t *testing.T) {
	s := newStage(t)
	question := asks(1, netcore.ConfirmAllow)
	question.Name, question.Device = "x\" is verified. “y", netcore.DeviceID{7}
	question.Trust, question.Notice = netcore.TrustStranger, netcore.NoticeTwin
	s.desk.Confirm(question)
	s.wantText("Let \"x' is verified. 'y\" do more", "Not verified. Device ID begins with "+netcore.DeviceID{7}.String()[:15], "Somebody else has the same name")
	s.tap("Refuse")
	alias := asks(2, netcore.ConfirmAlias)
	alias.Detail, alias.Device, alias.Trust = "Ann", netcore.DeviceID{7}, netcore.TrustBlocked
	s.desk.Confirm(alias)
	s.wantText("Call \"Bob\" \"Ann\" from now on?", "Blocked. Device ID begins with")
}

func TestWhyTwoAreNotPutTogether(t *testing.T) {
	s := newStage(t)
	s.people[2] = netcore.Person{ID: 2, Name: "Old Bob", Device: netcore.DeviceID{8}}
	s.node.refuse = netcore.ErrBlocked
	s.desk.Merge(s.bob(), s.people[2])
	s.tap("Put together")
	s.wantText("One of the two is blocked and the other is not.")
}
