package link

import (
	"errors"
	"io"
	"net"
	"testing"
	"testing/synctest"
	"time"
)

// goAwayFrame is yamux's last word.
var goAwayFrame = [muxHeader]byte{1: muxGoAway}

// startParting returns one end of a pipe that somebody reads, and the other.
func startParting(t *testing.T) (*parting, net.Conn) {
	t.Helper()
	here, there := net.Pipe()
	p := newParting(here)
	go func() { _, _ = io.Copy(io.Discard, p) }()
	return p, there
}

// closing closes p, and returns where the end of that is told.
func closing(p *parting) <-chan error {
	closed := make(chan error, 1)
	go func() { closed <- p.Close() }()
	return closed
}

func TestPartingWaitsForTheOtherSide(t *testing.T) {
	for name, answer := range map[string]func(there net.Conn) error{
		"its goodbye": func(there net.Conn) error {
			_, err := there.Write(goAwayFrame[:])
			return err
		},
		"its end": net.Conn.Close,
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p, there := startParting(t)
				defer func() { _ = there.Close() }()
				p.linger()
				closed := closing(p)
				if _, err := there.Write(muxFrame(20)); err != nil {
					t.Fatalf("what was under way is not read any more: %v", err)
				}
				synctest.Wait()
				select {
				case <-closed:
					t.Fatal("closed while the other side was still sending")
				default:
				}
				if err := answer(there); err != nil {
					t.Fatal(err)
				}
				if err := <-closed; err != nil {
					t.Error(err)
				}
			})
		})
	}
}

func TestPartingDoesNotWaitWithoutAGoodbye(t *testing.T) {
	p, there := startParting(t)
	if err := <-closing(p); err != nil {
		t.Error(err)
	}
	if _, err := there.Read(make([]byte, 1)); !errors.Is(err, io.EOF) {
		t.Errorf("the other side reads %v", err)
	}
}

// A peer that has fallen silent does not hold up the end of the program.
func TestGoodbyeToTheSilentEndsSoon(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		memory := NewMemory()
		a, b := start(t, memory.Host("a"), "a:1"), start(t, memory.Host("b"), "b:1")
		linked(t, a, b)
		memory.Cut("b")
		began := time.Now()
		if err := a.Close(); err != nil {
			t.Error(err)
		}
		if took := time.Since(began); took > time.Second {
			t.Errorf("Close took %v", took)
		}
		closeSoon(t, b)
	})
}
