package main

import (
	"context"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lanyard/netcore"
	"lanyard/netcore/control"
)

// events are one of each kind of line, with what peers may try.
func events() []any {
	return []any{
		control.Ready{Event: control.EventReady, ID: "AAA", Address: "127.0.0.1:9527"},
		control.Message{Event: control.EventMessage, From: "bo\x1b[31mb", Text: "hi\u202e\nthere\x07"},
		control.Offer{Event: control.EventOffer, Transfer: 7, From: "bob", Name: "src", Count: 12, Bytes: 3400000},
		control.Offer{Event: control.EventOffer, Transfer: 8, From: "bob", Name: "照片.jpg", Count: 1, Bytes: 4, Accepted: true},
		control.Progress{Event: control.EventProgress, Transfer: 7, Name: "src", Count: 12, Done: 3, DoneBytes: 1700000, Bytes: 3400000, Speed: 1000000, LeftMS: 1700},
		control.Progress{Event: control.EventProgress, Transfer: 7, Name: "src", Count: 12, Done: 4, DoneBytes: 1800000, Bytes: 3400000},
		control.Progress{Event: control.EventProgress, Transfer: 7, Name: "src", Count: 12, Done: 4, DoneBytes: 1800000, Bytes: 3400000, Limits: "disk"},
		control.Offer{Event: control.EventOffer, Transfer: 9, From: "bob", Name: "src", Count: 2, Bytes: 4, Retry: true, Wish: "skip"},
		control.Plan{TransferNote: note(control.EventPlan), Decision: control.Decision{Left: 10, Identical: 1, Kept: 2, Beside: 3, Replaced: 4, Unselected: 5, Renamed: 6}},
		control.Plan{TransferNote: note(control.EventPlan), Decision: control.Decision{Left: 10}},
		control.TransferNote{Event: control.EventPaused, Transfer: 7, Person: "bo\x1bb", Name: "sr\x1bc", By: control.ByThere},
		control.TransferNote{Event: control.EventPaused, Transfer: 7, Person: "bob", Name: "src", By: control.ByHere},
		note(control.EventResumed), note(control.EventAway), note(control.EventBack), note(control.EventPending),
		control.FileSkipped{Event: control.EventSkipped, FileName: "src/s\x1b", Reason: "kept", Direction: "in"},
		control.FileSkipped{Event: control.EventSkipped, FileName: "src/i", Reason: "identical", Direction: "in"},
		control.File{Event: control.EventReceived, FileName: "src/a", FileSize: 4, MD5: "aa", Path: "/s/src/a"},
		control.FileFailed{Event: control.EventFailed, FileName: "src/b", Reason: "disk-full", Direction: "in"},
		control.Ended{Event: control.EventEnded, Transfer: 7, Direction: "in", Person: "bob", Name: "src", State: "failed", Reason: "disk-full", Done: 11, Failed: 1, Count: 12, Bytes: 3400000, Skipped: 2, Restarted: 1},
		control.Shipment{Event: control.EventOffered, Transfer: 9, To: "bob", Name: "out", Count: 1, Bytes: 0},
		control.File{Event: control.EventSent, FileName: "out", MD5: "dd", Path: "/out"},
		control.Ended{Event: control.EventEnded, Transfer: 9, Direction: "out", Person: "bob", Name: "out", State: "verified", Done: 1, Count: 1, MD5: "dd"},
		control.TextState{Event: control.EventDelivered, To: "bob"},
		control.TextState{Event: control.EventQueued, To: "bob"},
		control.Problem{Event: control.EventError, Word: control.WordSaveDir, Args: []string{"/x", "full"}},
		map[string]any{"event": "of-a-later-version"},
	}
}

// note is a line about what became of a transfer.
func note(event string) control.TransferNote {
	line := control.TransferNote{Event: event, Transfer: 7, Direction: "in", Person: "bob", ID: "AAA", Name: "src"}
	if event == control.EventPending {
		line.Pending = 2
	}
	return line
}

// golden compares got with a file, or writes it when the test is told to.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if os.Getenv("UPDATE_GOLDEN") != "" {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s: got\n%s\nwant\n%s", name, got, want)
	}
}

func TestWhatServePrints(t *testing.T) {
	for name, arrange := range map[string]func(*stage) []string{
		"serve.en.txt": func(*stage) []string { return nil },
		"serve.zh.txt": func(s *stage) []string { s.words.chinese = true; return nil },
		"serve.json":   func(*stage) []string { return []string{"--json"} },
	} {
		s := newStage(playing(nil, events()...))
		args := append(arrange(s), "serve")
		if code := s.run(t.Context(), args); code != 0 {
			t.Errorf("%s: exit %d", name, code)
		}
		all := s.out.String() + "-- stderr\n" + s.err.String()
		golden(t, name, all)
		if strings.ContainsAny(all, "\x1b\x07\u202e") {
			t.Errorf("%s gives orders to the terminal: %q", name, all)
		}
	}
}

