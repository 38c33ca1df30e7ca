package netcore

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"

	"lanyard/netcore/control"
)

// withVerified is a fake whose bob is verified, with the least permissions.
func withVerified() *fakeEngine {
	node := newFake()
	node.people[0].Trust = TrustVerified
	node.people[0].Permissions = Permissions{Files: FilesAsk, Commands: CommandsOff, Clock: true}
	return node
}

func TestAllow(t *testing.T) {
	least := `"files":"ask","commands":"off","clock":"on"`
	for _, test := range []struct {
		name string
		args control.AllowArgs
		did  string
		says string
	}{
		{"nothing, only told", control.AllowArgs{}, "", least},
		{
			"all at once",
			control.AllowArgs{Files: "auto", Commands: "ask", Clock: "off"},
			"confirm allow bob files=auto commands=ask clock=off\npermissions " + bob.Device.Short() + " files=auto commands=ask clock=off",
			`"files":"auto","files_cap":1073741824,"commands":"ask","clock":"off"`,
		},
		{
			"a cap",
			control.AllowArgs{Files: "auto", FilesCap: 500e6},
			"confirm allow bob files=auto:500000000\npermissions " + bob.Device.Short() + " files=auto:500000000 commands=off clock=on",
			`"files":"auto","files_cap":500000000,"commands":"off","clock":"on"`,
		},
		{
			"less needs no confirmation",
			control.AllowArgs{Files: "ask", Commands: "off", Clock: "off"},
			"permissions " + bob.Device.Short() + " files=ask commands=off clock=off",
			`"files":"ask","commands":"off","clock":"off"`,
		},
	} {
		node := withVerified()
		test.args.Person = "bob"
		lines, exit, err := do(t, t.Context(), NewDoor(node), control.CommandAllow, test.args)
		if did := node.did(); exit != 0 || did != test.did {
			t.Errorf("%s: %v, did %s", test.name, err, did)
		}
		if want := `{"person":"bob","id":"` + bob.Device.String() + `","trust":"verified",` + test.says + "}\n"; lines != want {
			t.Errorf("%s: got %s, want %s", test.name, lines, want)
		}
	}
}

func TestAllowRefusals(t *testing.T) {
	verified := withVerified
	for _, test := range []struct {
		node    *fakeEngine
		args    control.AllowArgs
		confirm error
		failing error
		exit    int
		word    control.Word
	}{
		{newFake(), control.AllowArgs{Files: "auto"}, nil, nil, control.ExitRefused, wordNotVerified},
		{verified(), control.AllowArgs{Files: "auto"}, nil, ErrNotVerified, control.ExitRefused, wordNotVerified},
		{verified(), control.AllowArgs{Files: "auto"}, ErrNotConfirmed, nil, control.ExitRefused, wordNotConfirmed},
		{verified(), control.AllowArgs{Files: "all"}, nil, nil, control.ExitUsage, wordBadValue},
		{verified(), control.AllowArgs{Files: "ask", FilesCap: 5}, nil, nil, control.ExitUsage, wordBadValue},
		{verified(), control.AllowArgs{FilesCap: 5}, nil, nil, control.ExitUsage, wordBadValue},
		{verified(), control.AllowArgs{Files: "auto", FilesCap: -5}, nil, nil, control.ExitUsage, wordBadValue},
		{verified(), control.AllowArgs{Commands: "all"}, nil, nil, control.ExitUsage, wordBadValue},
		{verified(), control.AllowArgs{Clock: "yes"}, nil, nil, control.ExitUsage, wordBadValue},
	} {
		test.args.Person = "bob"
		test.node.confirmErr, test.node.failing = test.confirm, test.failing
		_, _, err := do(t, t.Context(), NewDoor(test.node), control.CommandAllow, test.args)
		wantWord(t, err, test.exit, test.word)
	}
}

