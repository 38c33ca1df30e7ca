package link

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"testing"
)

// A reader waits when its own side closes and the other side ends at about the
// same time: the mux wakes one reader only, and that must not be somebody else.
func TestCloseEndsAReadThatWaits(t *testing.T) {
	for _, bulk := range []bool{false, true} {
		t.Run(fmt.Sprintf("bulk %v", bulk), func(t *testing.T) {
			everywhere(t, func(t *testing.T, a, b *node) { testCloseEndsRead(t, a, b, bulk) })
		})
	}
}

func testCloseEndsRead(t *testing.T, a, b *node, bulk bool) {
	b.Handle("silent", func(_ context.Context, s *Stream, _ Frame) {
		_, _ = io.Copy(io.Discard, s)
		_ = s.Close()
	})
	linked(t, a, b)
	open := a.Open
	if bulk {
		open = a.OpenBulk
	}
	s, err := open(t.Context(), b.id, "silent", nil)
	if err != nil {
		t.Fatal(err)
	}
	read := make(chan error, 1)
	go func() {
		_, err := s.Read(make([]byte, 1))
		read <- err
	}()
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if err := <-read; !errors.Is(err, net.ErrClosed) {
		t.Errorf("the read that waited ended with %v", err)
	}
}
