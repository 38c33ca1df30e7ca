//go:build e2e && linux

package main_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// How long our own code may hold the drawing goroutine. The clock is the one on
// the wall: while both ends of a transfer fill the two cores of a small machine,
// it also counts the time in which others had the processor.
const longestCallback = 250 * time.Millisecond

// typed is what is typed with the keyboard, without line breaks: Enter sends.
var typed = []string{
	"Hello from the keyboard, 123!",
	"你好，邻居。文件夹已经发给你了",
	"很好 👍 😀 好的",
}

// openWindows makes two people with a window each who see each other.
func openWindows(t *testing.T) (alice, bob *window) {
	t.Helper()
	lan := newLAN(t)
	a, b := newUser(t, lan.host(), "alice"), newUser(t, lan.host(), "bob")
	left, right := newScreen(t), newScreen(t)
	left.teach(typed...)
	right.teach(typed...)
	alice = a.window(left)
	bob = b.window(right)
	return alice, bob
}

func TestTwoWindows(t *testing.T) {
	alice, bob := openWindows(t)
	opened := time.Now()
	var aliceID, bobID string
	eventually(t, 10*time.Second, "the windows list each other", func() bool {
		aliceID, bobID = bob.onlyPerson(), alice.onlyPerson()
		return aliceID != "" && bobID != ""
	})
	took := time.Since(opened)
	t.Logf("both list each other %v after the second window opened", took)
	if took > time.Second {
		t.Errorf("it took %v until the windows listed each other; it must be under a second", took)
	}
	alice.screen.shot("1-alice-sees-bob")

	alice.screen.key("ctrl+1") // the first person of the list
	converse(t, alice, bob, aliceID, bobID)
	bob.screen.key("ctrl+1")
	eventually(t, 20*time.Second, "alice's window learns that bob has seen everything", func() bool {
		return !slices.ContainsFunc(alice.do("log", bobID, "--json").lines, func(l line) bool { return l.Direction == "out" && l.State != "seen" })
	})
	converse(t, bob, alice, bobID, aliceID)
	alice.screen.shot("2-alice-talks")
	bob.screen.shot("2-bob-talks")

	alice.quit(t, longestCallback)
	bob.waitGone(aliceID, 5*time.Second)
	bob.quit(t, longestCallback)
}

// onlyPerson is the device of the one person that a window lists as online.
func (w *window) onlyPerson() string {
	w.t.Helper()
	people := w.people()
	if len(people) != 1 || !people[0].Online {
		return ""
	}
	return people[0].ID
}

// converse types in one window and reads in the other's conversation.
func converse(t *testing.T, from, to *window, fromID, toID string) {
	t.Helper()
	for _, text := range typed {
		from.screen.write(text)
		from.screen.key("Return")
		eventually(t, 20*time.Second, fmt.Sprintf("%q is in %s's conversation", text, to.name), func() bool {
			return slices.Contains(to.texts(fromID, "in"), text) || to.strange(fromID, from, toID)
		})
	}
	if got := to.texts(fromID, "in"); !slices.Equal(got, typed) {
		t.Errorf("typed %q, read %q", typed, got)
	}
}

// strange ends the wait for a text when another one came instead.
func (w *window) strange(id string, from *window, toID string) bool {
	return len(w.texts(id, "in")) > 0 && len(w.texts(id, "in")) == len(from.texts(toID, "out")) &&
		!slices.Contains(typed, w.texts(id, "in")[len(w.texts(id, "in"))-1])
}

// quit closes the window as its button does, and looks at how long our own code
// held the goroutine that draws.
func (w *window) quit(t *testing.T, limit time.Duration) {
	t.Helper()
	w.screen.close()
	if code := w.wait(t, 15*time.Second); code != 0 {
		t.Errorf("%s's window ended with code %d", w.name, code)
	}
	raw, err := os.ReadFile(w.statsFile())
	if err != nil {
		t.Errorf("the window measured nothing: %v", err)
		return
	}
	var stats struct {
		Callbacks int64         `json:"callbacks"`
		Longest   time.Duration `json:"longest_ns"`
	}
	if err := json.Unmarshal(raw, &stats); err != nil || stats.Callbacks == 0 {
		t.Errorf("the window measured %q: %v", raw, err)
	}
	t.Logf("%s: %d callbacks, the longest %v", w.name, stats.Callbacks, stats.Longest)
	if stats.Longest > limit {
		t.Errorf("%s: a callback held the window for %v, at most %v", w.name, stats.Longest, limit)
	}
}

