package main

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"sync/atomic"
	"testing"
	"testing/iotest"

	"lanyard/netcore/charset"
	"lanyard/netcore/control"
)

// rawFunc plays a running copy that has raw bytes.
type rawFunc func(args control.ExecArgs, emit func(line any) error, ends control.Ends) error

func (f rawFunc) Run(ctx context.Context, request control.Request, emit func(line []byte) error) error {
	return f.RunWith(ctx, request, emit, control.Ends{})
}

func (f rawFunc) RunWith(_ context.Context, request control.Request, emit func(line []byte) error, ends control.Ends) error {
	var args control.ExecArgs
	if err := request.Decode(&args); err != nil {
		return err
	}
	return f(args, func(line any) error {
		raw, err := json.Marshal(line)
		if err != nil {
			return err
		}
		if err := emit(raw); err != nil || ends.Paused == nil {
			return err
		}
		return ends.Paused()
	}, ends)
}

// newRawStage is a stage whose copy is played with raw bytes.
func newRawStage(play rawFunc) *stage {
	s := newStage(nil)
	s.open = func(context.Context, options) (*session, error) {
		return &session{runner: play, attached: true, close: func(context.Context) error { return nil }}, nil
	}
	return s
}

// The lines of a run, as a copy sends them.
var (
	askedLine   = control.RunAsked{Event: control.EventAsked, Run: 7, Person: "bob", ID: "B", Until: "2026-01-02T03:04:05Z"}
	startedLine = control.RunStarted{Event: control.EventStarted, Run: 7, Direction: "out", Person: "bob", ID: "B", Line: "ls", By: "once", Encoding: "gbk"}
	exitLine    = control.RunExit{Event: control.EventExit, Run: 7, Direction: "out", Person: "bob", ID: "B", State: "exited", Exit: 3, Result: 3, TookMS: 12, OutBytes: 2}
)

// listing plays a run that prints two bytes of GBK, in two pieces.
func listing(_ control.ExecArgs, emit func(any) error, ends control.Ends) error {
	return errors.Join(
		emit(askedLine), emit(startedLine),
		ends.Output(control.Source{Pipe: 1}, []byte("\xb5")), ends.Output(control.Source{Pipe: 1}, []byte("\xb1\n")),
		ends.Output(control.Source{Pipe: 2}, []byte("\x1b[2Jx\n")),
		emit(exitLine), &control.Failure{Exit: 3, Word: "run:exited", Text: "ended"},
	)
}

func TestExecLines(t *testing.T) {
	const asked = "lanyard-cli: waiting for bob to allow it\n"
	for _, test := range []struct {
		name  string
		args  string
		setup func(*stage)
		out   string
		err   string
	}{
		{"into pipes", "exec bob -- ls", nil, "当\n", asked + "\x1b[2Jx\n"},
		{"to a terminal", "exec bob -- ls", func(s *stage) { s.outTerminal, s.errTerminal = true, true }, "当\n", asked + "x\n"},
		{"raw", "exec bob --encoding raw -- ls", nil, "\xb5\xb1\n", asked + "\x1b[2Jx\n"},
		{"in Chinese", "exec bob -- ls", func(s *stage) { s.words.chinese = true }, "当\n", "lanyard-cli: 等待 bob 同意\n\x1b[2Jx\n"},
		{
			"as JSON", "exec bob --json -- ls", nil, `{"event":"asked","run":7,"person":"bob","id":"B","until":"2026-01-02T03:04:05Z"}
{"event":"started","run":7,"direction":"out","person":"bob","id":"B","line":"ls","by":"once","encoding":"gbk"}
{"event":"out","run":7,"pipe":"stdout","text":"当\n"}
{"event":"out","run":7,"pipe":"stderr","text":"\u001b[2Jx\n"}
{"event":"exit","run":7,"direction":"out","person":"bob","id":"B","state":"exited","exit":3,"result":3,"took_ms":12,"out_bytes":2,"err_bytes":0}
`, asked,
		},
		{
			"as raw JSON", "exec bob --json --encoding raw -- ls", nil, `{"event":"asked","run":7,"person":"bob","id":"B","until":"2026-01-02T03:04:05Z"}
{"event":"started","run":7,"direction":"out","person":"bob","id":"B","line":"ls","by":"once","encoding":"gbk"}
{"event":"out","run":7,"pipe":"stdout","base64":"tQ=="}
{"event":"out","run":7,"pipe":"stdout","base64":"sQo="}
{"event":"out","run":7,"pipe":"stderr","base64":"G1sySngK"}
{"event":"exit","run":7,"direction":"out","person":"bob","id":"B","state":"exited","exit":3,"result":3,"took_ms":12,"out_bytes":2,"err_bytes":0}
`, asked,
		},
	} {
		s := newRawStage(listing)
		if test.setup != nil {
			test.setup(s)
		}
		if code := s.run(t.Context(), strings.Fields(test.args)); code != 3 || s.out.String() != test.out || s.err.String() != test.err {
			t.Errorf("%s: exit %d\n%q\nwant %q\nstderr %q", test.name, code, s.out.String(), test.out, s.err.String())
		}
	}
}

