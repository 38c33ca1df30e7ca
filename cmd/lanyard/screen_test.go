//go:build (e2e || bench) && linux

package main_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// screen is a display of its own in memory, with a window manager that gives
// each window all of it, so that points on it mean the same in each run.
type screen struct {
	t       testing.TB
	display string
}

// The size of a screen in pixels.
const (
	screenWidth  = 1280
	screenHeight = 800
)

const openboxConfig = `<?xml version="1.0" encoding="UTF-8"?>
<openbox_config xmlns="http://openbox.org/3.4/rc">
  <focus><focusNew>yes</focusNew></focus>
  <keyboard><keybind key="A-F4"><action name="Close"/></keybind></keyboard>
  <applications><application class="*"><decor>no</decor><maximized>yes</maximized><focus>yes</focus></application></applications>
</openbox_config>
`

func newScreen(t testing.TB) *screen {
	t.Helper()
	needTools(t, "Xvfb", "openbox", "xdotool", "xprop", "import")
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer read.Close()
	server := exec.Command("Xvfb", "-displayfd", "3", "-screen", "0", fmt.Sprintf("%dx%dx24", screenWidth, screenHeight), "-nolisten", "tcp", "-noreset")
	server.ExtraFiles = []*os.File{write}
	spawn(t, server)
	_ = write.Close() // the server has its own
	s := &screen{t: t}
	number := make([]byte, 16)
	_ = read.SetReadDeadline(time.Now().Add(20 * time.Second))
	n, err := read.Read(number)
	if err != nil {
		t.Fatalf("Xvfb did not start: %v", err)
	}
	s.display = ":" + strings.TrimSpace(string(number[:n]))

	config := filepath.Join(workDir(t), "rc.xml")
	writeFile(t, config, openboxConfig)
	manager := exec.Command("openbox", "--config-file", config, "--sm-disable")
	manager.Env = append(os.Environ(), s.env()...)
	spawn(t, manager)
	eventually(t, 20*time.Second, "openbox manages the screen", func() bool {
		out, err := s.tool("xprop", "-root", "_NET_SUPPORTING_WM_CHECK").Output()
		return err == nil && strings.Contains(string(out), "window id")
	})
	return s
}

func (s *screen) env() []string {
	return []string{"DISPLAY=" + s.display, "LIBGL_ALWAYS_SOFTWARE=1", "LC_ALL=C.UTF-8", "FYNE_THEME=dark"}
}

// tool is a program that looks at the screen or works on it.
func (s *screen) tool(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(name, args...)
	cmd.Env = append(os.Environ(), s.env()...)
	return cmd
}

func (s *screen) run(name string, args ...string) string {
	s.t.Helper()
	out, err := s.tool(name, args...).CombinedOutput()
	if err != nil {
		s.t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
	return string(out)
}

// waitWindow waits until a window with this title is on the screen.
func (s *screen) waitWindow(title string) {
	s.t.Helper()
	eventually(s.t, 30*time.Second, "a window "+title, func() bool {
		out, err := s.tool("xdotool", "search", "--onlyvisible", "--name", title).Output()
		return err == nil && len(strings.TrimSpace(string(out))) > 0
	})
}

// active is the title of the window that has the keyboard.
func (s *screen) active() string {
	out, err := s.tool("xdotool", "getactivewindow", "getwindowname").Output()
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(out))
}

// click clicks at a point; negative ones count from the right or the bottom.
func (s *screen) click(x, y int) {
	s.t.Helper()
	if x < 0 {
		x += screenWidth
	}
	if y < 0 {
		y += screenHeight
	}
	s.run("xdotool", "mousemove", fmt.Sprint(x), fmt.Sprint(y), "click", "1")
}

// key presses keys as xdotool calls them: "Return", "ctrl+a".
func (s *screen) key(names ...string) {
	s.t.Helper()
	s.run("xdotool", append([]string{"key", "--delay", "60"}, names...)...)
}

// close closes the window in front, as its button does.
func (s *screen) close() {
	s.t.Helper()
	s.key("alt+F4")
}

// write types a text, of characters that there are keys for.
func (s *screen) write(text string) {
	s.t.Helper()
	s.run("xdotool", "type", "--delay", "40", text)
}

// shot saves a picture of the screen to build/shots.
func (s *screen) shot(name string) string {
	s.t.Helper()
	path := filepath.Join(buildDir(s.t, "shots"), name+".png")
	s.run("import", "-window", "root", path)
	return path
}
