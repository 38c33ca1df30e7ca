package main

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"lanyard/netcore"
	"lanyard/netcore/control"
)

func TestMain(m *testing.M) {
	netcore.Supervise()
	goleak.VerifyTestMain(m)
}

// copyFunc plays a running copy: it answers a command with lines and an end.
type copyFunc func(ctx context.Context, command string, args json.RawMessage, emit func(line any)) error

func (f copyFunc) RunWith(ctx context.Context, request control.Request, emit func(line []byte) error, ends control.Ends) error {
	err := f.Run(ctx, request, emit)
	if ends.Paused != nil {
		err = errors.Join(err, ends.Paused())
	}
	return err
}

func (f copyFunc) Run(ctx context.Context, request control.Request, emit func(line []byte) error) error {
	var failed error
	err := f(ctx, request.Command, request.Args, func(line any) {
		raw, err := json.Marshal(line)
		failed = errors.Join(failed, err, emit(raw))
	})
	return errors.Join(err, failed)
}

// buffer is what a program wrote; it may be read while the program runs.
type buffer struct {
	mu   sync.Mutex
	text strings.Builder
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

// stage is a program whose copy is played by the test.
type stage struct {
	*program
	out, err buffer
	opened   []options
}

func newStage(play copyFunc) *stage {
	s := &stage{}
	s.program = &program{in: strings.NewReader(""), out: &s.out, err: &s.err, zone: time.UTC}
	s.open = func(_ context.Context, o options) (*session, error) {
		s.opened = append(s.opened, o)
		return &session{runner: play, attached: true, close: func(context.Context) error { return nil }}, nil
	}
	return s
}

// playing answers every command with the same lines and end.
func playing(end error, lines ...any) copyFunc {
	return func(_ context.Context, _ string, _ json.RawMessage, emit func(any)) error {
		for _, line := range lines {
			emit(line)
		}
		return end
	}
}

func TestWrongCommandLines(t *testing.T) {
	for _, args := range [][]string{
		{},
		{"bogus"},
		{"--bogus"},
		{"id", "--bogus"},
		{"id", "extra"},
		{"serve", "extra"},
		{"serve", "--accept", "maybe"},
		{"serve", "--listen", "9527"},
		{"--discovery", "on", "id"},
		{"--log-level", "loud", "id"},
		{"--name", " ", "id"},
		{"--profile"},
		{"--json=perhaps", "id"},
		{"say"},
		{"say", "bob"},
		{"send", "bob"},
		{"log"},
		{"log", "a", "b"},
		{"log", "a", "--last", "-1"},
		{"people", "--wait", "long"},
		{"accept"},
		{"accept", "one"},
		{"decline", "1", "--save", "x"},
		{"help", "bogus"},
		{"say", "", "hi"},
		{"say", " ", "hi"},
		{"log", ""},
		{"send", "", "x"},
		{"send", "bob", ""},
		{"send", "bob", "x", ""},
		{"--profile", "", "id"},
		{"id", "--profile="},
		{"serve", "--save", ""},
		{"accept", "1", "--save", ""},
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

func TestUsageErrorsName(t *testing.T) {
	for args, want := range map[string]string{
		"bogus":               "there is no command bogus",
		"id --bogus":          "there is no flag --bogus",
		"id -x":               "there is no flag -x",
		"say bob":             "TEXT is missing",
		"id more":             "more is too much",
		"serve --accept soon": "--accept cannot be soon; it is one of: ask, all",
		"people --wait long":  "--wait cannot be long",
		"--profile":           "--profile needs a value",
		"--profile= id":       "--profile is empty",
		"serve --save=":       "--save is empty",
	} {
		s := newStage(nil)
		s.run(t.Context(), strings.Fields(args))
		if first, _, _ := strings.Cut(s.err.String(), "\n"); first != "lanyard-cli: "+want {
			t.Errorf("%s: %q", args, first)
		}
	}
}

func TestGlobalFlagsBeforeAndAfterTheCommand(t *testing.T) {
	want := control.Self{Name: "小红", ID: "AAA"}
	for _, args := range [][]string{
		{"--json", "--profile", "p", "--name", "n", "--discovery", "off", "--interface", "a", "--interface", "b", "id"},
		{"id", "--json", "--profile", "p", "--name", "n", "--discovery", "off", "--interface", "a", "--interface", "b"},
		{"--json", "id", "--profile=p", "--name=n", "--discovery=off", "--interface=a", "--interface=b"},
	} {
		s := newStage(playing(nil, want))
		if code := s.run(t.Context(), args); code != 0 || s.out.String() != `{"name":"小红","id":"AAA"}`+"\n" {
			t.Errorf("%q: exit %d, %s%s", args, code, s.out.String(), s.err.String())
		}
		o := s.opened[0]
		profile, _ := filepath.Abs("p")
		if o.profile != profile || o.name != "n" || !o.quiet || !slices.Equal(o.interfaces, []string{"a", "b"}) {
			t.Errorf("%q: %+v", args, o)
		}
	}
}

func TestWhatIsOpenedForACommand(t *testing.T) {
	for _, test := range []struct {
		args string
		want options
	}{
		{"id", options{listen: anyLocalPort, quiet: true, offline: true}},
		{"log 192.0.2.1:9527", options{listen: anyLocalPort, quiet: true, offline: true}},
		{"people", options{listen: anyPort}},
		{"say bob hi", options{listen: anyPort}},
		{"--discovery off say bob hi", options{listen: anyPort, quiet: true}},
		{"say 192.0.2.1:9527 hi", options{listen: anyPort, quiet: true}},
		{"say pc.example:9527 hi", options{listen: anyPort, quiet: true}},
		{"say 192.0.2.1 hi", options{listen: anyPort, quiet: true}},
		{"say [fe80::1%eth0]:9527 hi", options{listen: anyPort, quiet: true}},
		{"say 127.0.0.1:9527 hi", options{listen: anyLocalPort, quiet: true}},
		{"say localhost:9527 hi", options{listen: anyLocalPort, quiet: true}},
		{"say localhost hi", options{listen: anyPort}},
		{"say bob:home hi", options{listen: anyPort}},
		{"send 127.0.0.1:1 x", options{listen: anyLocalPort, quiet: true}},
		{"accept 1", options{attachOnly: true}},
		{"serve", options{stays: true}},
		{"serve --listen 127.0.0.1:1 --discovery off --interface a", options{listen: "127.0.0.1:1", quiet: true, stays: true, interfaces: []string{"a"}}},
	} {
		s := newStage(playing(nil))
		if code := s.run(t.Context(), strings.Fields(test.args)); code != 0 {
			t.Errorf("%s: %s", test.args, s.err.String())
			continue
		}
		got := s.opened[0]
		if got.listen != test.want.listen || got.quiet != test.want.quiet || got.offline != test.want.offline ||
			got.stays != test.want.stays || got.attachOnly != test.want.attachOnly || !slices.Equal(got.interfaces, test.want.interfaces) {
			t.Errorf("%s: %+v", test.args, got)
		}
	}
}

func TestWhatTheCopyIsAsked(t *testing.T) {
	file, _ := filepath.Abs("a b")
	dir, _ := filepath.Abs("d")
	for _, test := range []struct {
		args    []string
		command string
		want    any
	}{
		{[]string{"people"}, "people", control.PeopleArgs{}},
		{[]string{"people", "--wait", "3s"}, "people", control.PeopleArgs{WaitMillis: 3000}},
		{[]string{"say", "bob", "two", "words"}, "say", control.SayArgs{Person: "bob", Text: "two words"}},
		{[]string{"say", "bob", "--later", "--", "-x"}, "say", control.SayArgs{Person: "bob", Text: "-x", Later: true}},
		{[]string{"say", "bob", "\xc4\xe3\xba\xc3"}, "say", control.SayArgs{Person: "bob", Text: "你好"}},
		{[]string{"say", "bob", "-"}, "say", control.SayArgs{Person: "bob", Text: "from stdin"}},
		{[]string{"log", "bob", "--last", "5"}, "log", control.LogArgs{Person: "bob", Last: 5}},
		{[]string{"send", "bob", "a b"}, "send", control.SendArgs{Person: "bob", Paths: []control.Path{control.Path(file)}}},
		{[]string{"accept", "7", "--save", "d"}, "accept", control.DecideArgs{Transfer: 7, Save: control.Path(dir)}},
		{[]string{"decline", "7"}, "decline", control.DecideArgs{Transfer: 7}},
		{[]string{"serve", "--listen", ":1", "--accept", "all", "--save", "d"}, "serve", control.ServeArgs{Listen: ":1", Save: control.Path(dir), AcceptAll: true}},
	} {
		var asked string
		var got json.RawMessage
		s := newStage(func(_ context.Context, command string, args json.RawMessage, _ func(any)) error {
			asked, got = command, args
			return nil
		})
		s.in = strings.NewReader("from stdin\r\n")
		if code := s.run(t.Context(), test.args); code != 0 {
			t.Errorf("%q: %s", test.args, s.err.String())
		}
		want, _ := json.Marshal(test.want)
		if asked != test.command || string(got) != string(want) {
			t.Errorf("%q asks %s %s, want %s", test.args, asked, got, want)
		}
	}
}

func TestExitCodesAndReasons(t *testing.T) {
	for _, test := range []struct {
		end    error
		code   int
		en, zh string
	}{
		{nil, 0, "", ""},
		{control.Fail(control.ExitRefused, control.WordDeclined, "bob"), 3, "bob declined", "bob 拒绝了"},
		{control.Fail(control.ExitUnreachable, control.WordUnreachable, "b\x1b[31m"), 4, `b\x1b[31m cannot be reached; nothing was queued`, `无法连接 b\x1b[31m；没有任何内容进入排队`},
		{&control.Failure{Exit: 1, Word: "of-a-later-version", Text: "the moon is full"}, 1, "the moon is full", "the moon is full"},
		{errors.New("disk on fire"), 1, "disk on fire", "出错：disk on fire"},
		{control.ErrHeld, 1, "another copy has this profile open and does not answer; quit it, or choose another --profile", "另一个邻传正在使用这个配置目录且没有应答；请退出它，或用 --profile 换一个目录"},
	} {
		for _, words := range []lexicon{{}, {chinese: true}} {
			s := newStage(playing(test.end))
			s.words = words
			want := test.en
			if words.chinese {
				want = test.zh
			}
			if want != "" {
				want = "lanyard-cli: " + want + "\n"
			}
			code := s.run(t.Context(), []string{"say", "bob", "hi"})
			if got := s.err.String(); code != test.code || got != want {
				t.Errorf("%v: exit %d, %q, want %q", test.end, code, got, want)
			}
		}
	}
}

func TestCopyThatIsEndingIsAskedNoMore(t *testing.T) {
	times := 0
	s := newStage(func(_ context.Context, _ string, _ json.RawMessage, emit func(any)) error {
		if times++; times < 3 {
			return control.ErrNoCopy
		}
		emit(control.Self{Name: "a", ID: "b"})
		return nil
	})
	if code := s.run(t.Context(), []string{"id", "--json"}); code != 0 || times != 3 || len(s.opened) != 3 {
		t.Errorf("exit %d after %d times: %s", code, times, s.err.String())
	}
	if n := strings.Count(s.err.String(), "\n"); n != 1 {
		t.Errorf("%d lines on stderr", n)
	}
}

func TestLogLevels(t *testing.T) {
	for args, want := range map[string][2]bool{ // warnings, errors
		"id":                   {false, true},
		"serve":                {true, true},
		"--log-level off id":   {false, false},
		"--log-level debug id": {true, true},
	} {
		s := newStage(playing(nil))
		s.run(t.Context(), strings.Fields(args))
		log := s.opened[0].log
		got := [2]bool{log.Enabled(t.Context(), slog.LevelWarn), log.Enabled(t.Context(), slog.LevelError)}
		if got != want {
			t.Errorf("%s: %v", args, got)
		}
	}
}