func TestExecTableOfSeveral(t *testing.T) {
	s := newRawStage(func(args control.ExecArgs, emit func(any) error, ends control.Ends) error {
		if args.Live {
			t.Error("the outputs are to be folded")
		}
		return errors.Join(
			emit(control.RunExit{Event: control.EventExit, Person: "eve", State: "lost"}),
			emit(control.RunStarted{Event: control.EventStarted, Run: 8, Person: "小红"}),
			emit(control.RunStarted{Event: control.EventStarted, Run: 7, Person: "b\x1b[2J"}),
			emit(control.RunExit{Event: control.EventExit, Run: 8, Person: "小红", State: "exited", TookMS: 1500}),
			emit(control.RunExit{Event: control.EventExit, Run: 7, Person: "bob", State: "signalled", Signal: "SIGHUP", TookMS: 61_000}),
			emit(control.RunSame{Event: control.EventSame, Runs: []int64{7, 8}, Bytes: 9, Missed: 4}),
			ends.Output(control.Source{Run: 7, Pipe: 1}, []byte("no end")),
			&control.Failure{Exit: 128, Word: "run:lost", Text: "lost"},
		)
	})
	code := s.run(t.Context(), strings.Fields("exec bob 小红 eve -- ls"))
	want := `==> b\x1b[2J, 小红 <==
no end
PERSON  STATE                                                 EXIT    DURATION
eve     the link was lost, or the other PC cannot be reached  -       0s
bob     ended by a signal                                     SIGHUP  1m1s
小红    ended                                                 0       1.5s
`
	if code != 128 || s.out.String() != want || s.err.String() != "lanyard-cli: 4 B more of this output were not kept\n" {
		t.Errorf("exit %d\n%s\nstderr %s", code, s.out.String(), s.err.String())
	}
}

func TestExitCodesOfExec(t *testing.T) {
	for _, test := range []struct {
		end  error
		code int
		err  string
	}{
		{nil, 0, ""},
		{&control.Failure{Exit: 2, Word: "run:exited", Text: "x"}, 2, ""},
		{&control.Failure{Exit: 4, Word: "run:exited", Text: "x"}, 4, ""},
		{&control.Failure{Exit: 137, Word: "run:signal", Args: []string{"SIGKILL"}}, 137, "the command was ended by SIGKILL"},
		{&control.Failure{Exit: 126, Word: "run-reason:denied"}, 126, "they said no"},
		{control.Fail(control.ExitUnreachable, control.WordUnreachable, "bob"), 128, "bob cannot be reached; nothing was queued"},
		{&control.Failure{Exit: control.ExitRefused, Word: "blocked", Args: []string{"bob"}}, 126, "bob is blocked; `lanyard-cli unblock` takes that back"},
		{control.Fail(control.ExitFailed, control.WordAmbiguous, "b"), 125, "b fits more than one person; use more of the device ID, or the whole of it"},
		{&control.Failure{Exit: control.ExitUsage, Word: "bad-run", Args: []string{"x"}}, 125, "this cannot be run: x"},
		{control.Fail(control.ExitFailed, control.WordCancelled), 130, "cancelled"},
		{control.Fail(control.ExitFailed, control.WordWentAway), 125, "the running copy ended before the command did"},
		{control.Fail(control.ExitRefused, control.WordJailed), 126, "a command that Lanyard runs for somebody cannot use Lanyard"},
		{errors.New("disk on fire"), 125, "disk on fire"},
		{control.ErrHeld, 125, "another copy has this profile open and does not answer; quit it, or choose another --profile"},
	} {
		for _, line := range []string{"exec bob -- ls", "run bob button"} {
			s := newRawStage(func(control.ExecArgs, func(any) error, control.Ends) error { return test.end })
			want := test.err
			if want != "" {
				want = "lanyard-cli: " + want + "\n"
			}
			if code := s.run(t.Context(), strings.Fields(line)); code != test.code || s.err.String() != want {
				t.Errorf("%s: %v: exit %d, want %d; %q", line, test.end, code, test.code, s.err.String())
			}
		}
	}
}

