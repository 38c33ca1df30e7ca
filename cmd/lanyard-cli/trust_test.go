package main

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
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
		"settings":      {"settings", []any{control.Settings{StrangerTexts: "on", StrangerFiles: "off", Invisible: "off"}}},
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
		for _, form := range []string{".en.txt", ".zh.txt", ".json"} {
			s := newStage(playing(nil, test.lines...))
			s.words.chinese = form == ".zh.txt"
			args := strings.Fields(test.args)
			if form == ".json" {
				args = append(args, "--json")
			}
			if code := s.run(t.Context(), args); code != 0 {
				t.Errorf("%s: exit %d, %s", file, code, s.err.String())
			}
			all := s.out.String() + "-- stderr\n" + s.err.String()
			golden(t, file+form, all)
			if strings.ContainsAny(all, "\x1b\x07\u202e") {
				t.Errorf("%s gives orders to the terminal: %q", file+form, all)
			}
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

// comparison plays a copy that compares digits.
type comparison struct {
	answers chan string
	failing error // of the answer
	end     chan error
}

func (c *comparison) play(ctx context.Context, command string, args json.RawMessage, emit func(any)) error {
	if command == control.CommandAnswer {
		emit(control.Confirming{Event: control.EventConfirm, Act: "verify"})
		c.answers <- string(args)
		return c.failing
	}
	emit(control.Trusted{Event: control.EventWaiting, Person: "bob", ID: whole})
	emit(control.Code{Event: control.EventCode, Code: "123456", Person: "bob", ID: whole, Attempt: 5})
	select {
	case err := <-c.end:
		if err == nil {
			emit(control.Trusted{Event: control.EventVerified, Person: "bob", ID: whole, By: "code"})
		}
		return err
	case <-ctx.Done():
		return control.Fail(control.ExitFailed, control.WordCancelled)
	}
}

func TestVerifyAsksAndAnswers(t *testing.T) {
	differ := control.Fail(control.ExitRefused, "differ-here", "bob")
	for _, test := range []struct {
		name, in, answer string
		end              error
		code             int
	}{
		{"yes", "yes\n", `{"attempt":5,"match":true}`, nil, 0},
		{"y", "Y", `{"attempt":5,"match":true}`, nil, 0},
		{"in Chinese", " 是 \r\n", `{"attempt":5,"match":true}`, nil, 0},
		{"what is no answer is asked again", "perhaps\n\nyes\n", `{"attempt":5,"match":true}`, nil, 0},
		{"no", "no\n", `{"attempt":5,"match":false}`, differ, control.ExitRefused},
		{"no in Chinese", "否\n", `{"attempt":5,"match":false}`, differ, control.ExitRefused},
		{"the end of the input", "", "", nil, control.ExitFailed},
		{"no answer at all", "perhaps", "", nil, control.ExitFailed},
	} {
		for _, asJSON := range []bool{false, true} {
			c := &comparison{answers: make(chan string, 1), end: make(chan error, 1)}
			s := newStage(c.play)
			s.in = strings.NewReader(test.in)
			args := []string{"verify", "bob"}
			if asJSON {
				args = append(args, "--json")
			}
			ended := make(chan int, 1)
			go func() { ended <- s.run(t.Context(), args) }()
			if test.answer != "" {
				if got := <-c.answers; got != test.answer {
					t.Errorf("%s: answers %s", test.name, got)
				}
				c.end <- test.end
			}
			if code := <-ended; code != test.code {
				t.Errorf("%s: exit %d, %s", test.name, code, s.err.String())
			}
			first, rest, _ := strings.Cut(s.out.String(), "\n")
			wantFirst := `{"event":"code","code":"123456","person":"bob","id":"` + whole + `","attempt":5}`
			if asJSON && (first != wantFirst || (test.code == 0) != strings.Contains(rest, `{"event":"verified","person":"bob"`)) {
				t.Errorf("%s: stdout %s", test.name, s.out.String())
			}
			if !asJSON && (!strings.Contains(rest, "    123 456\n") || !strings.Contains(rest, "AAAAAAA-BBBBBBB…") || !strings.Contains(rest, "[yes/no]")) {
				t.Errorf("%s: stdout %s", test.name, s.out.String())
			}
		}
	}
}

func TestAnswerThatIsNotConfirmedEndsIt(t *testing.T) {
	refused := control.Fail(control.ExitRefused, "not-confirmed")
	c := &comparison{answers: make(chan string, 1), failing: refused, end: make(chan error)}
	s := newStage(c.play)
	s.in = strings.NewReader("yes\n")
	if code := s.run(t.Context(), []string{"verify", "bob"}); code != control.ExitRefused {
		t.Errorf("exit %d", code)
	}
	if said := s.err.String(); !strings.Contains(said, "confirm this in the window") || !strings.HasSuffix(said, "it was not confirmed in the window of Lanyard\n") {
		t.Errorf("said: %s", said)
	}
}

func TestVerifyIsInterrupted(t *testing.T) {
	in, typed := io.Pipe()
	defer typed.Close()
	c := &comparison{end: make(chan error)}
	s := newStage(c.play)
	s.in = in
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan int, 1)
	go func() { ended <- s.run(ctx, []string{"verify", "bob"}) }()
	shown(t, &s.out, "[yes/no]")
	stop()
	if code := <-ended; code != control.ExitFailed {
		t.Errorf("exit %d", code)
	}
}

