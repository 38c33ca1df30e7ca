//go:build e2e && linux

package main_test

import (
	"encoding/json"
	"image"
	"image/color"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// note is what became of a transfer, by a line of JSON.
type note struct {
	Event      string `json:"event"`
	By         string `json:"by"`
	Beside     int    `json:"beside"`
	Unselected int    `json:"unselected"`
}

// noted returns the first such note that a command has printed.
func (r *running) noted(event string) (note, bool) {
	for raw := range strings.Lines(r.out.String()) {
		var n note
		if json.Unmarshal([]byte(raw), &n) == nil && n.Event == event {
			return n, true
		}
	}
	return note{}, false
}

// Colours of the dark theme: that of texts and ticks, and that of buttons which
// are not the main one.
var (
	textColor   = color.RGBA{R: 0xE9, G: 0xED, B: 0xF3, A: 0xFF}
	buttonColor = color.RGBA{R: 0x2D, G: 0x34, B: 0x3F, A: 0xFF}
)

// spot is a point that only a sheet covers.
func spot() image.Point { return image.Pt(640, 500) }

// TestAnOfferIsDecidedInTheWindow has bob look at an offer with the mouse: he
// keeps what he has beside what comes, leaves a file out, and holds the transfer
// for a while. Alice's terminal tells her.
func TestAnOfferIsDecidedInTheWindow(t *testing.T) {
	needMemory(t, 2*gib)
	lan := newLAN(t)
	left := lan.host()
	left.slow("200mbit") // to be held in its middle
	a, b := newUser(t, left, "alice"), newUser(t, lan.host(), "bob")
	newDisk(t, b.downloads(), gib)
	source, target := filepath.Join(a.home, "src"), filepath.Join(b.downloads(), "Lanyard", "src")
	writeFile(t, source+"/note.txt", "from alice")
	writeFile(t, source+"/unwanted.txt", "not for bob")
	writeBig(t, source+"/big.bin", 160*mib, 51)
	writeFile(t, target+"/note.txt", "bob's own")

	alice, bob := a.serve(), b.window(newScreen(t))
	alice.waitSees(bob.device(), 20*time.Second)
	send := alice.begin("send", "--json", bob.device(), source)
	eventually(t, 20*time.Second, "bob is asked", func() bool { return bob.lastFile(alice.id).State == "offered" })
	bob.decide(t)
	eventually(t, 20*time.Second, "alice's terminal says what he decided", func() bool {
		n, said := send.noted("plan")
		return said && n.Beside == 1 && n.Unselected == 1
	})
	bob.hold(t, send, alice.id)

	if code := send.wait(t, 60*time.Second); code != 0 {
		t.Errorf("send ended with %d: %s", code, send.stderr.String())
	}
	if paths := bob.lastFile(alice.id).Paths; !slices.Equal(paths, []string{target}) {
		t.Errorf("bob's log says that it is in %q, not in %s", paths, target)
	}
	holdsOnly(t, target, "big.bin", "note.txt", "note (1).txt")
	for name, want := range map[string]string{"note.txt": "bob's own", "note (1).txt": "from alice"} {
		if got, err := os.ReadFile(filepath.Join(target, name)); err != nil || string(got) != want {
			t.Errorf("%s holds %q, %v", name, got, err)
		}
	}
	if err := isWhole(target+"/big.bin", 160*mib, 51); err != nil {
		t.Error(err)
	}
	bob.screen.shot("transfer-3-done")
	bob.quit(t, longestCallback)
}

// decide opens the sheet of the offer, leaves its last file out, and accepts.
func (w *window) decide(t *testing.T) {
	t.Helper()
	accept := image.Rectangle{}
	eventually(t, 20*time.Second, "the offer is in the window", func() bool {
		w.screen.key("ctrl+1") // the first person of the list, once it is there
		return poll(time.Second, func() bool {
			accept = biggest(w.screen.look(), mainButton)
			return !accept.Empty()
		})
	})
	before := w.screen.look().At(spot().X, spot().Y)
	w.screen.click(accept.Max.X+30, (accept.Min.Y+accept.Max.Y)/2) // "Accept…", beside "Accept"
	var tick image.Rectangle
	eventually(t, 20*time.Second, "the list of files is in the sheet", func() bool {
		tick = w.screen.lastTick()
		return !tick.Empty()
	})
	w.screen.press(tick)
	eventually(t, 20*time.Second, "the tick is taken away", func() bool { return w.screen.lastTick() != tick })
	agree := w.screen.waitButton(mainButton)
	w.screen.shot("transfer-1-sheet")
	eventually(t, 20*time.Second, "the sheet takes the answer", func() bool { // it takes none for a moment
		w.screen.press(agree)
		return poll(2*time.Second, func() bool { return w.screen.look().At(spot().X, spot().Y) == before })
	})
	eventually(t, 20*time.Second, "the card asks no more", func() bool {
		return !near(w.screen.look().At(accept.Min.X+8, accept.Min.Y+8), mainButton)
	})
}

// hold pauses the transfer of the only card, and lets it go on.
func (w *window) hold(t *testing.T, send *running, from string) {
	t.Helper()
	eventually(t, 20*time.Second, "it is under way", func() bool { return w.lastFile(from).State == "running" })
	var pause image.Rectangle
	eventually(t, 20*time.Second, "it can be held", func() bool {
		pause = w.screen.firstButton()
		return !pause.Empty()
	})
	w.screen.press(pause)
	eventually(t, 20*time.Second, "alice's terminal says that he holds it", func() bool {
		n, said := send.noted("paused")
		return said && n.By == "there"
	})
	if l := w.lastFile(from); l.State != "paused" || l.Reason != "paused-here" {
		t.Errorf("bob holds it, and has it as %s %s", l.State, l.Reason)
	}
	w.screen.click(spot().X, spot().Y) // else the button looks different for the mouse on it
	resume := pause
	eventually(t, 20*time.Second, "there is another button in its place", func() bool {
		resume = w.screen.firstButton()
		return !resume.Empty() && resume != pause
	})
	w.screen.shot("transfer-2-held")
	w.screen.press(resume)
	eventually(t, 20*time.Second, "alice's terminal says that it goes on", func() bool {
		_, said := send.noted("resumed")
		return said
	})
}

// lastTick is the frame of the lowest tick in the sheet.
func (s *screen) lastTick() image.Rectangle {
	s.t.Helper()
	var last image.Rectangle
	for _, frame := range s.patches(image.Rect(300, 300, 326, screenHeight), textColor) {
		if frame.Dx() >= 10 && frame.Dy() >= 10 {
			last = frame
		}
	}
	return last
}

// firstButton is the frame of the first button of the first card.
func (s *screen) firstButton() image.Rectangle {
	s.t.Helper()
	for _, frame := range s.patches(image.Rect(290, 110, 720, 400), buttonColor) {
		if frame.Dx() >= 40 && frame.Dy() >= 25 {
			return frame
		}
	}
	return image.Rectangle{}
}

// patches are the frames of a colour in a part of the screen, from the top.
func (s *screen) patches(part image.Rectangle, of color.RGBA) []image.Rectangle {
	s.t.Helper()
	now := s.look()
	part = part.Intersect(now.Bounds())
	seen := map[image.Point]bool{}
	var frames []image.Rectangle
	for y := part.Min.Y; y < part.Max.Y; y++ {
		for x := part.Min.X; x < part.Max.X; x++ {
			if frame, pixels := patch(now, of, image.Pt(x, y), seen); pixels > 0 {
				frames = append(frames, frame)
			}
		}
	}
	return frames
}

// device is the ID of the person whose window it is.
func (w *window) device() string {
	w.t.Helper()
	return w.do("id", "--json").lines[0].ID
}
