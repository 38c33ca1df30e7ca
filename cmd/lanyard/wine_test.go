//go:build e2e && linux

package main_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// wine is a Windows of its own on a host: a fresh prefix, in Chinese.
type wine struct {
	t      testing.TB
	host   *host
	prefix string
}

// newWine makes a Windows on a host. It takes ten seconds.
func newWine(t testing.TB, h *host) *wine {
	t.Helper()
	_, err := os.Stat(wineProgram)
	need(t, err == nil, "wine64 is not installed")
	w := &wine{t: t, host: h, prefix: filepath.Join(buildDir(t, "wine"), "prefix")}
	if w.prefix, err = filepath.Abs(w.prefix); err != nil {
		t.Fatal(err)
	}
	built := filepath.Dir(w.prefix)
	_, err = os.Stat(filepath.Join(built, "bcryptprimitives.dll"))
	need(t, err == nil, "what Wine needs is not built: use make test-windows")
	if err := os.RemoveAll(w.prefix); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.end)
	w.must("wineboot", "-i")
	must(t, "cp", filepath.Join(built, "bcryptprimitives.dll"), w.prefix+"/drive_c/windows/system32/")
	return w
}

// Where Debian has the two; no script around them, so that signals arrive.
const (
	wineProgram = "/usr/lib/wine/wine64"
	wineServer  = "/usr/lib/wine/wineserver64"
)

func (w *wine) env() []string {
	return []string{
		"HOME=" + filepath.Dir(w.prefix), "WINEPREFIX=" + w.prefix, "WINEDEBUG=-all", "WINEDLLOVERRIDES=mscoree,mshtml,winemenubuilder.exe=d",
		"LC_ALL=zh_CN.UTF-8", "LOCPATH=" + filepath.Join(filepath.Dir(w.prefix), "locale"), "WINESERVER=" + wineServer,
	}
}

// command is a Windows program, not yet started.
func (w *wine) command(args ...string) *exec.Cmd {
	return w.host.command(w.env(), append([]string{wineProgram}, args...)...)
}

