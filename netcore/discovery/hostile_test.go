package discovery

import (
	"encoding/binary"
	"net/netip"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"lanyard/netcore/identity"
)

// attacker sends what it likes, from any address.
type attacker struct{ on *segment }

// send puts a datagram on the segment.
func (a *attacker) send(data []byte, from string, to *host) {
	a.on.mu.Lock()
	defer a.on.mu.Unlock()
	source := netip.MustParseAddrPort(from)
	for _, s := range to.sockets {
		if s.local.Addr().Is4() == source.Addr().Is4() {
			s.queue <- memPacket{slices.Clone(data), source, 2}
		}
	}
}

// victim starts one copy and waits until its own burst is over.
func victim(t *testing.T, adjust func(*Config)) (*attacker, *host, *copyOf) {
	net := &segment{}
	h := net.newHost("10.0.0.1/24")
	c := start(t, h, adjust)
	after(2 * time.Second)
	return &attacker{on: net}, h, c
}

// announceOf returns a genuine announce.
func announceOf(id *identity.Identity, counter uint64) *datagram {
	return encode(beacon{kind: kindAnnounce, port: 5000, instance: [8]byte{7}, counter: counter}, id)
}

// sentTo counts what went to an address.
func (s *segment) sentTo(addr string) (n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, to := range s.sent {
		if to.Addr() == netip.MustParseAddr(addr) {
			n++
		}
	}
	return n
}

func TestBadDatagramsAreDropped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		evil, h, c := victim(t, nil)
		id := generate(t)
		good := announceOf(id, 1)
		forged := *good
		forged[60] ^= 1
		other := *good // the key of somebody else
		copy(other[keyOffset:], generate(t).Public())
		moved := *good
		binary.LittleEndian.PutUint16(moved[6:], 22)
		for _, data := range [][]byte{
			nil,
			{0},
			good[:119], append(good[:], 0), make([]byte, 65_000), make([]byte, 120), forged[:], other[:], moved[:],
			encode(beacon{kind: kindBye, port: 1, instance: [8]byte{7}, counter: 9}, id)[:], // of somebody unknown
		} {
			evil.send(data, "10.0.0.66:9527", h)
		}
		for _, from := range []string{
			"10.0.0.66:53", "10.0.0.66:9531", "255.255.255.255:9527", "239.255.95.27:9527", "10.0.0.255:9527", "0.0.0.0:9527",
			"[ff12::9527%eth0]:9527",
		} {
			evil.send(good[:], from, h)
		}
		before := len(evil.on.sent)
		synctest.Wait()
		if c.count() != 0 || len(c.gone) != 0 || len(evil.on.sent) != before {
			t.Errorf("heard %v, gone %v, sent %v", c.heard, c.gone, evil.on.sent[before:])
		}
		evil.send(good[:], "10.0.0.66:9527", h)
		synctest.Wait()
		if c.count() != 1 {
			t.Error("the genuine beacon is not heard after the bad ones")
		}
	})
}

func TestReplayCostsAtMostOneHint(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		evil, h, c := victim(t, nil)
		id := generate(t)
		old, recent := announceOf(id, 1), announceOf(id, 2)
		for range 50 {
			evil.send(old[:], "10.0.0.2:9527", h)
			evil.send(recent[:], "10.0.0.2:9527", h)
		}
		after(time.Second)
		if c.count() != 2 {
			t.Errorf("%d hints for 2 beacons", c.count())
		}
		for range 20 {
			evil.send(recent[:], "10.0.0.66:9527", h)
		}
		after(time.Second)
		if c.count() != 3 || c.heard[2].Address != "10.0.0.66:5000" {
			t.Errorf("hints %v", c.heard)
		}
		for i := range 100 {
			evil.send(recent[:], netip.AddrPortFrom(netip.AddrFrom4([4]byte{10, 9, 9, byte(i)}), 9527).String(), h)
		}
		after(time.Second)
		if c.count() > 1+maxFrom {
			t.Errorf("%d hints", c.count())
		}
	})
}

func TestForgedByeIsIgnored(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		evil, h, c := victim(t, nil)
		id := generate(t)
		evil.send(announceOf(id, 5)[:], "10.0.0.2:9527", h)
		bye := encode(beacon{kind: kindBye, port: 5000, instance: [8]byte{7}, counter: 6}, id)
		forged := *bye
		forged[100]++
		stale := encode(beacon{kind: kindBye, port: 5000, instance: [8]byte{7}, counter: 4}, id)
		evil.send(forged[:], "10.0.0.2:9527", h)
		evil.send(stale[:], "10.0.0.2:9527", h)
		synctest.Wait()
		if len(c.gone) != 0 {
			t.Fatal("a forged bye was believed")
		}
		for range 5 {
			evil.send(bye[:], "10.0.0.2:9527", h)
		}
		synctest.Wait()
		if len(c.gone) != 1 {
			t.Errorf("gone %d times", len(c.gone))
		}
	})
}

func TestOwnBeaconsComeBackUnheard(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		evil, h, c := victim(t, nil)
		mirror := encode(beacon{kind: kindAnnounce, port: 5000, instance: [8]byte{9}, counter: 1 << 50}, c.id)
		evil.send(mirror[:], "10.0.0.66:9527", h)
		synctest.Wait()
		if c.count() != 0 || evil.on.sentTo("10.0.0.66") != 0 {
			t.Error("its own beacon was heard")
		}
	})
}

