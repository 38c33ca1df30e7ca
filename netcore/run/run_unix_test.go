//go:build unix

package run

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// shell is a shell script in a folder of its own.
func shell(t *testing.T, script string, args ...string) Spec {
	t.Helper()
	return Spec{Argv: append([]string{"sh", "-c", script, "sh"}, args...), Dir: t.TempDir(), Env: Environment(nil)}
}

func TestHowACommandEnds(t *testing.T) {
	r := newRunner(t, 0)
	for _, test := range []struct {
		script string
		want   Result
	}{
		{"true", Result{State: StateExited}},
		{"exit 7", Result{State: StateExited, Exit: 7}},
		{"exit 255", Result{State: StateExited, Exit: 255}},
		{"kill -KILL $$", Result{State: StateSignalled, Exit: 137, Signal: "SIGKILL"}},
		{"kill -SEGV $$", Result{State: StateSignalled, Exit: 139, Signal: "SIGSEGV"}},
		{"kill -40 $$", Result{State: StateSignalled, Exit: 168, Signal: "signal 40"}},
	} {
		before := time.Now()
		p, _ := begin(t, r, shell(t, test.script))
		got := p.Wait()
		if p.PID() <= 1 {
			t.Errorf("%s: process %d", test.script, p.PID())
		}
		if got.Began.Before(before) || got.Ended.Before(got.Began) || got.Ended.After(time.Now()) {
			t.Errorf("%s: from %v to %v", test.script, got.Began, got.Ended)
		}
		got.Began, got.Ended = test.want.Began, test.want.Ended
		if got != test.want {
			t.Errorf("%s: %+v, want %+v", test.script, got, test.want)
		}
		p.Stop() // changes nothing any more
		if again := p.Wait(); again.State != test.want.State {
			t.Errorf("%s: later %+v", test.script, again)
		}
	}
}

func TestWhatCannotBeStarted(t *testing.T) {
	r := newRunner(t, 0)
	dir := t.TempDir()
	write := func(name, text string, mode os.FileMode) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), mode); err != nil {
			t.Fatal(err)
		}
	}
	write("planted", "#!/bin/sh\n", 0o755)
	write("plain", "#!/bin/sh\n", 0o644)
	write("orphan", "#!/no/such/interpreter\n", 0o755)
	path := "PATH="
	for _, test := range []struct {
		name string
		spec Spec
		want error
	}{
		{"nothing", Spec{}, ErrInvalid},
		{"no name", Spec{Argv: []string{""}}, ErrInvalid},
		{"a NUL", Spec{Argv: []string{"true", "a\x00b"}}, ErrInvalid},
		{"a NUL in the environment", Spec{Argv: []string{"true"}, Env: []string{"A=\x00"}}, ErrInvalid},
		{"a folder that depends", Spec{Argv: []string{"true"}, Dir: "here"}, ErrInvalid},
		{"a terminal without lines", Spec{Argv: []string{"true"}, Terminal: &Size{80, 0}}, ErrInvalid},
		{"an immense terminal", Spec{Argv: []string{"true"}, Terminal: &Size{1 << 16, 1}}, ErrInvalid},
		{"no program", Spec{Argv: []string{"no-such-program"}}, ErrNotFound},
		{"no program at a path", Spec{Argv: []string{"/no/such/program"}}, ErrNotFound},
		{"no PATH", Spec{Argv: []string{"true"}, Env: []string{"A=b"}}, ErrNotFound},
		{"one in the folder", Spec{Argv: []string{"planted"}, Dir: dir}, ErrNotFound},
		{"one in the folder, which PATH names", Spec{Argv: []string{"planted"}, Dir: dir, Env: []string{path + ".:"}}, ErrNotFound},
		{"a folder", Spec{Argv: []string{"/etc"}}, ErrNotAllowed},
		{"no leave", Spec{Argv: []string{"./plain"}, Dir: dir}, ErrNotAllowed},
		{"no leave in PATH", Spec{Argv: []string{"plain"}, Env: []string{path + dir}}, ErrNotAllowed},
		{"no interpreter", Spec{Argv: []string{"./orphan"}, Dir: dir}, ErrNotFound},
		{"no folder", Spec{Argv: []string{"true"}, Dir: "/no/such/folder"}, ErrDir},
		{"a file as the folder", Spec{Argv: []string{"true"}, Dir: filepath.Join(dir, "plain")}, ErrDir},
	} {
		if test.spec.Env == nil {
			test.spec.Env = Environment(nil)
		}
		if test.spec.Dir == "" {
			test.spec.Dir = dir
		}
		p, err := r.Start(t.Context(), test.spec, newSpoken().take)
		if !errors.Is(err, test.want) || p != nil {
			t.Errorf("%s: %v", test.name, err)
		}
	}
	t.Chdir(dir) // ours is not looked into either
	_, err := r.Start(t.Context(), Spec{Argv: []string{"planted"}, Dir: dir, Env: []string{path + "."}}, newSpoken().take)
	if !errors.Is(err, ErrNotFound) || !errors.Is(err, exec.ErrDot) {
		t.Error(err)
	}
}

