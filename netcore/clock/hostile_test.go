package clock

import (
	"encoding/json"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"lanyard/netcore/wire"
)

// good is an honest answer to a sample.
func good(r request) answer {
	now := start.UnixNano()
	return answer{N: r.N, T1: r.T1, T2: now, T3: now + 1000, Resolution: 1000, Zone: &zoneInfo{"CST", 28800, false}}
}

// next reads one request.
func next(conn *wire.Conn) (request, error) {
	frame, err := conn.Next(maxFrame)
	var r request
	if err == nil {
		err = frame.Decode(&r)
	}
	return r, err
}

// answering returns an attacker that answers every sample.
func answering(with func(r request) (kind string, fields any)) func(*wire.Conn, *end) {
	return func(conn *wire.Conn, _ *end) {
		for {
			r, err := next(conn)
			if err != nil {
				return
			}
			kind, fields := with(r)
			if conn.Write(kind, fields, nil) != nil {
				return
			}
		}
	}
}

// bent returns an attacker whose answers are honest but for something.
func bent(bend func(a *answer)) func(*wire.Conn, *end) {
	return answering(func(r request) (string, any) {
		a := good(r)
		bend(&a)
		return kindTime, a
	})
}

// An answer that cannot be is an error; nothing is kept of it.
func TestAbsurdAnswers(t *testing.T) {
	year := func(y int) int64 { return time.Date(y, 6, 1, 0, 0, 0, 0, time.UTC).UnixNano() }
	both := func(n int64) func(*answer) { return func(a *answer) { a.T2, a.T3 = n, n } }
	raw := func(kind, fields string) func(*wire.Conn, *end) {
		return answering(func(request) (string, any) { return kind, json.RawMessage(fields) })
	}
	var before request
	for name, c := range map[string]struct {
		script func(*wire.Conn, *end)
		want   error
	}{
		"honest":                      {bent(func(*answer) {}), nil},
		"the year 1969":               {bent(both(-1)), ErrAbsurd},
		"the year 1970":               {bent(both(0)), nil},
		"the year 2199":               {bent(both(year(2199))), nil},
		"the year 2201":               {bent(both(year(2201))), ErrAbsurd},
		"the last nanosecond":         {bent(both(math.MaxInt64)), ErrAbsurd},
		"the first":                   {bent(both(math.MinInt64)), ErrAbsurd},
		"answered before asked":       {bent(func(a *answer) { a.T3 = a.T2 - 1 }), ErrAbsurd},
		"from end to end":             {bent(func(a *answer) { a.T2, a.T3 = math.MinInt64, math.MaxInt64 }), ErrAbsurd},
		"a round trip below nothing":  {bent(func(a *answer) { a.T3 = a.T2 + int64(time.Minute) }), ErrAbsurd},
		"a coarse clock":              {bent(func(a *answer) { a.Resolution = int64(maxResolution) }), nil},
		"a coarser one":               {bent(func(a *answer) { a.Resolution = int64(maxResolution) + 1 }), ErrAbsurd},
		"a negative one":              {bent(func(a *answer) { a.Resolution = -1 }), ErrAbsurd},
		"no zone":                     {bent(func(a *answer) { a.Zone = nil }), ErrAbsurd},
		"a far zone":                  {bent(func(a *answer) { a.Zone.Offset = 24*3600 + 1 }), ErrAbsurd},
		"a zone that overflows":       {bent(func(a *answer) { a.Zone.Offset = math.MinInt64 }), ErrAbsurd},
		"another number":              {bent(func(a *answer) { a.N++ }), ErrAbsurd},
		"another T1, as a forger has": {bent(func(a *answer) { a.T1 ^= 1 }), ErrAbsurd},
		"no T1":                       {bent(func(a *answer) { a.T1 = 0 }), ErrAbsurd},
		"the answer before": {answering(func(r request) (string, any) {
			now := r
			if before.N == 1 {
				now = before // late, or said once more
			}
			before = r
			return kindTime, good(now)
		}), ErrAbsurd},
		"a float":          {raw(kindTime, `{"n":1.5}`), ErrAbsurd},
		"2^64":             {raw(kindTime, `{"n":1,"t2":18446744073709551616}`), ErrAbsurd},
		"a string":         {raw(kindTime, `{"n":1,"t2":"now"}`), ErrAbsurd},
		"an array":         {raw(kindTime, `{"zone":[]}`), ErrAbsurd},
		"another kind":     {raw("text", `{"n":1,"text":"x"}`), ErrAbsurd},
		"a long header":    {raw(kindTime, `{"x":"`+strings.Repeat("x", maxFrame)+`"}`), ErrAbsurd},
		"an error":         {raw(wire.KindError, `{"code":"failed","message":"\u001b[2J"}`), ErrFailed},
		"an older version": {raw(wire.KindError, `{"code":"unknown-kind"}`), ErrFailed},
		"a refusal":        {raw(wire.KindError, `{"code":"unverified"}`), ErrRefused},
		"a body": {func(conn *wire.Conn, _ *end) {
			r, _ := next(conn)
			_ = conn.Write(kindTime, good(r), []byte("body"))
		}, ErrAbsurd},
		"two answers at once": {func(conn *wire.Conn, _ *end) {
			for range 9 {
				r, err := next(conn)
				if err != nil || conn.Write(kindTime, good(r), nil) != nil || conn.Write(kindTime, good(r), nil) != nil {
					return
				}
			}
		}, ErrAbsurd},
		"an end": {func(conn *wire.Conn, _ *end) { _, _ = next(conn) }, ErrLost},
	} {
		t.Run(name, func(t *testing.T) {
			ann, _ := still(0)
			before = request{}
			l := newLAN(t)
			defer l.close()
			s := l.add(annID, Config{Wall: ann.wall, Mono: ann.mono})
			l.scripts[bobID] = c.script
			l.delay[annID] = func() { ann.world.pass(time.Millisecond) }
			e, err := s.Query(t.Context(), bobID, 2)
			if !errors.Is(err, c.want) {
				t.Errorf("got %+v, %v, want %v", e, err, c.want)
			}
			if err != nil && (e != Estimate{} || s.History(bobID) != nil || strings.Contains(err.Error(), "\x1b")) {
				t.Errorf("something was kept beside %v", err)
			}
		})
	}
}

