package netcore_test

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"lanyard/netcore/wire"
)

// sockets is how many sockets an attack may open: as many as wanted, or what
// this process may have.
func sockets(t *testing.T, want int) int {
	t.Helper()
	var limit unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &limit); err != nil {
		t.Fatal(err)
	}
	if limit.Cur < uint64(want)+500 {
		limit.Cur = min(limit.Max, uint64(want)+500)
		_ = unix.Setrlimit(unix.RLIMIT_NOFILE, &limit)
		_ = unix.Getrlimit(unix.RLIMIT_NOFILE, &limit)
	}
	may := min(want, int(limit.Cur)-500)
	if may < want {
		t.Logf("%d sockets instead of %d: RLIMIT_NOFILE is %d", may, want, limit.Cur)
	}
	return may
}

func TestE02TenThousandHalfOpenConnections(t *testing.T) {
	v := newTarget(t)
	friend := newGuest(t, v.address)
	friend.tells("before")
	var crowd []net.Conn
	defer func() {
		for _, conn := range crowd {
			_ = conn.Close()
		}
	}()
	for i := range sockets(t, 10_000/costs) {
		conn, err := net.Dial("tcp", v.address)
		if err != nil {
			t.Fatalf("connection %d: %v", i, err)
		}
		crowd = append(crowd, conn)
	}
	if took := friend.tells("in the middle of it"); took > patience/2 {
		t.Errorf("a friend's text took %v", took)
	}
	if now := v.stats(); now.Open > v.begin.Open+200 || now.Goroutines > v.begin.Goroutines+500 {
		t.Errorf("it holds %d descriptors and %d goroutines", now.Open, now.Goroutines)
	}
	newGuest(t, v.address).tells("a newcomer, while they all still wait")
	if peak := v.peak(); peak > 200*costs {
		t.Errorf("it took %d MiB", peak)
	}
}

// strangers makes links with new keys as fast as it can, on several
// connections at once, until stop. Each does what do says, and hangs up.
func strangers(t *testing.T, address string, stop <-chan struct{}, do func(conn *tls.Conn)) (tried int64) {
	var count atomic.Int64
	var workers sync.WaitGroup
	for range 8 {
		workers.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				raw, err := net.Dial("tcp", address)
				if err != nil {
					continue
				}
				_ = raw.SetDeadline(time.Now().Add(patience))
				count.Add(1)
				conn := tls.Client(raw, certified(newIdentity(t)))
				if conn.Handshake() == nil {
					do(conn)
				}
				_ = raw.Close()
			}
		})
	}
	workers.Wait()
	return count.Load()
}

func TestE03HandshakeFlood(t *testing.T) {
	v := newTarget(t)
	friend := newGuest(t, v.address)
	stop := make(chan struct{})
	var flood sync.WaitGroup
	var tried, greeted int64
	began := time.Now()
	flood.Go(func() {
		var met atomic.Int64
		tried = strangers(t, v.address, stop, func(conn *tls.Conn) {
			frames := wire.NewConn(conn)
			_ = frames.Write("hello", hello(), nil)
			if _, err := frames.Expect(wire.MaxHello, "hello"); err == nil {
				met.Add(1)
			}
		})
		greeted = met.Load()
	})
	until(t, "there were more strangers than are remembered", func() bool {
		friend.tells("still here")
		return v.stats().People > 900 || time.Since(began) > 6*time.Second
	})
	close(stop)
	flood.Wait()
	took := time.Since(began).Seconds()
	now := v.stats()
	t.Logf("%d tried, %d greeted in %.1f s; %d people are listed; peak %d MiB", tried, greeted, took, now.People, v.peak())
	if most := 700 + 320*took; float64(greeted) > most {
		t.Errorf("%d handshakes were let in, at most %.0f should", greeted, most)
	}
	if now.People > 1100 {
		t.Errorf("%d strangers are remembered", now.People)
	}
	friend.tells("after")
	// Whoever comes back must not queue behind those who are gone.
	if err := friend.Close(); err != nil {
		t.Error(err)
	}
	began = time.Now()
	friend.enter(v.address)
	until(t, "a friend who comes back is seen", func() bool { return slices.Contains(v.stats().Online, friend.Self().ID) })
	friend.tells("I am back")
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("a friend who came back was seen after %v", took)
	}
	v.calmsDown()
}

// TestE01SlowLoris drips into every phase at once. Those that hold up a
// handshake are cut off; nobody else waits for any of them.
func TestE01SlowLoris(t *testing.T) {
	t.Parallel()
	v := newTarget(t)
	var drips sync.WaitGroup
	stop := make(chan struct{})
	defer drips.Wait()
	defer close(stop)
	var cut [2]atomic.Int64
	drip := func(conn io.Writer, data string, over *atomic.Int64) {
		drips.Go(func() {
			tick := time.NewTicker(200 * time.Millisecond)
			defer tick.Stop()
			for i := 0; ; i++ {
				select {
				case <-tick.C:
				case <-stop:
					return
				}
				if _, err := io.WriteString(conn, data[i%len(data):i%len(data)+1]); err != nil {
					over.Add(1)
					return
				}
			}
		})
	}
	const each = 12
	clientHello := "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + strings.Repeat("\x07", 501)
	var late atomic.Int64
	for range each {
		drip(dial(t, v.address), clientHello, &cut[0])
		drip(secure(t, v.address, newIdentity(t)), "\x00\x10\x00\x00{\"kind\":\"hello\","+strings.Repeat(" ", 4000), &cut[1])
		h := meet(t, v.address, "slow")
		drip(h.blank().raw, "\xff\x0f\x00\x00{"+strings.Repeat(" ", 4000), &late)
		drip(h.open("text", nil).raw, string(text(randomHex(16), strings.Repeat("slow", 1000))), &late)
		drip(h.open("offer", hidden("x", fields{"name": "x"}).offer).raw, "\x00\x01\x00\x00{"+strings.Repeat(" ", 250), &late)
		drip(h.open("seen", nil).raw, "\xff\x0f\x00\x00{"+strings.Repeat(" ", 4000), &late)
	}
	began := time.Now()
	friend := newGuest(t, v.address)
	friend.tells("while they all drip")
	if took := time.Since(began); took > 20*time.Second {
		t.Errorf("an honest newcomer waited for %v", took)
	}
	until(t, "those in the handshake and in the hello are cut off", func() bool {
		return cut[0].Load() == each && cut[1].Load() == each
	})
	if took := time.Since(began); took > 20*time.Second {
		t.Errorf("they held on for %v", took)
	}
	friend.tells("and now")
}

