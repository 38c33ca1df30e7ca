//go:build bench && linux

package main_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// way is one way to bring what is at a path into a folder.
type way struct {
	name   string
	source string
	amount float64 // of what rates are told in: MB, files
	move   func(source, into string) (laps, error)
}

// laps are when a file was in place, verified as far as the way does that, and
// when all was over. Only lanyard's way knows a difference.
type laps struct{ placed, done time.Duration }

// once is a way without anything behind it.
func once(move func(source, into string) error) func(source, into string) (laps, error) {
	return func(source, into string) (laps, error) {
		start := time.Now()
		err := move(source, into)
		took := time.Since(start)
		return laps{took, took}, err
	}
}

// rates are those of one way, a round each.
type rates struct{ placed, done []float64 }

// race measures ways in turns. A way without a move is not there.
func race(t *testing.T, rounds int, into string, ways []way) []rates {
	t.Helper()
	results := make([]rates, len(ways))
	for round := range rounds {
		for i := range ways {
			at := (i + round) % len(ways)
			if ways[at].move == nil {
				continue
			}
			took := timed(t, ways[at], into)
			results[at].placed = append(results[at].placed, ways[at].amount/took.placed.Seconds())
			results[at].done = append(results[at].done, ways[at].amount/took.done.Seconds())
		}
	}
	return results
}

// timed runs one way into an empty folder and checks how much arrived.
func timed(t *testing.T, w way, into string) laps {
	t.Helper()
	empty(t, into)
	took, err := w.move(w.source, into)
	if err != nil {
		t.Fatalf("%s: %v", w.name, err)
	}
	want, err := size(w.source)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := size(into); err != nil || got != want {
		t.Fatalf("%s brought %+v of %+v: %v", w.name, got, want, err)
	}
	empty(t, into)
	return took
}

// empty removes what is in a folder; the folder stays, servers have it open.
func empty(t *testing.T, dir string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if err := os.RemoveAll(filepath.Join(dir, e.Name())); err != nil {
			t.Fatal(err)
		}
	}
}

// extent is how much there is of something.
type extent struct{ files, bytes int64 }

func size(dir string) (extent, error) {
	var e extent
	err := filepath.Walk(dir, func(_ string, info os.FileInfo, err error) error {
		if err == nil && info.Mode().IsRegular() {
			e.files++
			e.bytes += info.Size()
		}
		return err
	})
	return e, err
}

// table prints the medians, those until all was over only where they differ.
func table(title, unit string, ways []way, results []rates) {
	fmt.Printf("\n%-44s %10s %10s %9s   rounds\n", title, unit, "all over", "lanyard×")
	ours := median(results[0].placed)
	for i, w := range ways {
		if w.move == nil {
			continue
		}
		placed, done := median(results[i].placed), median(results[i].done)
		fmt.Printf("%-44s %10.0f %10.0f %9.2f   %.0f\n", w.name, placed, done, ours/placed, results[i].placed)
	}
}

// ratio is that of two medians; 0 where one is missing.
func ratio(ours, theirs []float64) float64 {
	if len(ours) == 0 || len(theirs) == 0 {
		return 0
	}
	return median(ours) / median(theirs)
}

// atLeast is the verdict about a ratio; none where the other way is missing.
func atLeast(ours, theirs []float64, target float64, what, whom string) {
	if len(theirs) == 0 {
		fmt.Printf("----  %s: nothing to compare with, %s is left out\n", what, whom)
		return
	}
	r := ratio(ours, theirs)
	verdict(r >= target, "%s: %.2f × %s (target %.2f)", what, r, whom, target)
}
