package netcore

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lanyard/netcore/link"
)

// current returns a transfer as it is.
func current(t *testing.T, n *Node, key int64) Transfer {
	t.Helper()
	got, err := n.Transfer(context.Background(), key)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// logs returns what the audit log says of files, the oldest entry first.
func logs(t *testing.T, n *Node) []string {
	t.Helper()
	entries, err := n.Audit(context.Background(), AuditQuery{What: AuditFiles, Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	var details []string
	for _, entry := range entries {
		details = append([]string{entry.Detail}, details...)
	}
	return details
}

// wantLogs waits for what the audit log is to say: the beginnings of details.
func wantLogs(t *testing.T, n *Node, want ...string) {
	t.Helper()
	eventually(t, n, "all of the log", func() bool { return len(logs(t, n)) >= len(want) })
	got := logs(t, n)
	for i, detail := range got {
		if i >= len(want) || !strings.HasPrefix(detail, want[i]+":") {
			t.Errorf("%s's log has %q, want %q", n.Self().Name, got, want)
			return
		}
	}
}

func TestAnOfferIsLookedAtAndTakenInPart(t *testing.T) {
	net := link.NewMemory()
	ann, bob := copyOn(t, net, "ann"), copyOn(t, net, "bob")
	source := t.TempDir()
	plant(t, source, map[string]string{
		"src/new": "new", "src/same": "same", "src/other": "theirs", "src/second": "their second", "src/unwanted": "unwanted",
	})
	saved := bob.Settings().SaveDir
	plant(t, saved, map[string]string{"src/same": "same", "src/other": "mine", "src/second": "my second"})
	like(t, filepath.Join(source, "src/same"), filepath.Join(saved, "src/same"))
	key := sent(t, ann, bob, []string{filepath.Join(source, "src")})

	look, err := bob.Preflight(soon(t), key, "")
	if err != nil {
		t.Fatal(err)
	}
	if look.SaveDir != saved || look.Count != 5 || look.Identical != 1 || look.Different != 2 || !look.Fits || look.Free <= look.Reserve {
		t.Errorf("before the decision: %+v", look)
	}
	files, err := bob.OfferFiles(soon(t), key, 0, 100)
	if err != nil {
		t.Fatal(err)
	}
	at := map[string]int{}
	var chosen [][2]int
	for _, file := range files {
		at[file.Path] = file.Index
		if file.Path != "src/unwanted" {
			chosen = append(chosen, [2]int{file.Index, file.Index})
		}
	}
	options := AcceptOptions{Clash: ClashKeep, Choices: map[int]Clash{at["src/second"]: ClashReplace}, Select: chosen}
	if err := bob.Accept(soon(t), key, options); err != nil {
		t.Fatal(err)
	}
	eventually(t, bob, "the end", func() bool { return transferIn(t, bob, key, StateVerified) })
	sender := newestKey(t, ann)
	eventually(t, ann, "the end", func() bool { return transferIn(t, ann, sender, StateVerified) })
	here, there := current(t, ann, sender), current(t, bob, key)
	want := Decision{Left: int64(len("new" + "theirs" + "their second")), Identical: 1, Beside: 1, Replaced: 1, Unselected: 1}
	if here.Decision == nil || *here.Decision != want || there.Decision == nil || *there.Decision != want {
		t.Errorf("ann is shown %+v, bob %+v, want %+v", here.Decision, there.Decision, want)
	}
	if there.Skipped != 2 || there.Done != 3 || GroupOf(there) != GroupDone || GroupOf(here) != GroupDone {
		t.Errorf("ann shows %+v, bob %+v", here, there)
	}
	for name, content := range map[string]string{"new": "new", "other": "mine", "other (1)": "theirs", "second": "their second"} {
		if got, err := os.ReadFile(filepath.Join(saved, "src", name)); err != nil || string(got) != content {
			t.Errorf("%s holds %q, %v", name, got, err)
		}
	}
	if _, err := os.Stat(filepath.Join(saved, "src", "unwanted")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("what was not chosen: %v", err)
	}
	wantLogs(t, bob, "accepted a part, mixed", "verified")
}

// like gives one file the time of another.
func like(t *testing.T, from, to string) {
	t.Helper()
	info, err := os.Stat(from)
	if err == nil {
		err = os.Chtimes(to, info.ModTime(), info.ModTime())
	}
	if err != nil {
		t.Fatal(err)
	}
}

func TestEitherSideHoldsATransfer(t *testing.T) {
	net := link.NewMemory()
	ann, bob := copyOn(t, net, "ann"), copyOn(t, net, "bob")
	limit := func(n *Node, send int64) {
		t.Helper()
		settings := n.Settings()
		settings.SendLimit = send
		if err := n.SetSettings(soon(t), settings); err != nil {
			t.Fatal(err)
		}
	}
	limit(ann, MinTransferLimit)
	key := offered(t, ann, bob, map[string]string{"big": strings.Repeat("x", 3<<20)}, "big")
	sender := newestKey(t, ann)
	if err := bob.Pause(soon(t), key); !errors.Is(err, ErrTransferState) {
		t.Errorf("an offer is held: %v", err)
	}
	if err := bob.Accept(soon(t), key, AcceptOptions{}); err != nil {
		t.Fatal(err)
	}
	eventually(t, ann, "that it is this user's limit", func() bool { return current(t, ann, sender).Limit == LimitBandwidth })
	for _, hold := range []struct {
		by, other       *Node
		byKey, otherKey int64
	}{{ann, bob, sender, key}, {bob, ann, key, sender}} {
		if err := hold.by.Pause(soon(t), hold.byKey); err != nil {
			t.Fatal(err)
		}
		if got := current(t, hold.by, hold.byKey); got.State != StatePaused || got.Reason != ReasonPausedHere || !got.PausedHere {
			t.Errorf("who holds it is shown %+v", got)
		}
		eventually(t, hold.other, "held there", func() bool {
			got := current(t, hold.other, hold.otherKey)
			return got.State == StatePaused && got.Reason == ReasonPausedThere && !got.PausedHere && got.PausedThere
		})
		for _, n := range []*Node{hold.by, hold.other} {
			eventually(t, n, "the last line says that it is held", func() bool {
				people, err := n.People(soon(t))
				return err == nil && len(people) == 1 && people[0].Last.Paused
			})
		}
		if err := hold.other.Resume(soon(t), hold.otherKey); !errors.Is(err, ErrTransferState) {
			t.Errorf("the other side resumes: %v", err)
		}
		if err := hold.by.Resume(soon(t), hold.byKey); err != nil {
			t.Fatal(err)
		}
		eventually(t, hold.other, "running again", func() bool { return transferIn(t, hold.other, hold.otherKey, StateRunning) })
	}
	limit(ann, 0)
	eventually(t, bob, "the end", func() bool { return transferIn(t, bob, key, StateVerified) })
	if err := bob.Pause(soon(t), key); !errors.Is(err, ErrTransferState) {
		t.Errorf("one that has ended is held: %v", err)
	}
	wantLogs(t, bob, "accepted", "paused", "resumed", "verified")
}

func TestProgressTellsOfHoldsAndOfDigestsThatFollow(t *testing.T) {
	net := link.NewMemory()
	ann, bob := copyOn(t, net, "ann"), copyOn(t, net, "bob")
	key := offered(t, ann, bob, map[string]string{"src/big": strings.Repeat("x", 5<<20), "src/more": strings.Repeat("y", 5<<20)}, "src")
	if err := bob.SetTransferBandwidth(key, MinTransferLimit); err != nil {
		t.Fatal(err)
	}
	events := bob.Subscribe(1000)
	defer events.Close()
	if err := bob.Accept(soon(t), key, AcceptOptions{}); err != nil {
		t.Fatal(err)
	}
	next := func(what string, fits func(Transfer) bool) Transfer {
		t.Helper()
		limit := time.After(patience)
		for {
			select {
			case event := <-events.C:
				if event.Kind == EventProgress && event.Update.Key == key && fits(*event.Update) {
					return *event.Update
				}
			case <-limit:
				t.Fatalf("no progress tells %s", what)
			}
		}
	}
	next("that it runs", func(now Transfer) bool { return now.State == StateRunning })
	if err := bob.Pause(soon(t), key); err != nil {
		t.Fatal(err)
	}
	next("that it is held", func(now Transfer) bool { return now.State == StatePaused && now.PausedHere })
	if err := errors.Join(bob.SetTransferBandwidth(key, 0), bob.Resume(soon(t), key)); err != nil {
		t.Fatal(err)
	}
	next("that it runs again", func(now Transfer) bool { return now.State == StateRunning })
	eventually(t, bob, "the end", func() bool { return transferIn(t, bob, key, StateVerified) })
	if got := current(t, bob, key); got.Pending != 0 || got.Done != 2 {
		t.Errorf("at the end %+v", got)
	}
}

func TestFailedFilesComeAgain(t *testing.T) {
	for name, asks := range map[string]bool{"asked for": true, "sent": false} {
		t.Run(name, func(t *testing.T) {
			net := link.NewMemory()
			ann, bob := copyOn(t, net, "ann"), copyOn(t, net, "bob")
			source := t.TempDir()
			plant(t, source, map[string]string{"src/good": "good", "src/late": "late"})
			key := sent(t, ann, bob, []string{filepath.Join(source, "src")})
			if err := os.Remove(filepath.Join(source, "src", "late")); err != nil {
				t.Fatal(err)
			}
			if err := bob.Accept(soon(t), key, AcceptOptions{}); err != nil {
				t.Fatal(err)
			}
			eventually(t, bob, "the end", func() bool { return current(t, bob, key).State.Ended() })
			sender := newestKey(t, ann)
			eventually(t, ann, "the end", func() bool { return current(t, ann, sender).State.Ended() })
			failed, err := bob.FindFiles(soon(t), FileQuery{Key: key, Failed: true})
			if err != nil || len(failed) != 1 || failed[0].Path != "src/late" || failed[0].Reason != ReasonVanished {
				t.Fatalf("failed: %+v, %v", failed, err)
			}
			if got := found(t, bob, TransferQuery{Group: GroupFailed}); got != "src" {
				t.Errorf("among what failed: %q", got)
			}
			plant(t, source, map[string]string{"src/late": "late"})
			testRetry(t, ann, bob, sender, key, asks)
		})
	}
}

// testRetry has failed files sent again, because the receiver asks or the sender
// does it, and looks at both sides.
func testRetry(t *testing.T, ann, bob *Node, sender, key int64, asks bool) {
	t.Helper()
	if asks {
		if err := bob.Retry(soon(t), key); err != nil {
			t.Fatal(err)
		}
	} else if err := ann.Retry(soon(t), sender); err != nil {
		t.Fatal(err)
	}
	eventually(t, bob, "another offer", func() bool { return newestKey(t, bob) > key })
	again := newestKey(t, bob)
	if !asks {
		if err := bob.Accept(soon(t), again, AcceptOptions{}); err != nil {
			t.Fatal(err)
		}
	}
	eventually(t, bob, "the file that failed", func() bool { return transferIn(t, bob, again, StateVerified) })
	eventually(t, ann, "the end of it", func() bool { return transferIn(t, ann, newestKey(t, ann), StateVerified) })
	if got, err := os.ReadFile(filepath.Join(bob.Settings().SaveDir, "src", "late")); err != nil || string(got) != "late" {
		t.Errorf("the file that failed holds %q, %v", got, err)
	}
	for _, n := range []*Node{ann, bob} {
		items := itemsOf(t, n, only(t, n))
		if len(items) != 2 || items[0].Transfer == nil || items[1].Transfer == nil || items[0].Transfer.Retry == items[1].Transfer.Retry {
			t.Errorf("%s's conversation has %+v", n.Self().Name, items)
		}
	}
	if asks {
		wantLogs(t, ann, "sent again as asked")
		wantLogs(t, bob, "accepted", "failed, vanished", "asked again", "accepted again", "verified")
	} else {
		wantLogs(t, ann, "sent again")
		wantLogs(t, bob, "accepted", "failed, vanished", "accepted", "verified")
	}
	if err := bob.Retry(soon(t), again); !errors.Is(err, ErrNothingToRetry) {
		t.Errorf("once more: %v", err)
	}
}

func TestWhatWaitsForSomebodySurvivesARestart(t *testing.T) {
	net := link.NewMemory()
	annDir, bobDir := t.TempDir(), t.TempDir()
	ann, bob := reopen(t, net, "ann", annDir), reopen(t, net, "bob", bobDir)
	toBob := reach(t, ann, "bob:9527")
	only(t, bob)
	closeNode(t, bob)
	eventually(t, ann, "bob gone", func() bool { return !only(t, ann).Online })
	source := t.TempDir()
	plant(t, source, map[string]string{"first": "1", "second": "2"})
	for _, name := range []string{"first", "second"} {
		if _, err := ann.Send(soon(t), toBob.ID, []string{filepath.Join(source, name)}); err != nil {
			t.Fatal(err)
		}
	}
	second := newestKey(t, ann)
	eventually(t, ann, "both in the queue", func() bool {
		return transferIn(t, ann, second, StateQueued) && transferIn(t, ann, second-1, StateQueued)
	})
	closeNode(t, ann)
	ann = reopen(t, net, "ann", annDir)
	if got := found(t, ann, TransferQuery{Group: GroupQueue}); got != "second first" {
		t.Errorf("in the queue after a restart: %q", got)
	}
	if err := ann.Cancel(soon(t), second); err != nil {
		t.Fatal(err)
	}
	if got := found(t, ann, TransferQuery{Group: GroupQueue}); got != "first" {
		t.Errorf("in the queue after one was cancelled: %q", got)
	}
	bob = reopen(t, net, "bob", bobDir)
	eventually(t, bob, "the offer", func() bool { return newestKey(t, bob) != 0 })
	key := newestKey(t, bob)
	if err := bob.Accept(soon(t), key, AcceptOptions{}); err != nil {
		t.Fatal(err)
	}
	eventually(t, bob, "the file", func() bool { return transferIn(t, bob, key, StateVerified) })
	eventually(t, ann, "the end", func() bool { return found(t, ann, TransferQuery{Group: GroupDone}) == "first" })
	if got := found(t, bob, TransferQuery{}); got != "first" {
		t.Errorf("bob was offered %q", got)
	}
	if got := found(t, ann, TransferQuery{Group: GroupFailed}); got != "second" {
		t.Errorf("cancelled: %q", got)
	}
}