// TestE04LinksOfStrangersLeaveRoom fills the places for links. Somebody whom
// the user has to do with gets in all the same.
func TestE04LinksOfStrangersLeaveRoom(t *testing.T) {
	t.Parallel()
	plainOnly(t)
	v := newVictim(t)
	friend := newFriend(t, v)
	friend.tells("remember me")
	me, _ := v.person(friend.Self().ID)
	if _, err := v.Say(t.Context(), me.ID, "I do"); err != nil {
		t.Fatal(err)
	}
	var crowd []*hostile
	full := false
	until(t, "all places are taken", func() bool {
		h, err := tryEnter(t, v.address())
		if err == nil {
			crowd = append(crowd, h)
		}
		full = errors.Is(err, &wire.RemoteError{Code: wire.CodeBusy})
		return full || len(crowd) > 1000
	})
	t.Logf("%d strangers are linked", len(crowd))
	if !full {
		t.Errorf("%d strangers are linked at once, and more get in", len(crowd))
	}
	friend.tells("I am still linked")
	again := reopened(t, friend)
	until(t, "a known person comes back into a full house", func() bool {
		now, _ := v.person(again.Self().ID)
		return now.Online
	})
	again.tells("I am back")
	for _, h := range crowd {
		_ = h.conn.NetConn().Close()
	}
}

// reopened closes a friend's Node and opens it again.
func reopened(t *testing.T, f *friend) *friend {
	t.Helper()
	f.close()
	again := &friend{v: f.v, to: f.to, profile: f.profile, Node: openNode(t, f.profile, "friend", nil)}
	t.Cleanup(again.close)
	return again
}

// TestE08TenThousandAbortedSessions gives up at every point of a session.
func TestE08TenThousandAbortedSessions(t *testing.T) {
	v := newTarget(t)
	friend := newGuest(t, v.address)
	friend.tells("before")
	v.begin = v.stats()
	for range 10_000 / 50 / costs { // connections that are aborted in and before TLS
		for i := range 40 {
			conn, err := net.Dial("tcp", v.address)
			if err != nil {
				t.Fatal(err)
			}
			if i%2 == 0 {
				_, _ = io.WriteString(conn, "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03")
			}
			if i%3 == 0 {
				_ = conn.(*net.TCPConn).SetLinger(0)
			}
			_ = conn.Close()
		}
	}
	for s := range max(10/costs, 2) { // streams of links that are aborted
		until(t, "a link comes up", func() bool {
			h, err := tryEnter(t, v.address)
			if err != nil {
				return false
			}
			for i := range 200 {
				abort(h, i)
			}
			if s%2 == 0 {
				_ = h.conn.NetConn().(*net.TCPConn).SetLinger(0)
			}
			_ = h.conn.NetConn().Close()
			return true
		})
	}
	friend.tells("after")
	v.calmsDown()
}

// tryEnter is enter where the door may be shut for a moment.
func tryEnter(t *testing.T, address string) (*hostile, error) {
	raw, err := net.Dial("tcp", address)
	if err != nil {
		return nil, err
	}
	_ = raw.SetDeadline(time.Now().Add(patience))
	t.Cleanup(func() { _ = raw.Close() })
	h := &hostile{t: t, id: newIdentity(t)}
	h.conn = tls.Client(raw, certified(h.id))
	if err := h.conn.Handshake(); err != nil {
		return nil, err
	}
	frames := wire.NewConn(h.conn)
	if err := frames.Write("hello", hello(), nil); err != nil {
		return nil, err
	}
	if _, err := frames.Expect(wire.MaxHello, "hello"); err != nil {
		return nil, err
	}
	return h, h.multiplex()
}

// abort opens a stream and gives it up somewhere.
func abort(h *hostile, i int) {
	s, err := h.mux.OpenStream(h.t.Context())
	if err != nil {
		return // the link's end came first
	}
	say := [][]byte{
		nil,
		{1},
		encode("text", nil, ""), append(encode("text", nil, ""), text(randomHex(16), "half")[:40]...),
		encode("offer", hidden("x", fields{"name": "x"}).offer, ""), encode("data", fields{"id": randomHex(16)}, ""),
		encode("surprise", nil, ""), []byte(fmt.Sprint(rand.Int())),
	}
	_, _ = s.Write(say[i%len(say)])
	if i%3 == 0 {
		_ = s.Close()
	} else {
		_ = s.Reset()
	}
}
