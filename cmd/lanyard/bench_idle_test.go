//go:build bench && linux

package main_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

const (
	wantIdle  = 0.005 // of one core, with 20 people
	wantIdler = 1.3   // times a bare window

	crowd     = 20
	idleTime  = time.Minute
	clockTick = 10 * time.Millisecond // Linux counts CPU time for users in these
)

// bareWindow is the least that Fyne can show.
const bareWindow = `package main

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/app"
	"fyne.io/fyne/v2/widget"
)

func main() {
	w := app.NewWithID("lan.yard.Bare").NewWindow("Bare")
	w.SetContent(widget.NewLabel("bare"))
	w.Resize(fyne.NewSize(1000, 700))
	w.ShowAndRun()
}
`

// idle leaves a served copy, a window and a bare Fyne window alone for a minute,
// the first two with a crowd of people online.
func idle(t *testing.T) {
	here := &host{t: t, ip: "127.0.0.1"}
	watched := newUser(t, here, "watched").serve("--discovery", "off", "--listen", "127.0.0.1:0")
	screen := newScreen(t)
	face := newUser(t, here, "face").window(screen, "--discovery", "off", "--listen", "127.0.0.1:0")
	bare := bare(t)
	for i := range crowd {
		one := newUser(t, here, fmt.Sprintf("person %02d", i)).serve("--discovery", "off", "--listen", "127.0.0.1:0")
		one.do("say", watched.address, "here I am")
		one.do("say", face.address(), "here I am")
	}
	for _, u := range []*user{watched.user, face.user} {
		eventually(t, 30*time.Second, "everybody is listed and online", func() bool {
			n := 0
			for _, p := range u.people() {
				if p.Online {
					n++
				}
			}
			return n == crowd
		})
	}
	<-time.After(5 * time.Second) // what coming online set off is over

	names := []string{"serve", "window", "bare Fyne window"}
	pids := []int{watched.cmd.Process.Pid, face.cmd.Process.Pid, bare.cmd.Process.Pid}
	var before, used [3]time.Duration
	for i, pid := range pids {
		before[i] = cpu(t, pid)
	}
	start := time.Now()
	<-time.After(idleTime) // this is what is measured
	took := time.Since(start)
	fmt.Printf("\n%-44s %10s %8s %12s\n", fmt.Sprintf("idle for a minute, %d people online", crowd), "CPU s", "% core", "RSS MiB")
	for i, pid := range pids {
		used[i] = cpu(t, pid) - before[i]
		fmt.Printf("%-44s %10.2f %8.2f %12d\n", names[i], used[i].Seconds(), 100*used[i].Seconds()/took.Seconds(), rss(t, pid)>>20)
	}
	part := used[0].Seconds() / took.Seconds()
	verdict(part < wantIdle, "serve idles at %.2f %% of a core (target under %.1f %%)", 100*part, 100*wantIdle)
	ratio := used[1].Seconds() / used[2].Seconds()
	verdict(ratio <= wantIdler, "the window idles at %.2f × a bare Fyne window (target %.1f)", ratio, wantIdler)
}

// bare builds and shows the bare window on a screen of its own.
func bare(t *testing.T) *process {
	t.Helper()
	source := filepath.Join(buildDir(t, "_bare"), "main.go") // the underscore keeps it out of ./...
	writeFile(t, source, bareWindow)
	binary := filepath.Join(workDir(t), "bare")
	must(t, "go", "build", "-o", binary, source)
	screen := newScreen(t)
	cmd := exec.Command(binary)
	cmd.Env = append(os.Environ(), screen.env()...)
	p := spawn(t, cmd)
	screen.waitWindow("Bare")
	return p
}

// cpu is the CPU time that a process has used.
func cpu(t *testing.T, pid int) time.Duration {
	t.Helper()
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		t.Fatal(err)
	}
	fields := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')')+1:]))
	var ticks time.Duration
	for _, field := range fields[11:13] { // utime and stime
		n, err := strconv.Atoi(field)
		if err != nil {
			t.Fatal(err)
		}
		ticks += time.Duration(n)
	}
	return ticks * clockTick
}

// rss is the memory that a process holds.
func rss(t *testing.T, pid int) int64 {
	t.Helper()
	return statusOf(t, fmt.Sprintf("/proc/%d/status", pid), "VmRSS")
}
