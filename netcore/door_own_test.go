package netcore

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"lanyard/netcore/control"
	"lanyard/netcore/identity"
)

func TestSettingsOfFiles(t *testing.T) {
	dir := t.TempDir()
	limit := func(n int64) *int64 { return &n }
	before := Settings{Name: "alice", Clash: ClashKeep, SaveDir: "/old", SendLimit: 1 << 20}
	for _, test := range []struct {
		args control.SettingsArgs
		did  string
		line string
	}{
		{control.SettingsArgs{}, "", `"send_limit":1048576,"receive_limit":0,"on_conflict":"keep","save_dir":"/old"}`},
		{
			control.SettingsArgs{SendLimit: limit(0), ReceiveLimit: limit(1 << 21), Clash: "skip"},
			"", `"send_limit":0,"receive_limit":2097152,"on_conflict":"skip","save_dir":"/old"}`,
		},
		{control.SettingsArgs{Clash: "replace"}, "confirm replace", `"on_conflict":"replace"`},
		{
			control.SettingsArgs{SaveDir: control.Path(filepath.Join(dir, "in", "{person}", "x"))},
			"confirm save-dir  " + dir + "/in/{person}/x", `"save_dir":"` + dir + `/in/{person}/x"`,
		},
	} {
		node := newFake()
		node.settings = before
		lines, _, err := do(t, t.Context(), NewDoor(node), control.CommandSettings, test.args)
		if did := node.did(); err != nil || did != test.did || !strings.Contains(lines, test.line) {
			t.Errorf("%+v: %v, did %q, said %s", test.args, err, did, lines)
		}
	}
	if made, err := os.ReadDir(filepath.Join(dir, "in")); err != nil || len(made) != 0 {
		t.Errorf("made %v, %v", made, err)
	}
	node := newFake()
	node.settings, node.confirmErr = before, ErrNotConfirmed
	for _, args := range []control.SettingsArgs{{Clash: "replace"}, {SaveDir: control.Path(dir)}} {
		_, _, err := do(t, t.Context(), NewDoor(node), control.CommandSettings, args)
		if wantWord(t, err, control.ExitRefused, wordNotConfirmed); node.settings != before {
			t.Errorf("left %+v", node.settings)
		}
	}
	_, _, err := do(t, t.Context(), NewDoor(node), control.CommandSettings, control.SettingsArgs{SaveDir: "in"})
	wantWord(t, err, control.ExitUsage, control.WordNotAbsolute)
}

func TestSettingsOfWhoMayReachThisCopy(t *testing.T) {
	closed := Settings{NoStrangerTexts: true, NoStrangerFiles: true, Invisible: true, Name: "alice"}
	for _, test := range []struct {
		before Settings
		args   control.SettingsArgs
		after  Settings
		did    string
	}{
		{closed, control.SettingsArgs{}, closed, ""},
		{
			Settings{Name: "alice"},
			control.SettingsArgs{StrangerTexts: "off", StrangerFiles: "off", Invisible: "on"},
			closed, "",
		},
		{
			closed,
			control.SettingsArgs{StrangerTexts: "on", Invisible: "off"},
			Settings{NoStrangerFiles: true, Name: "alice"},
			"confirm reach  stranger-texts=on invisible=off",
		},
		{closed, control.SettingsArgs{StrangerFiles: "on"}, Settings{NoStrangerTexts: true, Invisible: true, Name: "alice"}, "confirm reach  stranger-files=on"},
	} {
		node := newFake()
		node.settings = test.before
		lines, _, err := do(t, t.Context(), NewDoor(node), control.CommandSettings, test.args)
		if did := node.did(); err != nil || node.settings != test.after || did != test.did {
			t.Errorf("%+v: %v, did %s, left %+v", test.args, err, did, node.settings)
		}
		want := fmt.Sprintf(`{"stranger_texts":"%s","stranger_files":"%s","invisible":"%s","send_limit":0,"receive_limit":0,"on_conflict":"","save_dir":""}`+"\n",
			switchText(!test.after.NoStrangerTexts), switchText(!test.after.NoStrangerFiles), switchText(test.after.Invisible))
		if lines != want {
			t.Errorf("%+v: said %s", test.args, lines)
		}
	}
	refusedSettings(t, closed)
}

