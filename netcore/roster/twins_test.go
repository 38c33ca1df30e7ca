package roster

import (
	"fmt"
	"maps"
	"strings"
	"testing"

	"golang.org/x/text/cases"

	"lanyard/netcore/store"
)

// alikeNames reports whether two names share a skeleton.
func alikeNames(a, b string) bool {
	fold := cases.Fold()
	of := map[string]bool{}
	for _, key := range skeletons(a, fold) {
		of[key] = true
	}
	for _, key := range skeletons(b, fold) {
		if of[key] {
			return true
		}
	}
	return false
}

func TestNamesThatLookAlike(t *testing.T) {
	for _, test := range []struct {
		a, b  string
		alike bool
	}{
		{"Ann", "ann", true},
		{"Ann", "A n-n.", true},
		{"Ann", "Ａｎｎ", true},
		{"Ann", "𝐀𝓃𝕟", true},
		{"Ann", "Аnn", true}, // Cyrillic А
		{"Ann", "A\u200bn\u00adn\ufe0f", true},
		{"Ann", "A\u0301nn", true},
		{"Ann", "Ánñ", true},
		{"Ann", "Anne", false},
		{"Bob", "Вob", true}, // Cyrillic В
		{"BOB", "ВОВ", true}, // all Cyrillic
		{"вов", "ВОВ", true},
		{"Paul", "PauI", true},
		{"Paul", "Pau1", true},
		{"Paul", "Pau|", true},
		{"Ian", "lan", true},
		{"Ian", "ian", true},
		{"Will", "Wiii", false},
		{"Boss", "B0ss", true},
		{"Nikos", "Νίκος", false},
		{"ΝΙΚΟΣ", "νικος", true},
		{"Nik", "Νik", true}, // Greek Ν
		{"pete", "реtе", true},
		{"Bern", "Bem", true},
		{"weiß", "WEISS", true},
		{"Bjorn", "Bjørn", true},
		{"Istanbul", "İstanbul", true},
		{"PC-1", "PC 1", true},
		{"PC-1", "PC-2", false},
		{"小王", "小王", true},
		{"小王", "小 王", true},
		{"小王", "小王\u3164", true},
		{"小王", "小张", false},
		{"力工", "カエ", true},
		{"一一", "ーー", true},
		{"⼀", "一", true},
		{"かき", "がき", false},
		{"กา", "กิ", false},
		{"!!!", "!!!", true},
		{"!!!", "...", false},
		{"", "", false},
		{"  ", "\u200b", false},
	} {
		if got := alikeNames(test.a, test.b); got != test.alike {
			t.Errorf("%q and %q: %v, want %v", test.a, test.b, got, test.alike)
		}
	}
}

func FuzzSkeletons(f *testing.F) {
	for _, name := range []string{"Ann", "小王", "ﷺ", "\xff\u202e", "ΝΙΚ", "İ", "|1I"} {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, name string) {
		keys := skeletons(name, cases.Fold())
		if len(keys) > 3 {
			t.Errorf("%q has %d", name, len(keys))
		}
		if strings.TrimSpace(name) == name && len(keys) > 0 && !alikeNames(name, name+"\u200b") {
			t.Errorf("%q is not like itself with something invisible", name)
		}
	})
}

// who is a device of a person, by what counts for notices.
func who(n int, person int64, name string, change func(*store.Named)) store.Named {
	d := store.Named{Person: person, Name: name}
	d.Device = id(n)
	if change != nil {
		change(&d)
	}
	return d
}

func isKnown(d *store.Named)    { d.Known = true }
func isVerified(d *store.Named) { d.Known, d.Verified, d.VerifiedName = true, true, d.Name }
func isBlocked(d *store.Named)  { d.Known, d.Verified, d.Blocked = true, true, true }

// was verifies a device that had another name then.
func was(name string) func(*store.Named) {
	return func(d *store.Named) { d.Known, d.Verified, d.VerifiedName = true, true, name }
}

