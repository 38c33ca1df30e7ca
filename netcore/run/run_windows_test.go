package run

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/windows"
)

// tempDir returns a folder for a test. Wine cannot remove one as testing does,
// which is no fault of what is tested.
func tempDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "run")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

func TestHowACommandEnds(t *testing.T) {
	r := newRunner(t, 0)
	for _, code := range []string{"0", "7", "255"} {
		p, _ := begin(t, r, acting(t, "exit", code))
		if result := p.Wait(); result.State != StateExited || strconv.Itoa(result.Exit) != code {
			t.Errorf("%s: %+v", code, result)
		}
	}
	p, said := begin(t, r, Spec{Argv: []string{"cmd", "/c", "echo out& echo err>&2& exit 5"}, Env: Environment(nil)})
	if result := p.Wait(); result.Exit != 5 || strings.TrimSpace(said.on(Stdout)) != "out" || strings.TrimSpace(said.on(Stderr)) != "err" {
		t.Errorf("%+v %+v", result, said.pieces)
	}
}

func TestALineArrivesAsItIs(t *testing.T) {
	r := newRunner(t, 0)
	line := `cmd /d /s /c "echo "a  b" & echo 100%% 'x'"`
	p, said := begin(t, r, Spec{Argv: []string{"cmd"}, Line: line, Env: Environment(nil)})
	if result := p.Wait(); result.Exit != 0 || !strings.Contains(said.on(Stdout), `"a  b"`) || !strings.Contains(said.on(Stdout), "'x'") {
		t.Errorf("%+v %q", result, said.on(Stdout))
	}
}

