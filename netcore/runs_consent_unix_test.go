//go:build unix

package netcore

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"lanyard/netcore/store"
)

// TestAYesIsForExactlyThatCommand: what is remembered is this argument vector in
// this folder, without standard input, from this device, until it is forgotten.
func TestAYesIsForExactlyThatCommand(t *testing.T) {
	o := newOffice(t, CommandsAsk)
	dir, other := t.TempDir(), t.TempDir()
	yes := RunRequest{Argv: []string{"echo", "a b"}, Dir: dir}
	r := o.start(yes)
	o.answers(AllowForever)
	o.over(r.Key)
	asks := func(what string, request RunRequest) {
		t.Helper()
		r := o.start(request)
		if ask := o.asked(); request.Stdin && (ask.Quarter || ask.Forever || !ask.Run.Stdin) {
			t.Errorf("%s: %+v", what, ask)
		}
		o.answers(Deny)
		if end := o.over(r.Key); end.Reason != RunSaidNo {
			t.Errorf("%s was not asked for: %+v", what, end)
		}
		eventually(t, o.bob, "the question is gone", func() bool { return len(o.bob.Asks()) == 0 })
	}
	remembered := func() {
		t.Helper()
		if end := o.over(o.start(yes).Key); end.State != RunExited || end.Decision != DecidedRemembered {
			t.Errorf("not remembered: %+v", end)
		}
	}
	remembered()
	asks("another folder", RunRequest{Argv: yes.Argv, Dir: other})
	asks("other arguments", RunRequest{Argv: []string{"echo", "a", "b"}, Dir: dir})
	asks("one argument more", RunRequest{Argv: []string{"echo", "a b", ""}, Dir: dir})
	asks("standard input", RunRequest{Argv: yes.Argv, Dir: dir, Stdin: true})

	closeNode(t, o.bob)
	o.bob = reopen(t, o.net, "bob", o.bob.config.Profile)
	o.toBob = reach(t, o.ann, "bob:9527").ID
	remembered() // after a restart, too
	consents, err := o.bob.Consents(soon(t))
	if err != nil || len(consents) != 1 || consents[0].Line != `echo "a b"` || consents[0].Name != "ann" || consents[0].Folder == "" {
		t.Fatalf("remembered: %+v, %v", consents, err)
	}
	if err := o.bob.ForgetConsent(soon(t), consents[0].Key); err != nil {
		t.Fatal(err)
	}
	asks("what was forgotten", yes)
}

// TestARevokedConsentDoesNotComeBack with the permission, and a running command
// dies with the consent that it stands on.
func TestARevokedConsentDoesNotComeBack(t *testing.T) {
	o := newOffice(t, CommandsAsk)
	r := o.start(argv("sleep", "600"))
	o.answers(AllowForever)
	o.runs()
	consents, err := o.bob.Consents(soon(t))
	if err != nil || len(consents) != 1 {
		t.Fatal(consents, err)
	}
	if err := o.bob.ForgetConsent(soon(t), consents[0].Key); err != nil {
		t.Fatal(err)
	}
	if end := o.over(r.Key); end.State != RunKilledThere || end.Reason != RunRevoked {
		t.Errorf("its consent was taken back: %+v", end)
	}
	r = o.start(argv("true"))
	o.answers(AllowForever)
	o.over(r.Key)
	for _, level := range []CommandsPermission{CommandsButtons, CommandsAsk} {
		if err := o.bob.SetPermissions(soon(t), o.ann.Self().ID, Permissions{Files: FilesAsk, Commands: level}); err != nil {
			t.Fatal(err)
		}
	}
	if consents, err := o.bob.Consents(soon(t)); err != nil || len(consents) != 0 {
		t.Errorf("remembered after all: %+v, %v", consents, err)
	}
	r = o.start(argv("true"))
	o.answers(Deny)
	if end := o.over(r.Key); end.Reason != RunSaidNo {
		t.Errorf("it came back: %+v", end)
	}
}

// TestAQuarterOfAnHourEnds, by a clock of the test's.
func TestAQuarterOfAnHourEnds(t *testing.T) {
	var ahead atomic.Int64
	now := func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }
	o := newOffice(t, CommandsOff)
	closeNode(t, o.bob)
	o.bob = openAs(t, o.net, "bob", o.bob.config.Profile, func(c *Config) { c.Now = now })
	o.meet(CommandsAsk)
	r := o.start(argv("true"))
	o.answers(AllowQuarter)
	if end := o.over(r.Key); end.Decision != DecidedQuarter {
		t.Errorf("allowed: %+v", end)
	}
	ahead.Store(int64(14 * time.Minute))
	if end := o.over(o.start(argv("true")).Key); end.Decision != DecidedRemembered {
		t.Errorf("within the quarter: %+v", end)
	}
	ahead.Store(int64(15*time.Minute + time.Second))
	r = o.start(argv("true"))
	o.answers(Deny)
	if end := o.over(r.Key); end.Reason != RunSaidNo {
		t.Errorf("after the quarter: %+v", end)
	}
}