func TestWrongCommandLinesOfCommands(t *testing.T) {
	for code, lines := range map[int][]string{
		control.ExitOwn: {
			"exec", "exec bob", "exec bob ls", "exec -- ls", "exec bob --", "exec --bogus bob -- ls", "exec bob --timeout 0s -- ls",
			"exec bob --timeout soon -- ls", "exec bob --encoding klingon -- ls", "exec bob --encoding= -- ls", "exec bob --cwd= -- ls",
			"exec bob eve --stdin -- cat", "exec bob --discovery on -- ls",
			"exec bob -- rm \xff*", "shell bob -- cat \xff",
			"run", "run bob", "run bob b x", "run bob b =x", "run bob b x=1 x=2", "run bob b --timeout -1s",
			"shell", "shell bob eve", "shell bob --", "shell bob", // without a terminal
		},
		control.ExitUsage: {
			"buttons", "buttons bogus", "buttons add b", "buttons add b --", "buttons add -- ls", "buttons add a b -- ls", "buttons remove",
			"buttons add b --timeout 0s -- ls", "buttons add b --cwd= -- ls", "buttons list a b",
			"buttons add b --param x -- ls", "buttons add b --param x:bogus -- ls", "buttons add b --param :text -- ls",
			"buttons add b --param x:number:5 -- ls", "buttons add b --param x:number:a..b -- ls", "buttons add b --param x:number:.. -- ls",
			"buttons add b --param x:choice -- ls {x}", "buttons add b -- cat \xff",
			"buttons add b --param x:number:0..NaN -- ls", "buttons add b --param x:file -- ls", "buttons add b --param x:text: -- ls",
			"consent", "consent bogus", "consent allow", "consent allow x", "consent allow 0", "consent allow 1 --quarter --forever",
			"consent allow 1 --once --forever", "consent deny", "consent list x", "consent forget", "consent remembered x",
			"runs x", "runs --last 0", "stop", "stop x", "stop 1 2",
		},
	} {
		for _, line := range lines {
			for _, words := range []lexicon{{}, {chinese: true}} {
				s := newStage(func(context.Context, string, json.RawMessage, func(any)) error {
					t.Errorf("%q reached a copy", line)
					return nil
				})
				s.words = words
				if got := s.run(t.Context(), strings.Fields(line)); got != code || !strings.HasPrefix(s.err.String(), "lanyard-cli: ") {
					t.Errorf("%q: exit %d, want %d; %q", line, got, code, s.err.String())
				}
			}
		}
	}
}