func TestWhatRaisesARight(t *testing.T) {
	for _, test := range []struct {
		before, after Permissions
		raises        bool
	}{
		{Permissions{Files: FilesAsk}, Permissions{Files: FilesAsk}, false},
		{Permissions{Files: FilesAsk}, Permissions{Files: FilesAuto, FilesCap: 1}, true},
		{Permissions{Files: FilesAuto, FilesCap: 2}, Permissions{Files: FilesAuto, FilesCap: 1}, false},
		{Permissions{Files: FilesAuto, FilesCap: 2}, Permissions{Files: FilesAuto, FilesCap: 3}, true},
		{Permissions{Files: FilesAuto, FilesCap: 2}, Permissions{Files: FilesAuto}, true},
		{Permissions{Files: FilesAuto}, Permissions{Files: FilesAuto, FilesCap: DefaultFilesCap}, false},
		{Permissions{Commands: CommandsOff}, Permissions{Commands: CommandsButtons}, true},
		{Permissions{Commands: CommandsButtons}, Permissions{Commands: CommandsAsk}, true},
		{Permissions{Commands: CommandsAsk}, Permissions{Commands: CommandsButtons}, true},
		{Permissions{Commands: CommandsAsk}, Permissions{Commands: CommandsAlways}, true},
		{Permissions{Commands: CommandsAlways}, Permissions{Commands: CommandsAsk}, false},
		{Permissions{Commands: CommandsAlways}, Permissions{Commands: CommandsOff}, false},
		{Permissions{Clock: true}, Permissions{Clock: true}, false},
		{Permissions{}, Permissions{Clock: true}, true},
		{Permissions{Clock: true}, Permissions{}, false},
	} {
		if raises(test.before, test.after) != test.raises {
			t.Errorf("%+v to %+v: raises %v", test.before, test.after, !test.raises)
		}
	}
}

func TestConfirmationIsForOneKeyAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for command, args := range map[string]any{
			control.CommandAllow:   control.AllowArgs{Person: "bob", Files: "auto"},
			control.CommandUnblock: control.PersonArgs{Person: "bob"},
			control.CommandAlias:   control.AliasArgs{Person: "bob", Alias: "Ann"},
		} {
			for _, change := range []func(*Person){
				func(p *Person) { p.ID = 66 },                                // merged with somebody
				func(p *Person) { p.Devices = []DeviceID{{66}, bob.Device} }, // somebody was merged with them
			} {
				node := withVerified()
				node.onConfirm = func() { node.alter(bob.ID, EventPerson, change) }
				_, _, err := do(t, t.Context(), NewDoor(node), command, args)
				wantWord(t, err, control.ExitFailed, wordChanged)
				node.did()
			}
		}
	})
}

func TestWhatChangesWhileTheWindowAsksStays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		node := withVerified()
		node.onConfirm = func() {
			node.alter(bob.ID, EventPerson, func(p *Person) { p.Permissions.Clock = false })
		}
		lines, _, err := do(t, t.Context(), NewDoor(node), control.CommandAllow, control.AllowArgs{Person: "bob", Files: "auto"})
		want := `{"event":"confirm","act":"allow"}` + "\n" + `{"person":"bob","id":"` + bob.Device.String() +
			`","trust":"verified","files":"auto","files_cap":1073741824,"commands":"off","clock":"off"}` + "\n"
		if err != nil || lines != want {
			t.Errorf("%v: got %s, want %s", err, lines, want)
		}
	})
}

func TestCommandThatIsInterruptedAsksNoMore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		node := withVerified()
		node.onConfirm = func() { t.Error("answered all the same") }
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() {
			_, _, err := do(t, ctx, NewDoor(node), control.CommandAllow, control.AllowArgs{Person: "bob", Files: "auto"})
			ended <- err
		}()
		synctest.Wait()
		stop()
		wantWord(t, <-ended, control.ExitFailed, control.WordCancelled)
		if did := node.did(); did != "confirm allow bob files=auto" {
			t.Errorf("did: %s", did)
		}
	})
}

