package clock

import (
	"context"
	"encoding/binary"
	"errors"
	"net"
	"sync"
	"testing"
	"time"
)

// timeServer is a server of the network time protocol on loopback, whose clock
// is ahead by an offset.
type timeServer struct {
	conn   *net.UDPConn
	ahead  time.Duration
	spoil  func(packet []byte) []byte // changes an answer; nil: none
	mute   int                        // from which request on it says nothing; 0: never
	served sync.WaitGroup
	asked  int
}

// serveTime starts a time server.
func serveTime(t *testing.T, s *timeServer) (address string) {
	t.Helper()
	conn, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	s.conn = conn
	s.served.Go(s.run)
	t.Cleanup(func() {
		if err := conn.Close(); err != nil {
			t.Error(err)
		}
		s.served.Wait()
	})
	return conn.LocalAddr().String()
}

func (s *timeServer) run() {
	var packet [1024]byte
	for {
		n, from, err := s.conn.ReadFromUDP(packet[:])
		if err != nil {
			return
		}
		if s.asked++; n >= 48 && (s.mute == 0 || s.asked < s.mute) {
			answer := s.answer(packet[:48])
			if s.spoil != nil {
				answer = s.spoil(answer)
			}
			_, _ = s.conn.WriteToUDP(answer, from) // a client that is gone needs none
		}
	}
}

// answer is an honest answer of stratum 1.
func (s *timeServer) answer(request []byte) []byte {
	out := make([]byte, 48)
	now := func(field []byte) {
		at := time.Now().Add(s.ahead)
		seconds := uint64(at.Unix() + 2208988800)
		binary.BigEndian.PutUint64(field, seconds<<32|uint64(at.Nanosecond())<<32/1e9)
	}
	out[0], out[1], out[2], out[3] = 4<<3|4, 1, 6, 0xec // version 4, server; precision 2^-20 s
	binary.BigEndian.PutUint32(out[4:], 1<<16/100)      // root delay 10 ms
	binary.BigEndian.PutUint32(out[8:], 1<<16/50)       // dispersion 20 ms
	now(out[16:])
	copy(out[24:], request[40:48])
	now(out[32:])
	now(out[40:])
	return out
}

func TestTimeServer(t *testing.T) {
	for _, ahead := range []time.Duration{0, 1284 * time.Millisecond, -3 * time.Hour} {
		s := &timeServer{ahead: ahead}
		e, err := AskTimeServer(t.Context(), serveTime(t, s), nil)
		if err != nil {
			t.Fatal(err)
		}
		if (e.Offset-ahead).Abs() > e.Bound || e.Samples != timeServerSamples {
			t.Errorf("got %+v, want %v", e, ahead)
		}
		// Half of the round trip, of the server's own delay, and its dispersion.
		if e.Bound < 24*time.Millisecond || e.Bound > e.RoundTrip/2+26*time.Millisecond {
			t.Errorf("the bound is %v, the round trip %v", e.Bound, e.RoundTrip)
		}
		if wrong := time.Since(e.At).Abs(); wrong > time.Minute {
			t.Errorf("it was %v ago", wrong)
		}
	}
}

// This PC's clock may be an injected one, as for the other questions.
func TestTimeServerBesideAShiftedClock(t *testing.T) {
	shifted := func() time.Time { return time.Now().Add(time.Hour) }
	e, err := AskTimeServer(t.Context(), serveTime(t, &timeServer{}), shifted)
	if err != nil || (e.Offset+time.Hour).Abs() > e.Bound {
		t.Errorf("got %+v, %v", e, err)
	}
}

// A server that has enough after one question gave one answer.
func TestTimeServerThatFallsSilent(t *testing.T) {
	e, err := AskTimeServer(t.Context(), serveTime(t, &timeServer{mute: 2}), nil)
	if err != nil || e.Samples != 1 || e.Offset.Abs() > e.Bound {
		t.Errorf("got %+v, %v", e, err)
	}
}

func TestAbsurdTimeServers(t *testing.T) {
	put := func(at int, value uint64) func([]byte) []byte {
		return func(p []byte) []byte { binary.BigEndian.PutUint64(p[at:], value); return p }
	}
	for name, spoil := range map[string]func([]byte) []byte{
		"to another question":     func(p []byte) []byte { p[24] ^= 1; return p },
		"no server":               func(p []byte) []byte { p[0] = 4<<3 | 3; return p },
		"not synchronised":        func(p []byte) []byte { p[0] |= 0xc0; return p },
		"a kiss of death":         func(p []byte) []byte { p[1] = 0; copy(p[12:], "RATE"); return p },
		"too far from a clock":    func(p []byte) []byte { p[1] = 16; return p },
		"a dispersion of hours":   func(p []byte) []byte { p[8] = 0xff; return p },
		"a precision of 68 years": func(p []byte) []byte { p[3] = 31; return p },
		"sent before it came":     put(40, 0x83aa_7e80_0000_0001),
		"in 2100":                 put(32, 0x7fff_ffff_0000_0000),
		"cut short":               func(p []byte) []byte { return p[:40] },
		"nothing":                 func([]byte) []byte { return nil },
	} {
		e, err := AskTimeServer(t.Context(), serveTime(t, &timeServer{spoil: spoil}), nil)
		if !errors.Is(err, ErrTimeServer) || e != (Estimate{}) {
			t.Errorf("%s: got %+v, %v", name, e, err)
		}
	}
}

func TestTimeServersThatAreNone(t *testing.T) {
	for _, server := range []string{"", "127.0.0.1:0", "[::1", "127.0.0.1:x", "no such host\x00"} {
		if _, err := AskTimeServer(t.Context(), server, nil); !errors.Is(err, ErrTimeServer) {
			t.Errorf("%q: %v", server, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	address := serveTime(t, &timeServer{mute: 1})
	time.AfterFunc(20*time.Millisecond, cancel)
	if _, err := AskTimeServer(ctx, address, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("given up: %v", err)
	}
}