func TestWhatTheCopyIsAskedAboutCommands(t *testing.T) {
	one, nine := 1.0, 9.5
	for _, test := range []struct {
		args    []string
		command string
		want    any
	}{
		{
			[]string{"exec", "bob", "eve", "--timeout", "1500us", "--cwd", "/x y", "--", "ls", "--json", "-l"},
			"exec",
			control.ExecArgs{People: []string{"bob", "eve"}, Argv: []string{"ls", "--json", "-l"}, Dir: "/x y", WallMS: 2},
		},
		{
			[]string{"exec", "\xc4\xe3", "--stdin", "--", "echo", "\xba\xc3"},
			"exec",
			control.ExecArgs{People: []string{"你"}, Argv: []string{"echo", "好"}, Stdin: true},
		},
		{
			[]string{"run", "bob", "b", "x=a=b", "y="},
			"exec",
			control.ExecArgs{People: []string{"bob"}, Button: "b", Values: map[string]string{"x": "a=b", "y": ""}},
		},
		{[]string{"buttons", "list"}, "buttons", control.ButtonsArgs{}},
		{[]string{"buttons", "list", "bob"}, "buttons", control.ButtonsArgs{Person: "bob"}},
		{[]string{"buttons", "remove", "b"}, "button-remove", control.ButtonArgs{Name: "b"}},
		{
			[]string{
				"buttons", "add", "b", "--timeout", "3s", "--cwd", "/", "--param", "a=5:number:1..9.5", "--param", "c:choice:x,y z",
				"--param", "t?:text:[a-z]+:[0-9]", "--param", "d:text+dashes", "--param", "f:file:/srv", "--param", "n:number:..9.5", "--", "x", "{a}",
			},
			"button-add",
			control.Button{Name: "b", Argv: []string{"x", "{a}"}, Dir: "/", WallMS: 3000, Params: []control.Param{
				{Name: "a", Kind: "number", Optional: true, Default: "5", Min: &one, Max: &nine},
				{Name: "c", Kind: "choice", Choices: []string{"x", "y z"}},
				{Name: "t", Kind: "text", Optional: true, Pattern: "[a-z]+:[0-9]"},
				{Name: "d", Kind: "text", Dashes: true},
				{Name: "f", Kind: "file", Folder: "/srv"},
				{Name: "n", Kind: "number", Max: &nine},
			}},
		},
		{[]string{"consent", "allow", "7"}, "consent-answer", control.ConsentArgs{Number: 7, Answer: "once"}},
		{[]string{"consent", "allow", "#7", "--once"}, "consent-answer", control.ConsentArgs{Number: 7, Answer: "once"}},
		{[]string{"consent", "allow", "7", "--quarter"}, "consent-answer", control.ConsentArgs{Number: 7, Answer: "quarter"}},
		{[]string{"consent", "allow", "7", "--forever"}, "consent-answer", control.ConsentArgs{Number: 7, Answer: "forever"}},
		{[]string{"consent", "deny", "7"}, "consent-answer", control.ConsentArgs{Number: 7, Answer: "deny"}},
		{[]string{"consent", "forget", "abcd"}, "consent-forget", control.ForgetArgs{Key: "abcd"}},
		{[]string{"runs"}, "runs", control.RunsArgs{Last: 20}},
		{[]string{"stop", "3"}, "stop", control.StopArgs{Run: 3}},
	} {
		var asked string
		var got json.RawMessage
		s := newStage(func(_ context.Context, command string, args json.RawMessage, _ func(any)) error {
			asked, got = command, args
			return nil
		})
		if code := s.run(t.Context(), test.args); code != 0 {
			t.Errorf("%q: %s", test.args, s.err.String())
		}
		want, _ := json.Marshal(test.want)
		if asked != test.command || string(got) != string(want) {
			t.Errorf("%q asks %s %s, want %s", test.args, asked, got, want)
		}
	}
}

func TestParametersAreWrittenAsTheyAreTyped(t *testing.T) {
	p := newStage(nil).program
	for _, text := range []string{"a=5:number:1..9.5", "c:choice:x,y z", "t?:text:[a-z]+:[0-9]", "d:text+dashes", "f:file:/srv", "n:number:-3..", "t:text"} {
		param, err := p.param(text)
		if got := paramText(param); err != nil || got != text {
			t.Errorf("%s became %s: %v", text, got, err)
		}
	}
}

