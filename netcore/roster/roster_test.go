package roster

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"lanyard/netcore/identity"
	"lanyard/netcore/store"
)

// fixture is a roster whose clock goes on a second with each look.
type fixture struct {
	*Roster
	t    *testing.T
	db   *store.DB
	now  time.Time
	gone []int64
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
	f.Roster = New(Config{
		Store: db,
		Clock: func() time.Time {
			f.now = f.now.Add(time.Second)
			return f.now
		},
		OnGone: func(person int64) { f.gone = append(f.gone, person) },
	})
	return f
}

// id returns the n-th device ID.
func id(n int) identity.DeviceID { return identity.DeviceID{byte(n), byte(n >> 8), 7} }

// seen notes the n-th device.
func (f *fixture) seen(n int, name, address string) Person {
	f.t.Helper()
	person, _, err := f.Seen(f.t.Context(), id(n), name, address)
	if err != nil {
		f.t.Fatal(err)
	}
	return person
}

func TestNamesAreFitToBeShown(t *testing.T) {
	f := newFixture(t)
	for i, test := range []struct{ name, want string }{
		{"小王", "小王"},
		{"Ann\x1b[2J\nBob", `Ann\x1b[2J Bob`},
		{"abc\u202Etxt", `abc\u202etxt`},
		{strings.Repeat("长", 100), strings.Repeat("长", MaxName-1) + "…"},
		{"", id(4).Short()},
		{"\u200b ", id(5).Short()},
	} {
		if got := Shown(f.seen(i, test.name, "")); got != test.want {
			t.Errorf("%q is shown as %q, want %q", test.name, got, test.want)
		}
	}
}

func TestSeenAgainIsTheSamePerson(t *testing.T) {
	f := newFixture(t)
	first, isNew, err := f.Seen(t.Context(), id(1), "old name", "[::FFFF:10.0.0.1]:9527")
	if err != nil || !isNew || first.Address != "10.0.0.1:9527" {
		t.Errorf("Seen = %+v, %v, %v", first, isNew, err)
	}
	again, isNew, err := f.Seen(t.Context(), id(1), "new name", "")
	if err != nil || isNew || again.ID != first.ID || again.Name != "new name" || again.Address != first.Address {
		t.Errorf("Seen = %+v, %v, %v", again, isNew, err)
	}
	if err := f.Left(t.Context(), id(1)); err != nil {
		t.Fatal(err)
	}
	person, err := f.ByDevice(t.Context(), id(1))
	if err != nil || !person.LastSeen.Equal(f.now) || person.Known {
		t.Errorf("ByDevice = %+v, %v; now %v", person, err, f.now)
	}
	if _, err := f.ByDevice(t.Context(), id(2)); !errors.Is(err, ErrUnknown) {
		t.Errorf("an unknown device: %v", err)
	}
	if _, err := f.Person(t.Context(), 99); !errors.Is(err, ErrUnknown) {
		t.Errorf("an unknown person: %v", err)
	}
}

func TestFind(t *testing.T) {
	f := newFixture(t)
	ann := f.seen(1, "Ann", "10.0.0.1:9527")
	bob := f.seen(2, "Bob", "10.0.0.1:9000")
	twin := f.seen(3, "Bob", "PC-3.lan.:9527")
	f.seen(4, "Boss", "[fe80::1%eth0]:9527")
	boss := f.seen(5, "someone", "10.0.0.1:9527") // moved to where Ann was
	if err := f.Rename(t.Context(), boss.ID, "Boss"); err != nil {
		t.Fatal(err)
	}
	prefix := id(1).Compact()[:8]
	impostor := f.seen(6, id(2).Compact()[:6], "")
	for _, test := range []struct {
		query string
		want  Person
		err   error
	}{
		{"Ann", ann, nil},
		{" Ann ", ann, nil},
		{"ann", Person{}, ErrUnknown},
		{"Bob", Person{}, ErrAmbiguous},
		{"Boss", boss, nil}, // the user's own name goes first
		{"someone", Person{}, ErrUnknown},
		{id(2).String(), bob, nil},
		{strings.ToLower(id(3).Compact()), twin, nil},
		{prefix, ann, nil},
		{strings.ToLower(prefix[:7] + "-" + prefix[7:]), ann, nil},
		{id(2).Compact()[:6], bob, nil}, // whoever calls himself like an ID does not get in its way
		{id(2).Compact()[:9], bob, nil},
		{impostor.Device.String(), impostor, nil},
		{"10.0.0.1:9527", boss, nil},
		{"10.0.0.1:9000", bob, nil},
		{"pc-3.lan:9527", twin, nil},
		{"10.0.0.9:9527", Person{}, ErrUnknown},
		{"", Person{}, ErrUnknown},
		{id(77).String(), Person{}, ErrUnknown},
	} {
		got, err := f.Find(t.Context(), test.query)
		if !errors.Is(err, test.err) || got.ID != test.want.ID {
			t.Errorf("Find(%q) = %d, %v; want %d, %v", test.query, got.ID, err, test.want.ID, test.err)
		}
	}
	_, err := f.Find(t.Context(), "Bob")
	for _, n := range []int{2, 3} {
		if !strings.Contains(err.Error(), id(n).Short()) {
			t.Errorf("the choice is not in %q", err)
		}
	}
}

