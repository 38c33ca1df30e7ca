package command

import (
	"bytes"
	"context"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"lanyard/netcore/identity"
	"lanyard/netcore/wire"
)

// said is a stream on which the other side says data and then no more, and
// takes whatever this side says.
type said struct {
	in     *bytes.Reader
	mu     sync.Mutex
	out    bytes.Buffer
	closed bool
}

func (s *said) Read(p []byte) (int, error) {
	n, err := s.in.Read(p)
	if err != nil {
		s.mu.Lock()
		defer s.mu.Unlock()
		if !s.closed {
			return n, io.ErrUnexpectedEOF
		}
	}
	return n, err
}

func (s *said) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.out.Write(p)
}

func (s *said) Flush() error { return nil }
func (s *said) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	return nil
}
func (s *said) Reset() error                     { return s.Close() }
func (s *said) SetReadDeadline(time.Time) error  { return nil }
func (s *said) SetWriteDeadline(time.Time) error { return nil }

// say is a frame as bytes.
func say(kind string, f any, body []byte) []byte {
	var out bytes.Buffer
	_ = wire.NewConn(&out).Write(kind, f, body)
	return out.Bytes()
}

// told are the audits and cards of a fuzzed service.
type told struct {
	mu     sync.Mutex
	audits []Info
	asks   []Ask
}

// fuzzed is a service whose user allows each consent, if yes.
func fuzzed(level Level, yes bool, open Open) (*Service, *told) {
	var s *Service
	seen := &told{}
	s = New(Config{
		Open: open, Runner: &fakeRunner{}, Level: func(identity.DeviceID) Level { return level },
		Buttons: func(identity.DeviceID) []Button {
			return []Button{{Name: "go", Argv: []string{"echo", "{x}"}, Params: []Param{{Name: "x", Kind: Text}}}}
		},
		Audit: func(info Info) { seen.mu.Lock(); defer seen.mu.Unlock(); seen.audits = append(seen.audits, info) },
		Asks: func(ask Ask, open bool) {
			seen.mu.Lock()
			seen.asks = append(seen.asks, ask)
			seen.mu.Unlock()
			if open && yes {
				_ = s.Answer(context.Background(), ask.Run.Number, AllowOnce)
			}
		},
		Limits: Limits{AskTime: 5 * time.Millisecond},
	})
	return s, seen
}

// FuzzHandle is what an asker may say, from its first frame on, to owners of
// every kind. Nothing runs but what they allow, and all of it ends.
func FuzzHandle(f *testing.F) {
	id := strings.Repeat("0a", idLen/2)
	input := runFields{ID: id, Argv: []string{"cat"}, Stdin: true, Terminal: &Size{80, 24}}
	for _, frames := range [][][]byte{
		{say(KindRun, runFields{ID: id, Argv: []string{"echo", "a", "b"}}, nil)},
		{say(KindRun, runFields{ID: id, Button: "go", Args: map[string]string{"x": "$(id)"}}, nil)},
		{say(KindRun, input, nil), say(kindStdin, nil, []byte("hello")), say(kindStdinEnd, nil, nil), say(kindResize, Size{9, 9}, nil)},
		{say(KindRun, runFields{ID: id, Argv: []string{"yes"}, WallMS: 1}, nil), say(kindMore, fields{N: 5}, nil), say(kindStop, nil, nil)},
		{say(KindButtons, nil, nil)},
		{{255, 255, 255, 255}},
		{{2, 0, 0, 0, '{', '}'}},
		{say(wire.KindError, wire.RemoteError{Code: "x"}, nil)},
	} {
		f.Add(slices.Concat(frames...))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, level := range []Level{LevelOff, LevelButtons, LevelAsk, LevelAlways} {
			for _, yes := range []bool{false, true} {
				stream := &said{in: bytes.NewReader(data)}
				first, err := wire.NewConn(stream).Next(wire.MaxHeader)
				if err != nil {
					return
				}
				s, seen := fuzzed(level, yes, nil)
				s.Handle(context.Background(), stream, identity.DeviceID{1}, first)
				seen.judge(t, s, level, yes)
			}
		}
	})
}