func TestWhereACommandRuns(t *testing.T) {
	r := newRunner(t, 0)
	home := t.TempDir()
	t.Setenv("HOME", home)
	spec := shell(t, "pwd; echo $PWD")
	for _, dir := range []string{"", spec.Dir} {
		spec.Dir = dir
		p, said := begin(t, r, spec)
		want := dir
		if dir == "" {
			want = home
		}
		if result := p.Wait(); result.State != StateExited || said.on(Stdout) != want+"\n"+want+"\n" {
			t.Errorf("%q: %+v %q", dir, result, said.on(Stdout))
		}
	}
	program := filepath.Join(home, "here")
	if err := os.WriteFile(program, []byte("#!/bin/sh\necho from here\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	p, said := begin(t, r, Spec{Argv: []string{"./here"}, Dir: home, Env: Environment(nil)})
	if p.Wait(); said.on(Stdout) != "from here\n" {
		t.Errorf("by its path: %q", said.on(Stdout))
	}
}

func TestNoShellSeesTheArguments(t *testing.T) {
	r := newRunner(t, 0)
	args := []string{
		"; rm -rf /", "&& touch pwned", "$(touch pwned)", "`touch pwned`", "a\nb", "%COMSPEC%", "^", `"`, `'`, "", " ", "*", "~",
		"-o", "ProxyCommand=x", "中文", "\xc4\xe3\xba\xc3", "\x1b[31m",
	}
	p, said := begin(t, r, acting(t, "args", args...))
	if result := p.Wait(); result.State != StateExited {
		t.Fatal(result)
	}
	var want strings.Builder
	for _, arg := range args {
		want.WriteString(strconv.Quote(arg) + "\n")
	}
	if said.on(Stdout) != want.String() {
		t.Errorf("got %s", said.on(Stdout))
	}
}

func TestOnlyTheEnvironmentThatWasGiven(t *testing.T) {
	r := newRunner(t, 0)
	t.Setenv("AWS_SECRET_ACCESS_KEY", "hush")
	spec := Spec{Argv: []string{"/usr/bin/env"}, Dir: "/", Env: []string{"A=1", "B=\xff"}}
	p, said := begin(t, r, spec)
	p.Wait()
	got := strings.Split(strings.TrimSpace(said.on(Stdout)), "\n")
	slices.Sort(got)
	if !slices.Equal(got, []string{"A=1", "B=\xff", "PWD=/"}) {
		t.Errorf("%q", got)
	}
	spec.Env = Environment([]string{"EXTRA=1"})
	p, said = begin(t, r, spec)
	p.Wait()
	if text := said.on(Stdout); strings.Contains(text, "hush") || !strings.Contains(text, "EXTRA=1\n") || !strings.Contains(text, "PATH=/") {
		t.Errorf("%q", text)
	}
}

func TestStreamsAreToldApartAndInOrder(t *testing.T) {
	r := newRunner(t, 0)
	// Each line waits until the one before was taken.
	spec := shell(t, `for i in 1 2 3 4 5 6 7 8; do echo out $i; read x; echo err $i >&2; read x; done`)
	in, answers := pipe(t)
	spec.Stdin = in
	said := newSpoken()
	p, err := r.Start(t.Context(), spec, func(s Stream, b []byte) error {
		go func() { _, _ = answers.Write([]byte("on\n")) }()
		return said.take(s, b)
	})
	if err != nil {
		t.Fatal(err)
	}
	if result := p.Wait(); result.State != StateExited || result.Exit != 0 {
		t.Errorf("%+v", result)
	}
	var want []piece
	for i := range 8 {
		n := strconv.Itoa(i + 1)
		want = append(want, piece{Stdout, "out " + n + "\n"}, piece{Stderr, "err " + n + "\n"})
	}
	if !slices.Equal(said.pieces, want) {
		t.Errorf("%+v", said.pieces)
	}
}