func TestRelations(t *testing.T) {
	id, eve := bob.Device.String(), DeviceID{2}.String()
	for _, test := range []struct {
		command string
		args    any
		did     string
		says    string
	}{
		{control.CommandBlock, control.PersonArgs{Person: "bob"}, "block 1", `{"event":"blocked","person":"bob","id":"` + id + `"}`},
		{control.CommandUnverify, control.PersonArgs{Person: "bob"}, "unverify 1", `{"event":"unverified","person":"bob","id":"` + id + `"}`},
		{control.CommandUnblock, control.PersonArgs{Person: "bob"}, "confirm unblock bob\nunblock 1", `{"event":"unblocked","person":"bob","id":"` + id + `"}`},
		{control.CommandAlias, control.AliasArgs{Person: "bob", Alias: "Bobby"}, "confirm alias bob Bobby\nalias 1 \"Bobby\"", `{"event":"alias","person":"Bobby","id":"` + id + `"}`},
		{
			control.CommandMerge,
			control.MergeArgs{From: "bob", Into: "eve"},
			"confirm merge bob eve " + DeviceID{2}.Short() + "\nmerge 1 into 2", `{"event":"merged","person":"eve","id":"` + eve + `"}`,
		},
	} {
		node := newFake()
		node.people = append(node.people, Person{ID: 2, Name: "eve", Device: DeviceID{2}})
		lines, _, err := do(t, t.Context(), NewDoor(node), test.command, test.args)
		if did := node.did(); did != test.did || lines != test.says+"\n" || err != nil {
			t.Errorf("%s: %v, did %s, said %s", test.command, err, did, lines)
		}
		node.failing = fmt.Errorf("store: %w", ErrUnknownPerson)
		_, _, err = do(t, t.Context(), NewDoor(node), test.command, test.args)
		wantWord(t, err, control.ExitFailed, control.WordUnknownPerson)
	}
	node := newFake()
	node.confirmErr = ErrNotConfirmed
	_, _, err := do(t, t.Context(), NewDoor(node), control.CommandUnblock, control.PersonArgs{Person: "bob"})
	wantWord(t, err, control.ExitRefused, wordNotConfirmed)
	_, _, err = do(t, t.Context(), NewDoor(node), control.CommandMerge, control.MergeArgs{From: "bob", Into: "bob"})
	wantWord(t, err, control.ExitUsage, wordSamePerson)
}

func TestPeopleTellsOfTrust(t *testing.T) {
	node := withVerified()
	node.people[0].Permissions = Permissions{Files: FilesAuto, FilesCap: 5, Commands: CommandsOff}
	node.people = append(node.people,
		Person{ID: 2, Name: "bob", Device: DeviceID{2}, Trust: TrustStranger, Notice: NoticeNewKey, NoticeOf: 1, Permissions: Permissions{Clock: true}},
		Person{ID: 3, Name: "eve", Device: DeviceID{3}, Trust: TrustBlocked, NoticeOf: 1},
	)
	id, second, third := bob.Device.String(), DeviceID{2}.String(), DeviceID{3}.String()
	want := `{"name":"bob","id":"` + id + `","online":true,"address":"127.0.0.1:1","unread":0,"trust":"verified","files":"auto","files_cap":5,"commands":"off","clock":"off"}
{"name":"bob","id":"` + second + `","online":false,"unread":0,"trust":"stranger","notice":"new-key","notice_of":"` + id + `"}
{"name":"eve","id":"` + third + `","online":false,"unread":0,"trust":"blocked"}
`
	if lines, _, _ := do(t, t.Context(), NewDoor(node), control.CommandPeople, nil); lines != want {
		t.Errorf("got\n%swant\n%s", lines, want)
	}
}

// TestAllowIsForTheDeviceThatWasAskedAbout: another one of theirs comes to the
// fore while the window asks.
func TestAllowIsForTheDeviceThatWasAskedAbout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		node := withVerified()
		node.people[0].Devices = []DeviceID{bob.Device, {66}}
		node.onConfirm = func() {
			node.alter(bob.ID, EventPerson, func(p *Person) { p.Device = DeviceID{66} })
		}
		_, _, err := do(t, t.Context(), NewDoor(node), control.CommandAllow, control.AllowArgs{Person: "bob", Files: "auto"})
		want := "confirm allow bob files=auto\npermissions " + bob.Device.Short() + " files=auto commands=off clock=on"
		if did := node.did(); did != want || err != nil {
			t.Errorf("%v, did %s", err, did)
		}
	})
}
