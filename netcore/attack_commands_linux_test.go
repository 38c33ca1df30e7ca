package netcore_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"lanyard/netcore"
)

// lets says what a hostile peer may run on the victim's PC, who verified it.
func (v *victim) lets(h *hostile, level netcore.CommandsPermission) {
	v.t.Helper()
	v.verifies(h)
	p := netcore.Permissions{Files: netcore.FilesAsk, Commands: level}
	if err := v.SetPermissions(v.t.Context(), v.knows(h).Device, p); err != nil {
		v.t.Fatal(err)
	}
}

// command is a peer that asks for commands by hand.
type command struct {
	*stream
	out, err strings.Builder
	last     string // the last frame
}

// asksFor opens a run. Its folder is the victim's home, unless f says otherwise.
func (h *hostile) asksFor(v *victim, f fields) *command {
	h.t.Helper()
	all := fields{"id": randomHex(16)}
	if f["button"] == nil {
		all["dir"] = v.home
	}
	for name, value := range f {
		all[name] = value
	}
	return &command{stream: h.open("run", all)}
}

// runs asks for an argument vector.
func (h *hostile) runs(v *victim, argv ...string) *command {
	h.t.Helper()
	return h.asksFor(v, fields{"argv": argv})
}

// next takes a frame and returns its kind; empty: the stream has ended. Output
// is gathered.
func (c *command) next() string {
	f, err := c.Next(64 << 10)
	if err != nil {
		return ""
	}
	c.last = string(f.Raw)
	if f.Kind != "out" {
		return f.Kind
	}
	var pipe struct {
		S int `json:"s"`
	}
	body, err := c.ReadBody(64 << 10)
	if err = firstError(err, f.Decode(&pipe)); err != nil {
		return ""
	}
	if pipe.S == 2 {
		c.err.Write(body)
	} else {
		c.out.Write(body)
	}
	return "out"
}

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// until takes frames up to one of a kind, giving credit for output.
func (c *command) until(kind string) *command {
	c.t.Helper()
	for seen := 0; ; {
		got := c.next()
		switch got {
		case kind:
			return c
		case "":
			c.t.Fatalf("the stream ended without %q; the last frame was %s", kind, c.last)
		case "out":
			if now := c.out.Len() + c.err.Len(); now > seen {
				c.send(encode("more", fields{"n": now - seen + 128}, ""))
				seen = now
			}
		}
	}
}

// TestG01CommandsOfThoseWithoutLeave: neither a stranger nor a verified person
// without the permission has anything run, and each try is logged.
func TestG01CommandsOfThoseWithoutLeave(t *testing.T) {
	t.Parallel()
	v := newVictim(t)
	h := v.meet("mallory")
	v.knows(h)
	if err := v.SetButton(t.Context(), netcore.Button{Name: "b", Argv: []string{"touch", filepath.Join(v.home, "pwned")}}); err != nil {
		t.Fatal(err)
	}
	try := func(who string, buttons bool) {
		t.Helper()
		h.runs(v, "touch", "pwned").wantAnswer(who+"'s command", `"not-permitted"`)
		h.asksFor(v, fields{"argv": []string{"sh"}, "terminal": fields{"cols": 80, "rows": 25}}).wantAnswer(who+"'s terminal", `"not-permitted"`)
		if !buttons {
			h.asksFor(v, fields{"button": "b"}).wantAnswer(who+"'s button", `"not-permitted"`)
			h.open("buttons", nil).wantAnswer(who+"'s look at the buttons", `"denied"`)
		}
	}
	try("a stranger", false)
	v.verifies(h)
	try("a verified person", false)
	v.lets(h, netcore.CommandsButtons)
	try("one with buttons", true)
	v.lets(h, netcore.CommandsAsk)
	h.asksFor(v, fields{"argv": []string{"sh"}, "terminal": fields{"cols": 80, "rows": 25}}).wantAnswer("a terminal of one who has to ask", `"not-permitted"`)
	log, err := v.Audit(t.Context(), netcore.AuditQuery{What: netcore.AuditCommand})
	if err != nil || len(log) != 9 || slices.ContainsFunc(log, func(e netcore.AuditEntry) bool { return e.Outcome != netcore.OutcomeRefused }) {
		t.Errorf("logged %d: %+v, %v", len(log), log, err)
	}
	if asks, runs := v.Asks(), v.Running(); len(asks)+len(runs) != 0 {
		t.Errorf("asked for: %+v, %+v", asks, runs)
	}
}