func refusedSettings(t *testing.T, closed Settings) {
	t.Helper()
	node := newFake()
	node.settings, node.confirmErr = closed, ErrNotConfirmed
	_, _, err := do(t, t.Context(), NewDoor(node), control.CommandSettings, control.SettingsArgs{Invisible: "off"})
	wantWord(t, err, control.ExitRefused, wordNotConfirmed)
	if node.settings != closed {
		t.Errorf("left %+v", node.settings)
	}
	_, _, err = do(t, t.Context(), NewDoor(node), control.CommandSettings, control.SettingsArgs{Invisible: "maybe"})
	wantWord(t, err, control.ExitUsage, wordBadValue)
}

func TestNetworkPassword(t *testing.T) {
	made := identity.NewPassword()
	for _, test := range []struct {
		secret string
		args   control.PasswordArgs
		did    string
		says   string
		after  string
	}{
		{"", control.PasswordArgs{}, "", `{"set":false}`, ""},
		{"old", control.PasswordArgs{}, "", `{"set":true}`, "old"},
		{"old", control.PasswordArgs{Act: "show"}, "confirm password  show", `{"set":true,"password":"old"}`, "old"},
		{"", control.PasswordArgs{Act: "new"}, "confirm password  new\npassword set", `{"set":true,"password":"fresh"}`, "fresh"},
		{"", control.PasswordArgs{Act: "set", Password: made}, "confirm password  set\npassword set", `{"set":true}`, made},
		{"old", control.PasswordArgs{Act: "off"}, "confirm password  off\npassword set", `{"set":false}`, ""},
	} {
		node := newFake()
		node.secret = test.secret
		lines, _, err := do(t, t.Context(), NewDoor(node), control.CommandPassword, test.args)
		if did := node.did(); err != nil || lines != test.says+"\n" || did != test.did || node.secret != test.after {
			t.Errorf("%+v: %v, did %s, said %s, left %q", test.args, err, did, lines, node.secret)
		}
	}
	for _, test := range []struct {
		secret  string
		args    control.PasswordArgs
		confirm error
		did     string
		exit    int
		word    control.Word
	}{
		{"", control.PasswordArgs{Act: "show"}, nil, "", control.ExitFailed, wordNoPassword},
		{"", control.PasswordArgs{Act: "set", Password: "hunter2"}, nil, "", control.ExitRefused, wordWeakPassword},
		{"", control.PasswordArgs{Act: "set"}, nil, "", control.ExitRefused, wordWeakPassword},
		{"old", control.PasswordArgs{Act: "show"}, ErrNotConfirmed, "confirm password  show", control.ExitRefused, wordNotConfirmed},
		{"old", control.PasswordArgs{Act: "off"}, ErrNotConfirmed, "confirm password  off", control.ExitRefused, wordNotConfirmed},
		{"old", control.PasswordArgs{Act: "burn"}, nil, "confirm password  burn", control.ExitUsage, wordBadValue},
	} {
		node := newFake()
		node.secret, node.confirmErr = test.secret, test.confirm
		lines, _, err := do(t, t.Context(), NewDoor(node), control.CommandPassword, test.args)
		wantWord(t, err, test.exit, test.word)
		if did := node.did(); did != test.did || lines != "" || node.secret != test.secret {
			t.Errorf("%+v: did %s, said %s", test.args, did, lines)
		}
		if strings.Contains(err.Error(), "hunter2") {
			t.Errorf("the password is told: %v", err)
		}
	}
}

