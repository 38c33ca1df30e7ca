package store

import (
	"errors"
	"testing"
	"time"
)

// conversation reads the texts of a person in their order.
func conversation(t testing.TB, db *DB, person int64) (texts string) {
	t.Helper()
	last := int64(0)
	for _, item := range must(db.Items(t.Context(), person, 0, 100))(t) {
		if item.Seq <= last {
			t.Errorf("position %d after %d", item.Seq, last)
		}
		last = item.Seq
		texts += item.Text
	}
	return texts
}

// twoOfOne has a person with an old device and one with a new one talk in turn.
func twoOfOne(t testing.TB, db *DB) (old, anew int64) {
	t.Helper()
	old = met(t, db, 1, func(s *Sighting) { s.Address = "10.0.0.1:9527" })
	anew = met(t, db, 2, func(s *Sighting) { s.Address = "10.0.0.2:9527" })
	for i, text := range []string{"a", "b", "c", "d"} {
		must(db.AddReceived(t.Context(), []Item{incoming(1+i%2, text, text)}, wide))(t)
	}
	must(db.AddItem(t.Context(), outgoing(1, "e", "e")))(t)
	return old, anew
}

func TestMergeMakesOneConversation(t *testing.T) {
	db := opened(t)
	ctx := t.Context()
	old, anew := twoOfOne(t, db)
	must(db.MarkSeen(ctx, old, 1))(t)
	verifies(t, db, 1)
	if err := db.Merge(ctx, anew, old); err != nil {
		t.Fatal(err)
	}
	if got := conversation(t, db, old); got != "abcde" {
		t.Errorf("conversation = %q", got)
	}
	person := must(db.Person(ctx, old))(t)
	if person.Unread != 3 || !person.Known || person.Device != device(1) || person.Last.Text != "e" {
		t.Errorf("person = %+v", person)
	}
	if _, err := db.Person(ctx, anew); !errors.Is(err, ErrNotFound) {
		t.Errorf("the other one: %v", err)
	}
	devices := must(db.DevicesOf(ctx, old))(t)
	if len(devices) != 2 || devices[0].ID != device(1) || devices[1].ID != device(2) {
		t.Fatalf("devices = %+v", devices)
	}
	if must(db.Queued(ctx, device(1), 0, 10))(t)[0].Text != "e" || len(must(db.Queued(ctx, device(2), 0, 10))(t)) != 0 {
		t.Error("a text that waits for one key waits for another")
	}
	again := must(db.AddReceived(ctx, []Item{incoming(2, "d", "d"), incoming(2, "f", "f")}, wide))(t)
	if again[0].New || !again[1].New || again[1].Item.Person != old {
		t.Errorf("received later: %+v", again)
	}
}

func TestMergeTakesNoPermissionAlong(t *testing.T) {
	db := opened(t)
	old, anew := twoOfOne(t, db)
	verifies(t, db, 1)
	before := [2]Trust{trustOf(t, db, 1), trustOf(t, db, 2)}
	if err := db.Merge(t.Context(), old, anew); err != nil {
		t.Fatal(err)
	}
	if after := [2]Trust{trustOf(t, db, 1), trustOf(t, db, 2)}; after != before {
		t.Errorf("trust was %+v, is %+v", before, after)
	}
	if got := must(db.Device(t.Context(), device(2)))(t); !got.Verified.IsZero() || got.Permitted().Commands != CommandsOff {
		t.Errorf("the new device: %+v", got)
	}
	if got := must(db.Person(t.Context(), anew))(t); got.Device != device(1) {
		t.Errorf("a key that nobody has compared stands before the verified one: %+v", got)
	}
	if err := db.SetPermissions(t.Context(), device(2), generous); !errors.Is(err, ErrNotVerified) {
		t.Errorf("permissions for the new device: %v", err)
	}
}

func TestMergeKeepsAName(t *testing.T) {
	for _, test := range []struct{ from, into, want string }{
		{"", "", ""}, {"From", "", "From"}, {"", "Into", "Into"}, {"From", "Into", "Into"},
	} {
		db := opened(t)
		from, into := met(t, db, 1, nil), met(t, db, 2, nil)
		for person, alias := range map[int64]string{from: test.from, into: test.into} {
			if err := db.Rename(t.Context(), person, alias); err != nil {
				t.Fatal(err)
			}
		}
		if err := db.Merge(t.Context(), from, into); err != nil {
			t.Fatal(err)
		}
		got := must(db.Person(t.Context(), into))(t)
		if got.Alias != test.want || got.Known != (test.from+test.into != "") {
			t.Errorf("%q into %q: alias %q, known %v", test.from, test.into, got.Alias, got.Known)
		}
	}
}

func TestMergeOfNobody(t *testing.T) {
	db := opened(t)
	old, anew := twoOfOne(t, db)
	if err := db.Merge(t.Context(), old, old); !errors.Is(err, ErrSamePerson) {
		t.Errorf("with themselves: %v", err)
	}
	if err := db.Merge(t.Context(), old, 99); !errors.Is(err, ErrNotFound) {
		t.Errorf("into nobody: %v", err)
	}
	if a, b := conversation(t, db, old), conversation(t, db, anew); a != "ace" || b != "bd" {
		t.Errorf("what failed left %q and %q", a, b)
	}
}

func TestABlockedDeviceDoesNotStandForAPerson(t *testing.T) {
	db := opened(t)
	old, anew := twoOfOne(t, db)
	if err := db.Merge(t.Context(), anew, old); err != nil {
		t.Fatal(err)
	}
	shown := func() any { return must(db.Person(t.Context(), old))(t).Device }
	for _, step := range []struct {
		block int
		at    time.Time
		want  int
	}{{2, noon, 1}, {1, noon, 2}, {2, time.Time{}, 2}} {
		if err := db.SetBlocked(t.Context(), device(step.block), step.at); err != nil {
			t.Fatal(err)
		}
		if got := shown(); got != device(step.want) {
			t.Errorf("after %+v: shown with %v", step, got)
		}
	}
}