// TestButtonsArePressed by those who may no more than that, with values that
// become one argument each.
func TestButtonsArePressed(t *testing.T) {
	o := newOffice(t, CommandsButtons)
	hello := Button{
		Name: "say hello", Argv: []string{"printf", "%s|", "hello", "{who}"},
		Params: []ButtonParam{{Name: "who", Kind: ParamText}, {Name: "file", Kind: ParamFile, Folder: t.TempDir()}},
	}
	if err := o.bob.SetButton(soon(t), hello); !errors.Is(err, ErrButton) {
		t.Errorf("a parameter that is not used: %v", err)
	}
	hello.Argv = append(hello.Argv, "{file}")
	if err := o.bob.SetButton(soon(t), hello); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(hello.Params[1].Folder, "f"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	buttons, err := o.ann.ButtonsOf(soon(t), o.toBob)
	if err != nil || len(buttons) != 1 || buttons[0].Name != "say hello" || buttons[0].Argv != nil || buttons[0].Params[1].Folder != "" {
		t.Errorf("told: %+v, %v", buttons, err)
	}
	press := func() (Run, string) {
		r := o.start(RunRequest{Button: "say hello", Args: map[string]string{"who": "$(reboot); x", "file": "f"}})
		return o.over(r.Key), output(t, o.ann, r.Key)
	}
	end, said := press()
	if end.State != RunExited || end.Decision != DecidedButton || end.Line != `"say hello" file=f "who=$(reboot); x"` || !strings.HasPrefix(said, "hello|$(reboot); x|/") {
		t.Errorf("pressed: %+v, %q", end, said)
	}
	if there := o.there(); !strings.HasPrefix(there.Line, `printf %s| hello "$(reboot); x" /`) || there.Button != "say hello" {
		t.Errorf("there: %+v", there)
	}
	closeNode(t, o.bob)
	o.bob = reopen(t, o.net, "bob", o.bob.config.Profile)
	o.toBob = reach(t, o.ann, "bob:9527").ID
	if kept, err := o.bob.Buttons(soon(t)); err != nil || len(kept) != 1 || kept[0].Params[1].Folder != hello.Params[1].Folder {
		t.Errorf("after a restart: %+v, %v", kept, err)
	}
	if end, _ := press(); end.State != RunExited {
		t.Errorf("after a restart: %+v", end)
	}
	if err := errors.Join(o.bob.RemoveButton(soon(t), "say hello")); err != nil {
		t.Error(err)
	}
	if end, _ := press(); end.Reason != RunNoButton {
		t.Errorf("a button that was removed: %+v", end)
	}
	o.permit(CommandsOff)
	if _, err := o.ann.ButtonsOf(soon(t), o.toBob); !errors.Is(err, ErrRunRefused) {
		t.Errorf("without the permission: %v", err)
	}
}

// TestCommandsAreSaved under names.
func TestCommandsAreSaved(t *testing.T) {
	o := newOffice(t, CommandsOff)
	saved := SavedCommand{Name: "磁盘", Argv: []string{"df", "-h"}, Dir: "/tmp", Wall: time.Minute}
	for range 2 {
		if err := o.ann.SaveCommand(soon(t), saved); err != nil {
			t.Fatal(err)
		}
	}
	for _, bad := range []SavedCommand{{Name: "x"}, {Argv: []string{"x"}}, {Name: "a\x1b[2J", Argv: []string{"x"}}} {
		if err := o.ann.SaveCommand(soon(t), bad); !errors.Is(err, ErrRunRequest) {
			t.Errorf("%+v: %v", bad, err)
		}
	}
	all, err := o.ann.SavedCommands(soon(t))
	if err != nil || len(all) != 1 || all[0].Name != saved.Name || all[0].Dir != "/tmp" || all[0].Wall != time.Minute || !slices.Equal(all[0].Argv, saved.Argv) {
		t.Errorf("saved: %+v, %v", all, err)
	}
	if err := o.ann.RemoveSavedCommand(soon(t), saved.Name); err != nil {
		t.Error(err)
	}
	if err := o.ann.RemoveSavedCommand(soon(t), saved.Name); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("removed twice: %v", err)
	}
}