func TestWhatHappensAboutCommands(t *testing.T) {
	consent := control.Consent{
		Event: control.EventConsent, Number: 5, Person: "bob", ID: "AAAAAAA-BBBBBBB-CCC", Line: `rm -rf "a\x1b[2J"`,
		Account: "me@pc (/home/me)", Until: "2026-01-02T03:04:05Z", Quarter: true, Forever: true,
	}
	with := consent
	with.Stdin, with.Quarter, with.Forever, with.Folder = true, false, false, "/srv"
	s := newStage(playing(nil, consent, with, control.ConsentOver{Event: control.EventConsentOver, Number: 5},
		control.RunStarted{Event: control.EventStarted, Run: 9, Direction: "in", Person: "bob", Line: "ls"},
		control.RunExit{Event: control.EventExit, Run: 9, Direction: "in", Person: "bob", State: "exited", Exit: 2}))
	want := `#5 bob (AAAAAAA-BBBBBBB…) wants to run here: rm -rf "a\x1b[2J"
    in the home folder, as me@pc (/home/me); unanswered it is denied at 03:04:05
    lanyard-cli consent allow 5 [--quarter|--forever], or: lanyard-cli consent deny 5
#5 bob (AAAAAAA-BBBBBBB…) wants to run here: rm -rf "a\x1b[2J"
    in /srv, as me@pc (/home/me); unanswered it is denied at 03:04:05
    with input: what they will send to it is not known
    lanyard-cli consent allow 5, or: lanyard-cli consent deny 5
request #5 waits no more
Run 9: bob runs here: ls
Run 9 of bob: ended, exit 2
`
	if code := s.run(t.Context(), []string{"serve"}); code != 0 || s.out.String() != want {
		t.Errorf("exit %d\n%s\nwant\n%s", code, s.out.String(), want)
	}
}

func TestRunsAndTheLogOfCommands(t *testing.T) {
	run := control.LogRun{Line: "ls", Exit: 1, Began: "2026-01-02T03:04:05.000Z", Ended: "2026-01-02T03:04:06.500Z"}
	s := newStage(playing(nil,
		control.Run{Run: 3, Direction: "out", Person: "bob", LogRun: run, State: "exited", Asked: "2026-01-02T03:04:05Z"},
		control.Run{Run: 4, Direction: "in", Person: "eve", LogRun: control.LogRun{Line: "x"}, State: "denied", Reason: "expired", Asked: "2026-01-02T03:04:05Z"}))
	s.run(t.Context(), []string{"runs"})
	want := "#3  2026-01-02 03:04  on bob's PC  ls  [ended, exit 1, 1.5s]\n#4  2026-01-02 03:04  eve, here  x  [refused: nobody answered there in time]\n"
	if s.out.String() != want {
		t.Errorf("runs\n%swant\n%s", s.out.String(), want)
	}
	s = newStage(playing(nil,
		control.LogItem{Direction: "out", Person: "bob", Kind: "command", State: "exited", Added: "2026-01-02T03:04:05Z", LogRun: &run},
		control.LogItem{Direction: "out", Person: "bob", Kind: "clock", State: "received", Added: "2026-01-02T03:04:05Z", Text: "+1.284 s ± 0.4 ms"}))
	s.run(t.Context(), []string{"log", "bob"})
	want = "2026-01-02 03:04  me   $ ls  [ended, exit 1, 1.5s]\n2026-01-02 03:04  me   clock: +1.284 s ± 0.4 ms\n"
	if s.out.String() != want {
		t.Errorf("log\n%swant\n%s", s.out.String(), want)
	}
}

