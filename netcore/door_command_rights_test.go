package netcore

import (
	"strings"
	"testing"
	"testing/synctest"

	"lanyard/netcore/command"
	"lanyard/netcore/control"
)

// asking is somebody who waits for a consent.
func asking(number int64, remember bool) RunAsk {
	return RunAsk{
		Number: number, Account: "me@pc (/home/me)", Quarter: remember, Forever: remember,
		Run: Run{Key: 3, Name: "bob", Device: bob.Device, Line: "ls", Folder: "/tmp", Stdin: !remember, Until: noon},
	}
}

func TestDoorAnswersConsents(t *testing.T) {
	for _, test := range []struct {
		name   string
		args   control.ConsentArgs
		alter  func(*fakeEngine)
		exit   int
		word   control.Word
		did    string
		window bool
	}{
		{"once is an act", control.ConsentArgs{Number: 1, Answer: "once"}, nil, 0, "", "answer 1 once", true},
		{"no is an act", control.ConsentArgs{Number: 1, Answer: "deny"}, nil, 0, "", "answer 1 deny", true},
		{"a quarter is a right", control.ConsentArgs{Number: 1, Answer: "quarter"}, nil, 0, "", "confirm consent bob quarter ls\nanswer 1 quarter", true},
		{"for good is a right", control.ConsentArgs{Number: 1, Answer: "forever"}, nil, 0, "", "confirm consent bob forever ls\nanswer 1 forever", true},
		{
			"for good, not confirmed",
			control.ConsentArgs{Number: 1, Answer: "forever"},
			func(e *fakeEngine) { e.confirmErr = ErrNotConfirmed }, control.ExitRefused, wordNotConfirmed, "confirm consent bob forever ls", true,
		},
		{"with input for good", control.ConsentArgs{Number: 2, Answer: "forever"}, nil, control.ExitFailed, wordOnceOnly, "", true},
		{"with input once", control.ConsentArgs{Number: 2, Answer: "once"}, nil, 0, "", "answer 2 once", true},
		{"nobody", control.ConsentArgs{Number: 9, Answer: "once"}, nil, control.ExitFailed, wordNoConsent, "", true},
		{"no answer", control.ConsentArgs{Number: 1, Answer: "always"}, nil, control.ExitUsage, wordBadValue, "", true},
		{
			"too late",
			control.ConsentArgs{Number: 1, Answer: "once"},
			func(e *fakeEngine) { e.answer = command.ErrNoAsk }, control.ExitFailed, wordNoConsent, "", true,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			node := newFake()
			node.window = test.window
			node.setAsks(asking(1, true), asking(2, false))
			if test.alter != nil {
				test.alter(node)
			}
			_, exit, err := do(t, t.Context(), NewDoor(node), control.CommandConsentAnswer, test.args)
			if exit != test.exit {
				t.Errorf("exit %d: %v", exit, err)
			}
			if test.exit != 0 {
				wantWord(t, err, test.exit, test.word)
			}
			if did := node.did(); did != test.did {
				t.Errorf("did\n%s\nwant\n%s", did, test.did)
			}
		})
	}
}

func TestDoorListsConsents(t *testing.T) {
	node := newFake()
	node.setAsks(asking(1, true))
	node.fakeRuns.consents = []RunConsent{
		{Key: ConsentKey{0xab, 0xcd, 1}, Name: "bob", Device: bob.Device, Line: "ls", Given: noon},
		{Key: ConsentKey{0xab, 0xcd, 2}, Name: "bob", Device: bob.Device, Line: "ps", Folder: "/tmp", Given: noon, Until: noon},
	}
	id := bob.Device.String()
	lines, _, err := do(t, t.Context(), NewDoor(node), control.CommandConsents, nil)
	want := `{"event":"consent","number":1,"person":"bob","id":"` + id + `","line":"ls","folder":"/tmp","account":"me@pc (/home/me)","stdin":false,"until":"2026-05-04T12:00:00.000Z","quarter":true,"forever":true}
`
	if err != nil || lines != want {
		t.Errorf("got %swant %s%v", lines, want, err)
	}
	lines, _, err = do(t, t.Context(), NewDoor(node), control.CommandRemembered, nil)
	if err != nil || strings.Count(lines, "\n") != 2 || !strings.Contains(lines, `"line":"ps","folder":"/tmp","given":"2026-05-04T12:00:00.000Z","until":"2026-05-04T12:00:00.000Z"`) {
		t.Errorf("remembered: %s%v", lines, err)
	}
	for key, want := range map[string]control.Word{"abc": wordNoRemembered, "": wordNoRemembered, "ffff": wordNoRemembered, "abcd": wordManyRemembered} {
		_, _, err := do(t, t.Context(), NewDoor(node), control.CommandConsentForget, control.ForgetArgs{Key: key})
		wantWord(t, err, control.ExitFailed, want)
	}
	if _, exit, err := do(t, t.Context(), NewDoor(node), control.CommandConsentForget, control.ForgetArgs{Key: "ABCD02"}); exit != 0 || node.did() != "forget abcd" {
		t.Errorf("exit %d, %v", exit, err)
	}
}

