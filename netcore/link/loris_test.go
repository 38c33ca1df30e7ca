package link

import (
	"bytes"
	"crypto/tls"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"lanyard/netcore/identity"
	"lanyard/netcore/wire"
)

// trickle writes data a byte every 400 ms, and then nothing, until the other
// side ends the connection; it returns when that was.
func trickle(conn net.Conn, data []byte) time.Duration {
	began, over := time.Now(), make(chan struct{})
	go func() {
		defer close(over)
		for i := range data {
			if _, err := conn.Write(data[i : i+1]); err != nil {
				return
			}
			time.Sleep(400 * time.Millisecond)
		}
	}()
	_, _ = io.Copy(io.Discard, readerOf(conn))
	took := time.Since(began)
	_ = conn.Close()
	<-over
	return took
}

// TestSlowCallersAreCutOffInEveryPhase drips bytes, or stays silent, at every
// step up to a link: each has the 5 s of the whole handshake, and a second to
// read a refusal (E1).
func TestSlowCallersAreCutOffInEveryPhase(t *testing.T) {
	key := newKey(t)
	longHello := helloWith(func(h *hello) { h.Name = strings.Repeat("x", 500) })
	withPassword := func(t *testing.T, b *node) *caller {
		c := call(t, b, newIdentity(t))
		c.send(t, kindAuth, someNonce("1"))
		c.nonce(t)
		return c
	}
	for name, c := range map[string]struct {
		password *identity.NetworkKey
		begin    func(*testing.T, *node) net.Conn
		then     []byte
	}{
		"silent at once":       {nil, dialRaw, nil},
		"drips TLS":            {nil, dialRaw, []byte("\x16\x03\x01\x00\xc8\x01\x00\x00\xc4\x03\x03" + strings.Repeat("r", 100))},
		"silent after TLS":     {nil, func(t *testing.T, b *node) net.Conn { return dialTLS(t, b, newIdentity(t)) }, nil},
		"drips the hello":      {nil, func(t *testing.T, b *node) net.Conn { return dialTLS(t, b, newIdentity(t)) }, longHello},
		"silent before nonces": {key, func(t *testing.T, b *node) net.Conn { return dialTLS(t, b, newIdentity(t)) }, nil},
		"drips the nonce":      {key, func(t *testing.T, b *node) net.Conn { return dialTLS(t, b, newIdentity(t)) }, frameOf(kindAuth, someNonce("1"))},
		"silent before proofs": {key, func(t *testing.T, b *node) net.Conn { return withPassword(t, b).tls }, nil},
		"drips the proof":      {key, func(t *testing.T, b *node) net.Conn { return withPassword(t, b).tls }, frameOf(kindProof, proof{strings.Repeat("0", 64)})},
		"silent after proofs": {key, func(t *testing.T, b *node) net.Conn {
			c := call(t, b, newIdentity(t))
			c.send(t, kindAuth, someNonce("1"))
			c.send(t, kindProof, c.proofFor(b, key, someNonce("1"), c.nonce(t)))
			return c.tls
		}, nil},
		"drips the hello of a bulk link": {nil, func(t *testing.T, b *node) net.Conn { return dialTLS(t, b, newIdentity(t)) }, helloWith(func(h *hello) {
			h.Purpose, h.Name = purposeBulk, strings.Repeat("x", 500)
		})},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				memory := NewMemory()
				b := start(t, memory.Host("b"), "b:1", locked(c.password))
				if took := trickle(c.begin(t, b), c.then); took > 6*time.Second+time.Millisecond {
					t.Errorf("cut off after %v", took)
				}
				synctest.Wait()
				if n := outside(b) + inside(b); n != 0 {
					t.Errorf("%d places are still taken", n)
				}
				b.quiet(t)
				closeSoon(t, b)
			})
		})
	}
}

func dialRaw(t *testing.T, b *node) net.Conn {
	t.Helper()
	conn, err := b.config.Network.Dial(t.Context(), b.address)
	if err != nil {
		t.Fatal(err)
	}
	return conn
}

