package store

import (
	"errors"
	"slices"
	"testing"
	"time"
)

// generous are permissions that nobody has by default.
var generous = Permissions{Files: FilesAuto, FilesCap: 5 << 20, Commands: CommandsAlways}

// verifies verifies the n-th device, and gives it generous permissions.
func verifies(t testing.TB, db *DB, n int) {
	t.Helper()
	if err := db.SetVerified(t.Context(), device(n), "code", noon); err != nil {
		t.Fatal(err)
	}
	if err := db.SetPermissions(t.Context(), device(n), generous); err != nil {
		t.Fatal(err)
	}
}

// trustOf reads the trust of the n-th device, and checks that its person shows
// the same.
func trustOf(t testing.TB, db *DB, n int) Trust {
	t.Helper()
	d := must(db.Device(t.Context(), device(n)))(t)
	if p := must(db.Person(t.Context(), d.Person))(t); p.Device == d.ID && p.Trust != d.Trust {
		t.Errorf("the person shows %+v, the device %+v", p.Trust, d.Trust)
	}
	return d.Trust
}

func TestADeviceBeginsWithTheLeast(t *testing.T) {
	db := opened(t)
	met(t, db, 1, nil)
	got := trustOf(t, db, 1)
	if want := (Trust{Permissions: DefaultPermissions()}); got != want {
		t.Errorf("trust = %+v", got)
	}
	if p := got.Permitted(); p.Clock || p.Files != FilesAsk || p.Commands != CommandsOff {
		t.Errorf("somebody who is not verified is permitted %+v", p)
	}
	err := db.SetPermissions(t.Context(), device(1), generous)
	if !errors.Is(err, ErrNotVerified) || trustOf(t, db, 1) != got {
		t.Errorf("permissions: %v, then %+v", err, trustOf(t, db, 1))
	}
}