func TestVerifyThatEndsIsNotAskedAboutAnyMore(t *testing.T) {
	in, typed := io.Pipe()
	defer typed.Close()
	c := &comparison{end: make(chan error, 1)}
	s := newStage(c.play)
	s.in = in
	ended := make(chan int, 1)
	go func() { ended <- s.run(t.Context(), []string{"verify", "bob"}) }()
	shown(t, &s.out, "[yes/no]")
	c.end <- control.Fail(control.ExitRefused, "differ-there", "bob")
	if code := <-ended; code != control.ExitRefused || !strings.Contains(s.err.String(), "WARNING: bob sees OTHER digits") {
		t.Errorf("exit %d, %s", code, s.err.String())
	}
}

func TestWhatWasTypedBeforeTheDigitsAnswersNothing(t *testing.T) {
	in, typed := io.Pipe()
	c := &comparison{answers: make(chan string, 1), end: make(chan error, 1)}
	shownCode := make(chan struct{})
	s := newStage(func(ctx context.Context, command string, args json.RawMessage, emit func(any)) error {
		if command == control.CommandVerify {
			<-shownCode
		}
		return c.play(ctx, command, args, emit)
	})
	s.in, s.inTerminal = in, true
	ended := make(chan int, 1)
	go func() { ended <- s.run(t.Context(), []string{"verify", "bob"}) }()
	if _, err := io.WriteString(typed, "yes\n"); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(typed, "y\n"); err != nil { // the first was read
		t.Fatal(err)
	}
	if _, err := io.WriteString(typed, "\n"); err != nil { // and the second
		t.Fatal(err)
	}
	close(shownCode)
	shown(t, &s.out, "[yes/no]")
	if _, err := io.WriteString(typed, "no\n"); err != nil {
		t.Fatal(err)
	}
	if got := <-c.answers; got != `{"attempt":5,"match":false}` {
		t.Errorf("answered %s", got)
	}
	c.end <- control.Fail(control.ExitRefused, "differ-here", "bob")
	typed.Close()
	<-ended
}

func TestSecretsAreTypedUnseen(t *testing.T) {
	for _, test := range []struct {
		args  string
		typed []string
		want  string
		code  int
		says  string
	}{
		{"identity export k", []string{"correct horse", "correct horse"}, "correct horse", 0, "Passphrase of the identity: \nThe same again: \n"},
		{"identity export k", []string{"correct horse", "correct house"}, "", 1, "not the same"},
		{"identity import k", []string{"correct horse"}, "correct horse", 0, "Passphrase of the identity: \n"},
		{"identity import k", []string{""}, "", 2, "nothing was typed"},
		{"password set", []string{"AAAAA-BBBBB"}, "AAAAA-BBBBB", 0, "Network password: \n"},
		{"verify --string -", []string{"lanyard:x"}, "lanyard:x", 0, "Pairing string: \n"},
	} {
		var got string
		s := newStage(func(_ context.Context, _ string, args json.RawMessage, _ func(any)) error {
			var all struct{ Passphrase, Password, String string }
			err := json.Unmarshal(args, &all)
			got = all.Passphrase + all.Password + all.String
			return err
		})
		s.in, s.inTerminal = nil, true
		s.hidden = func(context.Context) (string, error) {
			next := test.typed[0]
			test.typed = test.typed[1:]
			return next, nil
		}
		code := s.run(t.Context(), strings.Fields(test.args))
		if code != test.code || got != test.want || !strings.Contains(s.err.String(), test.says) || len(test.typed) != 0 {
			t.Errorf("%s: exit %d, sent %q, said %q", test.args, code, got, s.err.String())
		}
		if s.out.String() != "" || test.want != "" && strings.Contains(s.err.String(), test.want) {
			t.Errorf("%s shows it: %s%s", test.args, s.out.String(), s.err.String())
		}
	}
}

func TestSecretsFromStdinAreItsFirstLine(t *testing.T) {
	for in, want := range map[string]string{
		"one\ntwo\n": "one", "one\r\ntwo": "one", "one": "one", "\ufeffone\n": "one", " a b \n": " a b ", "\ntwo\n": "", "": "",
		strings.Repeat("x", 2*maxSecret): strings.Repeat("x", maxSecret),
	} {
		if got, err := firstLine(strings.NewReader(in)); err != nil || got != want {
			t.Errorf("%.20q: %.20q, %v", in, got, err)
		}
	}
	failing := io.MultiReader(strings.NewReader("on"), errReader{})
	if _, err := firstLine(failing); err == nil {
		t.Error("half a line counts")
	}
}

// errReader cannot be read.
type errReader struct{}

func (errReader) Read([]byte) (int, error) { return 0, errors.New("unplugged") }

// Secrets have no place where other users of the PC can see them.
func TestNoSecretIsTakenFromTheCommandLineOrTheEnvironment(t *testing.T) {
	for _, name := range []string{"password", "identity"} {
		s := newStage(nil)
		s.run(t.Context(), []string{"help", name})
		if help := s.out.String(); strings.Contains(help, "--pass") || strings.Contains(help, "--secret") {
			t.Errorf("%s:\n%s", name, help)
		}
	}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		known := []string{"main.go", "lexicon.go"}
		if !strings.HasSuffix(file, "_test.go") && !slices.Contains(known, file) && strings.Contains(string(source), "Getenv") {
			t.Errorf("%s reads the environment", file)
		}
	}
}