func TestSinkOfPlainTextIsTheSameWithAndWithoutItsShortcut(t *testing.T) {
	for name, pieces := range map[string][]string{
		"ASCII":             {"0123456789abcdef", "more\n", "end"},
		"then UTF-8":        {"0123456789abcdef", "more\n", "中文字", "ASCII"},
		"then GBK":          {"0123456789abcdef\n", "more\n", "\xb5\xb1\xc7", "\xb0\n", "ASCII"},
		"UTF-16":            {"\xff\xfeh\x00", "i\x00", strings.Repeat("x\x00", 20)},
		"UTF-16, no mark":   {strings.Repeat("x\x00", 20), strings.Repeat("y\x00", 20)},
		"split characters":  {"0123456789abcdef", "\xe4", "\xb8", "\xad", "x"},
		"stray after ASCII": {"0123456789abcdef", "abc", "\xff", "abc\n"},
	} {
		var short, long strings.Builder
		a, b := newSink(&short, charset.Auto, charset.GBK, false), newSink(&long, charset.Auto, charset.GBK, false)
		for _, piece := range pieces {
			b.plain = false
			if err := errors.Join(a.write([]byte(piece)), b.write([]byte(piece))); err != nil {
				t.Fatal(err)
			}
		}
		if err := errors.Join(a.end(), b.end()); err != nil || short.String() != long.String() {
			t.Errorf("%s: %q, without the shortcut %q, %v", name, short.String(), long.String(), err)
		}
	}
}

func TestKeyboard(t *testing.T) {
	for typed, want := range map[string]string{
		"ls\rexit\r":    "ls\rexit\r",
		"a~.b":          "a~.b",
		"~~x\r~~y":      "~x\r~y",
		"~a\r~":         "~a\r",
		"\r~\r~.gone":   "\r~\r|",
		"~.":            "|",
		"~~.":           "~.",
		"你\n~.":         "你\n|",
		"\r~~~.\r~~\r.": "\r~~.\r~\r.",
	} {
		for name, in := range map[string]io.Reader{"whole": strings.NewReader(typed), "byte by byte": iotest.OneByteReader(strings.NewReader(typed))} {
			hung := ""
			keys := &keyboard{in: in, hangUp: func() { hung = "|" }, atStart: true}
			var got []byte
			for {
				p := make([]byte, 8)
				n, err := keys.Read(p)
				got = append(got, p[:n]...)
				if err != nil {
					break
				}
			}
			if string(got)+hung != want {
				t.Errorf("%q, %s: %q, want %q", typed, name, string(got)+hung, want)
			}
		}
	}
}

// fakeConsole is a terminal that the test plays.
type fakeConsole struct {
	taken, restored atomic.Int32
	sizer           chan control.Size
}

func (c *fakeConsole) raw() (func(), error) {
	c.taken.Add(1)
	return func() { c.restored.Add(1) }, nil
}

func (c *fakeConsole) sizes(context.Context) <-chan control.Size { return c.sizer }

func TestShell(t *testing.T) {
	console := &fakeConsole{sizer: make(chan control.Size, 2)}
	console.sizer <- control.Size{Cols: 90, Rows: 20}
	console.sizer <- control.Size{Cols: 91, Rows: 21}
	s := newRawStage(func(args control.ExecArgs, emit func(any) error, ends control.Ends) error {
		if args.Terminal == nil || *args.Terminal != (control.Size{Cols: 90, Rows: 20}) || args.People[0] != "bob" {
			t.Errorf("asked for %+v", args)
		}
		if size := <-ends.Sizes; size.Cols != 91 {
			t.Errorf("resized to %+v", size)
		}
		if taken := console.taken.Load(); taken != 0 {
			t.Errorf("the terminal was taken before anything has started, %d times", taken)
		}
		failed := emit(startedLine)
		typed, err := io.ReadAll(ends.Input)
		if string(typed) != "ls\r" || !errors.Is(err, errHungUp) {
			t.Errorf("typed %q, %v", typed, err)
		}
		return errors.Join(failed, ends.Output(control.Source{Pipe: 1}, []byte("\x1b[2J\xb5")),
			emit(exitLine), &control.Failure{Exit: 5, Word: "run:exited", Text: "ended"})
	})
	s.in, s.inTerminal, s.outTerminal, s.console = strings.NewReader("ls\r~."), true, true, console
	code := s.run(t.Context(), []string{"shell", "bob"})
	if code != 5 || s.out.String() != "\x1b[2J\xb5" {
		t.Errorf("exit %d: %q %s", code, s.out.String(), s.err.String())
	}
	if console.taken.Load() != 1 || console.restored.Load() < 1 {
		t.Errorf("the terminal was taken %d times, and put back %d times", console.taken.Load(), console.restored.Load())
	}
}
