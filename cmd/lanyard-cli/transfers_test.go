package main

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lanyard/netcore/control"
)

func TestWhatTheCopyIsAskedAboutTransfers(t *testing.T) {
	file, _ := filepath.Abs("f")
	limit := func(n int64) *int64 { return &n }
	for _, test := range []struct {
		args    string
		command string
		want    any
	}{
		{"send bob f", "send", control.SendArgs{Person: "bob", Paths: []control.Path{control.Path(file)}}},
		{"send bob f --no-resume", "send", control.SendArgs{Person: "bob", Paths: []control.Path{control.Path(file)}, GiveUp: true}},
		{"send bob f --resume=false --limit 5M", "send", control.SendArgs{Person: "bob", Paths: []control.Path{control.Path(file)}, GiveUp: true, Limit: 5e6}},
		{"send bob f --limit 800K/s --later --on-conflict skip", "send", control.SendArgs{Person: "bob", Paths: []control.Path{control.Path(file)}, Limit: 8e5, Later: true, Wish: "skip"}},
		{"serve --on-conflict replace --limit 1MiB", "serve", control.ServeArgs{Clash: "replace", Limit: 1 << 20}},
		{
			"accept 7 --on-conflict skip --on-conflict a=b/*.txt=keep --only src --only *.jpg", "accept",
			control.DecideArgs{Transfer: 7, Clash: "skip", Choices: []control.Choice{{Files: "a=b/*.txt", Clash: "keep"}}, Only: []string{"src", "*.jpg"}},
		},
		{"offer 7 --files", "preflight", control.PreflightArgs{Transfer: 7, Files: true}},
		{"preflight 7", "preflight", control.PreflightArgs{Transfer: 7}},
		{"transfers", "transfers", control.TransfersArgs{}},
		{"transfers --group failed --search x --person bob --last 3", "transfers", control.TransfersArgs{Group: "failed", Search: "x", Person: "bob", Last: 3}},
		{"transfers show 7 --failed --search y", "transfer", control.TransferShowArgs{Transfer: 7, Failed: true, Search: "y"}},
		{"transfers clear", "transfers-clear", control.TransfersClearArgs{}},
		{"transfers clear done", "transfers-clear", control.TransfersClearArgs{Group: "done"}},
		{"pause 7", "pause", control.TransferArgs{Transfer: 7}},
		{"resume 7", "resume", control.TransferArgs{Transfer: 7}},
		{"cancel 7", "cancel", control.TransferArgs{Transfer: 7}},
		{"retry", "retry", control.TransferArgs{}},
		{"retry 7", "retry", control.TransferArgs{Transfer: 7}},
		{"limit 7 20M", "limit", control.LimitArgs{Transfer: 7, Limit: 2e7}},
		{"limit 7 off", "limit", control.LimitArgs{Transfer: 7}},
		{"md5 7", "md5", control.MD5Args{Transfer: 7}},
		{"md5 7 f", "md5", control.MD5Args{Transfer: 7, Path: control.Path(file)}},
		{
			"settings send-limit=1M receive-limit=off on-conflict=skip save-dir=f", "settings",
			control.SettingsArgs{SendLimit: limit(1e6), ReceiveLimit: limit(0), Clash: "skip", SaveDir: control.Path(file)},
		},
	} {
		var asked string
		var got json.RawMessage
		s := newStage(func(_ context.Context, command string, args json.RawMessage, _ func(any)) error {
			asked, got = command, args
			return nil
		})
		if code := s.run(t.Context(), strings.Fields(test.args)); code != 0 {
			t.Errorf("%s: %s", test.args, s.err.String())
		}
		want, _ := json.Marshal(test.want)
		if asked != test.command || string(got) != string(want) {
			t.Errorf("%s asks %s %s, want %s", test.args, asked, got, want)
		}
	}
}

