package netcore_test

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"lanyard/netcore"
)

// bringAll has a befriended hostile peer bring files, all of which must arrive.
func bringAll(t *testing.T, paths ...string) *victim {
	t.Helper()
	v := newVictim(t)
	h := v.meet("mallory")
	v.befriend(h)
	got, shown := h.give(v, present(paths...))
	if !shown || got.State != netcore.StateVerified || got.Done != len(paths) || len(v.saved()) != len(paths) {
		t.Errorf("%d of %d arrived, saved are %q: %+v", got.Done, len(paths), v.saved(), got)
	}
	v.tidySave()
	v.resultsAreInside()
	return v
}

func TestA15NothingIsPlacedByItselfNorHidden(t *testing.T) {
	t.Parallel()
	v := newVictim(t)
	h := v.meet("mallory")
	v.befriend(h)
	for _, name := range []string{
		".bashrc", ".profile", ".ssh", "desktop.ini", "autorun.inf", "evil.lnk", "evil.desktop", "evil.exe", "evil.scf", "evil.url",
		"...", ".", ". .", "-rf", "--help",
	} {
		for _, root := range []fields{{"name": name}, {"name": name, "dir": true}} {
			g := hidden(name, root)
			if root["dir"] == true {
				g = hidden(name+"/authorized_keys", root)
			}
			s, shown := h.propose(g.offer)
			if v.savedNothing(name + " before it was accepted"); !shown {
				t.Errorf("%q was not offered", name)
			}
			_ = s.raw.Close()
			if err := v.Decline(t.Context(), v.offered(h, g.id()).Key); err != nil {
				t.Error(err)
			}
		}
		h.give(v, hidden(name, fields{"name": name}))
		h.give(v, hidden(name+"/authorized_keys", fields{"name": name, "dir": true}))
		list, err := os.ReadDir(v.save)
		if err != nil || len(list) == 0 {
			t.Errorf("%q: nothing arrived: %v", name, err)
		}
		for _, entry := range list {
			if strings.HasPrefix(entry.Name(), ".") {
				t.Errorf("%q became the hidden %q", name, entry.Name())
			}
			_ = os.RemoveAll(filepath.Join(v.save, entry.Name()))
		}
	}
}

// savedNothing fails if anything is in the save folder.
func (v *victim) savedNothing(when string) {
	v.t.Helper()
	if list := v.saved(); len(list) > 0 {
		v.t.Errorf("%s: %q is in the save folder", when, list)
	}
}

func TestA16ModesAndAttributesOfTheSenderAreIgnored(t *testing.T) {
	t.Parallel()
	v := newVictim(t)
	h := v.meet("mallory")
	g := present("d/run.sh", "d/sub/tool")
	more := fields{
		"mode": 0o6777, "perm": "rwsrwsrwt", "uid": 0, "exec": true, "executable": true, "link": "/etc/passwd", "symlink": "../../secret",
		"xattr": fields{"security.capability": "AQAAAgAgAAAAAAAAAAAAAAAAAAA="},
	}
	for _, e := range g.entries {
		maps.Copy(e, more)
	}
	if got, _ := h.give(v, g); got.Done != 2 {
		t.Errorf("%+v", got)
	}
	v.tidySave()
}

func TestA17ReservedNames(t *testing.T) {
	t.Parallel()
	bringAll(t, "d/CON", "d/nul.txt", "d/nul .txt", "d/COM1", "d/COM1 ", "d/COM¹", "d/LPT9.tar.gz", "d/CONIN$", "d/aux/prn/con.c", "d/CLOCK$")
}

func TestA18AlternateStreams(t *testing.T) {
	t.Parallel()
	bringAll(t, "d/f.txt", "d/f.txt:evil", "d/f.txt::$DATA", "d/f.txt:Zone.Identifier", "d/sub::$INDEX_ALLOCATION/x", "d/:x", "d/.:")
}

func TestA19TrailingDotsAndSpaces(t *testing.T) {
	t.Parallel()
	bringAll(t, "d/x", "d/x.", "d/x ", "d/x..", "d/x. ", "d/x . ", "d/ x", "d/y /z", "d/y/z", "d/y./z")
}

func TestA20LongNames(t *testing.T) {
	t.Parallel()
	v := newVictim(t)
	h := v.meet(strings.Repeat("马", 2000))
	v.befriend(h)
	if name := v.knows(h).Name; utf8.RuneCountInString(name) > 64 {
		t.Errorf("a name of %d runes is shown", utf8.RuneCountInString(name))
	}
	for _, n := range []int{256, 300, 1024, 1025, 70_000} {
		for _, letter := range []string{"n", "名"} {
			name := strings.Repeat(letter, n/len(letter)) + ".exe"
			h.give(v, hidden(name, fields{"name": name}))
			h.give(v, hidden("d/"+name, fields{"name": "d", "dir": true}))
			h.give(v, hidden("d/"+name+"/x", fields{"name": "d", "dir": true}))
		}
	}
	for _, name := range v.saved() {
		if last := filepath.Base(name); len(last) > 255 || !strings.HasSuffix(last, ".exe") && last != "x" {
			t.Errorf("saved as %d bytes, %.300q", len(last), last)
		}
	}
	v.tidySave()
	v.resultsAreInside()
}

