package netcore

import (
	"errors"
	"strings"
	"testing"

	"lanyard/netcore/link"
)

func TestNobodyReachesThemselves(t *testing.T) {
	net := link.NewMemory()
	ann := copyOn(t, net, "ann")
	id := ann.Self().ID
	for _, query := range []string{
		"ann", " ann ", id.String(), strings.ToLower(id.Compact()), id.Short(), id.Compact()[:4], "ann:9527",
	} {
		if _, err := ann.Reach(soon(t), query); !errors.Is(err, link.ErrSelf) {
			t.Errorf("Reach(%q) = %v, want ErrSelf", query, err)
		}
	}
	namesake := reopen(t, net, "bob", t.TempDir())
	settings := namesake.Settings()
	settings.Name = "ann"
	if err := namesake.SetSettings(soon(t), settings); err != nil {
		t.Fatal(err)
	}
	reach(t, ann, "bob:9527")
	if got := reach(t, ann, "ann"); got.Device != namesake.Self().ID {
		t.Errorf("ann reaches %+v", got)
	}
}

func TestFindAtAnAddress(t *testing.T) {
	net := link.NewMemory()
	ann := copyOn(t, net, "ann")
	bob := copyOn(t, net, "192.0.2.7")
	eve := copyOn(t, net, "eve")
	reach(t, ann, "192.0.2.7:9527")
	reach(t, ann, "eve:9527")
	for _, name := range []string{"192.0.2.7", "192.0.2.7:9527"} {
		settings := eve.Settings()
		settings.Name = name
		if err := eve.SetSettings(soon(t), settings); err != nil {
			t.Fatal(err)
		}
		eventually(t, ann, "the new name", func() bool {
			people, err := ann.People(soon(t))
			if err != nil {
				t.Fatal(err)
			}
			for _, person := range people {
				if person.Device == eve.Self().ID {
					return person.Name == name
				}
			}
			return false
		})
		got, err := ann.Find(soon(t), name)
		if err != nil || got.Device != bob.Self().ID {
			t.Errorf("Find(%q) = %+v, %v; want bob", name, got, err)
		}
	}
}
