package control

import (
	"errors"
	"testing"
)

func TestWhoDescendsFromACommand(t *testing.T) {
	const lanyard, root, terminal = 10, 20, 30
	gone := errors.New("no such process")
	world := map[int]process{
		lanyard:  {parent: 1, group: 10, session: 10},
		root:     {parent: lanyard, group: root, session: root},
		21:       {parent: root, group: root, session: root},
		22:       {parent: 21, group: 22, session: root},
		23:       {parent: 22, group: 23, session: 23}, // a session of its own below it
		24:       {parent: 1, group: root, session: 10},
		25:       {parent: 1, group: 25, session: root},
		26:       {parent: 25, group: 26, session: 26},
		terminal: {parent: lanyard, group: terminal, session: terminal}, // opened by Lanyard, no command
		31:       {parent: terminal, group: 31, session: terminal},
		40:       {parent: 99, group: 40, session: 40},
		41:       {parent: root, parentGone: true},
		42:       {parent: 98, parentGone: true},
		50:       {parent: 51, group: 50}, // IDs that were given again
		51:       {parent: 50, group: 51},
	}
	for i := 1000; i < 1000+maxAncestors+1; i++ {
		world[i] = process{parent: i + 1}
	}
	look := func(pid int) (process, error) {
		if p, known := world[pid]; known {
			return p, nil
		}
		return process{}, gone
	}
	for _, test := range []struct {
		name   string
		pid    int
		inside bool
		doubt  bool
	}{
		{"the command itself", root, true, false},
		{"its child", 21, true, false},
		{"its grandchild in another process group", 22, true, false},
		{"one that left the session", 23, true, false},
		{"an orphan in the process group", 24, true, false},
		{"an orphan in the session", 25, true, false},
		{"a child of that orphan that left the session", 26, true, false},
		{"a child whose parent's ID alone is left", 41, true, false},
		{"Lanyard itself", lanyard, false, false},
		{"a terminal that Lanyard opened", terminal, false, false},
		{"a shell in that terminal", 31, false, false},
		{"a parent that ended long ago", 42, false, false},
		{"a circle", 50, false, false},
		{"nobody", 77, false, true},
		{"a parent that has just ended", 40, false, true},
		{"a line without end", 1000, false, true},
	} {
		inside, err := descends(test.pid, func(pid int) bool { return pid == 5 || pid == root }, look)
		if inside != test.inside || (err != nil) != test.doubt {
			t.Errorf("%s: inside %v, %v", test.name, inside, err)
		}
	}
}
