package netcore

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lanyard/netcore/control"
	"lanyard/netcore/link"
)

// clocked opens a Node whose clock is ahead by an offset, in a zone of its own.
func clocked(t *testing.T, net *link.Memory, host string, ahead time.Duration, zone *time.Location) *Node {
	t.Helper()
	n, err := Open(context.Background(), Config{
		Profile: filepath.Join(t.TempDir(), host), Name: host, Listen: host + ":9527", Quiet: true, Network: net.Host(host),
		Now: func() time.Time { return time.Now().Add(ahead).In(zone) },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closeNode(t, n) })
	return n
}

// clocks returns Ann, and Bob whose clock is ahead, not yet verified.
func clocks(t *testing.T, ahead time.Duration) (ann, bob *Node, toBob Person) {
	t.Helper()
	net := link.NewMemory()
	ann = clocked(t, net, "ann", 0, time.UTC)
	bob = clocked(t, net, "bob", ahead, time.FixedZone("CST", 8*3600))
	return ann, bob, reach(t, ann, "bob:9527")
}

// truth is what a look at a clock must allow for.
func truth(t *testing.T, e ClockEstimate, want time.Duration) {
	t.Helper()
	if (e.Offset - want).Abs() > e.Bound {
		t.Errorf("got %v ± %v, but it is %v", e.Offset, e.Bound, want)
	}
	if e.Bound > e.RoundTrip/2+time.Millisecond {
		t.Errorf("the bound is %v, the round trip %v", e.Bound, e.RoundTrip)
	}
}

func TestAVerifiedPersonsClockIsLookedAtByItself(t *testing.T) {
	const ahead = 90 * time.Second
	ann, bob, _ := clocks(t, ahead)
	pair(t, ann, bob)
	toBob := only(t, ann)
	eventually(t, ann, "that bob's clock is off", func() bool { return only(t, ann).ClockOff != 0 })
	got := only(t, ann)
	if (got.ClockOff-ahead).Abs() > got.ClockBound || got.ClockBound > time.Second {
		t.Errorf("ann warns of %v ± %v", got.ClockOff, got.ClockBound)
	}
	eventually(t, bob, "that ann's clock is off", func() bool { return only(t, bob).ClockOff < 0 })
	if all := ann.ClockHistory(toBob.ID); len(all) == 0 || all[0].Samples != watchSamples {
		t.Errorf("the history is %+v", all)
	}
}

func TestLookingAtAClock(t *testing.T) {
	const ahead = -1284 * time.Millisecond
	ann, bob, toBob := clocks(t, ahead)
	pair(t, ann, bob)
	events := ann.Subscribe(64)
	defer events.Close()
	e, err := ann.CheckClock(soon(t), toBob.ID, 0)
	if err != nil {
		t.Fatal(err)
	}
	truth(t, e, ahead)
	if e.Zone.String() != "CST UTC+08:00" || e.Samples != 8 || e.Judge(ClockTolerance) != ClockGood {
		t.Errorf("got %+v", e)
	}
	for event := range events.C {
		if event.Kind == EventClock && event.Person == toBob.ID {
			break
		}
	}
	if p := only(t, ann); p.ClockOff != 0 {
		t.Errorf("warned of %v", p.ClockOff)
	}
	if all := ann.ClockHistory(toBob.ID); len(all) == 0 || all[len(all)-1] != e {
		t.Errorf("the history ends in %+v", all)
	}
	if _, err := ann.CheckClock(soon(t), toBob.ID, 2); err != nil {
		t.Fatal(err)
	}
	if rate, known := ann.ClockDrift(toBob.ID); !known || rate.Jumped {
		t.Errorf("the drift is %+v, %v", rate, known)
	}
}

