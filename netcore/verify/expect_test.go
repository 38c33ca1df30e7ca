package verify

import (
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"lanyard/netcore/wire"
)

// raw opens a stream as an attacker.
func (n *node) raw(to *node, kind string, fields any) *heard {
	n.lan.t.Helper()
	near, err := n.dial(to.id, kind, fields)
	if err != nil {
		n.lan.t.Fatalf("opening %s: %v", kind, err)
	}
	return &heard{near, wire.NewConn(near), kind, ""}
}

// heard waits for a stream of a kind to an attacker.
func (n *node) heard(kind string) *heard {
	n.lan.t.Helper()
	h := <-n.streams
	if h.kind != kind {
		n.lan.t.Fatalf("%s was opened, want %s", h.kind, kind)
	}
	return h
}

// say sends a frame as an attacker; that the other side does not listen is its
// right.
func (h *heard) say(kind string, f any) {
	_ = h.conn.Write(kind, f, nil)
}

// want reads a frame of a kind.
func (h *heard) want(t *testing.T, kind string) fields {
	t.Helper()
	var f fields
	frame, err := h.conn.Expect(maxFrame, kind)
	if err == nil {
		err = frame.Decode(&f)
	}
	if err != nil {
		t.Fatalf("waiting for %s: %v", kind, err)
	}
	return f
}

// wantError reads an error frame with a code.
func (h *heard) wantError(t *testing.T, code string) {
	t.Helper()
	if _, err := h.conn.Expect(maxFrame); !errors.Is(err, &wire.RemoteError{Code: code}) {
		t.Errorf("answer is %v, want error %s", err, code)
	}
}

// exporter is what both ends of the stream have of the session.
func (h *heard) exporter(t *testing.T, caller, answerer *node) []byte {
	t.Helper()
	material, err := h.Exporter(exporterLabel, slices.Concat(caller.id[:], answerer.id[:]), exporterSize)
	if err != nil {
		t.Fatal(err)
	}
	return material
}

// begin opens the comparison on a node.
func (n *node) begin(with *node) *Attempt {
	n.lan.t.Helper()
	a, err := n.service.Begin(with.id)
	if err != nil {
		n.lan.t.Fatalf("Begin: %v", err)
	}
	return a
}

// code waits for the digits.
func code(t *testing.T, a *Attempt) string {
	t.Helper()
	code, err := a.Code(t.Context())
	if err != nil {
		t.Fatalf("Code: %v", err)
	}
	return code
}

// ends waits for the end of an attempt and compares it.
func ends(t *testing.T, a *Attempt, want error) {
	t.Helper()
	err := a.Wait(t.Context())
	if !errors.Is(err, want) {
		t.Errorf("the attempt ended with %v, want %v", err, want)
		return
	}
	for _, other := range []error{
		ErrBusy, ErrTimeout, ErrDiffer, ErrDifferThere, ErrAborted, ErrCanceled, ErrForged, ErrLost, ErrString, ErrClosed,
	} {
		if !errors.Is(want, other) && errors.Is(err, other) {
			t.Errorf("the attempt ended with %v, which is %v, too", err, other)
		}
	}
}

// is compares what a node has committed, as "code" or "string", in order.
func (n *node) is(verified ...string) {
	n.lan.t.Helper()
	n.mu.Lock()
	defer n.mu.Unlock()
	if !slices.Equal(n.verified, verified) {
		n.lan.t.Errorf("%s has committed %q, want %q", n.id.Short(), n.verified, verified)
	}
}

// reported compares the errors that Attempted was told.
func (n *node) reported(want ...error) {
	n.lan.t.Helper()
	n.mu.Lock()
	defer n.mu.Unlock()
	same := slices.EqualFunc(n.attempts, want, func(a attempted, want error) bool {
		return errors.Is(a.err, want) && (want != nil || a.err == nil)
	})
	if !same {
		n.lan.t.Errorf("%s was told %v, want %v", n.id.Short(), n.attempts, want)
	}
}

// asked compares the calls of Asks.
func (n *node) asked(want ...bool) {
	n.lan.t.Helper()
	synctest.Wait()
	n.mu.Lock()
	defer n.mu.Unlock()
	if !slices.Equal(n.asks, want) {
		n.lan.t.Errorf("%s was told of requests %v, want %v", n.id.Short(), n.asks, want)
	}
}

// failures returns how many failures in a row a node has counted.
func (n *node) failures() int {
	n.service.mu.Lock()
	defer n.service.mu.Unlock()
	return n.service.failures.count
}

// settle lets everything happen that does not wait for time.
func settle() { synctest.Wait() }

// later lets time pass.
func later(d time.Duration) {
	<-time.After(d)
	synctest.Wait()
}
