package netcore_test

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"lanyard/netcore"
	"lanyard/netcore/wire"
)

// clockwork is the clock of a hostile peer that the victim asks: it answers
// each request as it likes.
type clockwork struct {
	h      *hostile
	mu     sync.Mutex
	answer func(request fields) []byte
	asked  []fields
	work   sync.WaitGroup
}

// hasClock has a hostile peer answer streams of kind "clock", honestly at first.
func (h *hostile) hasClock() *clockwork {
	c := &clockwork{h: h}
	c.says(func(request fields) []byte { return encode("time", honest(request, 0), "") })
	c.work.Go(func() {
		for {
			raw, err := h.mux.AcceptStream()
			if err != nil {
				return
			}
			c.work.Go(func() { c.serve(newStream(h.t, raw)) })
		}
	})
	h.t.Cleanup(func() {
		_ = h.mux.Close()
		c.work.Wait()
	})
	return c
}

// honest are the fields of an honest answer of a clock that is ahead.
func honest(request fields, ahead time.Duration) fields {
	now := time.Now().Add(ahead).UnixNano()
	return fields{
		"n": request["n"], "t1": request["t1"], "t2": now, "t3": now, "resolution": 1000,
		"zone": fields{"name": "CST", "offset": 28800, "dst": false},
	}
}

// says changes what is answered.
func (c *clockwork) says(answer func(request fields) []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.answer = answer
}

func (c *clockwork) serve(s *stream) {
	defer s.raw.Close()
	first, err := s.Next(wire.MaxHeader)
	for err == nil && first.Kind == "clock" {
		var frame wire.Frame
		if frame, err = s.Next(wire.MaxHeader); err != nil {
			return
		}
		request := fields{}
		decoder := json.NewDecoder(strings.NewReader(string(frame.Raw)))
		decoder.UseNumber() // 64 bits do not fit into a float
		if decoder.Decode(&request) != nil {
			return
		}
		c.mu.Lock()
		c.asked = append(c.asked, request)
		answer := c.answer
		c.mu.Unlock()
		s.send(answer(request))
	}
}

// clockVictim is a victim that has verified a hostile peer with a clock.
func clockVictim(t *testing.T) (*victim, *hostile, *clockwork, netcore.PersonID) {
	t.Helper()
	v := newVictim(t)
	h := v.meet("mallory")
	c := h.hasClock()
	person := v.verifies(h).ID
	until(t, "the clock was looked at by itself", func() bool { return len(v.ClockHistory(person)) == 1 })
	return v, h, c, person
}

// TestH01AbsurdTimes: an answer that cannot be is refused by a name of its own,
// and nothing of it is kept or shown.
func TestH01AbsurdTimes(t *testing.T) {
	t.Parallel()
	v, _, c, person := clockVictim(t)
	with := func(change func(fields)) func(fields) []byte {
		return func(request fields) []byte {
			f := honest(request, 0)
			change(f)
			return encode("time", f, "")
		}
	}
	put := func(name string, value any) func(fields) []byte { return with(func(f fields) { f[name] = value }) }
	hour := int64(time.Hour)
	if _, err := v.CheckClock(t.Context(), person, 1); err != nil {
		t.Fatalf("an honest answer: %v", err)
	}
	looks := len(v.ClockHistory(person))
	for name, answer := range map[string]func(fields) []byte{
		"before 1970":            put("t2", -1),
		"in 2201":                put("t3", int64(7_300_000_000)*1e9),
		"the end of time":        with(func(f fields) { f["t2"], f["t3"] = int64(math.MaxInt64), int64(math.MaxInt64) }),
		"beyond 64 bits":         put("t2", json.Number("1e30")),
		"a fraction":             put("t2", 1.5),
		"a text":                 put("t3", "now"),
		"nothing":                put("t2", nil),
		"a round trip below 0":   with(func(f fields) { f["t2"], f["t3"] = f["t2"].(int64)-hour, f["t3"].(int64)+hour }),
		"a leap back":            with(func(f fields) { f["t3"] = f["t2"].(int64) - int64(time.Second) }),
		"a resolution below 0":   put("resolution", -1),
		"a resolution of an age": put("resolution", int64(1)<<60),
		"a zone beyond a day":    put("zone", fields{"name": "X", "offset": 90000}),
		"no zone":                put("zone", nil),
		"a body":                 func(request fields) []byte { return encode("time", honest(request, 0), "more") },
		"another kind":           func(request fields) []byte { return encode("text", honest(request, 0), "") },
		"no JSON":                func(fields) []byte { return frame("{]", "") },
	} {
		c.says(answer)
		if e, err := v.CheckClock(t.Context(), person, 1); !errors.Is(err, netcore.ErrClockAbsurd) || e != (netcore.ClockEstimate{}) {
			t.Errorf("%s: got %+v, %v", name, e, err)
		}
		if _, err := v.CheckClockCard(t.Context(), person); !errors.Is(err, netcore.ErrClockAbsurd) {
			t.Errorf("%s, as a card: %v", name, err)
		}
	}
	items, err := v.Items(t.Context(), person, 0, 10)
	if err != nil || len(items) != 0 || len(v.ClockHistory(person)) != looks {
		t.Errorf("something was kept: %+v, %d looks, %v", items, len(v.ClockHistory(person))-looks, err)
	}
	c.says(with(func(f fields) {
		f["zone"] = fields{"name": "\x1b[31m\u202eCST" + strings.Repeat("x", 200), "offset": 0}
	}))
	e, err := v.CheckClock(t.Context(), person, 1)
	if err != nil || strings.ContainsAny(e.Zone.String(), "\x1b\u202e") || len(e.Zone.Name) > 64 {
		t.Errorf("the zone is %q, %v", e.Zone.String(), err)
	}
}

