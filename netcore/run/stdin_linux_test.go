package run

import (
	"bytes"
	"io"
	"strings"
	"testing"
)

func TestStandardInput(t *testing.T) {
	r := newRunner(t, 0)
	large := strings.Repeat("0123456789abcdef", 1<<16)
	for _, test := range []struct {
		script string
		in     io.Reader
		want   string
	}{
		{"cat; echo end", nil, "end\n"},
		{"cat; echo end", strings.NewReader(""), "end\n"},
		{"cat; echo end", strings.NewReader("中文\n"), "中文\nend\n"},
		{"cat", strings.NewReader(large), large},
		{"head -c 3", strings.NewReader(large), "012"}, // the rest is not read
		{"true", strings.NewReader(large), ""},
	} {
		spec := shell(t, test.script)
		spec.Stdin = test.in
		p, said := begin(t, r, spec)
		if result := p.Wait(); result.State != StateExited || result.Exit != 0 || said.on(Stdout) != test.want {
			t.Errorf("%s: %+v, %d bytes", test.script, result, len(said.on(Stdout)))
		}
	}
}

// closable tells when it was closed.
type closable struct {
	io.Reader
	closed chan struct{}
}

func (c closable) Close() error {
	close(c.closed)
	return nil
}

// A read of standard input that waits is freed at the end.
func TestInputIsClosedAtTheEnd(t *testing.T) {
	r := newRunner(t, 0)
	never, _ := pipe(t)
	in := closable{never, make(chan struct{})}
	spec := shell(t, "echo done")
	spec.Stdin = in
	p, said := begin(t, r, spec)
	if result := p.Wait(); result.State != StateExited || said.on(Stdout) != "done\n" {
		t.Errorf("%+v", result)
	}
	<-in.closed
}

func TestInputWhileItRuns(t *testing.T) {
	r := newRunner(t, 0)
	in, write := pipe(t)
	spec := Spec{Argv: []string{"cat"}, Dir: "/", Env: Environment(nil), Stdin: in}
	p, said := begin(t, r, spec)
	for range 3 {
		want := said.on(Stdout) + "more\n"
		if _, err := io.Copy(write, bytes.NewBufferString("more\n")); err != nil {
			t.Fatal(err)
		}
		said.await(t, func(text string) bool { return text == want })
	}
	_ = write.Close()
	if result := p.Wait(); result.State != StateExited {
		t.Errorf("%+v", result)
	}
}
