//go:build unix

package transfer

import (
	"context"
	"errors"
	"io"
	"net"
	"path/filepath"
	"testing"
	"time"

	"lanyard/netcore/identity"
	"lanyard/netcore/wire"
)

// scripted is Links to a peer whose answers a test writes.
type scripted struct {
	offer func(*wire.Conn) // after the first frame of an offer stream
	data  func(*wire.Conn)
}

func (s scripted) Open(_ context.Context, _ identity.DeviceID, kind string, fields any) (Stream, error) {
	return s.open(s.offer, kind, fields)
}

func (s scripted) OpenBulk(_ context.Context, _ identity.DeviceID, kind string, fields any) (Stream, error) {
	return s.open(s.data, kind, fields)
}

// open begins a stream whose other end is read to its end and answered.
func (s scripted) open(answer func(*wire.Conn), kind string, fields any) (Stream, error) {
	near, far := newPipe()
	if err := wire.NewConn(near).Write(kind, fields, nil); err != nil {
		return nil, err
	}
	go func() { _, _ = io.Copy(io.Discard, far) }()
	go answer(wire.NewConn(far))
	return near, nil
}

// offersTo has a device with impatient settings offer a file, and waits.
func offersTo(t *testing.T, links Links) Snapshot {
	t.Helper()
	a := join(t, newNetwork(), "a", func(c *Config) {
		c.Links, c.Stall, c.GiveUp, c.Patience = links, 60*time.Millisecond, 200*time.Millisecond, 400*time.Millisecond
	})
	tree(t, a.dir, map[string]string{"x": "x"})
	key, err := a.Offer(context.Background(), identity.DeviceID{1}, []string{filepath.Join(a.dir, "x")})
	if err != nil {
		t.Fatal(err)
	}
	return a.await(key)
}

func TestAPeerThatNeverAnswersIsGivenUp(t *testing.T) {
	shot := offersTo(t, scripted{offer: func(*wire.Conn) {}})
	wantEnd(t, shot, StateFailed, ReasonLost)
}

// alive says so until the stream ends.
func alive(c *wire.Conn) error {
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for range tick.C {
		if err := c.Write(kindAlive, nil, nil); err != nil {
			return err
		}
	}
	return nil
}

func TestAReceiverThatIsOnlyAliveIsGivenUp(t *testing.T) {
	for name, first := range map[string]func(*wire.Conn) error{
		"without want":     func(*wire.Conn) error { return nil },
		"without receipts": func(c *wire.Conn) error { return c.Write(kindWant, wantFrame{From: [][2]int{{0, 0}}}, nil) },
	} {
		t.Run(name, func(t *testing.T) {
			ended := make(chan error, 1)
			shot := offersTo(t, scripted{
				offer: func(c *wire.Conn) { _ = errors.Join(c.Write(kindOffered, nil, nil), c.Write(kindAccept, nil, nil)) },
				data: func(c *wire.Conn) {
					err := errors.Join(first(c), alive(c))
					select {
					case ended <- err:
					default:
					}
				},
			})
			wantEnd(t, shot, StateFailed, ReasonLost)
			if err := <-ended; !errors.Is(err, errReset) && !errors.Is(err, net.ErrClosed) {
				t.Errorf("the stream ended with %v", err)
			}
		})
	}
}
