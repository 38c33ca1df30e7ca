package main

import (
	"context"
	"crypto/md5"
	"encoding/hex"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"lanyard/netcore/control"
)

// tree makes a folder of that name with files.
func tree(t *testing.T, name string, files map[string]string) string {
	t.Helper()
	root := filepath.Join(t.TempDir(), name)
	for path, text := range files {
		full := filepath.Join(root, filepath.FromSlash(path))
		if err := errors.Join(os.MkdirAll(filepath.Dir(full), 0o755), os.WriteFile(full, []byte(text), 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

// saved returns a file that arrived.
func saved(t *testing.T, parts ...string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(parts...))
	if err != nil {
		t.Error(err)
	}
	return string(text)
}

// sending runs send in the background. What it returns waits for its end.
func (u person) sending(args ...string) (out *buffer, end func() int, stop context.CancelFunc) {
	s, global := u.program()
	ctx, stop := context.WithCancel(u.t.Context())
	ended := make(chan int, 1)
	go func() { ended <- s.run(ctx, append(append(global, "send", "--json"), args...)) }()
	return &s.out, func() int { defer stop(); return <-ended }, stop
}

// waitFor waits for the line of an event.
func waitFor(t *testing.T, out *buffer, event string) line {
	t.Helper()
	shown(t, out, `{"event":"`+event+`"`)
	for raw := range strings.Lines(out.String()) {
		var l line
		if json.Unmarshal([]byte(raw), &l) == nil && l.Event == event {
			return l
		}
	}
	return line{}
}

func TestTransfersAreListedShownVerifiedAndCleared(t *testing.T) {
	save := t.TempDir()
	bob := newPerson(t, "bob").serve("--accept", "all", "--on-conflict", "skip", "--save", filepath.Join(save, "{person}", "x"))
	alice := newPerson(t, "alice")
	source := tree(t, "src", map[string]string{"a.txt": "one", "sub/b.txt": "two"})

	alice.cli(0, "send", bob.address, source)
	if got := saved(t, save, "alice", "x", "src", "sub", "b.txt"); got != "two" {
		t.Errorf("saved %q", got)
	}
	again := alice.cli(0, "send", bob.address, source, "--json")
	if !strings.Contains(again, `"event":"plan"`) || !strings.Contains(again, `"left":0,"identical":2`) || !strings.Contains(again, `"skipped":2`) {
		t.Errorf("sent again: %s", again)
	}
	if plan := bob.wait(control.EventPlan, 1); plan.Identical != 2 || plan.Left != 0 {
		t.Errorf("bob's plan: %+v", plan)
	}

	list := bob.cli(0, "transfers", "--json", "--group", "done", "--search", "SRC", "--person", "alice")
	if strings.Count(list, `"event":"transfer"`) != 2 || !strings.Contains(list, `"identical":2`) {
		t.Errorf("listed %s", list)
	}
	if list := alice.cli(0, "transfers", "--last", "1"); strings.Count(list, "\n") != 1 || !strings.Contains(list, "to bob") {
		t.Errorf("alice's list: %s", list)
	}
	const first = "1"
	if show := bob.cli(0, "transfers", "show", first); !strings.Contains(show, "received src/sub/b.txt  3 B  MD5 ") {
		t.Errorf("shown: %s", show)
	}

	file := filepath.Join(save, "alice", "x", "list.md5")
	bob.cli(0, "md5", first, file)
	if printed := bob.cli(0, "md5", first); printed != saved(t, file) || strings.Count(printed, "\n") != 2 {
		t.Errorf("printed %q", printed)
	}
	bob.cli(control.ExitFailed, "md5", first, file)
	if said := bob.cli(0, "verify-md5", file); strings.Count(said, ": OK\n") != 2 {
		t.Errorf("verified: %s", said)
	}
	if err := os.WriteFile(filepath.Join(save, "alice", "x", "src", "a.txt"), []byte("bad"), 0o644); err != nil {
		t.Fatal(err)
	}
	bob.cli(control.ExitFailed, "verify-md5", file)

	bob.cli(control.ExitFailed, "pause", first)
	bob.cli(control.ExitFailed, "retry", first)
	if said := bob.cli(0, "transfers", "clear", "done", "--json"); said != `{"event":"cleared","count":2}`+"\n" {
		t.Errorf("cleared: %s", said)
	}
	if list := bob.cli(0, "transfers"); list != "" {
		t.Errorf("left: %s", list)
	}
}

func TestLookingAheadAndAcceptingAPart(t *testing.T) {
	save := t.TempDir()
	if err := os.MkdirAll(filepath.Join(save, "src"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(save, "src", "a.txt"), []byte("mine"), 0o644); err != nil {
		t.Fatal(err)
	}
	bob := newPerson(t, "bob").serve("--save", save)
	alice := newPerson(t, "alice")
	source := tree(t, "src", map[string]string{"a.txt": "one", "sub/b.txt": "two", "sub/c.jpg": "three"})
	out, end, _ := alice.sending(bob.address, source, "--on-conflict", "replace")

	offer := bob.wait(control.EventOffer, 1)
	key := strconv.FormatInt(offer.Transfer, 10)
	if offer.Wish != "replace" {
		t.Errorf("offered: %+v", offer)
	}
	ahead := bob.cli(0, "offer", key, "--files", "--json")
	for _, want := range []string{
		`"count":3,"folders":2,"links":0,"bytes":11`, `"fits":true`, `"different":1`, `"wish":"replace"`,
		`"event":"preflight-file","index":`, `"path":"src/sub/c.jpg"`,
	} {
		if !strings.Contains(ahead, want) {
			t.Errorf("no %s in %s", want, ahead)
		}
	}
	bob.cli(control.ExitFailed, "accept", key, "--only", "none")
	bob.cli(0, "accept", key, "--only", "*.txt", "--on-conflict", "skip", "--on-conflict", "a.*=replace")
	if code := end(); code != 0 {
		t.Errorf("exit %d: %s", code, out.String())
	}
	if plan := waitFor(t, out, control.EventPlan); plan.Unselected != 1 || plan.Replaced != 1 {
		t.Errorf("alice's plan: %+v", plan)
	}
	if got := saved(t, save, "src", "a.txt") + saved(t, save, "src", "sub", "b.txt"); got != "onetwo" {
		t.Errorf("saved %q", got)
	}
	if _, err := os.Stat(filepath.Join(save, "src", "sub", "c.jpg")); !os.IsNotExist(err) {
		t.Error("what was not accepted came")
	}
	bob.cli(control.ExitFailed, "offer", key)
}

func TestTransferThatIsLimitedHeldAndGoesOn(t *testing.T) {
	save := t.TempDir()
	bob := newPerson(t, "bob").serve("--accept", "all", "--save", save)
	alice := newPerson(t, "alice")
	text := strings.Repeat("0123456789abcdef", 4<<16) // 4 MiB
	source := tree(t, "big", map[string]string{"x": text})
	out, end, _ := alice.sending(bob.address, filepath.Join(source, "x"), "--limit", "200K")

	if moving := bob.wait(control.EventProgress, 2); moving.Bytes != 4<<20 {
		t.Errorf("bob sees %+v", moving)
	}
	key := strconv.FormatInt(bob.wait(control.EventOffer, 1).Transfer, 10)
	if said := bob.cli(0, "pause", key); !strings.Contains(said, "[paused by you]") {
		t.Errorf("paused: %s", said)
	}
	held := waitFor(t, out, control.EventPaused)
	if held.By != control.ByThere {
		t.Errorf("alice hears %+v", held)
	}
	bob.cli(0, "resume", key)
	waitFor(t, out, control.EventResumed)
	ours := strconv.FormatInt(held.Transfer, 10)
	if said := alice.cli(0, "limit", ours, "off"); !strings.Contains(said, "off") {
		t.Errorf("limit: %s", said)
	}
	if code := end(); code != 0 || saved(t, save, "x") != text {
		t.Errorf("exit %d: %s", code, out.String())
	}
}

func TestSendGoesOnWhenTheReceiverIsBack(t *testing.T) {
	save := t.TempDir()
	first := newPerson(t, "bob")
	bob := first.serve("--accept", "all", "--save", save)
	alice := newPerson(t, "alice")
	text := strings.Repeat("0123456789abcdef", 4<<16)
	source := tree(t, "big", map[string]string{"x": text})
	out, end, _ := alice.sending(bob.address, filepath.Join(source, "x"), "--limit", "1M")
	waitFor(t, out, control.EventProgress)
	bob.stop()
	waitFor(t, out, control.EventAway)
	bob = first.serveAgain(bob.address, "--accept", "all", "--save", save)
	waitFor(t, out, control.EventBack)
	if code := end(); code != 0 || saved(t, save, "x") != text {
		t.Errorf("exit %d: %s", code, out.String())
	}
	sum := md5.Sum([]byte(text))
	if got := waitFor(t, out, control.EventEnded); got.MD5 != hex.EncodeToString(sum[:]) {
		t.Errorf("ended: %+v", got)
	}
	bob.wait(control.EventEnded, 1)
}

// gone waits until no copy runs with a profile.
func (u person) gone() {
	u.t.Helper()
	deadline := time.After(time.Minute)
	for {
		if _, err := control.Dial(u.t.Context(), u.profile); err != nil {
			return
		}
		select {
		case <-time.After(5 * time.Millisecond):
		case <-deadline:
			u.t.Fatalf("%s does not end", u.name)
		}
	}
}

// serveAgain serves on an address that was served on before, once that is free.
func (u person) serveAgain(address string, args ...string) *servingPerson {
	u.t.Helper()
	u.gone()
	return u.serve(append([]string{"--listen", address}, args...)...)
}

func TestSendLaterIsLeftAndGoesOut(t *testing.T) {
	save := t.TempDir()
	friend := newPerson(t, "bob")
	bob := friend.serve("--accept", "all", "--save", save)
	alice := newPerson(t, "alice")
	alice.cli(0, "say", bob.address, "hi")
	bob.wait(control.EventMessage, 1)
	bob.stop()
	source := tree(t, "late", map[string]string{"x": "later"})
	friend.gone()
	if said := alice.cli(0, "send", bob.address, source, "--later", "--json"); !strings.Contains(said, `"event":"queued"`) {
		t.Errorf("queued: %s", said)
	}
	if list := alice.cli(0, "transfers", "--group", "queue", "--json"); strings.Count(list, "\n") != 1 {
		t.Errorf("queue: %s", list)
	}
	alice.cli(0, "limit", "1", "1M")
	if said := alice.cli(0, "pause", "1"); !strings.Contains(said, "[paused by you]") || !strings.Contains(said, "limit: 1.0MB/s") {
		t.Errorf("paused: %s", said)
	}
	if list := alice.cli(0, "transfers", "--json"); !strings.Contains(list, `"limit":1000000,"paused_here":true`) {
		t.Errorf("held: %s", list)
	}
	bob = friend.serveAgain(bob.address, "--accept", "all", "--save", save)
	sender := alice.serve()
	if held := bob.wait(control.EventPaused, 1); held.By != control.ByThere {
		t.Errorf("bob hears %+v", held)
	}
	if offer := bob.wait(control.EventOffer, 1); !offer.Accepted {
		t.Errorf("an offer that is held: %+v", offer)
	}
	if list := friend.cli(0, "transfers"); !strings.Contains(list, "[paused by them]") {
		t.Errorf("bob's list: %s", list)
	}
	alice.cli(0, "resume", "1")
	if got := sender.wait(control.EventEnded, 1); got.State != "verified" || saved(t, save, "late", "x") != "later" {
		t.Errorf("ended: %+v", got)
	}
}