func TestVerifyingAllowsPermissions(t *testing.T) {
	db := opened(t)
	met(t, db, 1, nil)
	met(t, db, 2, nil)
	verifies(t, db, 1)
	want := Trust{Verified: noon, VerifiedBy: "code", Permissions: generous}
	if got := trustOf(t, db, 1); got != want || got.Permitted() != generous {
		t.Errorf("trust = %+v", got)
	}
	if stranger := must(db.Stranger(t.Context(), device(1)))(t); stranger {
		t.Error("somebody who is verified is a stranger")
	}
	if got := trustOf(t, db, 2); !got.Verified.IsZero() || got.Permissions != DefaultPermissions() {
		t.Errorf("another device: %+v", got)
	}
	if err := db.SetVerified(t.Context(), device(1), "string", noon.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	want.Verified, want.VerifiedBy = noon.Add(time.Hour), "string"
	if got := trustOf(t, db, 1); got != want {
		t.Errorf("verified again: %+v", got)
	}
}

func TestTakingTrustBackTakesPermissions(t *testing.T) {
	for name, test := range map[string]struct {
		take, giveBack func(db *DB) error
		want           Trust
	}{
		"unverified": {
			func(db *DB) error { return db.SetVerified(t.Context(), device(1), "", time.Time{}) },
			func(db *DB) error { return db.SetVerified(t.Context(), device(1), "id", noon) },
			Trust{Verified: noon, VerifiedBy: "id", Permissions: DefaultPermissions()},
		},
		"blocked": {
			func(db *DB) error { return db.SetBlocked(t.Context(), device(1), noon) },
			func(db *DB) error { return db.SetBlocked(t.Context(), device(1), time.Time{}) },
			Trust{Permissions: DefaultPermissions()},
		},
	} {
		t.Run(name, func(t *testing.T) {
			db := opened(t)
			met(t, db, 1, nil)
			verifies(t, db, 1)
			if err := test.take(db); err != nil {
				t.Fatal(err)
			}
			got := trustOf(t, db, 1)
			if p := got.Permitted(); p.Clock || p.Files != FilesAsk || p.Commands != CommandsOff {
				t.Errorf("permitted is %+v", p)
			}
			if err := db.SetPermissions(t.Context(), device(1), generous); !errors.Is(err, ErrNotVerified) {
				t.Errorf("permissions: %v", err)
			}
			if !got.Verified.IsZero() || got.VerifiedBy != "" {
				t.Errorf("still verified: %+v", got)
			}
			if err := test.giveBack(db); err != nil {
				t.Fatal(err)
			}
			if got = trustOf(t, db, 1); got != test.want {
				t.Errorf("given back: %+v", got)
			}
		})
	}
}

func TestABlockedDeviceIsNotVerified(t *testing.T) {
	db := opened(t)
	met(t, db, 1, nil)
	if err := db.SetBlocked(t.Context(), device(1), noon); err != nil {
		t.Fatal(err)
	}
	if err := db.SetVerified(t.Context(), device(1), "code", noon); !errors.Is(err, ErrBlocked) {
		t.Errorf("verifying: %v", err)
	}
	if got := trustOf(t, db, 1); !got.Verified.IsZero() || !got.Blocked.Equal(noon) {
		t.Errorf("trust = %+v", got)
	}
	if stranger := must(db.Stranger(t.Context(), device(1)))(t); !stranger {
		t.Error("the refused verification made them known")
	}
}

func TestOnlyPermissionsThatExist(t *testing.T) {
	db := opened(t)
	met(t, db, 1, nil)
	verifies(t, db, 1)
	for _, p := range []Permissions{
		{},
		{Files: "AUTO", Commands: CommandsOff},
		{Files: FilesAsk, Commands: "shell"},
		{Files: FilesAsk, Commands: CommandsOff, FilesCap: -1},
	} {
		if err := db.SetPermissions(t.Context(), device(1), p); !errors.Is(err, ErrPermission) {
			t.Errorf("%+v: %v", p, err)
		}
	}
	if got := trustOf(t, db, 1); got.Permissions != generous {
		t.Errorf("permissions = %+v", got.Permissions)
	}
}

func TestNobodyIsTrustedWhoWasNeverMet(t *testing.T) {
	db := opened(t)
	ctx := t.Context()
	for name, err := range map[string]error{
		"verify":     db.SetVerified(ctx, device(9), "code", noon),
		"unverify":   db.SetVerified(ctx, device(9), "", time.Time{}),
		"permit":     db.SetPermissions(ctx, device(9), generous),
		"block":      db.SetBlocked(ctx, device(9), noon),
		"successor":  db.SetSuccessor(ctx, device(9), device(1)),
		"merge from": db.Merge(ctx, 9, met(t, db, 1, nil)),
		"merge into": db.Merge(ctx, met(t, db, 1, nil), 9),
	} {
		if !errors.Is(err, ErrNotFound) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAWrongClockStillMarks(t *testing.T) {
	db := opened(t)
	met(t, db, 1, nil)
	if err := db.SetVerified(t.Context(), device(1), "code", time.Unix(0, 0)); err != nil {
		t.Fatal(err)
	}
	if trustOf(t, db, 1).Verified.IsZero() {
		t.Error("verified at the beginning of time is not verified")
	}
}

func TestTrustsAreThoseThatMatter(t *testing.T) {
	db := opened(t)
	ctx := t.Context()
	met(t, db, 1, nil)
	met(t, db, 2, func(s *Sighting) { s.Added = true })
	met(t, db, 3, nil)
	met(t, db, 4, nil)
	verifies(t, db, 3)
	for _, n := range []int{3, 4} {
		if err := db.SetBlocked(ctx, device(n), noon); err != nil {
			t.Fatal(err)
		}
	}
	met(t, db, 5, nil)
	verifies(t, db, 5)
	met(t, db, 6, nil)
	verifies(t, db, 6)
	if err := db.SetPermissions(ctx, device(6), Permissions{Files: "ask", Commands: "ask", Clock: true}); err != nil {
		t.Fatal(err)
	}
	got := must(db.Trusts(ctx))(t)
	slices.SortFunc(got, func(a, b Standing) int { return a.Device.Compare(b.Device) })
	want := []Standing{
		{Device: device(2), Known: true, Commands: "off"},
		{Device: device(3), Known: true, Blocked: true, Commands: "off"},
		{Device: device(4), Blocked: true, Commands: "off"},
		{Device: device(5), Known: true, Verified: true, Commands: "always"},
		{Device: device(6), Known: true, Verified: true, Commands: "ask", Clock: true},
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestSuccessorAndNames(t *testing.T) {
	db := opened(t)
	ctx := t.Context()
	person := met(t, db, 1, func(s *Sighting) { s.Name = "ann" })
	if err := db.Rename(ctx, person, "Ann"); err != nil {
		t.Fatal(err)
	}
	if err := db.SetSuccessor(ctx, device(1), device(2)); err != nil {
		t.Fatal(err)
	}
	if got := trustOf(t, db, 1).Successor; got != device(2) {
		t.Errorf("successor = %v", got)
	}
	want := Named{
		Standing: Standing{Device: device(1), Known: true}, Person: person,
		Alias: "Ann", Name: "ann", Successor: device(2),
	}
	if got := must(db.Names(ctx))(t); len(got) != 1 || got[0] != want {
		t.Errorf("names = %+v", got)
	}
}

// TestTakingNoBlockBackChangesNothing: whoever was not blocked stays verified.
func TestTakingNoBlockBackChangesNothing(t *testing.T) {
	db := opened(t)
	met(t, db, 1, nil)
	verifies(t, db, 1)
	before := trustOf(t, db, 1)
	if err := db.SetBlocked(t.Context(), device(1), time.Time{}); err != nil {
		t.Fatal(err)
	}
	if after := trustOf(t, db, 1); after != before {
		t.Errorf("was %+v\nis  %+v", before, after)
	}
}

func TestTheNameAtVerificationIsKept(t *testing.T) {
	db := opened(t)
	ctx := t.Context()
	for _, step := range []struct {
		what      string
		do        func() error
		now, then string
	}{
		{"met", func() error { met(t, db, 1, func(s *Sighting) { s.Name = "ann" }); return nil }, "ann", ""},
		{"verified", func() error { return db.SetVerified(ctx, device(1), "code", noon) }, "ann", "ann"},
		{"renamed", func() error { met(t, db, 1, func(s *Sighting) { s.Name = "bob" }); return nil }, "bob", "ann"},
		{"verified anew", func() error { return db.SetVerified(ctx, device(1), "id", noon) }, "bob", "bob"},
		{"unverified", func() error { return db.SetVerified(ctx, device(1), "", time.Time{}) }, "bob", ""},
		{"verified again", func() error { return db.SetVerified(ctx, device(1), "id", noon) }, "bob", "bob"},
		{"blocked", func() error { return db.SetBlocked(ctx, device(1), noon) }, "bob", ""},
		{"unblocked", func() error { return db.SetBlocked(ctx, device(1), time.Time{}) }, "bob", ""},
	} {
		if err := step.do(); err != nil {
			t.Fatalf("%s: %v", step.what, err)
		}
		if got := must(db.Names(ctx))(t)[0]; got.Name != step.now || got.VerifiedName != step.then {
			t.Errorf("%s: %q, verified as %q", step.what, got.Name, got.VerifiedName)
		}
	}
}

func TestVerifiedAndBlockedAreNeverForgotten(t *testing.T) {
	db := opened(t)
	ctx := t.Context()
	verified, blocked, gone := met(t, db, 1, nil), met(t, db, 2, nil), met(t, db, 3, nil)
	verifies(t, db, 1)
	if err := db.SetVerified(ctx, device(1), "", time.Time{}); err != nil { // known for good
		t.Fatal(err)
	}
	if err := db.SetBlocked(ctx, device(2), noon); err != nil {
		t.Fatal(err)
	}
	if got := must(db.Purge(ctx, 0))(t); !slices.Equal(got, []int64{gone}) {
		t.Errorf("gone = %v, want %d and neither %d nor %d", got, gone, verified, blocked)
	}
}

func TestContactsAreVerifiedAndNotBlocked(t *testing.T) {
	db := opened(t)
	ctx := t.Context()
	met(t, db, 1, nil)
	met(t, db, 2, func(s *Sighting) { s.Added = true })
	met(t, db, 3, nil)
	verifies(t, db, 1)
	verifies(t, db, 3)
	must(db.AddItem(ctx, outgoing(3, "a", "hi")))(t)
	for _, n := range []int{2, 3} {
		if err := db.SetBlocked(ctx, device(n), noon); err != nil {
			t.Fatal(err)
		}
	}
	if got := must(db.Contacts(ctx, 10))(t); len(got) != 1 || got[0].ID != device(1) {
		t.Errorf("contacts = %+v", got)
	}
}

func TestNothingIsKeptOfABlockedDevice(t *testing.T) {
	db := opened(t)
	quota := Quota{PerStranger: 3, Strangers: 3}
	if kept, err := receives(t, db, quota, 1, "a", "b", "c"); kept != 3 {
		t.Fatalf("%d kept, %v", kept, err)
	}
	met(t, db, 2, nil)
	verifies(t, db, 2)
	for _, n := range []int{1, 2} {
		if err := db.SetBlocked(t.Context(), device(n), noon); err != nil {
			t.Fatal(err)
		}
		if kept, err := receives(t, db, quota, n, "x"); kept != 0 || !errors.Is(err, ErrFull) {
			t.Errorf("device %d: %d kept, %v", n, kept, err)
		}
	}
	if kept, err := receives(t, db, quota, 3, "a", "b", "c"); kept != 3 {
		t.Errorf("what was kept of somebody blocked leaves room for %d of a newcomer, %v", kept, err)
	}
	if kept, err := receives(t, db, quota, 4, "a"); kept != 1 {
		t.Errorf("another newcomer: %d, %v", kept, err)
	}
	if ids := itemsOf(t, db, 1); len(ids) != 3 {
		t.Errorf("of the blocked device there is %q", ids)
	}
}