// must runs a Windows program to its end and returns what it printed.
func (w *wine) must(args ...string) string {
	w.t.Helper()
	out, err := w.command(args...).CombinedOutput()
	if err != nil {
		w.t.Fatalf("%s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

// end kills all that is left of it, and waits for that.
func (w *wine) end() {
	for _, option := range []string{"-k", "-w"} {
		_ = w.host.command(w.env(), "timeout", "15", wineServer, option).Run() // it fails when there is none
	}
	if err := os.RemoveAll(w.prefix); err != nil {
		w.t.Logf("removing the prefix: %v", err)
	}
}

// unixPath is where a file of drive C stands here.
func (w *wine) unixPath(name string) string {
	return filepath.Join(w.prefix, "drive_c", filepath.FromSlash(strings.ReplaceAll(strings.TrimPrefix(name, `C:`), `\`, "/")))
}

// user makes a new home for a person on drive C.
func (w *wine) user(name string) *user {
	w.t.Helper()
	u := newUser(w.t, w.host, name)
	u.home, u.here = `C:\people\`+name, w.unixPath
	u.foreign = func(args ...string) *exec.Cmd {
		return w.command(append([]string{program(w.t, "lanyard-cli.exe")}, args...)...)
	}
	u.profile, u.save = u.home+`\profile`, u.home+`\收到的文件`
	if err := os.MkdirAll(w.unixPath(u.save), 0o700); err != nil {
		w.t.Fatal(err)
	}
	return u
}

// TestWine is a node on a Windows in Chinese beside one on Linux.
func TestWine(t *testing.T) {
	lan := newLAN(t)
	w := newWine(t, lan.host())
	t.Run("units", w.units)
	here := newUser(t, lan.host(), "linux").serve("--discovery", "off")
	there := w.user("windows").serve("--discovery", "off")
	if id := there.do("id", "--json").lines; len(id) != 1 || id[0].ID != there.id || id[0].Name != "windows" {
		t.Errorf("id says %+v", id)
	}
	here.do("say", there.host.ip+":9527", "by address")
	there.waitText("by address")
	here.waitSees(there.id, 5*time.Second)
	there.waitSees(here.id, 5*time.Second)
	talk(t, here, there)
	talk(t, there, here)
	swap(t, here, there)
	swap(t, there, here)
	there.interrupt(t)
	there = there.user.serve("--discovery", "off")
	here.waitSees(there.id, 10*time.Second)
	w.commands(t, here, there)
}

// commands runs some on Windows from Linux: what a program there prints is
// read without a word about its code page, and all of a tree of processes dies.
func (w *wine) commands(t *testing.T, here, there *served) {
	there.trusts(here, "commands=always")
	chcp := here.do("exec", "windows", "--", "cmd", "/c", "chcp")
	if !strings.HasPrefix(chcp.stdout, "当前代码页") || chcp.stderr != "" {
		t.Errorf("chcp printed %q and %q", chcp.stdout, chcp.stderr)
	}
	raw := here.do("exec", "--encoding", "raw", "windows", "--", "cmd", "/c", "chcp")
	if !strings.HasPrefix(raw.stdout, "\xb5\xb1\xc7\xb0\xb4\xfa\xc2\xeb\xd2\xb3") {
		t.Errorf("its bytes are %q", raw.stdout)
	}

	// A tree of three processes that stay.
	units := filepath.Join(filepath.Dir(w.prefix), "run.test.exe")
	family := []string{"exec", "--json", "windows", "--", "cmd", "/c", "set LANYARD_TEST_ACT=family&" + winePath(units)}
	for _, end := range []struct {
		code int
		stop func(run *running)
	}{
		{130, func(run *running) { run.interrupt(t) }},
		{126, func(run *running) { there.do("stop", there.newestRun()) }},
		{128, func(run *running) { there.kill() }},
	} {
		run := here.begin(family...)
		eventually(t, 20*time.Second, "each of the family has said its ID", func() bool {
			return strings.Count(run.out.String(), `"text"`) == 3 || !run.running()
		})
		if there := w.host.alive("run.test.exe"); len(there) < 3 {
			t.Errorf("of the family there are %q", there)
		}
		end.stop(run)
		took := eventually(t, 15*time.Second, "none of it is left", func() bool { return len(w.host.alive("run.test.exe")) == 0 })
		if code := run.wait(t, 15*time.Second); code != end.code {
			t.Errorf("exec ended with %d, not %d: %s", code, end.code, run.stderr.String())
		}
		t.Logf("exit code %d, all gone after %v", end.code, took)
	}
}

// winePath is how Windows names a file of this system.
func winePath(name string) string { return "Z:" + strings.ReplaceAll(name, "/", `\`) }

// units runs tests of packages that are about the system.
func (w *wine) units(t *testing.T) {
	for _, name := range []string{"run", "charset"} {
		out, err := w.command(filepath.Join(filepath.Dir(w.prefix), name+".test.exe"), "-test.v").CombinedOutput()
		if err != nil {
			t.Errorf("%s: %v\n%s", name, err, out)
		}
		t.Logf("%s: %d tests passed", name, strings.Count(string(out), "\n--- PASS"))
	}
}

// swap sends a file and looks at the MD5 on both sides.
func swap(t *testing.T, from, to *served) {
	t.Helper()
	name := "报告 " + from.name + ".bin"
	sum := writeBig(t, filepath.Join(from.disk(from.home), name), 8<<20, 21)
	source := from.home + "/" + name
	sent := from.do("send", "--json", to.id, source)
	if countSent(sent.lines, name, sum) != 1 {
		t.Errorf("no sent line with MD5 %s: %s", sum, sent.stdout)
	}
	if got, err := fileMD5(filepath.Join(to.disk(to.save), name)); err != nil || got != sum {
		t.Errorf("%s has %s, %v", to.name, got, err)
	}
	eventually(t, 5*time.Second, to.name+" tells the same MD5", func() bool {
		return to.countIf(func(l line) bool { return l.Event == "received" && l.MD5 == sum }) > 0
	})
}