func TestAnswersAreFewAndNoLargerThanTheQuestion(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		evil, h, _ := victim(t, nil)
		id := generate(t)
		for i := range 30 { // one instance, 3 seconds: one answer, then one more
			evil.send(announceOf(id, uint64(i+1))[:], "10.0.0.66:9527", h)
			after(100 * time.Millisecond)
		}
		if n := evil.on.sentTo("10.0.0.66"); n != 1 {
			t.Errorf("%d answers to 30 announces in 3 s", n)
		}
		evil.send(encode(beacon{kind: kindAnswer, port: 1, instance: [8]byte{8}, counter: 1}, id)[:], "10.0.0.67:9527", h)
		synctest.Wait()
		if evil.on.sentTo("10.0.0.67") != 0 {
			t.Error("an answer was answered")
		}
		for i := range 250 { // new devices all the time, spread over one /24
			evil.send(announceOf(generate(t), 1)[:], netip.AddrPortFrom(netip.AddrFrom4([4]byte{10, 5, 5, byte(i)}), 9527).String(), h)
		}
		synctest.Wait()
		n := 0
		for i := range 250 {
			n += evil.on.sentTo(netip.AddrFrom4([4]byte{10, 5, 5, byte(i)}).String())
		}
		if n == 0 || n > subnetBurst {
			t.Errorf("%d answers into one /24", n)
		}
		for i, data := range evil.on.data {
			if len(data) != beaconSize {
				t.Errorf("%d bytes went to %v", len(data), evil.on.sent[i])
			}
		}
	})
}

func TestFloodIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := (&segment{}).newHost("10.0.0.1/24")
		var hints int
		config, instance, err := Config{
			Identity: generate(t), Instance: "0123456789abcdef", Port: func() int { return 4000 },
			network: h, OnHeard: func(Heard) { hints++ },
		}.withDefaults()
		if err != nil {
			t.Fatal(err)
		}
		r := newRunner(&config, instance, func(Status) {})
		conn, err := h.Listen(t.Context(), netip.MustParseAddrPort("0.0.0.0:9527"))
		if err != nil {
			t.Fatal(err)
		}
		const devices = 100_000
		genuine := announceOf(generate(t), 1)
		for i := range devices { // as many addresses, 10,000 a second, every fiftieth with a good signature (D5)
			data := *genuine
			binary.LittleEndian.PutUint64(data[keyOffset:], uint64(i))
			if i%50 == 0 {
				data = *announceOf(generate(t), 1)
			}
			from := netip.AddrFrom4([4]byte{10, byte(1 + i>>16), byte(i >> 8), byte(i)})
			r.receive(&packet{data: data, from: source{netip.AddrPortFrom(from, 9527), conn}, index: 2})
			time.Sleep(100 * time.Microsecond)
		}
		most := verifyBurst + verifyRate*11
		if hints == 0 || hints > most || r.heard.order.Len() > maxEntries || r.sources.of.order.Len() > maxSources || r.answers.of.order.Len() > maxSources {
			t.Errorf("%d hints of at most %d, %d authors, %d sources", hints, most, r.heard.order.Len(), r.sources.of.order.Len())
		}
		if n := len(h.on.sent); n > answerBurst+answerRate*11 {
			t.Errorf("%d answers", n)
		}
		hints = 0
		flood := generate(t)
		for i := range 1000 { // one address, at once
			r.receive(&packet{data: *announceOf(flood, uint64(i+1)), from: source{netip.MustParseAddrPort("10.200.0.1:9527"), conn}, index: 2})
		}
		if hints > sourceBurst {
			t.Errorf("%d hints from one address at once", hints)
		}
	})
}

func TestLiveDevicesCostNoSignatureCheck(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		live := false
		evil, h, c := victim(t, func(c *Config) { c.Live = func(identity.DeviceID) bool { return live } })
		id := generate(t)
		evil.send(announceOf(id, 1)[:], "10.0.0.2:9527", h)
		synctest.Wait()
		live = true
		evil.send(announceOf(id, 2)[:], "10.0.0.2:9527", h)
		synctest.Wait()
		if c.count() != 1 {
			t.Errorf("%d hints", c.count())
		}
		restarted := encode(beacon{kind: kindAnnounce, port: 5000, instance: [8]byte{8}, counter: 1}, id)
		evil.send(restarted[:], "10.0.0.2:9527", h)
		synctest.Wait()
		if c.count() != 2 {
			t.Error("a new start of a device whose old link still seems live is not heard")
		}
	})
}

func BenchmarkDuplicate(b *testing.B) {
	config, instance, err := Config{Identity: generate(b), Instance: "0123456789abcdef", Port: func() int { return 4000 }}.withDefaults()
	if err != nil {
		b.Fatal(err)
	}
	r := newRunner(&config, instance, func(Status) {})
	r.sources = newBuckets(1e12, 1e12, 1e12, 1e12)
	p := &packet{data: *encode(beacon{kind: kindAnswer, port: 1, counter: 1}, generate(b)), from: source{netip.MustParseAddrPort("10.0.0.2:9527"), nil}}
	for b.Loop() {
		r.receive(p)
	}
}
