package clock

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"lanyard/netcore/identity"
	"lanyard/netcore/strftime"
	"lanyard/netcore/wire"
)

func TestZonesAndSummer(t *testing.T) {
	for _, c := range []struct {
		place string
		month time.Month
		want  Zone
		words string
	}{
		{"Asia/Shanghai", 1, Zone{"CST", 8 * time.Hour, false}, "CST UTC+08:00"},
		{"Asia/Shanghai", 7, Zone{"CST", 8 * time.Hour, false}, "CST UTC+08:00"},
		{"America/New_York", 1, Zone{"EST", -5 * time.Hour, false}, "EST UTC-05:00"},
		{"America/New_York", 7, Zone{"EDT", -4 * time.Hour, true}, "EDT UTC-04:00 DST"},
		{"America/St_Johns", 1, Zone{"NST", -(3*time.Hour + 30*time.Minute), false}, "NST UTC-03:30"},
		{"Asia/Kathmandu", 7, Zone{"+0545", 5*time.Hour + 45*time.Minute, false}, "UTC+05:45"},
		{"UTC", 7, Zone{"UTC", 0, false}, "UTC+00:00"},
	} {
		place, err := time.LoadLocation(c.place)
		if err != nil {
			t.Skip("no zones on this system:", err)
		}
		ann, bob := still(time.Date(2026, c.month, 1, 0, 0, 0, 0, time.UTC).Sub(start))
		bob.zone = place
		l := two(t, ann, bob)
		e, err := l.services[annID].Query(t.Context(), bobID, 1)
		if err != nil || e.Zone != c.want || e.Zone.String() != c.words {
			t.Errorf("%s: got %+v (%s), %v", c.place, e.Zone, e.Zone, err)
		}
		here, there := start.Add(time.Hour), start.Add(time.Hour+bob.offset).In(place)
		if got := e.There(here); !got.Truncate(time.Second).Equal(there.Truncate(time.Second)) || got.Hour() != there.Hour() {
			t.Errorf("%s: their clock shows %v, want %v", c.place, got, there)
		}
		l.close()
	}
}

func TestTimeInWords(t *testing.T) {
	ann, bob := still(0)
	bob.zone = time.FixedZone("CST", 8*60*60)
	l := two(t, ann, bob)
	defer l.close()
	for layout, want := range map[string]string{
		"%Y年%m月%d日 %H时%M分": "2026年03月04日 13时06分",
		strftime.Default:   "2026-03-04 13:06:07",
		"%Z %z":            "CST +0800",
		"“\"\\<&%%":        "“\"\\<&%",
		"":                 "",
	} {
		if got, err := l.services[annID].Format(t.Context(), bobID, layout); err != nil || got != want {
			t.Errorf("%q: got %q, %v, want %q", layout, got, err, want)
		}
	}
	for layout, want := range map[string]error{
		strings.Repeat("x", strftime.MaxLayout+1): strftime.ErrTooLong,
		"\xff":                    strftime.ErrNotText,
		strings.Repeat("%c", 100): ErrFailed,
	} {
		if got, err := l.services[annID].Format(t.Context(), bobID, layout); !errors.Is(err, want) || got != "" {
			t.Errorf("%.20q: got %q, %v", layout, got, err)
		}
	}
	full := strings.Repeat("\x01", strftime.MaxLayout) // six bytes each in JSON
	if got, err := l.services[annID].Format(t.Context(), bobID, full); err != nil || got != full {
		t.Errorf("control characters: got %q, %v", got, err)
	}
}

func TestOnlyWhoIsAllowedIsAnswered(t *testing.T) {
	ann, bob := still(0)
	l := newLAN(t)
	defer l.close()
	var allowed atomic.Bool
	l.add(annID, Config{Wall: ann.wall, Mono: ann.mono})
	l.add(bobID, Config{Wall: bob.wall, Mono: bob.mono, Allowed: func(id identity.DeviceID) bool { return allowed.Load() && id == annID }})
	ask := func() error {
		_, err := l.services[annID].Query(t.Context(), bobID, 0)
		return err
	}
	if err := ask(); !errors.Is(err, ErrRefused) {
		t.Errorf("a stranger: %v", err)
	}
	allowed.Store(true)
	if err := ask(); err != nil {
		t.Errorf("allowed: %v", err)
	}
	n := 0
	l.delay[annID] = func() { // takes it back between two samples
		if n++; n > 4 {
			allowed.Store(false)
		}
	}
	if err := ask(); !errors.Is(err, ErrRefused) {
		t.Errorf("taken back meanwhile: %v", err)
	}
	if _, err := l.services[annID].Format(t.Context(), bobID, "%Y"); !errors.Is(err, ErrRefused) {
		t.Errorf("in words: %v", err)
	}
	if kept := l.services[annID].History(bobID); len(kept) != 1 {
		t.Errorf("%d estimates are kept", len(kept))
	}
	none := New(Config{})
	defer none.Close()
	if none.config.Allowed(annID) {
		t.Error("by default anybody may ask")
	}
}

