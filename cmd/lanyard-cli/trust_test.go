package main

import (
	"context"
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"lanyard/netcore/control"
)

// evil is a name that tries what peers may try.
const evil = "bo\x1b[31mb\u202e"

// whole is a device ID as it is shown.
const whole = "AAAAAAA-BBBBBBB-CCCCCCC-DDDDDDD-EEEEEEE-FFFFFFF-GGGGGGG-HHHHHHH"

func TestWhatCommandsOfTrustPrint(t *testing.T) {
	rights := &control.Rights{Files: "auto", FilesCap: 500e6, Commands: "ask", Clock: "on"}
	for file, test := range map[string]struct {
		args  string
		lines []any
	}{
		"verify": {"verify bob", []any{
			control.Trusted{Event: control.EventWaiting, Person: evil, ID: whole, Notice: "twin"},
			control.Trusted{Event: control.EventVerified, Person: evil, ID: whole, By: "code"},
		}},
		"verify-id":     {"verify bob --id x", []any{control.Trusted{Event: control.EventVerified, Person: "bob", ID: whole, By: "id"}}},
		"verify-string": {"verify --string x", []any{control.Trusted{Event: control.EventVerified, Person: "bob", ID: whole, By: "string"}}},
		"pair-string":   {"pair-string", []any{control.PairString{String: "lanyard:127.0.0.1:1/" + whole + "/S", Expires: "2026-11-23T04:05:06.007Z"}}},
		"allow":         {"allow bob", []any{control.Allowed{Person: evil, ID: whole, Trust: "verified", Rights: rights}}},
		"allow-stranger": {"allow bob", []any{
			control.Allowed{Person: "bob", ID: whole, Trust: "stranger"},
			control.Allowed{Person: "eve", ID: whole, Trust: "blocked"},
		}},
		"relations": {"block bob", []any{
			control.Trusted{Event: control.EventBlocked, Person: evil, ID: whole},
			control.Trusted{Event: control.EventUnblocked, Person: "bob", ID: whole},
			control.Trusted{Event: control.EventUnverified, Person: "bob", ID: whole},
			control.Trusted{Event: control.EventAlias, Person: "老王", ID: whole},
			control.Trusted{Event: control.EventMerged, Person: "bob", ID: whole},
			map[string]any{"event": "of-a-later-version"},
		}},
		"audit": {"audit", []any{
			control.AuditEntry{Seq: 1, At: "2026-11-23T04:05:06.007Z", Person: evil, ID: whole, What: "permissions", Detail: "files=auto\x1b]0;x\x07", Outcome: "done"},
			control.AuditEntry{Seq: 2, At: "2026-11-23T04:06:06.007Z", What: "password", Outcome: "refused"},
			control.AuditEntry{Seq: 3, At: "2026-11-23T04:07:06.007Z", Person: "bob", ID: whole, What: "files", Detail: "照片.jpg", Outcome: "allowed"},
			control.AuditEntry{Seq: 4, At: "2026-11-23T04:08:06.007Z", What: "of-a-later-version", Outcome: "strange"},
		}},
		"settings":      {"settings", []any{control.Settings{StrangerTexts: "on", StrangerFiles: "off", Invisible: "off", SendLimit: 5e6, Clash: "keep", SaveDir: "/s/{person}/\x1b"}}},
		"password":      {"password", []any{control.Password{Set: true}}},
		"password-none": {"password off", []any{control.Password{}}},
		"password-new":  {"password new", []any{control.Password{Set: true, Password: "AAAAA-BBBBB-CCCCC-DDDDD"}}},
		"identity": {"identity rotate", []any{
			control.Identity{Event: control.EventExported, ID: whole, Path: "/k/my.key"},
			control.Identity{Event: control.EventImported, ID: whole},
			control.Identity{Event: control.EventRotated, ID: whole},
		}},
		"confirm": {"unblock bob", []any{
			control.Confirming{Event: control.EventConfirm, Act: "unblock"},
			control.Trusted{Event: control.EventUnblocked, Person: "bob", ID: whole},
		}},
		"people-trust": {"people", []any{
			control.Person{Name: "bob", ID: whole, Trust: "verified", Rights: rights},
			control.Person{Name: "bob", ID: "I" + whole[1:], Trust: "stranger", Notice: "new-key", NoticeOf: whole},
			control.Person{Name: evil, ID: "J" + whole[1:], Trust: "blocked", Notice: "twin"},
			control.Person{Name: "old", ID: "K" + whole[1:], Trust: "stranger", Notice: "rotated"},
			control.Person{Name: "new", ID: "L" + whole[1:], Trust: "stranger", Notice: "of-a-later-version\x1b"},
		}},
		"serve-trust": {"serve", []any{
			control.Trusted{Event: control.EventVerifyRequest, Person: evil, ID: whole, Notice: "twin"},
			control.Trusted{Event: control.EventVerified, Person: "bob", ID: whole, By: "string"},
		}},
	} {
		inAllForms(t, file, test.args, test.lines)
	}
}