func TestIdentityIsMoved(t *testing.T) {
	there := string(source(t))
	for _, test := range []struct {
		args control.IdentityArgs
		did  string
		says string
	}{
		{
			control.IdentityArgs{Act: "export", Path: "/k/my.key", Passphrase: "pw"},
			"confirm identity  export my.key\nexport /k/my.key pw",
			`{"event":"exported","id":"` + DeviceID{9}.String() + `","path":"/k/my.key"}`,
		},
		{
			control.IdentityArgs{Act: "import", Path: control.Path(there), Passphrase: "pw"},
			"confirm identity  import " + filepath.Base(there) + "\nimport " + there + " pw", `{"event":"imported","id":"` + DeviceID{7}.String() + `"}`,
		},
		{control.IdentityArgs{Act: "rotate"}, "confirm identity  rotate\nrotate", `{"event":"rotated","id":"` + DeviceID{8}.String() + `"}`},
	} {
		node := newFake()
		lines, _, err := do(t, t.Context(), NewDoor(node), control.CommandIdentity, test.args)
		if did := node.did(); err != nil || did != test.did || lines != test.says+"\n" {
			t.Errorf("%s: %v, did %s, said %s", test.args.Act, err, did, lines)
		}
		node.confirmErr = ErrNotConfirmed
		_, _, err = do(t, t.Context(), NewDoor(node), control.CommandIdentity, test.args)
		wantWord(t, err, control.ExitRefused, wordNotConfirmed)
	}
}

func TestWhyAnIdentityIsNotMoved(t *testing.T) {
	there := source(t)
	for _, test := range []struct {
		act  string
		path control.Path
		err  error
		exit int
		word control.Word
	}{
		{"export", "relative", nil, control.ExitUsage, control.WordNotAbsolute},
		{"burn", "/k", nil, control.ExitUsage, wordBadValue},
		{"export", "/k", fmt.Errorf("x: %w", ErrPassphrase), control.ExitRefused, wordPassphrase},
		{"export", there, nil, control.ExitFailed, wordFileExists},
		{"import", "/no/such", nil, control.ExitFailed, wordFileProblem},
		{"import", there, identity.ErrPassphrase, control.ExitRefused, wordPassphrase},
		{"import", there, identity.ErrBackup, control.ExitFailed, wordNoBackup},
		{"export", "/k", &fs.PathError{Op: "open", Path: "/k", Err: fs.ErrExist}, control.ExitFailed, wordFileExists},
		{"import", there, &fs.PathError{Op: "open", Path: "/k", Err: fs.ErrNotExist}, control.ExitFailed, wordFileProblem},
		{"rotate", "", errors.New("disk full"), control.ExitFailed, control.WordOther},
	} {
		node := newFake()
		node.failing = test.err
		_, _, err := do(t, t.Context(), NewDoor(node), control.CommandIdentity, control.IdentityArgs{Act: test.act, Path: test.path, Passphrase: "secret words"})
		wantWord(t, err, test.exit, test.word)
		if strings.Contains(err.Error(), "secret") {
			t.Errorf("the passphrase is told: %v", err)
		}
	}
}

