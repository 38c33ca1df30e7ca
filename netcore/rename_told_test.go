package netcore

import "testing"

// Whichever of the two comes first, the newer name stays.
func TestALateHelloDoesNotUndoANewName(t *testing.T) {
	id := DeviceID{1}
	kept := ""
	commit := func(name string) error { kept = name; return nil }
	var told toldNames
	for _, step := range []struct {
		do   func() error
		want string
	}{
		{func() error { return told.greet(id, "old", commit) }, "old"},
		{func() error { return told.tell(id, "new", commit) }, "new"},
		{func() error { return told.greet(id, "old", commit) }, "new"},
		{func() error { return told.greet(DeviceID{2}, "another", commit) }, "another"},
		{func() error { told.forget(id); return told.greet(id, "of the next link", commit) }, "of the next link"},
	} {
		if err := step.do(); err != nil || kept != step.want {
			t.Errorf("%q is kept, %v; want %q", kept, err, step.want)
		}
	}
}