// inAllForms compares what a command prints for lines with files: in both
// languages and as JSON. Nothing of it gives orders to a terminal.
func inAllForms(t *testing.T, name, line string, lines []any) {
	t.Helper()
	for _, form := range []string{".en.txt", ".zh.txt", ".json"} {
		s := newStage(playing(nil, lines...))
		s.words.chinese = form == ".zh.txt"
		args := strings.Fields(line)
		if form == ".json" {
			args = append(args, "--json")
		}
		if code := s.run(t.Context(), args); code != 0 {
			t.Errorf("%s: exit %d, %s", name, code, s.err.String())
		}
		all := s.out.String() + "-- stderr\n" + s.err.String()
		golden(t, name+form, all)
		if strings.ContainsAny(all, "\x1b\x07\u202e") {
			t.Errorf("%s gives orders to the terminal: %q", name+form, all)
		}
	}
}

func TestSizesAreShownAsTheyAreTyped(t *testing.T) {
	for bytes, want := range map[int64]string{
		1 << 30: "1GiB", 500e6: "500MB", 3 << 20: "3MiB", 1: "1B", 1536: "1536B", 2e3: "2kB", 2 << 10: "2KiB", 5e12: "5000GB",
	} {
		args, err := newStage(nil).allowArgs([]string{"files=auto:" + exactSize(bytes)})
		if got := exactSize(bytes); got != want || args.FilesCap != bytes || err != nil {
			t.Errorf("%d: %s, read as %d, %v", bytes, got, args.FilesCap, err)
		}
	}
}

func TestPairStringIsOneLine(t *testing.T) {
	for _, args := range [][]string{{"pair-string"}, {"pair-string", "--json"}} {
		s := newStage(playing(nil,
			control.Confirming{Event: control.EventConfirm, Act: "make-string"},
			control.PairString{String: "lanyard:x", Expires: "2026-11-23T04:05:06.007Z"}))
		if code := s.run(t.Context(), args); code != 0 || strings.Count(s.out.String(), "\n") != 1 || !strings.Contains(s.out.String(), "lanyard:x") {
			t.Errorf("%q: exit %d, %q", args, code, s.out.String())
		}
	}
}

func TestWrongCommandLinesOfTrust(t *testing.T) {
	for _, args := range [][]string{
		{"verify"},
		{"verify", ""},
		{"verify", "a", "b"},
		{"verify", "a", "--id", ""},
		{"verify", "--id", "x"},
		{"verify", "a", "--string", "x"},
		{"verify", "--string", ""},
		{"verify", "--string", "x", "--id", "y"},
		{"pair-string", "x"},
		{"allow"},
		{"allow", "bob", "files"},
		{"allow", "bob", "files=all"},
		{"allow", "bob", "files=ask:5MB"},
		{"allow", "bob", "files=auto:"},
		{"allow", "bob", "files=auto:0"},
		{"allow", "bob", "files=auto:many"},
		{"allow", "bob", "files=auto:99999999999GB"},
		{"allow", "bob", "files=auto:-5MB"},
		{"allow", "bob", "commands=all"},
		{"allow", "bob", "commands=ask:5MB"},
		{"allow", "bob", "clock=yes"},
		{"allow", "bob", "clock=on", "clock=off"},
		{"allow", "bob", "chat=on"},
		{"allow", "bob", "Files=auto"},
		{"block"},
		{"block", "a", "b"},
		{"unblock"},
		{"unverify"},
		{"merge", "a"},
		{"merge", "a", "b", "c"},
		{"alias"},
		{"alias", "a", ""},
		{"alias", "a", "b", "c"},
		{"audit", "x"},
		{"audit", "--last", "-1"},
		{"audit", "--what", "everything"},
		{"audit", "--person", ""},
		{"audit", "--search", ""},
		{"settings", "invisible"},
		{"settings", "invisible=maybe"},
		{"settings", "name=bob"},
		{"password", "hunter2"},
		{"password", "set", "hunter2"},
		{"identity"},
		{"identity", "burn"},
		{"identity", "export"},
		{"identity", "export", ""},
		{"identity", "export", "a", "b"},
		{"identity", "rotate", "a"},
		{"identity", "import", "a"}, // and no passphrase
		{"password", "set"},         // and none on stdin
	} {
		for _, words := range []lexicon{{}, {chinese: true}} {
			s := newStage(func(context.Context, string, json.RawMessage, func(any)) error {
				t.Errorf("%q reached a copy", args)
				return nil
			})
			s.words = words
			if code := s.run(t.Context(), args); code != control.ExitUsage || !strings.HasPrefix(s.err.String(), "lanyard-cli: ") {
				t.Errorf("%q: exit %d, %q", args, code, s.err.String())
			}
		}
	}
}