func TestALookAtAClockIsInTheConversation(t *testing.T) {
	ann, bob, toBob := clocks(t, time.Hour)
	pair(t, ann, bob)
	item, err := ann.CheckClockCard(soon(t), toBob.ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, got := range []Item{item, itemsOf(t, ann, toBob)[0]} {
		if got.Kind != KindClock || got.Clock == nil || !got.State.Ended() || got.Clock.Verdict != ClockWrongZone {
			t.Fatalf("the item is %+v", got)
		}
		truth(t, got.Clock.Estimate, time.Hour)
		if got.Clock.Estimate.Zone.String() != "CST UTC+08:00" || got.Clock.Estimate.Samples != 8 {
			t.Errorf("it says %+v", got.Clock.Estimate)
		}
	}
	if p := only(t, ann); p.Last.Kind != KindClock || !strings.HasPrefix(p.Last.Text, "+3600.0") || p.Unread != 0 {
		t.Errorf("the preview is %+v, %d unread", p.Last, p.Unread)
	}
	lines, _, err := do(t, t.Context(), NewDoor(ann), control.CommandLog, control.LogArgs{Person: "bob"})
	if err != nil || !strings.Contains(lines, `"kind":"clock"`) || !strings.Contains(lines, `"verdict":"wrong-zone"`) {
		t.Errorf("the log says %s, %v", lines, err)
	}
	if got := itemsOf(t, bob, only(t, bob)); len(got) != 0 {
		t.Errorf("bob's conversation has %+v", got)
	}
}

func TestTimeInWords(t *testing.T) {
	ann, bob, toBob := clocks(t, 0)
	pair(t, ann, bob)
	before := time.Now().Add(-time.Second)
	got, err := ann.FormatTime(soon(t), toBob.ID, "%Y年%m月%d日 %H:%M:%S %z")
	if err != nil {
		t.Fatal(err)
	}
	at, err := time.Parse("2006年01月02日 15:04:05 -0700", got)
	if err != nil || at.Before(before) || at.After(time.Now().Add(time.Second)) || !strings.HasSuffix(got, "+0800") {
		t.Errorf("bob says %q: %v", got, err)
	}
	if _, err := ann.FormatTime(soon(t), toBob.ID, strings.Repeat("%A", 200)); !errors.Is(err, ErrTimeFormat) {
		t.Errorf("a long format: %v", err)
	}
	if got, err := FormatLocalTime("%H时", time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)); got != "03时" || err != nil {
		t.Errorf("here: %q, %v", got, err)
	}
}

func TestWhoMayAskForTheTime(t *testing.T) {
	ann, bob, toBob := clocks(t, 0)
	refused := func(when string) {
		t.Helper()
		if _, err := ann.CheckClock(soon(t), toBob.ID, 1); !errors.Is(err, ErrClockRefused) {
			t.Errorf("%s: %v", when, err)
		}
	}
	refused("a stranger")
	if err := ann.VerifyID(soon(t), toBob.ID, bob.Self().ID.String()); err != nil {
		t.Fatal(err)
	}
	refused("verified by the asker alone")
	pair(t, ann, bob)
	if _, err := ann.CheckClock(soon(t), toBob.ID, 1); err != nil {
		t.Errorf("verified: %v", err)
	}
	toAnn := only(t, bob)
	rights := toAnn.Permissions
	rights.Clock = false
	if err := bob.SetPermissions(soon(t), toAnn.Device, rights); err != nil {
		t.Fatal(err)
	}
	refused("with the permission taken back")
	if _, err := ann.CheckClock(soon(t), 99, 1); !errors.Is(err, ErrUnknownPerson) {
		t.Errorf("nobody: %v", err)
	}
	if err := bob.Close(); err != nil {
		t.Fatal(err)
	}
	eventually(t, ann, "bob gone", func() bool { return !only(t, ann).Online })
	if _, err := ann.CheckClockCard(soon(t), toBob.ID); !errors.Is(err, ErrUnreachable) {
		t.Errorf("gone: %v", err)
	}
}

// An item that another version kept in a form that this one does not know
// leaves the conversation readable.
func TestALookThatCannotBeRead(t *testing.T) {
	if got := clockCheck("{]"); got != nil {
		t.Errorf("got %+v", got)
	}
	if got := clockCheck(`{"zone":"C\u001b[31mST","more":1}`); got == nil || strings.ContainsRune(got.Estimate.Zone.Name, 0x1b) {
		t.Errorf("got %+v", got)
	}
}