func TestFilesThatNobodyCounted(t *testing.T) {
	for _, test := range []struct {
		line line
		want string
	}{
		{line{Name: "src", Count: 2, Bytes: 2}, "src, 2 files, 2 B"},
		{line{Name: "empty"}, "empty, 0 files, 0 B"},
		{line{Name: "empty", State: "verified"}, "empty, 0 files, 0 B"},
		{line{Name: "ff", State: "failed"}, "ff"},
		{line{Name: "ff", State: "failed", Failed: 1}, "ff, 1 file, 0 B"},
		{line{Name: "src", State: "preparing"}, "src"},
		{line{Name: "src", State: "failed", Count: 1, Done: 1, Failed: 1, Bytes: 2}, "src, 2 files, 2 B"},
	} {
		if got := filesText(lexicon{}, test.line); got != test.want {
			t.Errorf("%+v: %q, want %q", test.line, got, test.want)
		}
	}
}

func TestWhatListsPrint(t *testing.T) {
	people := []any{
		control.Person{Name: "bob", ID: "AAA", Online: true, Address: "192.0.2.1:9527", Unread: 2},
		control.Person{Name: "张三丰", ID: "BBB", Address: "[fe80::1%eth0]:9527"},
	}
	log := []any{
		control.LogItem{Direction: "in", Person: "张三", Kind: "text", State: "received", Sent: "1999-12-31T23:59:59.999Z", Added: "2026-11-23T04:05:06.007Z", Text: "one\ntwo"},
		control.LogItem{Direction: "out", Person: "张三", Kind: "text", State: "failed", Reason: "lost", Sent: "2026-11-23T04:06:06.007Z", Text: "hello"},
		control.LogItem{
			Direction: "out", Person: "张三", Kind: "file", State: "verified", Sent: "2026-11-23T04:07:06.007Z", Text: "src",
			LogFiles: &control.LogFiles{Transfer: 3, Name: "src", Count: 2, Bytes: 2048, Done: 2, MD5: "abc"},
		},
	}
	for name, test := range map[string]struct {
		args  string
		lines []any
	}{
		"id":     {"id", []any{control.Self{Name: "小红", ID: "AAA"}}},
		"people": {"people", people},
		"nobody": {"people", nil},
		"log":    {"log bob", log},
	} {
		for _, form := range []string{".en.txt", ".zh.txt", ".json"} {
			s := newStage(playing(nil, test.lines...))
			s.words.chinese = form == ".zh.txt"
			args := strings.Fields(test.args)
			if form == ".json" {
				args = append(args, "--json")
			}
			if code := s.run(t.Context(), args); code != 0 {
				t.Errorf("%s: exit %d", name, code)
			}
			golden(t, name+form, s.out.String()+"-- stderr\n"+s.err.String())
		}
	}
}

func TestFailedFilesOfSendAreOnStderr(t *testing.T) {
	failed := control.FileFailed{Event: control.EventFailed, FileName: "src/b", Reason: "vanished", Direction: "out"}
	end := control.Fail(control.ExitFailed, control.WordSomeFailed, "1", "2")
	for _, args := range []string{"send bob x", "send bob x --json"} {
		s := newStage(playing(end, failed))
		if code := s.run(t.Context(), strings.Fields(args)); code != 1 {
			t.Errorf("exit %d", code)
		}
		want := "lanyard-cli: src/b: it is not there any more\nlanyard-cli: 1 of 2 files failed\n"
		if s.err.String() != want {
			t.Errorf("%s: %q", args, s.err.String())
		}
	}
}

func TestJSONGivesNoOrders(t *testing.T) {
	evil := "a\u009b31m\u202egnp.\x7f\u2066<é你👋"
	s := newStage(playing(nil, control.Message{Event: control.EventMessage, Text: evil}))
	s.run(t.Context(), []string{"serve", "--json"})
	if strings.ContainsAny(s.out.String(), "\u009b\u202e\x7f\u2066") {
		t.Errorf("printed %q", s.out.String())
	}
	var back control.Message
	if err := json.Unmarshal([]byte(s.out.String()), &back); err != nil || back.Text != evil {
		t.Errorf("reads back as %q, %v", back.Text, err)
	}
}

func TestTextFromStdin(t *testing.T) {
	for _, test := range []struct {
		name, in, want string
		code           int
	}{
		{"one line", "hi\n", "hi", 0},
		{"CRLF", "hi\r\n", "hi", 0},
		{"no line end", "hi", "hi", 0},
		{"lines within stay", "a\n\nb\n\n", "a\n\nb\n", 0},
		{"a byte order mark", "\ufeffhi\n", "hi", 0},
		{"GB18030", "\xc4\xe3\xba\xc3\n", "你好", 0},
		{"neither", "\xff\xfe\x00\x80\n", "", 2},
		{"just fits", strings.Repeat("x", netcore.MaxText) + "\r\n", strings.Repeat("x", netcore.MaxText), 0},
		{"too long", strings.Repeat("x", netcore.MaxText+1), "", 2},
		{"much too long", strings.Repeat("x", 1<<20), "", 2},
	} {
		t.Run(test.name, func(t *testing.T) {
			var got control.SayArgs
			s := newStage(func(_ context.Context, _ string, args json.RawMessage, _ func(any)) error {
				return json.Unmarshal(args, &got)
			})
			s.in = strings.NewReader(test.in)
			if code := s.run(t.Context(), []string{"say", "bob", "-"}); code != test.code || got.Text != test.want {
				t.Errorf("exit %d, %.40q, %s", code, got.Text, s.err.String())
			}
		})
	}
}

