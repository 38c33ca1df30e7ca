package netcore

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"lanyard/netcore/link"
	"lanyard/netcore/verify"
)

// twoDevices opens a copy that knows somebody with two devices, both verified
// and linked: the one that they are shown with, and the other.
func twoDevices(t *testing.T) (ann *Node, both Person, front, back DeviceID) {
	t.Helper()
	net := link.NewMemory()
	ann = copyOn(t, net, "ann")
	var people []Person
	for _, host := range []string{"desk", "lap"} {
		n := copyOn(t, net, host)
		reach(t, ann, host+":9527")
		pair(t, ann, n)
		person, err := ann.Find(soon(t), n.Self().ID.String())
		if err != nil {
			t.Fatal(err)
		}
		people = append(people, person)
	}
	if err := ann.Merge(soon(t), people[1].ID, people[0].ID); err != nil {
		t.Fatal(err)
	}
	both = seen(t, ann, people[0].ID)
	if len(both.Devices) != 2 || both.Trust != TrustVerified {
		t.Fatalf("merged: %+v", both)
	}
	return ann, both, both.Devices[0], both.Devices[1]
}

// rightsOn returns what a device may do.
func rightsOn(t *testing.T, n *Node, id DeviceID) Permissions {
	t.Helper()
	device, err := n.db.Device(soon(t), id)
	if err != nil {
		t.Fatal(err)
	}
	return permissions(device.Permitted())
}

func TestPermissionsGoToTheDeviceThatWasNamed(t *testing.T) {
	ann, both, front, back := twoDevices(t)
	events := ann.Subscribe(64)
	defer events.Close()
	wish := Permissions{Files: FilesAuto, Commands: CommandsAlways}
	if err := ann.SetPermissions(soon(t), back, wish); err != nil {
		t.Fatal(err)
	}
	least := Permissions{Files: FilesAsk, Commands: CommandsOff, Clock: true}
	if got, other := rightsOn(t, ann, back), rightsOn(t, ann, front); got != wish || other != least {
		t.Errorf("the device named may %v, the one in front %v", got, other)
	}
	entries, err := ann.Audit(soon(t), AuditQuery{What: AuditPermissions})
	if err != nil || len(entries) != 1 || entries[0].Device != back || entries[0].Person != both.ID {
		t.Errorf("the log: %+v, %v", entries, err)
	}
	for event := range events.C {
		if event.Kind == EventPerson && event.Person == both.ID {
			break
		}
	}
	if err := ann.SetPermissions(soon(t), DeviceID{9}, wish); !errors.Is(err, ErrUnknownPerson) {
		t.Errorf("for nobody's device: %v", err)
	}
}

func TestUnverifyTakesItFromAllDevices(t *testing.T) {
	ann, both, front, back := twoDevices(t)
	for _, id := range []DeviceID{front, back} {
		if err := ann.SetPermissions(soon(t), id, Permissions{Files: FilesAuto, Commands: CommandsAlways}); err != nil {
			t.Fatal(err)
		}
	}
	if err := ann.Unverify(soon(t), both.ID); err != nil {
		t.Fatal(err)
	}
	for _, id := range []DeviceID{front, back} {
		device, err := ann.db.Device(soon(t), id)
		if err != nil || !device.Verified.IsZero() || permissions(device.Permitted()) != (Permissions{Files: FilesAsk, Commands: CommandsOff}) {
			t.Errorf("%s is left with %+v, %v", id.Short(), device.Trust, err)
		}
		entries, err := ann.Audit(soon(t), AuditQuery{What: AuditUnverify, Device: id})
		if err != nil || len(entries) != 1 || entries[0].Outcome != OutcomeDone {
			t.Errorf("the log of %s: %+v, %v", id.Short(), entries, err)
		}
	}
}

func TestAnyOfTheirDeviceIDsVerifiesThatDevice(t *testing.T) {
	ann, both, front, back := twoDevices(t)
	if err := ann.Unverify(soon(t), both.ID); err != nil {
		t.Fatal(err)
	}
	if err := ann.VerifyID(soon(t), both.ID, ann.Self().ID.String()); !errors.Is(err, ErrOtherID) {
		t.Errorf("somebody else's: %v", err)
	}
	if err := ann.VerifyID(soon(t), both.ID, back.String()); err != nil {
		t.Fatal(err)
	}
	for id, want := range map[DeviceID]bool{front: false, back: true} {
		if device, err := ann.db.Device(soon(t), id); err != nil || device.Verified.IsZero() == want {
			t.Errorf("%s: %+v, %v", id.Short(), device.Trust, err)
		}
	}
	entries, err := ann.Audit(soon(t), AuditQuery{What: AuditVerify, Device: back})
	if err != nil || len(entries) == 0 || entries[0].Detail != string(VerifiedByID) {
		t.Errorf("the log: %+v, %v", entries, err)
	}
}

func TestTheDeviceThatWasNamedIsCompared(t *testing.T) {
	ann, _, _, back := twoDevices(t)
	if _, err := ann.Verify(soon(t), DeviceID{9}); !errors.Is(err, ErrUnknownPerson) {
		t.Errorf("nobody's device: %v", err)
	}
	attempt, err := ann.Verify(soon(t), back)
	if err != nil {
		t.Fatal(err)
	}
	attempt.Cancel()
	if err := attempt.Wait(soon(t)); !errors.Is(err, verify.ErrCanceled) {
		t.Errorf("given up: %v", err)
	}
	eventually(t, ann, "the end in the log of that device", func() bool {
		entries, err := ann.Audit(soon(t), AuditQuery{What: AuditVerify, Device: back})
		return err == nil && slices.ContainsFunc(entries, func(e AuditEntry) bool { return e.Detail == "code: cancelled" })
	})
}

func TestWhoIsBlockedIsNotMergedWithWhoIsNot(t *testing.T) {
	net := link.NewMemory()
	ann := copyOn(t, net, "ann")
	copyOn(t, net, "bob")
	copyOn(t, net, "eve")
	toBob, toEve := reach(t, ann, "bob:9527"), reach(t, ann, "eve:9527")
	if err := ann.Block(soon(t), toEve.ID); err != nil {
		t.Fatal(err)
	}
	for _, pair := range [][2]PersonID{{toBob.ID, toEve.ID}, {toEve.ID, toBob.ID}} {
		if err := ann.Merge(soon(t), pair[0], pair[1]); !errors.Is(err, ErrBlocked) {
			t.Errorf("merging %d into %d: %v", pair[0], pair[1], err)
		}
	}
	if err := ann.Block(soon(t), toBob.ID); err != nil {
		t.Fatal(err)
	}
	if err := ann.Merge(soon(t), toBob.ID, toEve.ID); err != nil {
		t.Errorf("both are blocked: %v", err)
	}
}

func TestNamesOfOnesOwnAreInTheLog(t *testing.T) {
	ann, _, toBob, _ := met(t)
	for _, alias := range []string{"Bobby\u202e", ""} {
		if err := ann.SetAlias(soon(t), toBob.ID, alias); err != nil {
			t.Fatal(err)
		}
	}
	lines := logOf(t, ann)
	if len(lines) != 2 || lines[1] != "alias|bob|"+shownAlias("Bobby\u202e")+"|done" || !strings.HasSuffix(lines[0], "||done") {
		t.Errorf("the log: %q", lines)
	}
}
