package run

import (
	"errors"
	"strings"
	"testing"
)

func TestTerminal(t *testing.T) {
	r := newRunner(t, 0)
	in, keys := pipe(t)
	spec := shell(t, `
		test -t 0 && test -t 1 && test -t 2 && echo all terminals
		echo "$TERM $(tty | cut -d/ -f1-3) $(stty size)"
		trap 'echo "now $(stty size)"' WINCH
		printf '\033[31mred\033[0m\n' >&2
		read line; echo "got $line" # or WINCH interrupts it
		while read line; do echo "again $line"; done; echo "end of input"`)
	spec.Stdin, spec.Terminal = in, &Size{Cols: 100, Rows: 30}
	p, said := begin(t, r, spec)
	said.await(t, func(text string) bool { return strings.Contains(text, "red\x1b[0m") })
	if err := p.Resize(Size{Cols: 132, Rows: 50}); err != nil {
		t.Fatal(err)
	}
	said.await(t, func(text string) bool { return strings.Contains(text, "now 50 132") })
	if _, err := keys.Write([]byte("中文x\x7f\x7f文字\n中\n")); err != nil { // rubs out x and 文
		t.Fatal(err)
	}
	said.await(t, func(text string) bool { return strings.Contains(text, "again 中\r\n") })
	_ = keys.Close()
	result := p.Wait()
	text := said.on(Stdout)
	for _, want := range []string{"all terminals\r\n", "xterm-256color /dev/pts 30 100\r\n", "\x1b[31mred\x1b[0m\r\n", " 中文字\r\n", "end of input\r\n"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in %q", want, text)
		}
	}
	if result.State != StateExited || said.on(Stderr) != "" {
		t.Errorf("%+v", result)
	}
	if err := p.Resize(Size{80, 25}); err == nil {
		t.Error("a terminal that is gone was resized")
	}
}

// The keys that end and stop programs do so.
func TestTerminalKeys(t *testing.T) {
	r := newRunner(t, 0)
	in, keys := pipe(t)
	spec := shell(t, "echo up; exec sleep 1000")
	spec.Stdin, spec.Terminal = in, &Size{80, 24}
	p, said := begin(t, r, spec)
	said.await(t, func(text string) bool { return strings.Contains(text, "up") })
	if _, err := keys.Write([]byte("\x03")); err != nil {
		t.Fatal(err)
	}
	if result := p.Wait(); result.State != StateSignalled || result.Signal != "SIGINT" {
		t.Errorf("%+v", result)
	}
}

func TestStopInATerminal(t *testing.T) {
	r, mark := newRunner(t, 0), newMark(t)
	spec := shell(t, "trap '' TERM HUP; (setsid sleep 1000 &) ; echo up; while :; do sleep 1000; done")
	spec.Terminal, spec.Env = &Size{80, 24}, append(spec.Env, mark)
	r.config.Grace = 1
	p, said := begin(t, r, spec)
	said.await(t, func(text string) bool { return strings.Contains(text, "up") })
	p.Stop()
	if result := p.Wait(); result.State != StateKilled {
		t.Errorf("%+v", result)
	}
	expectNobody(t, mark)
}

// All that a program writes before it ends is read, though the terminal goes.
func TestTerminalIsReadToTheEnd(t *testing.T) {
	r := newRunner(t, 0)
	for range 20 {
		spec := shell(t, "seq 20000")
		spec.Terminal = &Size{80, 24}
		p, said := begin(t, r, spec)
		if result := p.Wait(); result.State != StateExited || strings.Count(said.on(Stdout), "\r\n") != 20000 {
			t.Fatalf("%+v, %d lines", result, strings.Count(said.on(Stdout), "\r\n"))
		}
	}
}

func TestResizeNeedsATerminal(t *testing.T) {
	r := newRunner(t, 0)
	p, _ := begin(t, r, shell(t, "true"))
	if err := p.Resize(Size{80, 24}); !errors.Is(err, ErrNoTerminal) {
		t.Error(err)
	}
	if err := p.Resize(Size{-1, 24}); !errors.Is(err, ErrInvalid) {
		t.Error(err)
	}
	p.Wait()
}
