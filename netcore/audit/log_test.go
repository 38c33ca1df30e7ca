package audit

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"lanyard/netcore/identity"
	"lanyard/netcore/store"
)

// fixture is a log whose clock the test moves.
type fixture struct {
	*Log
	t    *testing.T
	db   *store.DB
	now  time.Time
	told atomic.Int64 // calls of OnAdd
}

func newFixture(t *testing.T) *fixture {
	t.Helper()
	db, err := store.Open(context.Background(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	f := &fixture{t: t, db: db, now: time.UnixMilli(1_700_000_000_000)}
	f.Log = New(Config{Store: db, Clock: func() time.Time { return f.now }, OnAdd: func() { f.told.Add(1) }})
	return f
}

// id returns the n-th device ID.
func id(n int) identity.DeviceID { return identity.DeviceID{byte(n), byte(n >> 8), 7} }

// adds adds n entries about a device.
func (f *fixture) adds(n int, device identity.DeviceID, outcome string) {
	f.t.Helper()
	for i := range n {
		entry := Entry{Device: device, Person: 5, Name: "pc", What: "files", Detail: fmt.Sprint("a", i), Outcome: outcome}
		if err := f.Add(f.t.Context(), entry); err != nil {
			f.t.Fatal(err)
		}
	}
}

// read returns all entries about a device; the zero one: about all.
func (f *fixture) read(device identity.DeviceID) []Entry {
	f.t.Helper()
	entries, err := f.Entries(f.t.Context(), Query{Device: device, Limit: 1000})
	if err != nil {
		f.t.Fatal(err)
	}
	return entries
}

func TestTextsCanBeShown(t *testing.T) {
	f := newFixture(t)
	err := f.Add(t.Context(), Entry{
		Name: "Ann\x1b[2J\u202e\n" + strings.Repeat("x", 1000), Detail: "a\nb\x00" + strings.Repeat("长", 1000),
		Device: id(1), What: "verify", Outcome: "done",
	})
	if err != nil {
		t.Fatal(err)
	}
	got := f.read(id(1))[0]
	if name := []rune(got.Name); len(name) != MaxName || !strings.HasPrefix(got.Name, `Ann\x1b[2J\u202e x`) {
		t.Errorf("name = %q", got.Name)
	}
	if detail := []rune(got.Detail); len(detail) != MaxDetail || !strings.HasPrefix(got.Detail, `a b\x00长`) {
		t.Errorf("detail = %q", got.Detail)
	}
	if !got.At.Equal(f.now) || f.told.Load() != 1 {
		t.Errorf("at %v, told %d times", got.At, f.told.Load())
	}
}

func TestRefusalsOfOneDeviceAreCounted(t *testing.T) {
	f := newFixture(t)
	f.adds(500, id(1), "refused")
	if got := f.read(id(1)); len(got) != ofOne || f.told.Load() != ofOne {
		t.Fatalf("%d entries, told %d times", len(got), f.told.Load())
	}
	f.adds(ofOne, id(2), "refused")
	if got := f.read(id(2)); len(got) != ofOne {
		t.Errorf("of another device: %d", len(got))
	}
	f.adds(200, id(1), "done")
	if got := f.read(id(1)); len(got) != ofOne+200 {
		t.Errorf("what was not refused: %d", len(got))
	}
	f.now = f.now.Add(perWindow)
	got := f.read(id(1))
	want := Entry{
		Seq: got[0].Seq, At: f.now, Device: id(1), Person: 5, Name: "pc",
		What: "files", Detail: fmt.Sprintf("left-out=%d", 500-ofOne), Outcome: "refused",
	}
	if len(got) != ofOne+201 || got[0].At.UnixMilli() != f.now.UnixMilli() {
		t.Fatalf("%d entries, the last %+v", len(got), got[0])
	}
	if want.At = got[0].At; got[0] != want {
		t.Errorf("the count is %+v, want %+v", got[0], want)
	}
	f.adds(1, id(1), "refused")
	if again := f.read(id(1)); len(again) != len(got)+1 || again[0].Detail != "a0" {
		t.Errorf("in the next minute: %+v", again[0])
	}
}

func TestManyStrangersAreCountedTogether(t *testing.T) {
	f := newFixture(t)
	if _, _, err := f.db.Seen(t.Context(), store.Sighting{ID: id(9000), Added: true, At: f.now}); err != nil {
		t.Fatal(err)
	}
	for n := range 1000 {
		f.adds(1, id(n), "refused")
	}
	f.adds(5, id(9000), "refused")
	if windows := len(f.limits.windows); windows > ofStrangers+2 {
		t.Errorf("%d devices are counted by themselves", windows)
	}
	if got := f.read(identity.DeviceID{}); len(got) != ofStrangers+5 {
		t.Errorf("%d entries", len(got))
	}
	if got := f.read(id(9000)); len(got) != 5 {
		t.Errorf("of somebody who is known: %d", len(got))
	}
	if err := f.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	last := f.read(identity.DeviceID{})[0]
	if last.Detail != fmt.Sprintf("left-out=%d", 1000-ofStrangers) || !last.Device.IsZero() || last.Name != "" || last.Person != 0 {
		t.Errorf("the count is %+v", last)
	}
	if err := f.Close(t.Context()); err != nil || len(f.read(identity.DeviceID{})) != ofStrangers+6 {
		t.Errorf("closed again: %v", err)
	}
}

func TestAClockThatIsSetBackLocksNothing(t *testing.T) {
	f := newFixture(t)
	f.adds(100, id(1), "refused")
	f.now = f.now.Add(-24 * time.Hour)
	f.adds(1, id(1), "refused")
	got := f.read(id(1))
	if len(got) != ofOne+2 || got[0].Detail != "a0" || got[1].Detail != fmt.Sprintf("left-out=%d", 100-ofOne) {
		t.Errorf("%d entries, the last %+v", len(got), got[0])
	}
}

// flaky is a store that fails while it is told to.
type flaky struct {
	*store.DB
	err error
}

func (f *flaky) AddAudit(ctx context.Context, entry Entry) error {
	if f.err != nil {
		return f.err
	}
	return f.DB.AddAudit(ctx, entry)
}

func TestACountIsNotLostWithTheDisk(t *testing.T) {
	f := newFixture(t)
	disk := &flaky{DB: f.db}
	f.config.Store = disk
	f.adds(ofOne+3, id(1), "refused")
	f.now, disk.err = f.now.Add(perWindow), store.ErrDiskFull
	if err := f.Add(t.Context(), Entry{What: "files", Outcome: "done"}); !errors.Is(err, store.ErrDiskFull) {
		t.Errorf("error = %v", err)
	}
	f.now = f.now.Add(perWindow)
	if got := f.read(id(1)); len(got) != ofOne {
		t.Errorf("while the disk is full, %d entries can be read", len(got))
	}
	disk.err = nil
	f.now = f.now.Add(perWindow)
	if got := f.read(id(1)); len(got) != ofOne+1 || got[0].Detail != "left-out=3" {
		t.Errorf("%d entries, the last %+v", len(got), got[0])
	}
}

func TestManyAtOnce(t *testing.T) {
	f := newFixture(t)
	var writers sync.WaitGroup
	for n := range 8 {
		writers.Go(func() {
			for range 50 {
				if err := f.Log.Add(context.Background(), Entry{Device: id(n % 2), What: "files", Outcome: "refused"}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	writers.Wait()
	if err := f.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := f.read(identity.DeviceID{}); len(got) != 2*ofOne+2 {
		t.Errorf("%d entries", len(got))
	}
}