func TestDoorKeepsButtons(t *testing.T) {
	node := newFake()
	node.window = true
	door := NewDoor(node)
	add := control.Button{Name: "greet", Argv: []string{"echo", "{who}"}, Dir: "/tmp", WallMS: 1000, Params: []control.Param{{Name: "who", Kind: "text", MaxLen: 5}}}
	lines, _, err := do(t, t.Context(), door, control.CommandButtonAdd, add)
	want := `{"name":"greet","argv":["echo","{who}"],"dir":"/tmp","wall_ms":1000,"params":[{"name":"who","kind":"text","max_len":5}],"line":"echo {who}"}` + "\n"
	if err != nil || lines != want {
		t.Errorf("got %s, %v", lines, err)
	}
	if did := node.did(); did != "confirm button  greet: echo {who}\nbutton greet [\"echo\" \"{who}\"]" {
		t.Errorf("did\n%s", did)
	}
	node.confirmErr = ErrNotConfirmed
	_, _, err = do(t, t.Context(), door, control.CommandButtonAdd, add)
	wantWord(t, err, control.ExitRefused, wordNotConfirmed)
	if did := node.did(); strings.Contains(did, "button greet") {
		t.Errorf("it was added all the same: %s", did)
	}
	_, _, err = do(t, t.Context(), door, control.CommandButtonAdd, control.Button{Name: "x", Argv: []string{"sh", "-c", "{who}"}, Params: add.Params})
	wantWord(t, err, control.ExitUsage, wordBadButton)
	if did := node.did(); did != "" {
		t.Errorf("asked about what cannot be: %s", did)
	}
	_, _, err = do(t, t.Context(), door, control.CommandButtonRemove, control.ButtonArgs{Name: "nope"})
	wantWord(t, err, control.ExitFailed, wordNoButton)
	node.owned = []Button{{Name: "greet", Argv: []string{"true"}}}
	if _, exit, err := do(t, t.Context(), door, control.CommandButtonRemove, control.ButtonArgs{Name: "greet"}); exit != 0 || node.did() != "remove greet" {
		t.Errorf("exit %d, %v", exit, err)
	}
}

func TestDoorListsButtonsOfOthers(t *testing.T) {
	node := newFake()
	door := NewDoor(node)
	_, _, err := do(t, t.Context(), door, control.CommandButtons, control.ButtonsArgs{Person: "bob"})
	wantWord(t, err, control.ExitRefused, wordRunRefused)
	node.theirs = map[PersonID][]Button{bob.ID: {{Name: "b"}}}
	if lines, _, err := do(t, t.Context(), door, control.CommandButtons, control.ButtonsArgs{Person: "bob"}); err != nil || lines != `{"name":"b"}`+"\n" {
		t.Errorf("%s, %v", lines, err)
	}
}

func TestDoorListsAndStopsRuns(t *testing.T) {
	node := newFake()
	door := NewDoor(node)
	for range 3 {
		node.addRun(bob.ID, RunRequest{Argv: []string{"ls"}})
	}
	node.begin(1) // older than what is asked for, but it runs
	for _, key := range []int64{2, 3} {
		node.begin(key)
		node.exit(key, command.StateExited, 0)
	}
	lines, _, err := do(t, t.Context(), door, control.CommandRuns, control.RunsArgs{Last: 1})
	if err != nil || strings.Count(lines, "\n") != 2 || !strings.Contains(lines, `{"run":1,`) || !strings.Contains(lines, `{"run":3,`) {
		t.Errorf("%s%v", lines, err)
	}
	for key, want := range map[int64]control.Word{2: wordRunOver, 9: wordNoRun} {
		_, _, err := do(t, t.Context(), door, control.CommandStop, control.StopArgs{Run: key})
		wantWord(t, err, control.ExitFailed, want)
	}
	if _, exit, err := do(t, t.Context(), door, control.CommandStop, control.StopArgs{Run: 1}); exit != 0 {
		t.Error(err)
	}
	if r, _ := node.Run(t.Context(), 1); r.State != command.StateKilledHere {
		t.Errorf("it is %s", r.State)
	}
}

func TestServeTellsOfCommandsHere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		node := newFake()
		here := func(r *Run) { r.Here = true }
		old := node.addRun(bob.ID, RunRequest{Argv: []string{"old"}}).Key
		node.alterRun(old, here)
		node.begin(old)
		node.exit(old, command.StateExited, 0)
		open := node.addRun(bob.ID, RunRequest{Argv: []string{"open"}}).Key
		node.alterRun(open, here)
		node.begin(open)
		node.setAsks(asking(4, true))
		serve := startServe(t, NewDoor(node), control.ServeArgs{})
		synctest.Wait()
		short := node.addRun(bob.ID, RunRequest{Argv: []string{"short"}}).Key
		node.alterRun(short, here)
		node.begin(short)
		node.exit(short, command.StateExited, 1)
		synctest.Wait()
		node.exit(open, command.StateKilledThere, 0)
		synctest.Wait()
		mine := node.addRun(bob.ID, RunRequest{Argv: []string{"mine"}}).Key
		node.begin(mine) // it runs elsewhere
		denied := node.addRun(bob.ID, RunRequest{Argv: []string{"denied"}}).Key
		node.alterRun(denied, here)
		node.exit(denied, command.StateDenied, 0)
		synctest.Wait()
		node.setAsks()
		synctest.Wait()
		node.alterRun(short, func(*Run) {}) // a late event
		var got []string
		for line := range strings.Lines(serve.end(t)) {
			event, rest, _ := strings.Cut(strings.TrimPrefix(line, `{"event":"`), `"`)
			number, _, _ := strings.Cut(rest[strings.Index(rest, ":")+1:], ",")
			got = append(got, event+" "+strings.Trim(number, "}\n"))
		}
		want := "consent 4, started 2, started 3, exit 3, exit 2, consent-over 4"
		if all := strings.Join(got, ", "); all != want {
			t.Errorf("got  %s\nwant %s", all, want)
		}
	})
}
