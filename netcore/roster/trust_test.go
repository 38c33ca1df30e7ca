package roster

import (
	"errors"
	"testing"
	"time"

	"lanyard/netcore/store"
)

// verifies verifies the n-th device.
func (f *fixture) verifies(n int) {
	f.t.Helper()
	if err := f.SetVerified(f.t.Context(), id(n), "code", f.now); err != nil {
		f.t.Fatal(err)
	}
}

// blocks blocks the n-th device.
func (f *fixture) blocks(n int) {
	f.t.Helper()
	if err := f.SetBlocked(f.t.Context(), id(n), f.now); err != nil {
		f.t.Fatal(err)
	}
}

func TestAnOldKeyUnderANewNameStaysVerified(t *testing.T) {
	f := newFixture(t)
	f.seen(1, "Ann", "10.0.0.1:9527")
	f.verifies(1)
	want := store.Permissions{Files: store.FilesAuto, Commands: store.CommandsAsk}
	if err := f.SetPermissions(t.Context(), id(1), want); err != nil {
		t.Fatal(err)
	}
	if got := f.seen(1, "Bob", "10.0.0.9:9527"); got.Verified.IsZero() || got.Permitted() != want || got.Name != "Bob" {
		t.Errorf("under a new name: %+v", got)
	}
}

func TestANewKeyUnderAnOldNameIsAStranger(t *testing.T) {
	f := newFixture(t)
	ann := f.seen(1, "Ann", "10.0.0.1:9527")
	f.verifies(1)
	got := f.seen(2, "Ann", "10.0.0.1:9527")
	if !got.Verified.IsZero() || got.Known || got.ID == ann.ID || got.Permitted().Clock {
		t.Errorf("another key: %+v", got)
	}
	if err := f.SetPermissions(t.Context(), id(2), store.DefaultPermissions()); !errors.Is(err, store.ErrNotVerified) {
		t.Errorf("its permissions: %v", err)
	}
	if got, err := f.Find(t.Context(), "Ann"); !errors.Is(err, ErrAmbiguous) {
		t.Errorf("Find = %+v, %v", got, err)
	}
}

func TestMergeKeepsWhoeverIsFound(t *testing.T) {
	f := newFixture(t)
	old, anew := f.seen(1, "Ann", ""), f.seen(2, "Ann", "")
	f.verifies(1)
	if err := f.Merge(t.Context(), anew.ID, old.ID); err != nil {
		t.Fatal(err)
	}
	for _, query := range []string{"Ann", id(1).String(), id(2).String()} {
		if got, err := f.Find(t.Context(), query); err != nil || got.ID != old.ID {
			t.Errorf("Find(%q) = %+v, %v", query, got, err)
		}
	}
	devices, err := f.DevicesOf(t.Context(), old.ID)
	if err != nil || len(devices) != 2 || devices[0].Verified.IsZero() || !devices[1].Verified.IsZero() {
		t.Errorf("devices = %+v, %v", devices, err)
	}
}

func TestDecidingAboutNobody(t *testing.T) {
	f := newFixture(t)
	ctx := t.Context()
	ann := f.seen(1, "Ann", "")
	for name, err := range map[string]error{
		"verify":    f.SetVerified(ctx, id(9), "code", f.now),
		"permit":    f.SetPermissions(ctx, id(9), store.DefaultPermissions()),
		"block":     f.SetBlocked(ctx, id(9), time.Time{}),
		"successor": f.SetSuccessor(ctx, id(9), id(1)),
		"merge":     f.Merge(ctx, ann.ID, 99),
	} {
		if !errors.Is(err, ErrUnknown) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := f.Merge(ctx, ann.ID, ann.ID); !errors.Is(err, store.ErrSamePerson) {
		t.Errorf("with herself: %v", err)
	}
}

func TestNobodyBlockedIsMeantByTheirOwnName(t *testing.T) {
	f := newFixture(t)
	// id(n) begins with: 1 AEAAO, 2 AIAAO.
	good, bad := f.seen(1, "Bob", ""), f.seen(2, "Bob", "")
	f.seen(3, "AEAA", "")
	lonely := f.seen(4, "lonely", "")
	f.seen(5, "AE", "")
	named := f.seen(6, "x", "")
	if err := f.Rename(t.Context(), named.ID, "Pest"); err != nil {
		t.Fatal(err)
	}
	for n := 2; n <= 6; n++ {
		f.blocks(n)
	}
	for _, test := range []struct {
		query string
		want  Person
	}{
		{"Bob", good},
		{"AEAA", good},
		{"AE", good},
		{"lonely", lonely}, // there must be a way to take the block back
		{id(2).String(), bad},
		{"Pest", named}, // this user's own name for them
	} {
		if got, err := f.Find(t.Context(), test.query); err != nil || got.ID != test.want.ID {
			t.Errorf("Find(%q) = %d, %v; want %d", test.query, got.ID, err, test.want.ID)
		}
	}
	if err := f.SetBlocked(t.Context(), id(2), time.Time{}); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Find(t.Context(), "Bob"); !errors.Is(err, ErrAmbiguous) {
		t.Errorf("unblocked again: %v", err)
	}
}

func TestACrowdDoesNotPushOutWhoIsBlockedOrVerified(t *testing.T) {
	f := newFixture(t)
	f.seen(1, "friend", "")
	f.seen(2, "pest", "")
	f.verifies(1)
	f.blocks(2)
	for n := 3; n <= MaxStrangers+2*purgeEvery; n++ {
		f.seen(n, "stranger", "")
	}
	for n, what := range map[int]string{1: "verified", 2: "blocked"} {
		if _, err := f.ByDevice(t.Context(), id(n)); err != nil {
			t.Errorf("who is %s: %v", what, err)
		}
	}
}

// TestAnIDMadeLikeANameDoesNotTakeTheNameOfSomebodyVerified: a few characters of
// an ID can be had with patience, and to have been answered once is not much.
func TestAnIDMadeLikeANameDoesNotTakeTheNameOfSomebodyVerified(t *testing.T) {
	f := newFixture(t)
	impostor := f.seen(1, "somebody", "")
	if err := f.Rename(t.Context(), impostor.ID, "once answered"); err != nil {
		t.Fatal(err)
	}
	name := id(1).Compact()[:5]
	friend := f.seen(2, name, "")
	if got, err := f.Find(t.Context(), name); err != nil || got.ID != impostor.ID {
		t.Fatalf("a stranger of that name: %d, %v", got.ID, err)
	}
	if err := f.SetVerified(t.Context(), friend.Device, "code", f.now); err != nil {
		t.Fatal(err)
	}
	if got, err := f.Find(t.Context(), name); !errors.Is(err, ErrAmbiguous) {
		t.Errorf("a verified person of that name: %d, %v", got.ID, err)
	}
}
