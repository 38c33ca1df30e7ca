package link

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"lanyard/netcore/identity"
)

func TestResetEndsBothSidesAtOnce(t *testing.T) {
	for _, bulk := range []bool{false, true} {
		t.Run(fmt.Sprintf("bulk %v", bulk), func(t *testing.T) {
			everywhere(t, func(t *testing.T, a, b *node) { testReset(t, a, b, bulk) })
		})
	}
}

func testReset(t *testing.T, a, b *node, bulk bool) {
	remote := make(chan error, 2)
	ended := make(chan error, 1)
	b.Handle("stuck", func(ctx context.Context, s *Stream, _ Frame) {
		defer func() { <-ctx.Done(); ended <- ctx.Err() }()
		go func() { _, err := s.Write(make([]byte, 64<<20)); remote <- err }()
		<-remote                                   // the write fails at the reset
		_, err := io.Copy(io.Discard, readerOf(s)) // what had arrived, then the reset
		remote <- err
		_ = s.Reset()
	})
	linked(t, a, b)
	open := a.Open
	if bulk {
		open = a.OpenBulk
	}
	s, err := open(t.Context(), b.id, "stuck", nil)
	if err != nil || s.Bulk() != bulk {
		t.Fatal(s.Bulk(), err)
	}
	local := make(chan error, 1)
	go func() { _, err := s.Write(make([]byte, 64<<20)); local <- err }()
	_, _ = s.Read(make([]byte, 100)) // it is flowing
	began := time.Now()
	if err := s.Reset(); err != nil {
		t.Fatal(err)
	}
	if err := <-local; !errors.Is(err, net.ErrClosed) {
		t.Errorf("own write: %v", err)
	}
	if err := <-remote; !errors.Is(err, ErrReset) {
		t.Errorf("other side's read: %v", err)
	}
	<-ended
	if took := time.Since(began); took > 4*time.Second { // any time-out is longer
		t.Errorf("took %v", took)
	}
	if _, err := s.Read(make([]byte, 1)); !errors.Is(err, net.ErrClosed) {
		t.Errorf("own read: %v", err)
	}
	s, err = a.Open(t.Context(), b.id, "echo", nil)
	_ = openEcho(t, s, err).Close() // the link lives on
}

func TestHandlerContextEndsWithTheLink(t *testing.T) {
	for _, bulk := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			memory := NewMemory()
			a, b := start(t, memory.Host("a"), "a:1"), start(t, memory.Host("b"), "b:1")
			causes := make(chan error, 1)
			b.Handle("busy", func(ctx context.Context, _ *Stream, _ Frame) {
				<-ctx.Done()
				causes <- context.Cause(ctx)
			})
			linked(t, a, b)
			open := a.Open
			if bulk {
				open = a.OpenBulk
			}
			if _, err := open(t.Context(), b.id, "busy", nil); err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
			memory.Cut("b")
			if cause := <-causes; !errors.Is(cause, ErrLinkLost) {
				t.Errorf("bulk %v: %v", bulk, cause)
			}
			closeSoon(t, a, b)
		})
	}
}

func TestDeadlinesAndHalfClose(t *testing.T) {
	everywhere(t, func(t *testing.T, a, b *node) {
		linked(t, a, b)
		for _, open := range []func(context.Context, identity.DeviceID, string, any) (*Stream, error){a.Open, a.OpenBulk} {
			s, err := open(t.Context(), b.id, "sink", nil)
			if err != nil {
				t.Fatal(err)
			}
			if err := s.SetReadDeadline(time.Now().Add(10 * time.Millisecond)); err != nil {
				t.Fatal(err)
			}
			if _, err := s.Read(make([]byte, 1)); !errors.Is(err, os.ErrDeadlineExceeded) {
				t.Errorf("got %v", err)
			}
			_ = s.SetDeadline(time.Time{})
			if _, err := s.Write(make([]byte, 12345)); err != nil {
				t.Error(err)
			}
			if err := s.CloseWrite(); err != nil {
				t.Error(err)
			}
			frame, err := s.Wire().Expect(1<<10, "sunk")
			if err != nil || !strings.Contains(string(frame.Raw), ":12345}") {
				t.Errorf("%s, %v", frame.Raw, err)
			}
			if _, err := s.Wire().Next(1 << 10); err != io.EOF {
				t.Errorf("at the end: %v", err)
			}
			_ = s.Close()
		}
	})
}