// TestG02NoShellReadsArguments: what a shell would take apart arrives as it is.
func TestG02NoShellReadsArguments(t *testing.T) {
	t.Parallel()
	v := newVictim(t)
	h := v.meet("alice")
	v.lets(h, netcore.CommandsAlways)
	args := []string{
		"; touch pwned", "&& touch pwned", "| touch pwned", "$(touch pwned)", "`touch pwned`", "a\ntouch pwned\n", "> pwned",
		"%COMSPEC%", "^", `"`, `'`, `\`, "*", "~", "$HOME", "", " ", "-", "{a,b}", "\u202e三\x1b[2J",
	}
	c := h.runs(v, append([]string{"printf", `%s\0`}, args...)...).until("exit")
	if want := strings.Join(args, "\x00") + "\x00"; c.out.String() != want {
		t.Errorf("the program saw %q", c.out.String())
	}
	if err := v.SetButton(t.Context(), netcore.Button{
		Name: "say", Argv: []string{"printf", "%s", "{what}"}, Params: []netcore.ButtonParam{{Name: "what", Kind: netcore.ParamText}},
	}); err != nil {
		t.Fatal(err)
	}
	const text = "$(touch pwned); `touch pwned` && x"
	c = h.asksFor(v, fields{"button": "say", "args": fields{"what": text}}).until("exit")
	if c.out.String() != text {
		t.Errorf("the button's program saw %q", c.out.String())
	}
	for _, run := range v.runsOf(t) {
		if unsafeOnScreen(run.Line) {
			t.Errorf("shown as %q", run.Line)
		}
	}
}

// runsOf returns all runs that the victim knows.
func (v *victim) runsOf(t *testing.T) []netcore.Run {
	t.Helper()
	runs, err := v.Runs(t.Context(), netcore.RunQuery{})
	if err != nil {
		t.Fatal(err)
	}
	return runs
}

// TestG03AValueIsNoOption, nor a file outside the folder, nor another parameter.
func TestG03AValueIsNoOption(t *testing.T) {
	t.Parallel()
	v := newVictim(t)
	h := v.meet("alice")
	v.lets(h, netcore.CommandsButtons)
	folder := filepath.Join(v.save, "files")
	if err := firstError(os.MkdirAll(folder, 0o755), os.WriteFile(filepath.Join(folder, "ok"), nil, 0o600),
		os.Symlink(filepath.Join(v.home, "secret", "diary.txt"), filepath.Join(folder, "link"))); err != nil {
		t.Fatal(err)
	}
	one := 1.0
	params := map[string]netcore.ButtonParam{
		"text":   {Name: "p", Kind: netcore.ParamText},
		"number": {Name: "p", Kind: netcore.ParamNumber, Min: &one},
		"choice": {Name: "p", Kind: netcore.ParamChoice, Choices: []string{"a", "b"}},
		"file":   {Name: "p", Kind: netcore.ParamFile, Folder: folder},
	}
	for name, p := range params {
		if err := v.SetButton(t.Context(), netcore.Button{Name: name, Argv: []string{"echo", "{p}"}, Params: []netcore.ButtonParam{p}}); err != nil {
			t.Fatal(err)
		}
	}
	press := func(button string, args fields) *command { return h.asksFor(v, fields{"button": button, "args": args}) }
	for _, tc := range []struct{ button, value string }{
		{"text", "-oProxyCommand=touch pwned"},
		{"text", "--"},
		{"text", " -x"},
		{"text", "/etc/passwd"},
		{"text", "@file"},
		{"text", "a\nb"},
		{"text", strings.Repeat("x", 2000)},
		{"text", "\xff"},
		{"number", "-1"},
		{"number", "0x10"},
		{"number", "1e9"},
		{"number", "1; x"},
		{"number", "0"},
		{"choice", "c"},
		{"choice", "A"},
		{"file", "../../secret/diary.txt"},
		{"file", "/etc/passwd"},
		{"file", "link"},
		{"file", "nothing"},
		{"file", ""},
		{"file", "."},
	} {
		got := press(tc.button, fields{"p": tc.value}).answer()
		if tc.value == "\xff" {
			continue // JSON carries no such thing: it came as U+FFFD, which is a character
		}
		if !strings.Contains(got, `"bad-argument"`) {
			t.Errorf("%s %q: answered %s", tc.button, tc.value, got)
		}
	}
	press("text", fields{"p": "x", "q": "y"}).wantAnswer("a parameter too many", `"bad-argument"`)
	press("text", fields{}).wantAnswer("a parameter too few", `"bad-argument"`)
	press("nothing", nil).wantAnswer("no such button", `"no-button"`)
	h.asksFor(v, fields{"button": "text", "args": fields{"p": "x"}, "argv": []string{"sh"}}).wantAnswer("a button and a command", `"bad-request"`)
	h.asksFor(v, fields{"button": "text", "args": fields{"p": "x"}, "dir": "/"}).wantAnswer("a button elsewhere", `"bad-request"`)
	h.asksFor(v, fields{"button": "text", "args": fields{"p": "x"}, "stdin": true}).wantAnswer("a button with input", `"bad-request"`)
}

// TestG04AProgramIsNotFoundInTheFolder: one that was planted where a command
// runs is not taken for the one that was meant.
func TestG04AProgramIsNotFoundInTheFolder(t *testing.T) {
	t.Parallel()
	v := newVictim(t)
	h := v.meet("alice")
	v.lets(h, netcore.CommandsAlways)
	for _, name := range []string{"true", "planted"} {
		path := filepath.Join(v.save, name)
		if err := firstError(os.MkdirAll(v.save, 0o755), os.WriteFile(path, []byte("#!/bin/sh\necho pwned\n"), 0o755)); err != nil {
			t.Fatal(err)
		}
	}
	c := h.asksFor(v, fields{"argv": []string{"true"}, "dir": v.save}).until("exit")
	if c.out.Len() != 0 || !strings.Contains(c.last, `"exited"`) {
		t.Errorf("put out %q, ended %s", c.out.String(), c.last)
	}
	h.asksFor(v, fields{"argv": []string{"planted"}, "dir": v.save}).wantAnswer("a planted program", `"not-found"`)
	h.asksFor(v, fields{"argv": []string{"true"}, "dir": "Downloads"}).wantAnswer("a folder that is relative", `"bad-request"`)
}

// TestG08BytesAreBytes: output of any kind arrives as it is, and what is shown
// of a command draws nothing but itself.
func TestG08BytesAreBytes(t *testing.T) {
	t.Parallel()
	v := newVictim(t)
	h := v.meet("alice\x1b[31m")
	v.lets(h, netcore.CommandsAsk)
	hostileText := "\x1b]0;owned\a\x1b[2J\u202egpj.exe\u2066 \u00ad\u200b\r\nok"
	c := h.runs(v, "printf", "%b", `\xd6\xd0\xce\xc4\xff\xfe\x1b[31m\x00`, hostileText)
	if c.next() != "asked" {
		t.Fatalf("answered %s", c.last)
	}
	until(t, "the question", func() bool { return len(v.Asks()) == 1 })
	ask := v.Asks()[0]
	for _, shown := range []string{ask.Run.Line, ask.Run.Name, ask.Run.Folder, ask.Account} {
		if unsafeOnScreen(shown) {
			t.Errorf("the card shows %q", shown)
		}
	}
	if !strings.Contains(ask.Run.Line, `\u202egpj.exe`) || !strings.Contains(ask.Run.Line, `\x1b]0;owned`) {
		t.Errorf("hidden on the card: %q", ask.Run.Line)
	}
	if err := v.AnswerAsk(t.Context(), ask.Number, netcore.AllowOnce); err != nil {
		t.Fatal(err)
	}
	if c.until("exit"); !strings.HasPrefix(c.out.String(), "\xd6\xd0\xce\xc4\xff\xfe\x1b[31m\x00") {
		t.Errorf("it came as %q", c.out.String())
	}
	h.runs(v, "echo", strings.Repeat("x", 2001)).wantAnswer("a command that nobody can read", `"too-long"`)
	until(t, "the end is in the conversation", func() bool {
		items := v.items(v.knows(h).ID)
		return len(items) == 1 && items[0].Run.State.Ended() // what nobody was asked about is in the log alone
	})
	for _, item := range v.items(v.knows(h).ID) {
		if unsafeOnScreen(item.Text) || unsafeOnScreen(item.Run.Line) {
			t.Errorf("the conversation shows %q", item.Text)
		}
	}
	log, err := v.Audit(t.Context(), netcore.AuditQuery{})
	if err != nil || slices.ContainsFunc(log, func(e netcore.AuditEntry) bool { return unsafeOnScreen(e.Detail + e.Name) }) {
		t.Errorf("the log shows %+v, %v", log, err)
	}
}