func TestHistory(t *testing.T) {
	ann, bob := still(time.Second)
	l := two(t, ann, bob)
	defer l.close()
	s := l.services[annID]
	l.services[bobID].limits.limits = Limits{Rate: 1, Burst: 1 << 20, Streams: 1 << 20}
	for range maxHistory + 10 {
		ann.world.pass(time.Minute)
		if _, err := s.Query(t.Context(), bobID, 1); err != nil {
			t.Fatal(err)
		}
	}
	kept := s.History(bobID)
	if len(kept) != maxHistory || !kept[0].At.Equal(start.Add(11*time.Minute)) {
		t.Errorf("%d are kept, the oldest of %v", len(kept), kept[0].At)
	}
	kept[0] = Estimate{}
	if s.History(bobID)[0] == kept[0] {
		t.Error("the caller's copy is not its own")
	}
	for i := range maxDevices + 5 {
		s.kept.add(identity.DeviceID{9, byte(i), byte(i >> 8)}, Estimate{At: start.Add(24*time.Hour + time.Duration(i)*time.Second)})
	}
	if len(s.kept.devices) != maxDevices || len(s.History(bobID)) != 0 {
		t.Errorf("%d devices are kept, of Bob %d", len(s.kept.devices), len(s.History(bobID)))
	}
	s.Forget(identity.DeviceID{9, 200})
	if len(s.kept.devices) != maxDevices-1 {
		t.Error("nothing was forgotten")
	}
}

// Whatever never comes is given up.
func TestSilence(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLAN(t)
		defer l.close()
		s := l.add(annID, Config{})
		silent := make(chan struct{})
		l.scripts[bobID] = func(conn *wire.Conn, e *end) {
			_, _ = conn.Next(maxFrame)
			<-silent
		}
		began := time.Now()
		if _, err := s.Query(t.Context(), bobID, 0); !errors.Is(err, ErrLost) || time.Since(began) != patience {
			t.Errorf("after %v: %v", time.Since(began), err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := s.Query(ctx, bobID, 0); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("with a time limit: %v", err)
		}
		ended := make(chan error)
		go func() {
			_, err := s.Format(t.Context(), bobID, "%Y")
			ended <- err
		}()
		synctest.Wait()
		_ = s.Close()
		if err := <-ended; !errors.Is(err, ErrClosed) {
			t.Errorf("closed: %v", err)
		}
		if _, err := s.Query(t.Context(), bobID, 0); !errors.Is(err, ErrClosed) {
			t.Errorf("after Close: %v", err)
		}
		close(silent)
	})
}

// An asker that says nothing is not waited for, nor does it keep Close waiting.
func TestASilentAsker(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLAN(t)
		s := l.add(bobID, Config{})
		for _, ending := range []func(){func() { <-time.After(quiet) }, func() { _ = s.Close() }} {
			stream, err := l.dial(annID, bobID, Kind, nil)
			if err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
			ending()
			if n, err := stream.Read(make([]byte, 1)); err == nil {
				t.Errorf("%d bytes came", n)
			}
		}
		stream, err := l.dial(annID, bobID, Kind, nil)
		if err == nil {
			_, err = stream.Read(make([]byte, 1))
		}
		if err == nil {
			t.Error("a closed service answers")
		}
		l.close()
	})
}

func TestNoLink(t *testing.T) {
	ann, bob := still(0)
	l := two(t, ann, bob)
	defer l.close()
	l.cut = true
	if _, err := l.services[annID].Query(t.Context(), bobID, 0); !errors.Is(err, ErrLost) {
		t.Errorf("without a link: %v", err)
	}
	l.cut = false
	l.scripts[identity.DeviceID{3}] = func(conn *wire.Conn, e *end) { _, _ = conn.Next(maxFrame) }
	if _, err := l.services[annID].Query(t.Context(), identity.DeviceID{3}, 0); !errors.Is(err, ErrLost) {
		t.Errorf("of one who hangs up: %v", err)
	}
}

// The system's own clocks are as fine as they are said to be.
func TestTheSystemsClocks(t *testing.T) {
	l := newLAN(t)
	defer l.close()
	l.add(annID, Config{})
	l.add(bobID, Config{})
	e, err := l.services[annID].Query(t.Context(), bobID, 0)
	if err != nil || e.Offset.Abs() > e.Bound {
		t.Errorf("against itself: %+v, %v", e, err)
	}
	if past := time.Since(e.At); past < 0 || past > time.Minute {
		t.Errorf("estimated %v ago", past)
	}
}