func TestNotices(t *testing.T) {
	named := func(successor int) func(*store.Named) {
		return func(d *store.Named) {
			isVerified(d)
			d.Successor = id(successor)
		}
	}
	aliased := func(d *store.Named) { d.Known, d.Alias = true, "Boss" }
	type notices = map[int64]Notice
	for name, test := range map[string]struct {
		devices []store.Named
		want    notices
	}{
		"nobody":                {nil, notices{}},
		"different":             {[]store.Named{who(1, 1, "Ann", nil), who(2, 2, "Bob", nil)}, notices{}},
		"two strangers":         {[]store.Named{who(1, 1, "Ann", nil), who(2, 2, "ann", nil)}, notices{1: {NoticeTwin, 2}, 2: {NoticeTwin, 1}}},
		"three strangers":       {[]store.Named{who(1, 1, "a", nil), who(2, 2, "a", nil), who(3, 3, "a", nil)}, notices{1: {NoticeTwin, 2}, 2: {NoticeTwin, 1}, 3: {NoticeTwin, 1}}},
		"stranger and known":    {[]store.Named{who(1, 1, "Ann", nil), who(2, 2, "Аnn", isKnown)}, notices{1: {NoticeNewKey, 2}}},
		"stranger, verified":    {[]store.Named{who(1, 1, "Ann", isVerified), who(2, 2, "Ann", nil)}, notices{2: {NoticeNewKey, 1}}},
		"known and verified":    {[]store.Named{who(1, 1, "Ann", isVerified), who(2, 2, "Ann", isKnown)}, notices{2: {NoticeNewKey, 1}}},
		"both known":            {[]store.Named{who(1, 1, "Ann", isKnown), who(2, 2, "Ann", isKnown)}, notices{1: {NoticeTwin, 2}, 2: {NoticeTwin, 1}}},
		"both verified":         {[]store.Named{who(1, 1, "Ann", isVerified), who(2, 2, "Ann", isVerified)}, notices{1: {NoticeTwin, 2}, 2: {NoticeTwin, 1}}},
		"blocked":               {[]store.Named{who(1, 1, "Ann", isKnown), who(2, 2, "Ann", isBlocked)}, notices{2: {NoticeNewKey, 1}}},
		"one person":            {[]store.Named{who(1, 1, "Ann", isVerified), who(2, 1, "Ann", nil)}, notices{}},
		"the best known":        {[]store.Named{who(1, 1, "a", nil), who(2, 2, "a", isKnown), who(3, 3, "a", isVerified)}, notices{1: {NoticeNewKey, 3}, 2: {NoticeNewKey, 3}}},
		"an alias":              {[]store.Named{who(1, 1, "pc-7", aliased), who(2, 2, "boss", nil)}, notices{2: {NoticeNewKey, 1}}},
		"behind an alias":       {[]store.Named{who(1, 1, "pc-7", aliased), who(2, 2, "PC-7", nil)}, notices{2: {NoticeNewKey, 1}}},
		"a former name":         {[]store.Named{who(1, 1, "Ann", isVerified), who(2, 1, "Beth", nil), who(3, 2, "Ann", nil)}, notices{2: {NoticeNewKey, 1}}},
		"like a device ID":      {[]store.Named{who(1, 1, "", isKnown), who(2, 2, id(1).Short(), nil)}, notices{2: {NoticeNewKey, 1}}},
		"without names":         {[]store.Named{who(1, 1, "", nil), who(2, 2, "", nil)}, notices{}},
		"renamed to known":      {[]store.Named{who(1, 1, "Ann", isKnown), who(2, 2, "Ann", was("Mallory"))}, notices{1: {NoticeTwin, 2}, 2: {NoticeTwin, 1}}},
		"renamed to verified":   {[]store.Named{who(1, 1, "Ann", isVerified), who(2, 2, "Аnn", was("Mallory"))}, notices{2: {NoticeTwin, 1}}},
		"renamed to a stranger": {[]store.Named{who(1, 1, "Ann", nil), who(2, 2, "Ann", was("Mallory"))}, notices{1: {NoticeNewKey, 2}}},
		"renamed to an alias":   {[]store.Named{who(1, 1, "pc-7", aliased), who(2, 2, "Boss", was("Mallory"))}, notices{1: {NoticeTwin, 2}, 2: {NoticeTwin, 1}}},
		"renamed, both":         {[]store.Named{who(1, 1, "Ann", was("Bob")), who(2, 2, "Ann", was("Mallory"))}, notices{1: {NoticeTwin, 2}, 2: {NoticeTwin, 1}}},
		"renamed to nobody":     {[]store.Named{who(1, 1, "Ann", isVerified), who(2, 2, "Beth", was("Mallory"))}, notices{}},
		"renamed back":          {[]store.Named{who(1, 1, "Ann", isKnown), who(2, 2, "Ann", was("Ann"))}, notices{1: {NoticeNewKey, 2}}},
		"renamed a little":      {[]store.Named{who(1, 1, "Ann", isKnown), who(2, 2, "ANN", was("Ann"))}, notices{1: {NoticeNewKey, 2}}},
		"named after it":        {[]store.Named{who(1, 1, "Ann", isVerified), who(2, 2, "Ann", was(""))}, notices{2: {NoticeTwin, 1}}},
		"a twin of old":         {[]store.Named{who(1, 1, "Ann", isVerified), who(2, 2, "Ann", isVerified)}, notices{1: {NoticeTwin, 2}, 2: {NoticeTwin, 1}}},
		"renamed, given the name": {
			[]store.Named{who(1, 1, "Ann", isKnown), who(2, 2, "x", func(d *store.Named) { was("Mallory")(d); d.Alias = "Ann" })},
			notices{1: {NoticeNewKey, 2}},
		},
		"by a key not compared": {
			[]store.Named{who(1, 1, "Ann", isKnown), who(2, 2, "Bob", isVerified), who(3, 2, "Ann", isKnown)},
			notices{1: {NoticeTwin, 2}, 2: {NoticeTwin, 1}},
		},
		"rotated":             {[]store.Named{who(1, 1, "Ann", named(2)), who(2, 2, "Ann", nil)}, notices{2: {NoticeRotated, 1}}},
		"rotated and renamed": {[]store.Named{who(1, 1, "Ann", named(2)), who(2, 2, "Beth", isKnown)}, notices{2: {NoticeRotated, 1}}},
		"rotated, an impostor": {
			[]store.Named{who(1, 1, "Ann", named(2)), who(2, 2, "Ann", nil), who(3, 3, "Ann", nil)},
			notices{2: {NoticeRotated, 1}, 3: {NoticeNewKey, 1}},
		},
		"rotated and verified": {[]store.Named{who(1, 1, "Ann", named(2)), who(2, 2, "Beth", isVerified)}, notices{}},
		"rotated and merged":   {[]store.Named{who(1, 1, "Ann", named(2)), who(2, 1, "Ann", nil)}, notices{}},
		"named by a stranger": {
			[]store.Named{who(1, 1, "Ann", func(d *store.Named) { d.Known, d.Successor = true, id(2) }), who(2, 2, "Ann", nil)},
			notices{2: {NoticeNewKey, 1}},
		},
		"named by a blocked one": {
			[]store.Named{who(1, 1, "Ann", func(d *store.Named) { isBlocked(d); d.Successor = id(2) }), who(2, 2, "Beth", nil)},
			notices{},
		},
	} {
		if got := Notices(test.devices); !maps.Equal(got, test.want) {
			t.Errorf("%s: %v, want %v", name, got, test.want)
		}
	}
}

