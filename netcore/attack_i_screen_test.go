package netcore_test

import (
	"bytes"
	"strings"
	"testing"
	"unicode/utf8"

	"lanyard/netcore"
	"lanyard/netcore/control"
)

// lines runs a command at the victim's local door, as lanyard-cli does, and
// returns what it would print with --json.
func (v *victim) lines(command string, args any) (lines []string) {
	v.t.Helper()
	client, err := control.Dial(v.t.Context(), v.profile())
	if err != nil {
		v.t.Fatal(err)
	}
	request, err := control.NewRequest(command, args)
	if err != nil {
		v.t.Fatal(err)
	}
	if err := client.Run(v.t.Context(), request, func(line []byte) error {
		lines = append(lines, string(bytes.Clone(line)))
		return nil
	}); err != nil {
		v.t.Errorf("%s: %v", command, err)
	}
	return lines
}

// TestI01EscapesInNamesAndTexts: what a list shows is harmless, and what a text
// is stays as it was written. What a terminal prints of it is tested with the
// program that prints.
func TestI01EscapesInNamesAndTexts(t *testing.T) {
	t.Parallel()
	v := newVictim(t)
	for _, trick := range tricks {
		h := v.meet("m" + trick)
		if answer := h.say("t" + trick + "t"); !strings.Contains(answer, "stored") && utf8.ValidString(trick) {
			t.Errorf("%q was answered %q", trick, answer)
		}
		s, _ := h.propose(hidden(trick, fields{"name": trick}).offer)
		s2 := h.open("name", fields{"name": "n" + trick})
		s2.answer()
		person := v.knows(h)
		for _, shown := range []string{person.Name, person.SelfName, person.Last.Text, person.Address} {
			if unsafeOnScreen(shown) {
				t.Errorf("%q is shown as %q", trick, shown)
			}
		}
		for _, item := range v.items(person.ID) {
			if item.Kind == netcore.KindText && item.Text != "t"+trick+"t" {
				t.Errorf("the text is kept as %q", item.Text)
			}
			if item.Transfer != nil && unsafeOnScreen(item.Transfer.Name) {
				t.Errorf("the offer is shown as %q", item.Transfer.Name)
			}
		}
		_ = s.raw.Close()
		_ = h.conn.NetConn().Close()
	}
}

// TestI02LinksAndMarkupAreText: nothing that came in is opened, fetched or
// made bold; it is what was written, and the list has it on one line.
func TestI02LinksAndMarkupAreText(t *testing.T) {
	t.Parallel()
	v := newVictim(t)
	h := v.meet("**[bold](file:///etc/passwd)**")
	for _, body := range []string{
		"[click](javascript:alert(1))", "![x](smb://evil/share/x.png)", "file:///etc/passwd", "<script>alert(1)</script>",
		"\\\\evil\\share", "# heading\n\n---\n* list", "http://127.0.0.1:9/pwned", "data:text/html,<h1>x", "%s%s%n", "{{.Secret}}",
	} {
		h.say(body)
		items := v.items(v.knows(h).ID)
		if last := items[len(items)-1].Text; last != body {
			t.Errorf("%q is kept as %q", body, last)
		}
		if line := v.knows(h).Last.Text; strings.Contains(line, "\n") {
			t.Errorf("the list shows %q", line)
		}
	}
	if name := v.knows(h).Name; !strings.Contains(name, "[bold](file:///etc/passwd)") {
		t.Errorf("the name is shown as %q", name)
	}
}

// TestI03PasteOfFiftyMegabytes is refused here, and not sent in part.
func TestI03PasteOfFiftyMegabytes(t *testing.T) {
	t.Parallel()
	v := newVictim(t)
	h := v.meet("somebody")
	person := v.knows(h)
	for _, size := range []int{netcore.MaxText + 1, 50 << 20} {
		if item, err := v.Say(t.Context(), person.ID, strings.Repeat("x", size)); err == nil {
			t.Errorf("a text of %d bytes was taken: %+v", size, item.Seq)
		}
	}
	marks := "a" + strings.Repeat("\u0338\u0336\u20dd", 3000)
	if answer := h.say(marks); !strings.Contains(answer, "stored") {
		t.Errorf("a text of marks was answered %q", answer)
	}
	now := v.knows(h)
	if len(v.items(person.ID)) != 1 || strings.Count(now.Last.Text, "\u0338")+strings.Count(now.Last.Text, "\u20dd") > 12 {
		t.Errorf("the list shows %q", now.Last.Text)
	}
}

// TestI04LookAlikeNames are told from the name of somebody whom the user knows.
func TestI04LookAlikeNames(t *testing.T) {
	t.Parallel()
	v := newVictim(t)
	alice := v.meet("Alice Wang")
	v.verifies(alice)
	for _, name := range []string{
		"Alice Wang", "alice wang", "Alice  Wang", "\u0410lice Wang", "A1ice Wang", "Alice\u200b Wang", "Alice\u00a0Wang", "Αlice Wang",
		"Alice Wang ✓", "Alice Wаng", "ALICE WANG", "Alice Wang\u202e",
	} {
		h := v.meet(name)
		person := v.knows(h)
		if person.Trust != netcore.TrustStranger || person.ID == v.knows(alice).ID {
			t.Errorf("%q is trusted: %+v", name, person)
		}
	}
	named := 0
	for _, person := range v.people() {
		if person.Notice != netcore.NoticeNone && person.NoticeOf == v.knows(alice).ID {
			named++
		} else if person.Trust != netcore.TrustVerified {
			t.Logf("%q stands beside %q without a word", person.Name, v.knows(alice).Name)
		}
	}
	if named < 10 {
		t.Errorf("only %d of 12 are said to look like alice", named)
	}
	if now := v.knows(alice); now.Trust != netcore.TrustVerified {
		t.Errorf("alice is %+v", now)
	}
}
