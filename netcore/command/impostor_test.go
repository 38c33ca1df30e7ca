package command

import (
	"context"
	"fmt"
	"io"
	"testing"
	"testing/synctest"
	"time"

	"lanyard/netcore/identity"
	"lanyard/netcore/wire"
)

// fake is an owner that says what the test says, from its Handle on.
type fake struct {
	conn *wire.Conn
	end  *end
}

// impostor has an asker ask an owner of the test's own.
func impostor(t *testing.T, r Request, say func(f fake)) Info {
	t.Helper()
	var info Info
	synctest.Test(t, func(t *testing.T) {
		s := New(Config{
			Runner: &fakeRunner{}, Level: func(identity.DeviceID) Level { return LevelOff },
			Open: func(_ context.Context, _ identity.DeviceID, kind string, fields any, _ bool) (Stream, error) {
				near, far := newPipe(256 << 10)
				go func() {
					conn := wire.NewConn(far)
					if _, err := conn.Next(wire.MaxHeader); err == nil {
						say(fake{conn, far})
					}
				}()
				return near, wire.NewConn(near).Write(kind, fields, nil)
			},
		})
		run, err := s.Start(t.Context(), identity.DeviceID{2}, r, nil)
		if err != nil {
			t.Fatal(err)
		}
		if info, err = run.Wait(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return info
}

// nothing are the sums of no output.
func nothing() (out, err *sum) {
	var m meter
	a, b := m.finish()
	return a.frame(), b.frame()
}

func TestOwnersThatBreakTheProtocol(t *testing.T) {
	out, err := nothing()
	exit := func(f fake, state string) { _ = f.conn.Write(kindExit, fields{State: state, Out: out, Err: err}, nil) }
	start := func(f fake) { _ = f.conn.Write(kindStarted, nil, nil) }
	for name, tc := range map[string]struct {
		say    func(f fake)
		state  State
		reason Reason
	}{
		"nothing":              {func(fake) {}, StateLost, ReasonNoAnswer},
		"the end":              {func(f fake) { _ = f.end.Close() }, StateLost, ""},
		"a reset":              {func(f fake) { _ = f.end.Reset() }, StateLost, ""},
		"asked for ever":       {func(f fake) { _ = f.conn.Write(kindAsked, fields{WaitMS: 1 << 62}, nil) }, StateLost, ReasonNoAnswer},
		"asked twice":          {func(f fake) { _ = f.conn.Write(kindAsked, nil, nil); _ = f.conn.Write(kindAsked, nil, nil) }, StateFailed, ReasonProtocol},
		"an old version":       {func(f fake) { _ = f.conn.WriteError(wire.CodeUnknownKind, "no handler") }, StateFailed, ReasonUpdate},
		"output first":         {func(f fake) { _ = f.conn.Write(kindOut, fields{From: 1}, []byte("x")) }, StateFailed, ReasonProtocol},
		"output of pipe 3":     {func(f fake) { start(f); _ = f.conn.Write(kindOut, fields{From: 3}, []byte("x")) }, StateFailed, ReasonProtocol},
		"output of pipe 0":     {func(f fake) { start(f); _ = f.conn.Write(kindOut, nil, []byte("x")) }, StateFailed, ReasonProtocol},
		"empty output":         {func(f fake) { start(f); _ = f.conn.Write(kindOut, fields{From: 1}, nil) }, StateFailed, ReasonProtocol},
		"too much at once":     {func(f fake) { start(f); _ = f.conn.Write(kindOut, fields{From: 1}, make([]byte, maxBody+1)) }, StateFailed, ReasonProtocol},
		"started twice":        {func(f fake) { start(f); start(f) }, StateFailed, ReasonProtocol},
		"denied after started": {func(f fake) { start(f); _ = f.conn.Write(kindDenied, nil, nil) }, StateFailed, ReasonProtocol},
		"exited, not started":  {func(f fake) { exit(f, "exited") }, StateFailed, ReasonProtocol},
		"an unknown end":       {func(f fake) { start(f); exit(f, "gone fishing") }, StateFailed, ReasonProtocol},
		"running as an end":    {func(f fake) { start(f); exit(f, "running") }, StateFailed, ReasonProtocol},
		"stopped by nobody":    {func(f fake) { start(f); exit(f, "stopped") }, StateKilledThere, ""},
		"no sums":              {func(f fake) { start(f); _ = f.conn.Write(kindExit, fields{State: "exited"}, nil) }, StateFailed, ReasonDamaged},
		"credit from nowhere":  {func(f fake) { start(f); _ = f.conn.Write(kindMore, fields{N: 1}, nil) }, StateFailed, ReasonProtocol},
		"lost output": {func(f fake) {
			start(f)
			_ = f.conn.Write(kindOut, fields{From: 1}, []byte("x"))
			exit(f, "exited")
		}, StateFailed, ReasonDamaged},
		"words that are none": {func(f fake) { _ = f.conn.Write(kindDenied, fields{Reason: "\x1b[2J\u202e" + "x"}, nil) }, StateDenied, ""},
	} {
		t.Run(name, func(t *testing.T) {
			if info := impostor(t, argv("true"), tc.say); info.State != tc.state || info.Reason != tc.reason {
				t.Errorf("%s (%s), want %s (%s)", info.State, info.Reason, tc.state, tc.reason)
			}
		})
	}
}

func TestWordsOfTheOtherSideAreTamed(t *testing.T) {
	out, err := nothing()
	info := impostor(t, argv("true"), func(f fake) {
		_ = f.conn.Write(kindStarted, fields{By: "\u202ealways"}, nil)
		_ = f.conn.Write(kindExit, fields{State: "signalled", Signal: "SIG\x1b[31m", Reason: "<b>", Exit: -1 << 60, Out: out, Err: err}, nil)
	})
	if info.State != StateSignalled || info.Signal != "" || info.Reason != "" || info.Decision != "" || info.Exit != -1<<31 {
		t.Errorf("%+v", info)
	}
}

// An owner that never says how a stopped run ended cannot keep the asker.
func TestStopIsAnsweredOrLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := New(Config{
			Runner: &fakeRunner{}, Level: func(identity.DeviceID) Level { return LevelOff },
			Open: func(context.Context, identity.DeviceID, string, any, bool) (Stream, error) {
				near, far := newPipe(256 << 10)
				_ = wire.NewConn(far).Write(kindStarted, nil, nil)
				go func() { _, _ = io.Copy(io.Discard, far) }()
				return near, nil
			},
		})
		r, err := s.Start(t.Context(), identity.DeviceID{2}, argv("sleep"), nil)
		if err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		r.Stop()
		began := time.Now()
		info, err := r.Wait(t.Context())
		if info.State != StateLost || info.Reason != ReasonNoAnswer || err != nil || time.Since(began) > stopTime+time.Second {
			t.Errorf("%s (%s) after %v, %v", info.State, info.Reason, time.Since(began), err)
		}
		_ = s.Close()
	})
}