func TestWhatTheCopyIsAskedAboutTrust(t *testing.T) {
	key, _ := filepath.Abs("my.key")
	for _, test := range []struct {
		args    []string
		command string
		want    any
		opened  options
	}{
		{[]string{"verify", "127.0.0.1:9"}, "verify", control.PersonArgs{Person: "127.0.0.1:9"}, options{listen: anyLocalPort, quiet: true}},
		{[]string{"verify", "bob", "--id", whole}, "verify-id", control.VerifyIDArgs{Person: "bob", ID: whole}, options{listen: anyPort}},
		{[]string{"verify", "--string", "lanyard:x"}, "use-string", control.UseStringArgs{String: "lanyard:x"}, options{listen: anyPort, quiet: true}},
		{[]string{"verify", "--string", "-"}, "use-string", control.UseStringArgs{String: "from stdin"}, options{listen: anyPort, quiet: true}},
		{[]string{"pair-string"}, "pair-string", nil, options{attachOnly: true}},
		{[]string{"allow", "bob"}, "allow", control.AllowArgs{Person: "bob"}, options{}.alone()},
		{
			[]string{"allow", "bob", "files=auto:500MB", "commands=buttons", "clock=off"},
			"allow",
			control.AllowArgs{Person: "bob", Files: "auto", FilesCap: 500e6, Commands: "buttons", Clock: "off"},
			options{}.alone(),
		},
		{[]string{"allow", "bob", "files=auto"}, "allow", control.AllowArgs{Person: "bob", Files: "auto"}, options{}.alone()},
		{[]string{"block", "bob"}, "block", control.PersonArgs{Person: "bob"}, options{}.alone()},
		{[]string{"unblock", "bob"}, "unblock", control.PersonArgs{Person: "bob"}, options{}.alone()},
		{[]string{"unverify", "bob"}, "unverify", control.PersonArgs{Person: "bob"}, options{}.alone()},
		{[]string{"alias", "bob", "老王"}, "alias", control.AliasArgs{Person: "bob", Alias: "老王"}, options{}.alone()},
		{[]string{"alias", "bob"}, "alias", control.AliasArgs{Person: "bob"}, options{}.alone()},
		{[]string{"merge", "a", "b"}, "merge", control.MergeArgs{From: "a", Into: "b"}, options{}.alone()},
		{
			[]string{"audit", "--last", "5", "--person", "bob", "--what", "files", "--search", "x"},
			"audit",
			control.AuditArgs{Last: 5, Person: "bob", What: "files", Search: "x"},
			options{}.alone(),
		},
		{[]string{"settings", "invisible=on", "stranger-texts=off"}, "settings", control.SettingsArgs{StrangerTexts: "off", Invisible: "on"}, options{}.alone()},
		{[]string{"password"}, "password", control.PasswordArgs{}, options{}.alone()},
		{[]string{"password", "set"}, "password", control.PasswordArgs{Act: "set", Password: "from stdin"}, options{}.alone()},
		{[]string{"password", "off"}, "password", control.PasswordArgs{Act: "off"}, options{}.alone()},
		{[]string{"identity", "export", "my.key"}, "identity", control.IdentityArgs{Act: "export", Path: control.Path(key), Passphrase: "from stdin"}, options{}.alone()},
		{[]string{"identity", "import", "my.key"}, "identity", control.IdentityArgs{Act: "import", Path: control.Path(key), Passphrase: "from stdin"}, options{}.alone()},
		{[]string{"identity", "rotate"}, "identity", control.IdentityArgs{Act: "rotate"}, options{}.alone()},
	} {
		var asked string
		var got json.RawMessage
		s := newStage(func(_ context.Context, command string, args json.RawMessage, _ func(any)) error {
			asked, got = command, args
			return nil
		})
		s.in = strings.NewReader("from stdin\r\nnot this\n")
		if code := s.run(t.Context(), test.args); code != 0 {
			t.Errorf("%q: %s", test.args, s.err.String())
			continue
		}
		var want json.RawMessage
		if test.want != nil {
			want, _ = json.Marshal(test.want)
		}
		o := s.opened[0]
		o.log = nil
		if asked != test.command || string(got) != string(want) || o.listen != test.opened.listen || o.quiet != test.opened.quiet ||
			o.offline != test.opened.offline || o.attachOnly != test.opened.attachOnly {
			t.Errorf("%q asks %s %s of %+v", test.args, asked, got, o)
		}
	}
}