func TestWhatCannotBeStarted(t *testing.T) {
	r := newRunner(t, 0)
	dir := tempDir(t)
	for _, name := range []string{"planted.exe", "planted.bat"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("rem"), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for _, test := range []struct {
		spec Spec
		want error
	}{
		{Spec{}, ErrInvalid},
		{Spec{Argv: []string{"no-such-program"}}, ErrNotFound},
		{Spec{Argv: []string{`C:\no\such\program.exe`}}, ErrNotFound},
		{Spec{Argv: []string{"planted"}, Dir: dir}, ErrNotFound},
		{Spec{Argv: []string{"cmd"}, Dir: dir + `\none`}, ErrDir},
		{Spec{Argv: []string{`.\planted.bat`, "%COMSPEC%"}, Dir: dir}, ErrInvalid},
	} {
		test.spec.Env = Environment(nil)
		if _, err := r.Start(t.Context(), test.spec, newSpoken().take); !errors.Is(err, test.want) {
			t.Errorf("%v: %v", test.spec.Argv, err)
		}
	}
}

func TestArgumentsArriveAsTheyAre(t *testing.T) {
	r := newRunner(t, 0)
	args := []string{"; del", "&& calc", "%COMSPEC%", "^", `"`, `a\"b\`, "", " ", "*", "中文"}
	p, said := begin(t, r, acting(t, "args", args...))
	p.Wait()
	var want strings.Builder
	for _, arg := range args {
		want.WriteString(strconv.Quote(arg) + "\n")
	}
	if said.on(Stdout) != want.String() {
		t.Errorf("got %s", said.on(Stdout))
	}
}

func TestBatchFile(t *testing.T) {
	r := newRunner(t, 0)
	dir := filepath.Join(tempDir(t), "a b")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "say.bat"), []byte("@echo got %1 %2\r\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	p, said := begin(t, r, Spec{Argv: []string{`.\say.bat`, "a&echo pwned", "中文"}, Dir: dir, Env: Environment(nil)})
	if result := p.Wait(); result.State != StateExited || strings.TrimSpace(strings.ReplaceAll(said.on(Stdout), `"`, "")) == "" {
		t.Errorf("%+v %q", result, said.on(Stdout))
	}
	if strings.Contains(said.on(Stdout), "\npwned") {
		t.Errorf("%q", said.on(Stdout))
	}
}

// Whatever ends a run, nothing is left of it when Wait returns.
func TestNothingIsLeft(t *testing.T) {
	for _, wall := range []time.Duration{0, 5 * time.Second} {
		r := newRunner(t, 0)
		spec := acting(t, "family")
		spec.Wall = wall
		p, said := begin(t, r, spec)
		text := said.await(t, func(text string) bool { return strings.Count(text, "\n") == 3 })
		want := StateTimeout
		if wall == 0 {
			p.Stop()
			want = StateKilled
		}
		if roots := r.Roots(); wall != 0 && len(roots) < 3 {
			t.Errorf("roots %v", roots)
		}
		if result := p.Wait(); result.State != want {
			t.Errorf("%+v", result)
		}
		for field := range strings.FieldsSeq(text) {
			if pid, _ := strconv.Atoi(field); lives(pid) {
				t.Errorf("process %d is left", pid)
			}
		}
	}
}

// What a command leaves behind goes with it.
func TestNothingIsLeftBehind(t *testing.T) {
	r := newRunner(t, 0)
	p, said := begin(t, r, acting(t, "parent"))
	if result := p.Wait(); result.State != StateExited || result.Exit != 4 {
		t.Errorf("%+v", result)
	}
	if pid, err := strconv.Atoi(strings.TrimSpace(said.on(Stdout))); err != nil || lives(pid) {
		t.Errorf("process %d is left, %v", pid, err)
	}
}

// Killing the owner outright ends its commands too.
func TestNothingOutlivesTheOwner(t *testing.T) {
	spec := acting(t, "owner")
	owner := exec.Command(spec.Argv[0])
	owner.Env = spec.Env
	out, err := owner.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := owner.Start(); err != nil {
		t.Fatal(err)
	}
	pids := make([]int, 3)
	for i := range pids {
		if _, err := fmt.Fscanln(out, &pids[i]); err != nil {
			t.Fatal(err)
		}
	}
	if err := owner.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = owner.Wait()
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	for limit := time.Now().Add(patient); slices.ContainsFunc(pids, lives); <-look.C {
		if time.Now().After(limit) {
			t.Fatalf("some of %v are left", pids)
		}
	}
}

func lives(pid int) bool {
	h, err := windows.OpenProcess(windows.SYNCHRONIZE, false, uint32(pid))
	if err != nil {
		return false
	}
	defer func() { _ = windows.CloseHandle(h) }()
	event, err := windows.WaitForSingleObject(h, 0)
	return err == nil && event == uint32(windows.WAIT_TIMEOUT)
}

func TestStandardInput(t *testing.T) {
	r := newRunner(t, 0)
	spec := acting(t, "cat")
	large := strings.Repeat("0123456789abcdef", 1<<14)
	spec.Stdin = strings.NewReader(large)
	p, said := begin(t, r, spec)
	if result := p.Wait(); result.State != StateExited || said.on(Stdout) != large {
		t.Errorf("%+v, %d bytes", result, len(said.on(Stdout)))
	}
}

func TestTerminal(t *testing.T) {
	if windows.NewLazySystemDLL("ntdll.dll").NewProc("wine_get_version").Find() == nil {
		t.Skip("the pseudo console of Wine stays silent")
	}
	r := newRunner(t, 0)
	in, keys := pipe(t)
	spec := Spec{Argv: []string{"cmd", "/c", "echo up& set /p x=& call echo got %x%"}, Env: Environment(nil), Terminal: &Size{80, 25}, Stdin: in}
	said := newSpoken()
	p, err := r.Start(t.Context(), spec, said.take)
	if err != nil {
		t.Skipf("no console: %v", err)
	}
	said.await(t, func(text string) bool { return strings.Contains(text, "up") })
	if err := p.Resize(Size{100, 30}); err != nil {
		t.Error(err)
	}
	if _, err := keys.Write([]byte("中文\r\n")); err != nil {
		t.Fatal(err)
	}
	if result := p.Wait(); result.State != StateExited || !strings.Contains(said.on(Stdout), "got ") {
		t.Errorf("%+v %q", result, said.on(Stdout))
	}
}
