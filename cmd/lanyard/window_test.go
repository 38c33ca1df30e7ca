//go:build (e2e || bench) && linux

package main_test

import (
	"path/filepath"
	"strings"
	"time"
)

const windowTitle = "Lanyard"

// window is the running desktop program of a person, on a screen.
type window struct {
	*user
	*process
	screen *screen
}

// desktop is the desktop program on this person's profile.
func (u *user) desktop(s *screen, args ...string) *process {
	u.t.Helper()
	all := append([]string{program(u.t, "lanyard"), "--profile", u.profile, "--name", u.name}, args...)
	env := u.env(append(s.env(), "XDG_DOWNLOAD_DIR="+u.downloads(), "LANYARD_UI_STATS="+u.statsFile())...)
	return spawn(u.t, u.host.command(env, all...))
}

// downloads is where a window saves below, unless its settings say otherwise.
func (u *user) downloads() string { return filepath.Join(u.home, "downloads") }

// statsFile is where the window writes how long it held the drawing goroutine.
func (u *user) statsFile() string { return filepath.Join(u.home, "ui-stats.json") }

// window opens the program and waits until it is on the screen and its door is open.
func (u *user) window(s *screen, args ...string) *window {
	u.t.Helper()
	w := &window{user: u, process: u.desktop(s, args...), screen: s}
	s.waitWindow(windowTitle)
	u.t.Cleanup(func() {
		if strings.Contains(w.stderr.String(), "Error in Fyne call thread") {
			u.t.Errorf("%s touched the window from another goroutine:\n%s", u.name, w.stderr.String())
		}
		if u.t.Failed() {
			s.shot("failed-" + strings.ReplaceAll(u.t.Name(), "/", "-") + "-" + u.name)
		}
	})
	return w
}

// address is where the copy listens: another start of serve tells it.
func (w *window) address() string {
	w.t.Helper()
	p := w.begin("serve", "--json")
	defer p.kill()
	var lines []line
	eventually(w.t, 20*time.Second, "the window says where it listens", func() bool {
		lines = parse(p.out.String())
		return len(lines) > 0
	})
	return lines[0].Address
}