func TestTheNameOfAZoneIsHarmless(t *testing.T) {
	ann, _ := still(0)
	l := newLAN(t)
	defer l.close()
	s := l.add(annID, Config{Wall: ann.wall, Mono: ann.mono, Resolution: time.Millisecond})
	l.scripts[bobID] = bent(func(a *answer) { a.Zone.Name = "\x1b]0;\u202etxt\n" + strings.Repeat("长", 1000) })
	e, err := s.Query(t.Context(), bobID, 1)
	if err != nil || len([]rune(e.Zone.Name)) > maxZoneName || strings.ContainsAny(e.Zone.String(), "\x1b\u202e\n") {
		t.Errorf("got %q, %v", e.Zone.Name, err)
	}
}

func TestAbsurdTexts(t *testing.T) {
	for name, fields := range map[string]any{
		"too long":       wording{N: 1, Text: strings.Repeat("x", 1025)},
		"another number": wording{N: 2, Text: "x"},
		"no text":        map[string]any{"n": 1, "text": 5},
	} {
		ann, _ := still(0)
		l := newLAN(t)
		s := l.add(annID, Config{Wall: ann.wall, Mono: ann.mono})
		l.scripts[bobID] = answering(func(request) (string, any) { return kindText, fields })
		if got, err := s.Format(t.Context(), bobID, "%Y"); !errors.Is(err, ErrAbsurd) || got != "" {
			t.Errorf("%s: got %q, %v", name, got, err)
		}
		l.close()
	}
}

