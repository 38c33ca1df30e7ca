//go:build unix

package transfer

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"lanyard/netcore/store"
)

// tooMany adds entries until one is refused, and checks why.
func tooMany(t *testing.T, entry func(i int) entryFrame) {
	t.Helper()
	c := newChecking(store.Transfer{Count: maxEntries, Bytes: 1, Roots: []store.TransferRoot{{Name: "d", Dir: true}}})
	var err error
	for i := 0; err == nil && i < maxEntries; i++ {
		err = c.add(entry(i))
	}
	if f, ok := errors.AsType[*fault](err); !ok || f.reason != ReasonTooMany {
		t.Errorf("refused with %v", err)
	}
}

func TestAListTakesNoMoreMemoryThanOnesOfItsSize(t *testing.T) {
	target := strings.Repeat("t", maxLink)
	t.Run("targets of links", func(t *testing.T) {
		tooMany(t, func(i int) entryFrame { return entryFrame{Path: fmt.Sprint("d/", i), Link: target} })
	})
	deep := strings.Repeat("x/", 28)
	t.Run("folders", func(t *testing.T) {
		tooMany(t, func(i int) entryFrame { return entryFrame{Path: fmt.Sprint("d/", i, "/", deep, "f")} })
	})
}

func TestFoldersInTheOrderOfAWalkCountOnce(t *testing.T) {
	c := newChecking(store.Transfer{Count: 10, Roots: []store.TransferRoot{{Name: "d", Dir: true}}})
	for _, p := range []string{"d", "d/a", "d/a/1", "d/a/b", "d/a/b/2", "d/a/c", "d/a-", "d/e/f/3", "d/e/f/4", "d/z"} {
		c.deepen(p)
	}
	if c.deep != 2 { // d/e and d/e/f, which are not listed
		t.Errorf("%d folders", c.deep)
	}
}

// Names that are cut share their increments: each of them must not look for a
// free one from the first.
func TestManyLongNamesThatCollideAreNamedSoon(t *testing.T) {
	const names = 20_000
	long := strings.Repeat("n", 240)
	var list []planned
	for i := range names {
		p := planned{path: fmt.Sprintf("d/%s%06d", long, i), clean: fmt.Sprintf("d/%s%06d", long, i)}
		p.path, p.clean = p.path+strings.Repeat("z", 9), p.clean+strings.Repeat("z", 9)
		list = append(list, p, p)
	}
	began := time.Now()
	p := newPlan(list, []store.TransferRoot{{Name: "d", Dir: true, Path: "d"}})
	if took := time.Since(began); took > 20*time.Second {
		t.Errorf("took %v", took)
	}
	seen := map[string]bool{}
	for f := range p.files {
		if seen[p.files[f].name] {
			t.Fatalf("%q twice", p.files[f].name)
		}
		seen[p.files[f].name] = true
	}
}

func TestManyRootsOfOneNameAreRecordedAtOnce(t *testing.T) {
	dir := t.TempDir()
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = root.Close() }()
	roots := make([]store.TransferRoot, maxTops)
	for i := range roots {
		roots[i] = store.TransferRoot{Name: "same", Dir: true}
	}
	notes := 0
	d := &disk{root: root}
	if err := d.nameRoots(roots, func() error { notes++; return nil }); err != nil || notes != 1 {
		t.Errorf("recorded %d times, %v", notes, err)
	}
	if list, err := os.ReadDir(dir); err != nil || len(list) != maxTops {
		t.Errorf("%d folders, %v", len(list), err)
	}
}

func TestAReceiverCannotWantWithoutEnd(t *testing.T) {
	w := newWishes(1)
	part := &partWant{C: make([][2]int, 1000)}
	var err error
	for i := 0; err == nil && i < 2*maxWishes; i++ {
		err = w.add(wish{part: part}, true)
	}
	if !errors.Is(err, errProtocol) || len(w.list) > maxWishes/1000+1 {
		t.Errorf("%d wishes wait, %v", len(w.list), err)
	}
}