func TestAnAddressIsWhereSomebodyWasMet(t *testing.T) {
	f := newFixture(t)
	ann := f.seen(1, "Ann", "127.0.0.1:19699")
	for i, name := range []string{"127.0.0.1:19699", "[::1]:19699", "192.0.2.9", "pc:19699", ":19699", "1.2.3.4:99999"} {
		f.seen(10+i, name, "10.0.0.1:1")
	}
	named := f.seen(20, "dan", "10.0.0.2:1")
	if err := f.Rename(t.Context(), named.ID, "home:22"); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		query string
		want  Person
		err   error
	}{
		{"127.0.0.1:19699", ann, nil},
		{"[::ffff:127.0.0.1]:19699", ann, nil},
		{"[::1]:19699", Person{}, ErrUnknown},
		{"192.0.2.9", Person{}, ErrUnknown},
		{"pc:19699", Person{}, ErrUnknown},
		{":19699", Person{}, ErrUnknown},
		{"1.2.3.4:99999", Person{}, ErrUnknown},
		{"home:22", named, nil}, // this user's own name
	} {
		got, err := f.Find(t.Context(), test.query)
		if !errors.Is(err, test.err) || got.ID != test.want.ID {
			t.Errorf("Find(%q) = %d, %v; want %d, %v", test.query, got.ID, err, test.want.ID, test.err)
		}
	}
}

func TestBeginningsOfDeviceIDs(t *testing.T) {
	f := newFixture(t)
	// id(n) begins with: 1 AEAAO, 2 AIAAO, 3 AMAAO, 64 IAAAO, 65 IEAAO.
	one, two, three := f.seen(1, "one", ""), f.seen(2, "two", ""), f.seen(3, "AIAA", "")
	friend, _, err := f.Add(t.Context(), id(64), "IEAA", "")
	if err != nil {
		t.Fatal(err)
	}
	stranger := f.seen(65, "IA", "")
	al := f.seen(66, "AM", "")
	alias := f.seen(67, "x", "")
	if err := f.Rename(t.Context(), alias.ID, id(1).String()); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		query string
		want  Person
		err   error
	}{
		{"AE", one, nil},
		{"a-e", one, nil},
		{"A", Person{}, ErrAmbiguous},
		{"AIAA", two, nil}, // not the stranger of that name
		{"AM", al, nil},    // short ones are names first
		{"AMA", three, nil},
		{"IA", Person{}, ErrAmbiguous}, // a stranger named like the ID of a friend
		{"IAAA", friend, nil},
		{"IEAA", Person{}, ErrAmbiguous}, // a stranger's ID made like the name of a friend
		{"IEAAO", stranger, nil},
		{id(1).String(), alias, nil}, // this user's own name goes before all
		{id(1).Compact(), one, nil},
		{"-", Person{}, ErrUnknown},
		{"Z", Person{}, ErrUnknown},
	} {
		got, err := f.Find(t.Context(), test.query)
		if !errors.Is(err, test.err) || got.ID != test.want.ID {
			t.Errorf("Find(%q) = %d, %v; want %d, %v", test.query, got.ID, err, test.want.ID, test.err)
		}
	}
}

func TestRename(t *testing.T) {
	f := newFixture(t)
	person := f.seen(1, "pc", "")
	if err := f.Rename(t.Context(), person.ID, "Ann\n"); err != nil {
		t.Fatal(err)
	}
	if got, err := f.Person(t.Context(), person.ID); err != nil || Shown(got) != "Ann" || !got.Known {
		t.Errorf("named: %+v, %v", got, err)
	}
	if err := f.Rename(t.Context(), person.ID, ""); err != nil {
		t.Fatal(err)
	}
	if got, err := f.Person(t.Context(), person.ID); err != nil || Shown(got) != "pc" {
		t.Errorf("taken back: %+v, %v", got, err)
	}
	if err := f.Rename(t.Context(), 99, "x"); !errors.Is(err, ErrUnknown) {
		t.Errorf("nobody: %v", err)
	}
}

func TestContacts(t *testing.T) {
	f := newFixture(t)
	f.seen(1, "only seen", "10.0.0.1:9527")
	if _, _, err := f.Add(t.Context(), id(2), "added", "pc-2:9527"); err != nil {
		t.Fatal(err)
	}
	contacts, err := f.Contacts(t.Context())
	if err != nil || len(contacts) != 1 || contacts[0].ID != id(2) ||
		!slices.Equal(contacts[0].Addresses, []string{"pc-2:9527"}) {
		t.Errorf("contacts = %+v, %v", contacts, err)
	}
	if addresses, err := f.Addresses(t.Context(), id(1)); err != nil || len(addresses) != 1 {
		t.Errorf("addresses = %v, %v", addresses, err)
	}
}

func TestACrowdOfStrangersIsForgotten(t *testing.T) {
	f := newFixture(t)
	if _, _, err := f.Add(t.Context(), id(0), "friend", ""); err != nil {
		t.Fatal(err)
	}
	const crowd = MaxStrangers + 100
	for n := 1; n <= crowd; n++ {
		f.seen(n, fmt.Sprint("stranger ", n), "")
	}
	people, err := f.People(t.Context())
	if err != nil || len(people) > MaxStrangers+purgeEvery+1 || len(people)+len(f.gone) != crowd+1 {
		t.Errorf("%d people, %d gone, %v", len(people), len(f.gone), err)
	}
	if _, err := f.Find(t.Context(), "friend"); err != nil {
		t.Errorf("the friend: %v", err)
	}
	if _, err := f.Find(t.Context(), "stranger 1"); !errors.Is(err, ErrUnknown) {
		t.Errorf("the oldest stranger: %v", err)
	}
	if _, err := f.Find(t.Context(), fmt.Sprint("stranger ", crowd)); err != nil {
		t.Errorf("the newest stranger: %v", err)
	}
}