// TestH02AsymmetricDelay: one way may be as much slower as it likes, whichever
// it is; the truth stays within the bound.
func TestH02AsymmetricDelay(t *testing.T) {
	t.Parallel()
	v, _, c, person := clockVictim(t)
	wait := func() { <-time.After(30 * time.Millisecond) } // what the network would do
	const ahead = 90 * time.Second
	for name, answer := range map[string]func(fields) []byte{
		"there": func(request fields) []byte { wait(); return encode("time", honest(request, ahead), "") },
		"back":  func(request fields) []byte { a := encode("time", honest(request, ahead), ""); wait(); return a },
	} {
		c.says(answer)
		e, err := v.CheckClock(t.Context(), person, 3)
		if err != nil {
			t.Fatalf("slow %s: %v", name, err)
		}
		if wrong := (e.Offset - ahead).Abs(); wrong > e.Bound || wrong < 10*time.Millisecond || e.RoundTrip < 30*time.Millisecond {
			t.Errorf("slow %s: %v ± %v, round trip %v", name, e.Offset, e.Bound, e.RoundTrip)
		}
	}
	if p := v.knows(c.h); (p.ClockOff - ahead).Abs() > p.ClockBound {
		t.Errorf("the conversation warns of %v ± %v", p.ClockOff, p.ClockBound)
	}
}

// TestH03RepliesToOtherQuestions: a reply counts for the question that was
// asked over the link of whom it was asked, and for no other.
func TestH03RepliesToOtherQuestions(t *testing.T) {
	t.Parallel()
	v, h, c, person := clockVictim(t)
	if _, err := v.CheckClock(t.Context(), person, 1); err != nil {
		t.Fatal(err)
	}
	c.mu.Lock()
	earlier := c.asked[len(c.asked)-1]
	c.mu.Unlock()
	looks := len(v.ClockHistory(person))
	for name, answer := range map[string]func(fields) []byte{
		"to an earlier question": func(fields) []byte { return encode("time", honest(earlier, time.Hour), "") },
		"to no number":           func(r fields) []byte { delete(r, "n"); return encode("time", honest(r, time.Hour), "") },
		"to the next number":     func(r fields) []byte { r["n"] = 2; return encode("time", honest(r, time.Hour), "") },
		"to a guessed secret":    func(r fields) []byte { r["t1"] = 0; return encode("time", honest(r, time.Hour), "") },
	} {
		c.says(answer)
		if e, err := v.CheckClock(t.Context(), person, 1); !errors.Is(err, netcore.ErrClockAbsurd) {
			t.Errorf("%s: got %+v, %v", name, e, err)
		}
	}
	// Nobody asked: neither the one who is verified nor a stranger tells anything.
	for _, who := range []*hostile{h, v.meet("stranger")} {
		for _, kind := range []string{"time", "clock"} {
			s := who.open(kind, nil)
			s.send(encode("time", honest(earlier, time.Hour), ""))
			if got := s.answer(); !strings.Contains(got, `"error"`) {
				t.Errorf("a reply that nobody asked for, of kind %s, is answered %q", kind, got)
			}
		}
	}
	if got := len(v.ClockHistory(person)); got != looks || v.knows(h).ClockOff != 0 {
		t.Errorf("%d looks were kept, %v", got-looks, v.knows(h).ClockOff)
	}
}

// TestH04NoClockIsSet: whatever others say the time is, this PC's clock goes on
// as it did; and nothing in the program could set it.
func TestH04NoClockIsSet(t *testing.T) {
	t.Parallel()
	v, _, c, person := clockVictim(t)
	begin := time.Now()
	c.says(func(request fields) []byte { return encode("time", honest(request, 36*time.Hour), "") })
	if _, err := v.CheckClockCard(t.Context(), person); err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	if moved := now.Round(0).Sub(begin.Round(0)) - now.Sub(begin); moved.Abs() > time.Second {
		t.Errorf("this PC's clock was set by %v", moved)
	}
	setters := []string{"Settimeofday", "ClockSettime", "Adjtimex", "ClockAdjtime", "SetSystemTime", "SetLocalTime", "SetSystemTimeAdjustment", "timedatectl", "hwclock"}
	err := filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go") {
			return err
		}
		source, err := os.ReadFile(name)
		for _, setter := range setters {
			if strings.Contains(string(source), setter) {
				t.Errorf("%s names %s", name, setter)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestH05TheTimeIsToldToThePermitted: beyond the list: strangers are told
// nothing, and who loses the permission nothing more.
func TestH05TheTimeIsToldToThePermitted(t *testing.T) {
	t.Parallel()
	v := newVictim(t)
	h := v.meet("mallory")
	ask := func() string {
		s := h.open("clock", nil)
		s.send(encode("sample", fields{"n": 1, "t1": 7}, ""))
		return s.answer()
	}
	if got := ask(); !strings.Contains(got, `"refused"`) {
		t.Errorf("a stranger is told %q", got)
	}
	v.verifies(h)
	s := h.open("clock", nil)
	s.send(encode("sample", fields{"n": 1, "t1": 7}, ""))
	s.wantAnswer("a verified person", `"t2"`)
	rights := v.knows(h).Permissions
	rights.Clock = false
	if err := v.SetPermissions(context.Background(), v.knows(h).Device, rights); err != nil {
		t.Fatal(err)
	}
	s.send(encode("sample", fields{"n": 2, "t1": 7}, ""))
	s.wantAnswer("without the permission", `"refused"`)
	s.ends()
	if got := ask(); !strings.Contains(got, `"refused"`) {
		t.Errorf("without the permission %q is told", got)
	}
}