func TestWrongCommandLinesAboutTransfers(t *testing.T) {
	for _, args := range []string{
		"send bob f --limit fast", "send bob f --limit 1", "send bob f --limit=", "send bob f --resume --no-resume", "send bob f --on-conflict merge",
		"serve --on-conflict merge", "serve --limit 3", "serve --limit=",
		"accept 7 --on-conflict merge", "accept 7 --on-conflict keep --on-conflict skip", "accept 7 --on-conflict =skip", "accept 7 --only=",
		"offer", "offer x", "transfers bogus", "transfers --group lost", "transfers --group=", "transfers --last -1",
		"transfers show", "transfers show x", "transfers clear running", "pause", "pause x", "resume 1 2", "cancel", "retry x", "retry 1 2", "limit 7", "limit 7 fast",
		"md5", "md5 x", "verify-md5", "settings send-limit=", "settings send-limit=fast", "settings on-conflict=merge", "settings save-dir=",
	} {
		s := newStage(func(context.Context, string, json.RawMessage, func(any)) error {
			t.Errorf("%s reached a copy", args)
			return nil
		})
		if code := s.run(t.Context(), strings.Fields(args)); code != control.ExitUsage || !strings.HasPrefix(s.err.String(), "lanyard-cli: ") {
			t.Errorf("%s: exit %d, %q", args, code, s.err.String())
		}
	}
}

func TestWhatCommandsOfTransfersPrint(t *testing.T) {
	list := []any{
		control.Transfer{
			Event: "transfer", Transfer: 12, Group: "running", Direction: "out", Person: "张三", Name: "src\x1b", State: "running",
			Count: 12, Bytes: 3400000, Done: 3, DoneBytes: 1700000, Speed: 1000000, LeftMS: 1700, Limits: "network", Limit: 2e6, Created: "2026-11-23T04:05:06.007Z",
		},
		control.Transfer{
			Event: "transfer", Transfer: 7, Group: "failed", Direction: "in", Person: "bob", Name: "照片", State: "failed", Reason: "disk-full",
			Count: 3, Bytes: 9, Done: 1, Failed: 1, Skipped: 1, MD5: "aa", Created: "2026-11-22T04:05:06.007Z", Paths: []string{"/s/照片"},
			Decision: &control.Decision{Left: 9, Identical: 1}, Limit: 3e6,
		},
	}
	under := []any{control.Transfer{
		Event: "transfer", Transfer: 13, Group: "running", Direction: "in", Person: "bob", Name: "src", State: "paused", Reason: "paused-here", Here: true,
		There: true, Wish: "skip", Count: 2, Bytes: 9e6, DoneBytes: 3e6, Created: "2026-11-22T04:05:06.007Z", Paths: []string{"/s/src"},
		Under: []control.Under{{Path: "src/big\x1b", Size: 8e6, DoneBytes: 2e6, Speed: 1e6, LeftMS: 6000}},
	}}
	show := []any{
		list[1],
		control.File{Event: control.EventReceived, FileName: "照片/a", FileSize: 4, MD5: "aa", Path: "/s/照片/a"},
		control.File{Event: control.EventReceived, FileName: "照片/d", FileSize: 4, Late: true, Path: "/s/照片/d"},
		control.File{Event: control.EventReceived, FileName: "照片/link", Path: "/s/照片/link"},
		control.FileFailed{Event: control.EventFailed, FileName: "照片/b\x1b", Reason: "disk-full", Direction: "in"},
		control.FileSkipped{Event: control.EventSkipped, FileName: "照片/c", Reason: "identical", Direction: "in"},
	}
	ahead := []any{
		control.Preflight{
			Event: control.EventPreflight, Transfer: 7, From: "bob", Name: "src", SaveDir: "/s", Count: 12, Bytes: 3400000, Needed: 3400000,
			Free: 1000, Reserve: 100, Renamed: 1, Identical: 2, Doubtful: 3, Different: 4, Unsent: 5, Wish: "replace",
		},
		control.PreflightFile{Event: control.EventPreflightFile, Path: "src/a:b\x1b", Becomes: "src/a_b", Size: 5, Kind: "renamed"},
		control.PreflightFile{Event: control.EventPreflightFile, Path: "src/in/in/in", Size: 5, Kind: "unsent", Reason: "too-deep"},
		control.OfferFile{Event: control.EventOfferFile, Path: "src", Folder: true},
		control.OfferFile{Event: control.EventOfferFile, Index: 1, Path: "src/l", Link: "a", Reason: "no-link"},
		control.OfferFile{Event: control.EventOfferFile, Index: 2, Path: "src/x", Size: 5},
	}
	for name, test := range map[string]struct {
		args  string
		lines []any
	}{
		"transfers":       {"transfers", list},
		"transfers-show":  {"transfers show 7", show},
		"transfers-under": {"transfers show 13", under},
		"transfers-clear": {"transfers clear", []any{control.Cleared{Event: "cleared", Count: 1}}},
		"offer":           {"offer 7 --files", ahead},
		"retry": {"retry", []any{
			control.Transfer{Event: "transfer", Transfer: 9, Group: "failed", Direction: "in", Person: "bob", Name: "src\x1b", State: "failed", Count: 3, Bytes: 9e6, Failed: 1},
			control.Offer{Event: control.EventOffer, Transfer: 10, From: "bob", Name: "src", Count: 1, Bytes: 3e6, Retry: true, Accepted: true},
		}},
		"limit": {"limit 7 5M", []any{control.Limited{Event: "limited", Transfer: 7, Limit: 5e6}}},
	} {
		inAllForms(t, name, test.args, test.lines)
	}
}

