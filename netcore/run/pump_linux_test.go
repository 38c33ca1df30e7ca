package run

import (
	"os"
	"testing"
)

// filled returns an outlet with something in it and nobody at the other end.
func filled(t *testing.T, stream Stream, text string) outlet {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.Close() })
	if _, err := w.WriteString(text); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return outlet{stream, r}
}

// nobody is closed: no process is left.
func nobody() <-chan struct{} {
	gone := make(chan struct{})
	close(gone)
	return gone
}

// What was printed is handed on even if epoll does not tell of it, which
// happens while somebody else asks the same epoll.
func TestRestIsReadThoughEpollIsSilent(t *testing.T) {
	said := newSpoken()
	p := &pump{outlets: []outlet{filled(t, Stdout, "out"), filled(t, Stderr, "err")}, out: said.take, rest: restSize}
	defer p.close()
	if err := p.open(); err != nil {
		t.Fatal(err)
	}
	if err := p.look(); err != nil || len(p.ready) != 2 {
		t.Fatalf("%v, %v", p.ready, err)
	}
	p.ready, p.hungUp = nil, 0 // each edge is told once
	if err := p.run(nobody()); err != nil {
		t.Fatal(err)
	}
	if said.on(Stdout) != "out" || said.on(Stderr) != "err" {
		t.Errorf("%q and %q", said.on(Stdout), said.on(Stderr))
	}
}

// What is left when everybody is gone is read, whoever is told first that they
// are.
func TestRestIsReadByReaders(t *testing.T) {
	for range 1000 {
		said := newSpoken()
		if err := pumpEach([]outlet{filled(t, Stdout, "rest")}, nobody(), said.take); err != nil {
			t.Fatal(err)
		}
		if got := said.on(Stdout); got != "rest" {
			t.Fatalf("%q", got)
		}
	}
}