func TestAuditIsPrintedOldestFirst(t *testing.T) {
	node := newFake()
	node.people[0].Devices = []DeviceID{bob.Device, {3}}
	for i := range 700 {
		entry := AuditEntry{Seq: int64(i + 1), What: AuditFiles, Detail: fmt.Sprint("file ", i), Outcome: OutcomeAllowed, Person: 1, Name: "bob", Device: bob.Device}
		switch i % 7 {
		case 1:
			entry.Device, entry.Name = DeviceID{3}, "bobby"
		case 2:
			entry = AuditEntry{Seq: entry.Seq, What: AuditPassword, Outcome: OutcomeDone}
		case 3:
			entry.Device, entry.Name = DeviceID{4}, "eve"
		}
		node.log = append(node.log, entry)
	}
	for _, test := range []struct {
		args  control.AuditArgs
		count int
	}{
		{control.AuditArgs{}, 700},
		{control.AuditArgs{Last: 1}, 1},
		{control.AuditArgs{Last: 256}, 256},
		{control.AuditArgs{Last: 300}, 300},
		{control.AuditArgs{Last: 5000}, 700},
		{control.AuditArgs{What: "password"}, 100},
		{control.AuditArgs{What: "merge"}, 0},
		{control.AuditArgs{Search: "file 69"}, 10}, // 69 and 690 to 699, one of which is no file
		{control.AuditArgs{Person: "bob"}, 500},    // both devices
		{control.AuditArgs{Person: "bob", Last: 300}, 300},
		{control.AuditArgs{Person: bob.Device.String()}, 400},
		{control.AuditArgs{Person: DeviceID{4}.String(), What: "files", Last: 10}, 10},
	} {
		out := newTranscript()
		err := NewDoor(node).Run(t.Context(), request(control.CommandAudit, test.args), out.emit)
		if err != nil || len(out.lines) != test.count {
			t.Errorf("%+v: %d entries, %v", test.args, len(out.lines), err)
		}
		before := int64(0)
		for _, line := range out.lines {
			if seq := line.(control.AuditEntry).Seq; seq <= before {
				t.Fatalf("%+v: %d after %d", test.args, seq, before)
			} else {
				before = seq
			}
		}
		if test.args.Last > 0 && test.args.Person == "" && before != 700 {
			t.Errorf("%+v: the newest is %d", test.args, before)
		}
	}
	_, _, err := do(t, t.Context(), NewDoor(node), control.CommandAudit, control.AuditArgs{Person: "carol"})
	wantWord(t, err, control.ExitFailed, control.WordUnknownPerson)
}

func TestAuditLines(t *testing.T) {
	node := newFake()
	at := time.Date(2026, 11, 23, 4, 5, 6, 7e6, time.UTC)
	node.log = []AuditEntry{
		{Seq: 1, At: at, Person: 1, Name: "bob", Device: bob.Device, What: AuditPermissions, Detail: "files=auto", Outcome: OutcomeDone},
		{Seq: 2, At: at, What: AuditPassword, Detail: "set", Outcome: OutcomeDone},
	}
	lines, _, _ := do(t, t.Context(), NewDoor(node), control.CommandAudit, nil)
	want := `{"seq":1,"at":"2026-11-23T04:05:06.007Z","person":"bob","id":"` + bob.Device.String() + `","what":"permissions","detail":"files=auto","outcome":"done"}
{"seq":2,"at":"2026-11-23T04:05:06.007Z","what":"password","detail":"set","outcome":"done"}
`
	if lines != want {
		t.Errorf("got\n%swant\n%s", lines, want)
	}
}

func TestRightsAreRaisedWithAConfirmationOnly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for command, args := range map[string]any{
			control.CommandVerifyID:   control.VerifyIDArgs{Person: "bob", ID: bob.Device.String()},
			control.CommandUseString:  control.UseStringArgs{String: identity.PairString{Addresses: []string{"127.0.0.1:1"}, Device: bob.Device}.String()},
			control.CommandPairString: nil,
			control.CommandAllow:      control.AllowArgs{Person: "bob", Commands: "always"},
			control.CommandUnblock:    control.PersonArgs{Person: "bob"},
			control.CommandMerge:      control.MergeArgs{From: "bob", Into: "eve"},
			control.CommandSettings:   control.SettingsArgs{StrangerFiles: "on"},
			control.CommandPassword:   control.PasswordArgs{Act: control.ActNew},
			control.CommandIdentity:   control.IdentityArgs{Act: control.ActRotate},
		} {
			node := withVerified()
			node.people = append(node.people, Person{ID: 2, Name: "eve", Device: DeviceID{2}})
			node.settings.NoStrangerFiles = true
			node.confirmErr = ErrNotConfirmed
			_, _, err := do(t, t.Context(), NewDoor(node), command, args)
			wantWord(t, err, control.ExitRefused, wordNotConfirmed)
			if did := node.did(); strings.Count(did, "\n") != 0 || !strings.HasPrefix(did, "confirm ") || !node.Settings().NoStrangerFiles {
				t.Errorf("%s did: %s", command, did)
			}
		}
	})
}
