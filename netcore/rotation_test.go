package netcore

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"lanyard/netcore/link"
)

// other returns the person of a device.
func other(t *testing.T, n *Node, id DeviceID) (found Person, ok bool) {
	t.Helper()
	people, err := n.People(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(people, func(p Person) bool { return slices.Contains(p.Devices, id) })
	if i < 0 {
		return Person{}, false
	}
	return people[i], true
}

// reborn closes a copy and opens another one at the same host.
func reborn(t *testing.T, net *link.Memory, n *Node, profile string) *Node {
	t.Helper()
	host := n.config.Name
	closeNode(t, n)
	return reopen(t, net, host, profile)
}

func TestANewKeyUnderAnOldNameGetsNothing(t *testing.T) {
	net := link.NewMemory()
	ann, bob := copyOn(t, net, "ann"), copyOn(t, net, "bob")
	reach(t, ann, "bob:9527")
	pair(t, ann, bob)
	old := only(t, ann)
	if err := ann.SetPermissions(soon(t), old.Device, Permissions{Files: FilesAuto, Commands: CommandsAlways}); err != nil {
		t.Fatal(err)
	}
	bob = reborn(t, net, bob, t.TempDir()) // installed anew, or an impostor
	reach(t, ann, "bob:9527")
	fresh, ok := other(t, ann, bob.Self().ID)
	if !ok || fresh.ID == old.ID || fresh.Trust != TrustStranger || fresh.Notice != NoticeNewKey || fresh.NoticeOf != old.ID {
		t.Errorf("the new one: %+v", fresh)
	}
	if err := ann.Merge(soon(t), fresh.ID, old.ID); err != nil {
		t.Fatal(err)
	}
	merged, _ := other(t, ann, bob.Self().ID)
	if merged.ID != old.ID || len(merged.Devices) != 2 || merged.Devices[0] != old.Device {
		t.Errorf("a key that nobody has compared stands for somebody verified: %+v", merged)
	}
	again, err := ann.Find(soon(t), bob.Self().ID.String())
	none := Permissions{Files: FilesAsk, Commands: CommandsOff}
	if err != nil || again.ID != old.ID || again.Device != bob.Self().ID || again.Trust != TrustStranger || again.Permissions != none {
		t.Errorf("the new key after the merge: %+v, %v", again, err)
	}
}

func TestAnOldKeyUnderANewNameKeepsItsTrust(t *testing.T) {
	ann, bob, toBob, _ := verified(t)
	settings := bob.Settings()
	settings.Name = "Robert"
	if err := bob.SetSettings(soon(t), settings); err != nil {
		t.Fatal(err)
	}
	eventually(t, ann, "the new name", func() bool { return seen(t, ann, toBob.ID).Name == "Robert" })
	if got := seen(t, ann, toBob.ID); got.Trust != TrustVerified || got.Notice != NoticeNone {
		t.Errorf("renamed: %+v", got)
	}
}

func TestAReplacedKeyIsAnnouncedAndNotTrusted(t *testing.T) {
	net := link.NewMemory()
	profile := t.TempDir()
	ann, bob := copyOn(t, net, "ann"), reopen(t, net, "bob", profile)
	reach(t, ann, "bob:9527")
	pair(t, ann, bob)
	old := only(t, ann)
	next, err := bob.RotateIdentity(soon(t))
	if err != nil || next == bob.Self().ID {
		t.Fatalf("%s, %v", next, err)
	}
	bob = reborn(t, net, bob, profile)
	if bob.Self().ID != next {
		t.Fatalf("the profile has %s, want %s", bob.Self().ID, next)
	}
	reach(t, bob, "ann:9527")
	eventually(t, ann, "the notice", func() bool {
		fresh, ok := other(t, ann, next)
		return ok && fresh.Notice == NoticeRotated && fresh.NoticeOf == old.ID && fresh.Trust == TrustStranger
	})
}

func TestAnIdentityMovesToAnotherProfile(t *testing.T) {
	net := link.NewMemory()
	ann := copyOn(t, net, "ann")
	path := filepath.Join(t.TempDir(), "ann.key")
	if err := ann.ExportIdentity(soon(t), path, "short"); !errors.Is(err, ErrPassphrase) {
		t.Errorf("a short passphrase: %v", err)
	}
	const passphrase = "eight or more"
	if err := ann.ExportIdentity(soon(t), path, passphrase); err != nil {
		t.Fatal(err)
	}
	if err := ann.ExportIdentity(soon(t), path, passphrase); !errors.Is(err, os.ErrExist) {
		t.Errorf("over an existing file: %v", err)
	}
	profile := t.TempDir()
	bob := reopen(t, net, "bob", profile)
	if _, err := bob.ImportIdentity(soon(t), path, "another one"); !errors.Is(err, ErrPassphrase) {
		t.Errorf("a wrong passphrase: %v", err)
	}
	want := ann.Self().ID
	if id, err := bob.ImportIdentity(soon(t), path, passphrase); err != nil || id != want {
		t.Fatalf("imported %s, %v", id, err)
	}
	closeNode(t, ann)
	if bob = reborn(t, net, bob, profile); bob.Self().ID != want {
		t.Errorf("the profile has %s, want %s", bob.Self().ID, want)
	}
}