// shown waits until a program has written a text.
func shown(t *testing.T, out *buffer, text string) {
	t.Helper()
	deadline := time.After(time.Minute)
	for !strings.Contains(out.String(), text) {
		select {
		case <-time.After(time.Millisecond):
		case <-deadline:
			t.Fatalf("%q is not in %q", text, out.String())
		}
	}
}

func TestOffersAreAskedAboutAtATerminal(t *testing.T) {
	answers, typed := io.Pipe()
	decided := make(chan string, 2)
	s := newStage(func(ctx context.Context, command string, args json.RawMessage, emit func(any)) error {
		if command == control.CommandPreflight {
			return control.Fail(control.ExitFailed, control.WordMustUpdate, "bob")
		}
		if command != control.CommandServe {
			decided <- command + " " + string(args)
			return nil
		}
		emit(control.Offer{Event: control.EventOffer, Transfer: 7, From: "bob", Name: "a", Count: 1})
		emit(control.Offer{Event: control.EventOffer, Transfer: 8, From: "eve", Name: "b", Count: 1})
		<-ctx.Done()
		return nil
	})
	s.in, s.inTerminal, s.outTerminal = answers, true, true
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan int, 1)
	go func() { ended <- s.run(ctx, []string{"serve"}) }()
	for _, test := range [][3]string{
		{"bob offers a", "y\n", `accept {"transfer":7}`}, {"eve offers b", "\n", `decline {"transfer":8}`},
	} {
		shown(t, &s.out, test[0]) // what is typed before a question answers none
		if _, err := io.WriteString(typed, test[1]); err != nil {
			t.Fatal(err)
		}
		if got := <-decided; got != test[2] {
			t.Errorf("%q: %s", test[1], got)
		}
	}
	typed.Close()
	stop()
	if code := <-ended; code != 0 {
		t.Errorf("exit %d", code)
	}
	if !strings.Contains(s.out.String(), "bob offers a") || !strings.Contains(s.out.String(), "eve offers b") {
		t.Errorf("asked: %s", s.out.String())
	}
}

func TestBarsOnATerminalLeaveTheLines(t *testing.T) {
	for _, terminals := range [][2]bool{{true, true}, {false, true}} {
		s := newStage(playing(nil, events()...))
		s.outTerminal, s.errTerminal = terminals[0], terminals[1]
		if code := s.run(t.Context(), []string{"send", "bob", "x"}); code != 0 {
			t.Errorf("exit %d", code)
		}
		for _, want := range []string{"received src/a", "sent out", "To bob: out"} {
			if !strings.Contains(s.out.String(), want) {
				t.Errorf("%v: no %q in %q", terminals, want, s.out.String())
			}
		}
	}
}

func TestAcceptAllSaysSoLoudly(t *testing.T) {
	s := newStage(playing(nil))
	s.run(t.Context(), []string{"serve", "--accept", "all", "--json"})
	if !strings.Contains(s.err.String(), "EVERY") || s.out.String() != "" {
		t.Errorf("stderr %q, stdout %q", s.err.String(), s.out.String())
	}
}

func TestProgressInWords(t *testing.T) {
	l := line{Count: 12, Done: 3, DoneBytes: 1700000, Bytes: 3400000, Speed: 1000000, LeftMS: 1700}
	for _, test := range []struct {
		words lexicon
		line  line
		want  string
	}{
		{lexicon{}, l, " 50 %  1.7 MB / 3.4 MB  3 of 12 files  1.0 MB/s  2s left"},
		{lexicon{chinese: true}, l, " 50 %  1.7 MB / 3.4 MB  12 个文件中的第 3 个  1.0 MB/s  剩余 2s"},
		{lexicon{}, line{Count: 1}, "100 %  0 B / 0 B"},
	} {
		if got := progressText(test.words, test.line); got != test.want {
			t.Errorf("%q, want %q", got, test.want)
		}
	}
}

func TestHowItEndedIsNotSaidTwice(t *testing.T) {
	for _, test := range []struct{ state, reason, want string }{
		{"verified", "", "verified"},
		{"declined", "declined", "declined"},
		{"cancelled", "cancelled-here", "cancelled"},
		{"cancelled", "cancelled-there", "cancelled by the other side"},
		{"failed", "lost", "failed: the link was lost and did not come back"},
	} {
		if got := stateText(lexicon{}, line{State: test.state, Reason: test.reason}); got != test.want {
			t.Errorf("%s, %s: %q", test.state, test.reason, got)
		}
	}
}