// judge looks at what an owner did.
func (seen *told) judge(t *testing.T, s *Service, level Level, yes bool) {
	t.Helper()
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	runner := s.config.Runner.(*fakeRunner)
	for _, spec := range runner.seen() {
		button := len(spec.Argv) == 2 && spec.Argv[0] == "echo" && spec.Stdin == nil && spec.Terminal == nil
		allowed := map[Level]bool{LevelButtons: button, LevelAsk: button || yes && spec.Terminal == nil, LevelAlways: true}
		if !allowed[level] || checkArgv(spec.Argv, spec.Dir) != nil {
			t.Errorf("%s, %v: %q was started", level, yes, spec.Argv)
		}
	}
	if len(s.jobs)+len(s.asks)+runner.alive() > 0 {
		t.Error("something goes on")
	}
	if n := len(seen.audits); n > 2 || n > 0 && !seen.audits[n-1].State.Ended() {
		t.Errorf("%d audits: %+v", n, seen.audits)
	}
	for _, ask := range seen.asks {
		if len([]rune(ask.Line)) > MaxLine || strings.ContainsAny(ask.Line, "\x1b\n\u202e") {
			t.Errorf("a card says %q", ask.Line)
		}
	}
}

// FuzzAnswers is what an owner may say to an asker.
func FuzzAnswers(f *testing.F) {
	var m meter
	m.count(Stdout, []byte("hello"))
	out, err := m.finish()
	for _, frames := range [][][]byte{
		{say(kindAsked, fields{WaitMS: 60000}, nil), say(kindDenied, fields{Reason: ReasonExpired}, nil)},
		{
			say(kindStarted, fields{By: DecidedAlways}, nil), say(kindOut, fields{From: 1}, []byte("hello")),
			say(kindExit, fields{State: "exited", Exit: 3, Out: out.frame(), Err: err.frame()}, nil),
		},
		{say(kindStarted, nil, nil), say(kindOut, fields{From: 2}, []byte("x")), say(kindMore, fields{N: 129}, nil)},
		{say(kindExit, fields{State: "not-found", Out: Sum{}.frame(), Err: err.frame()}, nil)},
		{say(wire.KindError, wire.RemoteError{Code: wire.CodeUnknownKind}, nil)},
		{say(kindButton, buttonFields{Name: "go", Params: []Param{{Name: "x", Kind: Text}}}, nil), say(kindEnd, nil, nil)},
		{{255, 255, 255, 255}},
	} {
		f.Add(slices.Concat(frames...))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		s, seen := fuzzed(LevelOff, false, func(context.Context, identity.DeviceID, string, any, bool) (Stream, error) {
			return &said{in: bytes.NewReader(data)}, nil
		})
		var got taken
		r, err := s.Start(context.Background(), identity.DeviceID{2}, Request{Argv: []string{"x"}, Stdin: true}, got.take)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = r.Write([]byte("input"))
		info, err := r.Wait(context.Background())
		if err != nil || !info.State.Ended() {
			t.Errorf("%+v, %v", info, err)
		}
		if info.State == StateExited && (!bytes.Contains(data, []byte("exited")) || info.Stdout.Bytes != int64(len(got.text(Stdout)))) {
			t.Errorf("%+v", info)
		}
		for _, word := range []string{string(info.Reason), string(info.Decision), info.Signal} {
			if word != "" && !words().MatchString(word) {
				t.Errorf("%q went through", word)
			}
		}
		if list, err := s.Buttons(context.Background(), identity.DeviceID{2}); err == nil && len(list) > maxButtons {
			t.Errorf("%d buttons", len(list))
		}
		_ = s.Close()
		if len(s.runs) > 0 || len(seen.audits) > 2 {
			t.Error("something goes on")
		}
	})
}