// TestAFolderFromWindowToWindow hands a folder to a window by a second start,
// and accepts it in the other window with the mouse.
func TestAFolderFromWindowToWindow(t *testing.T) {
	needMemory(t, 6*gib)
	lan := newLAN(t)
	a, b := newUser(t, lan.host(), "alice"), newUser(t, lan.host(), "bob")
	newDisk(t, a.home+"/disk", 2200<<20)
	newDisk(t, b.downloads(), 2300<<20)
	source := a.home + "/disk/要发的文件夹"
	writeSmall(t, source, 2000)
	sum := writeBig(t, source+"/大文件.bin", 2*gib, 11)

	alice, bob := a.window(newScreen(t)), b.window(newScreen(t))
	bobID := alice.waitOnly()
	aliceID := bob.waitOnly()
	alice.screen.key("ctrl+1")
	second := a.desktop(alice.screen, source)
	if code := second.wait(t, 10*time.Second); code != 0 {
		t.Fatalf("the second start ended with %d: %s", code, second.stderr.String())
	}
	alice.screen.pressMain() // "Send … to bob?"
	bob.screen.key("ctrl+1")
	eventually(t, 20*time.Second, "the offer is in bob's conversation", func() bool { return bob.lastFile(aliceID).State == "offered" })
	bob.screen.shot("3-bob-is-asked")
	bob.screen.pressMain() // "Accept"
	eventually(t, 120*time.Second, "bob has all of it", func() bool {
		f := bob.lastFile(aliceID)
		return f.State != "offered" && f.State != "running"
	})
	eventually(t, 20*time.Second, "alice knows", func() bool { return alice.lastFile(bobID).State == "verified" })
	got, sent := bob.lastFile(aliceID), alice.lastFile(bobID)
	if got.State != "verified" || got.MD5 == "" || got.MD5 != sent.MD5 {
		t.Errorf("bob has %s with MD5 %s, alice sent MD5 %s", got.State, got.MD5, sent.MD5)
	}
	alice.screen.shot("4-alice-has-sent")
	bob.screen.shot("4-bob-has-it")

	target := filepath.Join(b.downloads(), "Lanyard", filepath.Base(source))
	if there, err := fileMD5(filepath.Join(target, "大文件.bin")); err != nil || there != sum {
		t.Errorf("the big file has MD5 %s at bob's, %s at alice's: %v", there, sum, err)
	}
	sameTrees(t, source, target)
	holdsOnly(t, filepath.Dir(target), filepath.Base(source))
	alice.quit(t, longestCallback)
	bob.quit(t, longestCallback)
}

func (w *window) waitOnly() string {
	w.t.Helper()
	var id string
	eventually(w.t, 20*time.Second, w.name+"'s window lists the other", func() bool {
		id = w.onlyPerson()
		return id != ""
	})
	return id
}

// lastFile is the newest offer of files in a conversation.
func (u *user) lastFile(person string) line {
	u.t.Helper()
	var last line
	for _, l := range u.do("log", person, "--json").lines {
		if l.Kind == "file" {
			last = l
		}
	}
	return last
}

// A second start raises the first window instead of opening another.
func TestASecondStartRaisesTheWindow(t *testing.T) {
	lan := newLAN(t)
	s := newScreen(t)
	alice := newUser(t, lan.host(), "alice").window(s)
	id := alice.do("id", "--json").lines[0].ID
	cover(t, s)
	again := alice.desktop(s)
	if code := again.wait(t, 10*time.Second); code != 0 {
		t.Errorf("the second start ended with %d: %s", code, again.stderr.String())
	}
	eventually(t, 10*time.Second, "the first window is in front again", func() bool { return strings.Contains(s.active(), windowTitle) })
	if !alice.running() || alice.do("id", "--json").lines[0].ID != id {
		t.Error("the first window is not the same any more")
	}
	alice.quit(t, longestCallback)
}
