package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestPeopleWithUnreadAndLastItem(t *testing.T) {
	db := opened(t)
	ctx := t.Context()
	silent := met(t, db, 1, func(s *Sighting) { s.Name = "silent" })
	talker := met(t, db, 2, func(s *Sighting) { s.Name, s.Address = "talker", "10.0.0.2:9527" })
	long := strings.Repeat("长", 1000)
	must(db.AddReceived(ctx, []Item{incoming(2, "a", "one"), incoming(2, "b", long)}, wide))(t)
	people := must(db.People(ctx))(t)
	if len(people) != 2 || people[0].ID != talker || people[1].ID != silent {
		t.Fatalf("people = %+v", people)
	}
	want := Person{
		ID: talker, Name: "talker", Device: device(2), Address: "10.0.0.2:9527",
		LastSeen: noon.Add(2 * time.Second), Unread: 2,
		Last:  Preview{Seq: 2, Kind: KindText, Text: long[:3*previewRunes], Added: noon.Add(time.Second), State: "received"},
		Trust: Trust{Permissions: DefaultPermissions()},
	}
	if people[0] != want {
		t.Errorf("got  %+v\nwant %+v", people[0], want)
	}
	if people[1].Last != (Preview{}) || people[1].Unread != 0 {
		t.Errorf("somebody without items: %+v", people[1])
	}
	if one := must(db.Person(ctx, talker))(t); one != want {
		t.Errorf("Person = %+v", one)
	}
	if _, err := db.Person(ctx, 99); !errors.Is(err, ErrNotFound) {
		t.Errorf("nobody: %v", err)
	}
}

func TestADeviceKeepsItsPerson(t *testing.T) {
	db := opened(t)
	ctx := t.Context()
	person := met(t, db, 1, func(s *Sighting) { s.Name, s.Address = "old", "10.0.0.1:9527" })
	again, isNew, err := db.Seen(ctx, Sighting{ID: device(1), Name: "new", Address: "10.0.0.9:9527", At: noon.Add(time.Hour)})
	if err != nil || isNew || again != person {
		t.Errorf("Seen = %d, %v, %v; want %d, false", again, isNew, err, person)
	}
	got := must(db.Person(ctx, person))(t)
	if got.Name != "new" || got.Address != "10.0.0.9:9527" || got.Known {
		t.Errorf("person = %+v", got)
	}
	if at := must(db.DeviceAt(ctx, "10.0.0.1:9527"))(t); at.ID != device(1) {
		t.Errorf("at the old address: %+v", at)
	}
	if err := db.Left(ctx, device(1), noon.Add(2*time.Hour)); err != nil {
		t.Fatal(err)
	}
	if d := must(db.Device(ctx, device(1)))(t); !d.LastSeen.Equal(noon.Add(2 * time.Hour)) {
		t.Errorf("last seen %v", d.LastSeen)
	}
}

func TestOnlyTheNewestAddressesStay(t *testing.T) {
	db := opened(t)
	for i := range 20 {
		met(t, db, 1, func(s *Sighting) {
			s.Address, s.At = fmt.Sprintf("10.0.0.%d:9527", i), noon.Add(time.Duration(i)*time.Minute)
		})
	}
	got := must(db.Addresses(t.Context(), device(1)))(t)
	if len(got) != maxAddresses || got[0] != "10.0.0.19:9527" || got[7] != "10.0.0.12:9527" {
		t.Errorf("addresses = %v", got)
	}
}

func TestContactsAreThoseWhomThisUserKnows(t *testing.T) {
	db := opened(t)
	ctx := t.Context()
	met(t, db, 1, nil)
	met(t, db, 2, func(s *Sighting) { s.Added = true })
	met(t, db, 3, func(s *Sighting) { s.Address = "a:1" })
	wrote := met(t, db, 3, func(s *Sighting) { s.Address, s.At = "b:1", noon.Add(time.Hour) })
	must(db.AddReceived(ctx, []Item{incoming(3, "a", "hi")}, wide))(t)
	if got := must(db.Contacts(ctx, 10))(t); len(got) != 1 || got[0].ID != device(2) {
		t.Errorf("a stranger who wrote is among the contacts: %+v", got)
	}
	if err := db.Rename(ctx, wrote, "Ann"); err != nil { // no stranger any more
		t.Fatal(err)
	}
	got := must(db.Contacts(ctx, 10))(t)
	if len(got) != 2 || got[0].ID != device(3) || !slices.Equal(got[0].Addresses, []string{"b:1", "a:1"}) ||
		got[1].ID != device(2) || len(got[1].Addresses) != 0 {
		t.Errorf("contacts = %+v", got)
	}
	if got := must(db.Contacts(ctx, 1))(t); len(got) != 1 {
		t.Errorf("at most one: %+v", got)
	}
}

func TestPurgeForgetsOnlyStrangersWithoutItems(t *testing.T) {
	db := opened(t)
	ctx := t.Context()
	added := met(t, db, 1, func(s *Sighting) { s.Added = true })
	wrote := met(t, db, 2, nil)
	must(db.AddReceived(ctx, []Item{incoming(2, "a", "hi")}, wide))(t)
	named := met(t, db, 3, nil)
	if err := db.Rename(ctx, named, "Ann"); err != nil {
		t.Fatal(err)
	}
	oldest := met(t, db, 4, func(s *Sighting) { s.Address = "x:1" })
	newest := met(t, db, 5, nil)
	if gone := must(db.Purge(ctx, 1))(t); !slices.Equal(gone, []int64{oldest}) {
		t.Errorf("gone = %v, want %d", gone, oldest)
	}
	var left []int64
	for _, p := range must(db.People(ctx))(t) {
		left = append(left, p.ID)
	}
	slices.Sort(left)
	if want := []int64{added, wrote, named, newest}; !slices.Equal(left, want) {
		t.Errorf("left = %v, want %v", left, want)
	}
	must(db.Purge(ctx, 0))(t)
	if fresh := met(t, db, 6, nil); fresh <= newest {
		t.Errorf("person %d was used again", fresh)
	}
}

func TestStranger(t *testing.T) {
	db := opened(t)
	ctx := t.Context()
	met(t, db, 1, nil)
	met(t, db, 2, nil)
	must(db.AddItem(ctx, outgoing(2, "a", "hi")))(t)
	for n, want := range map[int]bool{1: true, 2: false, 3: true} {
		if got := must(db.Stranger(ctx, device(n)))(t); got != want {
			t.Errorf("Stranger(%d) = %v", n, got)
		}
	}
	if err := db.Rename(ctx, 99, "x"); !errors.Is(err, ErrNotFound) {
		t.Errorf("naming nobody: %v", err)
	}
}

func crowd(t testing.TB, db *DB, people int) {
	for n := range people {
		met(t, db, n+1, func(s *Sighting) { s.Address = "10.0.0.1:9527" })
		var texts []Item
		for i := range 20 {
			texts = append(texts, incoming(n+1, fmt.Sprint(i), strings.Repeat("x", 500)))
		}
		must(db.AddReceived(context.Background(), texts, wide))(t)
	}
}

func BenchmarkPeople(b *testing.B) {
	for _, crowded := range []int{500, 2000} {
		b.Run(fmt.Sprint(crowded), func(b *testing.B) {
			db := opened(b)
			crowd(b, db, crowded)
			for b.Loop() {
				if people := must(db.People(context.Background()))(b); len(people) != crowded || people[0].Unread != 20 {
					b.Fatalf("%d people", len(people))
				}
			}
		})
	}
}