// tricks are names that a screen, a terminal or a log must not take as they are.
var tricks = []string{
	"nul\x00byte.txt", "line\nbreak.txt", "carriage\rreturn.txt", "tab\there.txt", "\x1b[2J\x1b[31mred.txt", "\x1b]0;title\x07.txt",
	"\u009b31mc1.txt", "del\x7f.txt", "abc\u202etxt.exe", "\u2066isolate\u2069.txt", "zero\u200bwidth.txt", "bom\ufeff.txt",
	"line\u2028separator.txt", "mark\u200f.txt", "alm\u061c.txt", "tag\U000e0041.txt", "%n%n%s", "a\u0338\u0338\u0338\u0338\u0338\u0338\u0338\u0338\u0338\u0338.txt",
}

func TestA21ControlsInNames(t *testing.T) {
	t.Parallel()
	v := attackPaths(t, tricks...)
	for _, transfer := range v.transfers() {
		if unsafeOnScreen(transfer.Name) {
			t.Errorf("shown as %q", transfer.Name)
		}
	}
}

// transfers returns all transfers of the victim.
func (v *victim) transfers() []netcore.Transfer {
	v.t.Helper()
	list, err := v.FindTransfers(v.t.Context(), netcore.TransferQuery{Limit: 1000})
	if err != nil {
		v.t.Fatal(err)
	}
	return list
}

func TestA22WhatAClickWillDoIsSeen(t *testing.T) {
	t.Parallel()
	v := newVictim(t)
	h := v.meet("mallory")
	v.befriend(h)
	for _, name := range []string{
		"abc\u202etxt.exe", "photo.jpg" + strings.Repeat(" ", 180) + ".exe", "invoice\u200b.pdf.exe", "a\u2066\u202efdp.exe",
		strings.Repeat("长", 119) + ".pdf.exe", strings.Repeat("\u00a0", 100) + "x.exe", "\u0430pple.exe",
	} {
		g := hidden(name, fields{"name": name})
		s, _ := h.propose(g.offer)
		if shown := v.offered(h, g.id()).Name; !strings.HasSuffix(shown, ".exe") || unsafeOnScreen(shown) {
			t.Errorf("%q is offered as %q", name, shown)
		}
		_ = s.raw.Close()
	}
	last := v.knows(h).Last
	if unsafeOnScreen(last.Text) || strings.Contains(last.Text, "\n") {
		t.Errorf("the list of people shows %q", last.Text)
	}
}

func TestA23TwinsInOneFolder(t *testing.T) {
	t.Parallel()
	names := []string{"d/é.txt", "d/e\u0301.txt", "d/File.txt", "d/file.txt", "d/FILE.TXT", "d/\ufb01le.txt", "d/K.txt", "d/\u212a.txt", "d/straße", "d/STRASSE", "d/i", "d/İ"}
	v := bringAll(t, names...)
	for _, name := range names {
		count := 0
		for _, saved := range v.saved() {
			content, _ := os.ReadFile(filepath.Join(v.save, saved))
			if string(content) == "brought as "+name {
				count++
			}
		}
		if count != 1 {
			t.Errorf("%q is there %d times", name, count)
		}
	}
}

func TestA25TheSameNameTwiceAtOnce(t *testing.T) {
	t.Parallel()
	v := bringAll(t, "d/x.txt", "d/x.txt", "d/x.txt", "d/0.part", "d/.lanyard-0123456789abcdef/0.part")
	done := make(chan netcore.Transfer)
	for range 2 {
		h := v.meet("twin")
		g := hidden("same.txt", fields{"name": "same.txt"})
		_, offer := v.takes(h, g.offer)
		go func() {
			h.bring(g)
			done <- v.ended(v.offered(h, g.id()).Key)
			_ = offer.raw.Close()
		}()
	}
	for range 2 {
		if got := <-done; got.State != netcore.StateVerified {
			t.Errorf("ended as %+v", got)
		}
	}
	if saved := v.saved(); !slices.Contains(saved, "same.txt") || !slices.Contains(saved, "same (1).txt") {
		t.Errorf("saved as %q", saved)
	}
	v.tidySave()
}

func TestA26NothingIsOverwritten(t *testing.T) {
	t.Parallel()
	v := newVictim(t)
	h := v.meet("mallory")
	v.befriend(h)
	v.write("Downloads/Lanyard/mine.txt", "mine")
	v.write("Downloads/Lanyard/d/mine.txt", "mine")
	h.give(v, present("mine.txt"))
	h.give(v, present("d/mine.txt"))
	// And what appears after the user has said yes.
	g := present("late.txt")
	_, offer := v.takes(h, g.offer)
	v.write("Downloads/Lanyard/late.txt", "mine")
	h.bring(g)
	v.ended(v.offered(h, g.id()).Key)
	_ = offer.raw.Close()
	for _, name := range []string{"mine.txt", "d/mine.txt", "late.txt"} {
		if content, err := os.ReadFile(filepath.Join(v.save, name)); err != nil || string(content) != "mine" {
			t.Errorf("%s is now %q, %v", name, content, err)
		}
	}
	if saved := v.saved(); len(saved) != 6 {
		t.Errorf("there are %q", saved)
	}
}