// A PC whose own clock makes no sense says so instead of judging others.
func TestThisPCsOwnClockIsAbsurd(t *testing.T) {
	for name, config := range map[string]Config{
		"the year 1": {Wall: func() time.Time { return time.Time{} }},
		"far away":   {Wall: func() time.Time { return time.Unix(math.MaxInt64, 0) }},
		"backwards":  {Mono: backwards(), Wall: func() time.Time { return start }},
	} {
		ann, bob := still(0)
		l := two(t, ann, bob)
		s := l.add(annID, config)
		if e, err := s.Query(t.Context(), bobID, 0); !errors.Is(err, ErrAbsurd) {
			t.Errorf("%s: got %+v, %v", name, e, err)
		}
		l.close()
	}
}

func backwards() func() time.Duration {
	now := time.Hour
	return func() time.Duration { now -= time.Second; return now }
}

// What breaks the protocol is answered with its name, and ends the stream.
func TestMalformedRequests(t *testing.T) {
	for name, send := range map[string]func(conn *wire.Conn) error{
		"another kind":  func(conn *wire.Conn) error { return conn.Write("set", request{N: 1}, nil) },
		"a body":        func(conn *wire.Conn) error { return conn.Write(kindSample, request{N: 1}, []byte("x")) },
		"a float":       func(conn *wire.Conn) error { return conn.Write(kindSample, map[string]any{"n": 0.5}, nil) },
		"a long header": func(conn *wire.Conn) error { return conn.Write(strings.Repeat("x", maxFrame), nil, nil) },
		"a long layout": func(conn *wire.Conn) error {
			return conn.Write(kindFormat, request{N: 1, Layout: strings.Repeat("%c", 200)}, nil)
		},
	} {
		ann, bob := still(0)
		l := two(t, ann, bob)
		stream, err := l.dial(annID, bobID, Kind, nil)
		if err != nil {
			t.Fatal(err)
		}
		conn := wire.NewConn(stream)
		if err := send(conn); err != nil {
			t.Fatal(err)
		}
		_, err = conn.Expect(maxFrame, kindTime, kindText)
		if !errors.Is(err, &wire.RemoteError{Code: wire.CodeMalformed}) {
			t.Errorf("%s: %v", name, err)
		}
		_ = stream.Close()
		l.close()
	}
	ann, bob := still(0)
	l := two(t, ann, bob)
	defer l.close()
	a, b := l.pipe()
	defer a.Close()
	l.work.Go(func() {
		l.services[bobID].Handle(t.Context(), annID, &end{Conn: b}, wire.Frame{Kind: Kind, BodySize: 5})
	})
	_, err := wire.NewConn(a).Expect(maxFrame, kindTime)
	if !errors.Is(err, &wire.RemoteError{Code: wire.CodeMalformed}) {
		t.Errorf("a body of the opening frame: %v", err)
	}
}

// What goes over the wire is what the documentation says.
func TestFrames(t *testing.T) {
	ann, bob := still(time.Second)
	bob.zone = time.FixedZone("CST", 8*60*60)
	l := two(t, ann, bob)
	defer l.close()
	stream, err := l.dial(annID, bobID, Kind, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer stream.Close()
	conn := wire.NewConn(stream)
	var got []string
	for _, frame := range []struct{ kind, fields string }{
		{kindSample, `{"n":1,"t1":-9223372036854775808}`},
		{kindSample, `{"n":2,"t1":7,"new":{}}`},
		{kindFormat, `{"n":3,"layout":"%Y年"}`},
	} {
		if err := conn.Write(frame.kind, json.RawMessage(frame.fields), nil); err != nil {
			t.Fatal(err)
		}
		answer, err := conn.Expect(maxFrame, kindTime, kindText)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, string(answer.Raw))
	}
	want := []string{
		`{"kind":"time","n":1,"t1":-9223372036854775808,"t2":1772600768000000000,"t3":1772600768000000000,` +
			`"resolution":1000,"zone":{"name":"CST","offset":28800,"dst":false}}`,
		`{"kind":"time","n":2,"t1":7,"t2":1772600768000000000,"t3":1772600768000000000,"resolution":1000}`,
		`{"kind":"text","n":3,"text":"2026年"}`,
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}
