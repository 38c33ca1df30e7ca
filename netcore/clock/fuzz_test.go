package clock

import (
	"context"
	"encoding/binary"
	"errors"
	"math"
	"net"
	"testing"
	"time"

	"lanyard/netcore/identity"
	"lanyard/netcore/wire"
)

// Whatever numbers another device sends, there is an error or an estimate
// that holds together.
func FuzzMeasure(f *testing.F) {
	now := start.UnixNano()
	f.Add(int64(0), int64(1000), now, now+10, now, int64(2000), int64(5), int64(1000), int64(1000))
	f.Add(int64(0), int64(0), int64(0), latest-1, now, int64(0), int64(0), int64(0), int64(0))
	f.Add(int64(math.MinInt64), int64(math.MaxInt64), int64(math.MinInt64), int64(math.MaxInt64),
		int64(math.MaxInt64), int64(math.MinInt64), int64(0), int64(math.MaxInt64), int64(1))
	f.Fuzz(func(t *testing.T, t1, t4, t2, t3, wall, mono, slack, there, resolution int64) {
		bounded := func(n int64, most time.Duration) time.Duration { return time.Duration(uint64(n) % uint64(most)) }
		s := sample{
			t1: time.Duration(t1), t4: time.Duration(t4), t2: t2, t3: t3, there: there,
			here:       anchor{mono: time.Duration(mono), wall: wall, slack: bounded(slack, time.Minute)},
			resolution: bounded(resolution, maxResolution),
		}
		m, err := s.measure()
		if err != nil {
			if !errors.Is(err, ErrAbsurd) || m != (measured{}) {
				t.Fatalf("%+v, %v", m, err)
			}
			return
		}
		extra := m.bound - m.roundTrip/2
		if m.roundTrip < 0 || extra < 0 || extra > 4*maxResolution+2*time.Minute {
			t.Fatalf("%+v", m)
		}
		e := estimate([]measured{m, m}, Zone{})
		if e.Jitter != 0 || e.Judge(0) == "" {
			t.Fatalf("%+v", e)
		}
	})
}

// player is a stream on which the other side says something and takes
// whatever this side says.
type player struct {
	net.Conn
	said []byte
}

func (p *player) Flush() error                { return nil }
func (p *player) Reset() error                { return nil }
func (p *player) Close() error                { return nil }
func (p *player) SetDeadline(time.Time) error { return nil }
func (p *player) Write(b []byte) (int, error) { return len(b), nil }
func (p *player) Read(b []byte) (int, error) {
	if len(p.said) == 0 {
		return 0, net.ErrClosed
	}
	n := copy(b, p.said)
	p.said = p.said[n:]
	return n, nil
}

// framed puts the length in front of each header.
func framed(headers ...string) []byte {
	var out []byte
	for _, h := range headers {
		out = binary.LittleEndian.AppendUint32(out, uint32(len(h)))
		out = append(out, h...)
	}
	return out
}

// Whatever an asker sends, the answerer comes to an end.
func FuzzAsked(f *testing.F) {
	f.Add(framed(`{"kind":"sample","n":1,"t1":5}`, `{"kind":"format","n":2,"layout":"%Y年"}`))
	f.Add(framed(`{"kind":"sample","n":1e400}`))
	f.Add(framed(`{"kind":"sample","n":1,"body_size":9}`, `{"kind":"x"}`))
	f.Add([]byte{0xff, 0xff, 0xff, 0xff})
	f.Fuzz(func(t *testing.T, said []byte) {
		ann, _ := still(0)
		s := New(Config{Wall: ann.wall, Mono: ann.mono, Allowed: func(identity.DeviceID) bool { return true }})
		s.Handle(context.Background(), bobID, &player{said: said}, wire.Frame{Kind: Kind})
		_ = s.Close()
	})
}

// Whatever an answerer sends, the asker gets an error or what holds together.
func FuzzAnswers(f *testing.F) {
	f.Add(framed(`{"kind":"time","n":1,"t1":0,"t2":1772600768000000000,"t3":1772600768000000000,"resolution":1000,"zone":{"name":"CST","offset":28800}}`), int64(0))
	f.Add(framed(`{"kind":"time","n":1,"t1":9,"t2":-1,"t3":1e99}`), int64(9))
	f.Add(framed(`{"kind":"text","n":1,"text":"2026"}`), int64(0))
	f.Add(framed(`{"kind":"error","code":"busy"}`), int64(0))
	f.Fuzz(func(t *testing.T, said []byte, secret int64) {
		ann, _ := still(0)
		s := New(Config{Wall: ann.wall, Mono: ann.mono})
		defer s.Close()
		stream := &player{said: said}
		a := &asking{service: s, stream: stream, conn: wire.NewConn(stream), secret: secret}
		e, err := a.estimate(2)
		if err == nil && (e.Bound <= 0 || e.RoundTrip < 0 || e.Zone.Offset.Abs() > maxZone || e.Zone.String() == "") {
			t.Fatalf("%+v", e)
		}
		stream = &player{said: said}
		a = &asking{service: s, stream: stream, conn: wire.NewConn(stream), secret: secret}
		if text, err := a.word("%Y"); err != nil && text != "" {
			t.Fatalf("%q beside %v", text, err)
		}
	})
}

// What the algorithm finds is what trying every point finds.
func FuzzIntersect(f *testing.F) {
	f.Add([]byte{0, 10, 5, 20, 8, 12})
	f.Add([]byte{0, 0, 60, 64, 61, 65, 59, 62})
	f.Fuzz(func(t *testing.T, ends []byte) {
		var all []Interval
		for i := 0; i+1 < min(len(ends), 40); i += 2 {
			all = append(all, span(int(ends[i]), int(ends[i+1])))
		}
		agree, members := Intersect(all)
		low, high, most, valid := 0, 0, 0, 0
		for _, i := range all {
			if i.Low <= i.High {
				valid++
			}
		}
		here := func(at int) (n int) {
			for _, i := range all {
				if i.Overlaps(span(at, at)) {
					n++
				}
			}
			return n
		}
		for at := range 256 {
			switch n := here(at); {
			case n > most:
				low, high, most = at, at, n
			case n == most:
				high = at
			}
		}
		if 2*most <= valid {
			low, high = 0, 0
		}
		if agree != span(low, high) {
			t.Fatalf("%v: got %v, want %d to %d", all, agree, low, high)
		}
		for i, m := range members {
			want := false
			for at := 0; at < 256 && 2*most > valid; at++ {
				want = want || here(at) == most && all[i].Overlaps(span(at, at))
			}
			if m != want {
				t.Fatalf("%v: member %d is %v", all, i, m)
			}
		}
	})
}