func TestVerifyMD5(t *testing.T) {
	dir := t.TempDir()
	list := filepath.Join(dir, "list.md5")
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("a", "abc")
	write("b", "abd")
	const abc = "900150983cd24fb0d6963f7d28e17f72"
	for _, test := range []struct {
		list, args, want string
		code             int
	}{
		{abc + "  a\n", "", "a: OK\n1 of 1 files are as the list says, 3 B read\n", 0},
		{abc + " *a\n" + abc + "  b\n" + abc + "  c\n" + abc + "  ../a\n", "", "a: OK\nb: FAILED\nc: FAILED open or read\n../a: FAILED open or read\n1 of 4 files", 1},
		{abc + "  a\n" + abc + "  b\n", "--quiet", "b: FAILED\n1 of 2 files", 1},
		{abc + "  a\n", "--json", `{"event":"file","path":"a","state":"ok"}` + "\n" + `{"event":"summary","ok":1,"differs":0,`, 0},
		{"nothing\n", "", "", 1},
	} {
		write("list.md5", test.list)
		s := newStage(nil)
		code := s.run(t.Context(), append([]string{"verify-md5", list}, strings.Fields(test.args)...))
		if code != test.code || !strings.HasPrefix(s.out.String(), test.want) {
			t.Errorf("%q: exit %d, %s%s", test.list, code, s.out.String(), s.err.String())
		}
	}
	s := newStage(nil)
	if code := s.run(t.Context(), []string{"verify-md5", filepath.Join(dir, "none")}); code != 1 {
		t.Errorf("exit %d, %s", code, s.err.String())
	}
}

func TestAskingShowsWhatIsKnownFirst(t *testing.T) {
	s := newStage(func(_ context.Context, command string, args json.RawMessage, emit func(any)) error {
		switch command {
		case control.CommandPreflight:
			emit(control.Preflight{Event: control.EventPreflight, Transfer: 7, From: "bob", Name: "src", SaveDir: "/s", Count: 1, Fits: true})
		case control.CommandAccept:
			emit(map[string]any{"args": args})
		}
		return nil
	})
	a := &asker{program: s.program, ctx: t.Context(), screen: s.newScreen(), clash: "skip"}
	a.begin(copyFunc(func(ctx context.Context, command string, args json.RawMessage, emit func(any)) error {
		if command == control.CommandAccept && string(args) != `{"transfer":7,"clash":"skip"}` {
			t.Errorf("accepted with %s", args)
		}
		if command == control.CommandPreflight {
			emit(control.Preflight{Event: control.EventPreflight, Transfer: 7, From: "bob", Name: "src", SaveDir: "/s", Count: 1, Fits: true})
		}
		return nil
	}))
	a.stop()
	a.look(t.Context(), line{Transfer: 7}, nil)
	if got := s.out.String(); !strings.Contains(got, "goes to /s") {
		t.Errorf("said %q", got)
	}
	a.decide(t.Context(), line{Transfer: 7}, true)
}
