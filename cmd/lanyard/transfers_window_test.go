//go:build e2e && linux

package main_test

import (
	"encoding/json"
	"os"
	"path/filepath"
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

// Places in the window: ticks in the sheet of an offer, and the first button of
// a card that is alone in a conversation and under way.
const (
	tickX, firstTick, tickHeight = 312, 324, 30
	firstButtonX, firstButtonY   = 330, 253
)

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
	bob.waitOnly()
	bob.screen.key("ctrl+1")
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
	bob.quit(t, longestBusy)
}

// decide opens the sheet of the offer, leaves its last file out, and accepts.
func (w *window) decide(t *testing.T) {
	t.Helper()
	accept := w.screen.waitButton(mainButton)
	w.screen.click(accept.Max.X+30, (accept.Min.Y+accept.Max.Y)/2) // "Accept…", beside "Accept"
	agree := accept
	eventually(t, 20*time.Second, "the sheet can be answered", func() bool {
		agree = biggest(w.screen.look(), mainButton)
		return !agree.Empty() && agree != accept
	})
	w.screen.click(tickX, firstTick+3*tickHeight)
	w.screen.shot("transfer-1-sheet")
	w.screen.press(agree)
}

// hold pauses the transfer of the only card, and lets it go on.
func (w *window) hold(t *testing.T, send *running, from string) {
	t.Helper()
	eventually(t, 20*time.Second, "it is under way", func() bool { return w.lastFile(from).State == "running" })
	w.screen.click(firstButtonX, firstButtonY) // "Pause"
	eventually(t, 20*time.Second, "alice's terminal says that he holds it", func() bool {
		n, said := send.noted("paused")
		return said && n.By == "there"
	})
	if l := w.lastFile(from); l.State != "paused" || l.Reason != "paused-here" {
		t.Errorf("bob holds it, and has it as %s %s", l.State, l.Reason)
	}
	w.screen.shot("transfer-2-held")
	w.screen.click(firstButtonX, firstButtonY) // "Resume", in the same place
	eventually(t, 20*time.Second, "alice's terminal says that it goes on", func() bool {
		_, said := send.noted("resumed")
		return said
	})
}

// device is the ID of the person whose window it is.
func (w *window) device() string {
	w.t.Helper()
	return w.do("id", "--json").lines[0].ID
}