// An owner that does not keep to the time limit cannot keep the asker, whether
// it goes on with output or says nothing.
func TestTheTimeLimitIsWatchedHereToo(t *testing.T) {
	for name, say := range map[string]func(f fake){
		"silence": func(f fake) { _ = f.conn.Write(kindStarted, nil, nil) },
		"output": func(f fake) {
			_ = f.conn.Write(kindStarted, nil, nil)
			for range 110 {
				<-time.After(time.Second)
				_ = f.conn.Write(kindOut, fields{From: Stdout}, []byte("."))
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			info := impostor(t, Request{Argv: []string{"sleep"}, Wall: time.Minute}, say)
			if took := info.Ended.Sub(info.Began); info.State != StateLost || info.Reason != ReasonNoAnswer || took > time.Minute+lateTime+time.Second {
				t.Errorf("%s (%s) after %v", info.State, info.Reason, took)
			}
		})
	}
}

func TestButtonsOfLiars(t *testing.T) {
	for name, f := range map[string]any{
		"escape in a name": buttonFields{Name: "a\x1b[2J"},
		"bidi in a name":   buttonFields{Name: "a\u202e"},
		"no name":          buttonFields{},
		"unknown kind":     buttonFields{Name: "a", Params: []Param{{Name: "b", Kind: "script"}}},
		"many choices":     buttonFields{Name: "a", Params: []Param{{Name: "b", Kind: Choice, Choices: make([]string, maxChoices+1)}}},
		"no list":          map[string]any{"name": "a", "params": 1},
	} {
		a, b := newPipe(1 << 20)
		conn := wire.NewConn(b)
		_ = conn.Write(kindButton, f, nil)
		_ = conn.Write(kindEnd, nil, nil)
		if list, err := readButtons(wire.NewConn(a)); err == nil {
			t.Errorf("%s: %+v", name, list)
		}
	}
	a, b := newPipe(1 << 20)
	for i := range maxButtons + 1 {
		_ = wire.NewConn(b).Write(kindButton, buttonFields{Name: fmt.Sprint(i)}, nil)
	}
	if _, err := readButtons(wire.NewConn(a)); err == nil {
		t.Error("endless buttons are read")
	}
}
