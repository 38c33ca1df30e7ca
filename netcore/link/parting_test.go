package link

import (
	"errors"
	"io"
	"net"
	"os"
	"testing"
	"testing/synctest"
	"time"
)

// goAwayFrame is yamux's last word.
var goAwayFrame = [muxHeader]byte{1: muxGoAway}

// startParting returns one end of a pipe, and the other.
func startParting() (*parting, net.Conn) {
	here, there := net.Pipe()
	return newParting(here), there
}

// saying returns where the end of p's farewell is told.
func saying(p *parting) <-chan struct{} {
	over := make(chan struct{})
	go func() { defer close(over); p.farewell() }()
	return over
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
				p, there := startParting()
				defer func() { _ = there.Close() }()
				p.linger()
				if err := p.Close(); err != nil {
					t.Error(err)
				}
				over := saying(p)
				if _, err := there.Write(muxFrame(20)); err != nil {
					t.Fatalf("what was under way is not read any more: %v", err)
				}
				synctest.Wait()
				select {
				case <-over:
					t.Fatal("closed while the other side was still sending")
				default:
				}
				if err := answer(there); err != nil {
					t.Fatal(err)
				}
				<-over
			})
		})
	}
}

func TestPartingDoesNotWaitWithoutAGoodbye(t *testing.T) {
	p, there := startParting()
	if err := p.Close(); err != nil {
		t.Error(err)
	}
	if _, err := there.Read(make([]byte, 1)); !errors.Is(err, io.EOF) {
		t.Errorf("the other side reads %v", err)
	}
}

// Who reads, as yamux does, is let go at once: the wait is somebody else's.
func TestPartingLetsTheReaderGo(t *testing.T) {
	p, there := startParting()
	defer func() { _ = there.Close() }()
	p.linger()
	read := make(chan error, 1)
	go func() {
		_, err := p.Read(make([]byte, 1))
		read <- err
	}()
	if err := p.Close(); err != nil {
		t.Error(err)
	}
	if err := <-read; !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Error(err)
	}
}

// A peer that has fallen silent does not hold up the end of the program, not
// even while it is asked whether it is there.
func TestGoodbyeToTheSilentEndsSoon(t *testing.T) {
	for name, silence := range map[string]time.Duration{"just now": 0, "and is asked": 4 * time.Second} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				memory := NewMemory()
				a, b := start(t, memory.Host("a"), "a:1"), start(t, memory.Host("b"), "b:1")
				linked(t, a, b)
				memory.Cut("b")
				time.Sleep(silence) // simulated
				began := time.Now()
				if err := a.Close(); err != nil {
					t.Error(err)
				}
				if took := time.Since(began); took > time.Second {
					t.Errorf("Close took %v", took)
				}
				closeSoon(t, b)
			})
		})
	}
}