// TestSlowAnswerersAreGivenUp is the same with the attacker as the one who is
// dialed.
func TestSlowAnswerersAreGivenUp(t *testing.T) {
	key := newKey(t)
	for name, c := range map[string]struct {
		password *identity.NetworkKey
		secure   bool
		drip     []byte
	}{
		"silent at once":       {nil, false, nil},
		"drips TLS":            {nil, false, []byte("\x16\x03\x03\x00\xc8\x02\x00\x00\xc4\x03\x03" + strings.Repeat("r", 100))},
		"silent after TLS":     {nil, true, nil},
		"drips the hello":      {nil, true, helloWith(func(h *hello) { h.Name = strings.Repeat("x", 500) })},
		"silent before nonces": {key, true, nil},
		"drips the nonce":      {key, true, frameOf(kindAuth, someNonce("1"))},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				memory := NewMemory()
				address := answering(t, memory.Host("evil"), "evil:1", func(conn net.Conn) {
					if c.secure {
						conn = tls.Server(conn, lanyardConfig(newIdentity(t)))
					}
					_ = trickle(conn, c.drip)
				})
				a := start(t, memory.Host("a"), "a:1", locked(c.password))
				began := time.Now()
				_, err := a.ConnectAddress(t.Context(), address)
				if took := time.Since(began); err == nil || took > 5*time.Second+time.Millisecond {
					t.Errorf("%v after %v", err, took)
				}
				closeSoon(t, a)
			})
		})
	}
}

// helloed returns a raw control link to b, its hellos through.
func helloed(t *testing.T, b *node) net.Conn {
	t.Helper()
	c := call(t, b, newIdentity(t))
	c.send(t, kindHello, goodHello())
	if _, err := c.Expect(wire.MaxHello, kindHello); err != nil {
		t.Fatal(err)
	}
	return c.tls
}

// TestSlowLinksAreCutOff drips on a link that is up, below the streams: a probe
// that goes unanswered ends it, whatever else comes.
func TestSlowLinksAreCutOff(t *testing.T) {
	header := func(kind byte, flags, stream uint16, length uint32) []byte {
		head := []byte{0, kind, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}
		binary.BigEndian.PutUint16(head[2:], flags)
		binary.BigEndian.PutUint16(head[6:], stream)
		binary.BigEndian.PutUint32(head[8:], length)
		return head
	}
	for name, data := range map[string][]byte{
		"silent":                 nil,
		"drips headers":          bytes.Repeat(header(1, 0, 1, 0), 100),
		"drips the data of one":  append(header(0, 1, 1, 1000), make([]byte, 1000)...),
		"drips the data of none": append(header(0, 0, 9, 1000), make([]byte, 1000)...),
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				memory := NewMemory()
				b := start(t, memory.Host("b"), "b:1")
				if took := trickle(helloed(t, b), data); took > 10*time.Second {
					t.Errorf("cut off after %v", took)
				}
				if up, down := b.next(t), b.next(t); !up.up || !errors.Is(down.err, ErrLinkLost) {
					t.Errorf("%+v, %+v", up, down)
				}
				closeSoon(t, b)
			})
		})
	}
}

// TestSlowFirstFramesAreCutOff drips the first frame of a stream, on a control
// link and on a bulk link: it has 10 s.
func TestSlowFirstFramesAreCutOff(t *testing.T) {
	for name, open := range map[string]func(*testing.T, *node, *control) *Stream{
		"control": func(t *testing.T, a *node, l *control) *Stream {
			stream, err := l.session.OpenStream(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			return a.muxStream(l, stream)
		},
		"bulk": func(t *testing.T, a *node, l *control) *Stream {
			s, err := a.bulkStream(t.Context(), l)
			if err != nil {
				t.Fatal(err)
			}
			return s
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				memory := NewMemory()
				a, b := start(t, memory.Host("a"), "a:1"), start(t, memory.Host("b"), "b:1")
				linked(t, a, b)
				s := open(t, a, a.liveLink(b.id))
				began := time.Now()
				go func() {
					for _, octet := range frameOf("echo", map[string]string{"fill": strings.Repeat("x", 200)}) {
						_, err := s.Write([]byte{octet})
						if err = errors.Join(err, s.Flush()); err != nil {
							return
						}
						time.Sleep(400 * time.Millisecond)
					}
				}()
				_, _ = io.Copy(io.Discard, readerOf(s))
				if took := time.Since(began); took > 11*time.Second {
					t.Errorf("cut off after %v", took)
				}
				_ = s.Reset()
				time.Sleep(time.Second) // virtual: the writer has seen it
				closeSoon(t, a, b)
			})
		})
	}
}