func TestNoticesOfARoster(t *testing.T) {
	f := newFixture(t)
	ann := f.seen(1, "Ann", "")
	f.verifies(1)
	other, next := f.seen(2, "Аnn", ""), f.seen(3, "Ann's new PC", "")
	if err := f.SetSuccessor(t.Context(), id(1), id(3)); err != nil {
		t.Fatal(err)
	}
	got, err := f.Notices(t.Context())
	want := map[int64]Notice{other.ID: {NoticeNewKey, ann.ID}, next.ID: {NoticeRotated, ann.ID}}
	if err != nil || !maps.Equal(got, want) {
		t.Errorf("notices = %v, %v; want %v", got, err, want)
	}
	if err := f.Merge(t.Context(), next.ID, ann.ID); err != nil {
		t.Fatal(err)
	}
	if got, err := f.Notices(t.Context()); err != nil || len(got) != 1 {
		t.Errorf("after merging: %v, %v", got, err)
	}
}

// TestARenamedVerifiedPersonGetsTheNotice: the badge says that the key was
// compared, not that its owner is whoever it calls itself today.
func TestARenamedVerifiedPersonGetsTheNotice(t *testing.T) {
	f := newFixture(t)
	ann, mallory := f.seen(1, "Ann", ""), f.seen(2, "Mallory", "")
	f.verifies(1)
	f.verifies(2)
	if got, err := f.Notices(t.Context()); err != nil || len(got) != 0 {
		t.Fatalf("before: %v, %v", got, err)
	}
	f.seen(2, "Аnn", "")
	want := map[int64]Notice{mallory.ID: {NoticeTwin, ann.ID}}
	if got, err := f.Notices(t.Context()); err != nil || !maps.Equal(got, want) {
		t.Errorf("renamed: %v, %v; want %v", got, err, want)
	}
	f.verifies(2) // compared anew, with that name on the screen
	if got, err := f.Notices(t.Context()); err != nil || len(got) != 2 {
		t.Errorf("verified anew: %v, %v", got, err)
	}
}

func BenchmarkNotices(b *testing.B) {
	for _, name := range []string{"张三的电脑 %d", "Аnn's PC %d", "the same"} {
		var devices []store.Named
		for n := range 1000 {
			text := name
			if strings.Contains(name, "%") {
				text = fmt.Sprintf(name, n)
			}
			devices = append(devices, who(n, int64(n), text, nil))
		}
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				Notices(devices)
			}
		})
	}
}
