//go:build bench && linux

package main_test

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

// What the bench moves, and what has to come out of it.
const (
	benchBytes  = 2 * gib
	benchFiles  = 10_000
	benchRounds = 3

	wantBig   = 0.85                  // times scp, MB/s
	wantSmall = 8.0                   // times scp -r, files/s
	wantChat  = 50 * time.Millisecond // p99 while a file flows
	wantFlow  = 0.70                  // times ssh host cat FILE, MB/s
	wantStart = 1.5                   // times ssh host true, over a connection that is there
	wantIdle  = 0.005                 // of one core, with 20 people
	wantIdler = 1.3                   // times a bare window
)

// mover is one way to bring files from one folder to another.
type mover struct {
	name string
	big  func(source, into string) error // into is a new folder
	tree func(source, into string) error
}

// verdict prints a line about one target.
func verdict(ok bool, format string, args ...any) {
	word := "PASS"
	if !ok {
		word = "FAIL"
	}
	fmt.Printf("%s  %s\n", word, fmt.Sprintf(format, args...))
}

func TestBench(t *testing.T) {
	t.Run("transfer", transfer)
	t.Run("commands", commands)
	t.Run("idle", idle)
}

// transfer measures files, and chat while they flow.
func transfer(t *testing.T) {
	needMemory(t, 7*gib)
	dir := memoryDir(t)
	big := filepath.Join(dir, "big.bin")
	writeBig(t, big, benchBytes, 1)
	tree := filepath.Join(dir, "tree")
	for i := range benchFiles {
		writeFile(t, fmt.Sprintf("%s/%02d/%05d.bin", tree, i/250, i), strings.Repeat(fmt.Sprintf("%07d\n", i), 512))
	}
	load, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		t.Fatal(err)
	}
	fmt.Printf("\n%d cores, %s/%s, loopback, tmpfs to tmpfs, fresh targets, median of %d alternating rounds; load before it: %.4s\n",
		runtime.NumCPU(), runtime.GOOS, runtime.GOARCH, benchRounds, load)

	into := filepath.Join(dir, "into")
	if err := os.Mkdir(into, 0o755); err != nil {
		t.Fatal(err)
	}
	pair := newPair(t, into)
	movers := []mover{pair.mover(), plainTCP(), secureCopy(t, dir), syncDaemon(t, dir)}
	movers = slices.DeleteFunc(movers, func(m mover) bool { return m.big == nil })
	compare(t, movers, big, tree, into)
	pair.chatWhile(t, big)
	pair.stop(t)
}

// memoryDir is a folder in memory.
func memoryDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", runName())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Errorf("removing the bench's files: %v", err)
		}
	})
	return dir
}

// compare measures all ways in alternating order and prints the tables.
func compare(t *testing.T, movers []mover, big, tree, into string) {
	t.Helper()
	bigs, trees := map[string][]float64{}, map[string][]float64{}
	for round := range benchRounds {
		for i := range movers {
			m := movers[(i+round)%len(movers)]
			bigs[m.name] = append(bigs[m.name], float64(benchBytes)/1e6/timed(t, m.name, m.big, big, into))
			trees[m.name] = append(trees[m.name], benchFiles/timed(t, m.name, m.tree, tree, into))
		}
	}
	ratio := table("one file of 2 GiB", "MB/s", movers, bigs)
	verdict(ratio >= wantBig, "lanyard moves 2 GiB at %.2f × scp (target %.2f)", ratio, wantBig)
	ratio = table("10,000 files of 4 KiB", "files/s", movers, trees)
	verdict(ratio >= wantSmall, "lanyard moves small files at %.2f × scp -r (target %.1f)", ratio, wantSmall)
}

// timed runs one way into an empty folder, checks what arrived and returns the seconds.
func timed(t *testing.T, name string, move func(source, into string) error, source, into string) float64 {
	t.Helper()
	empty(t, into)
	start := time.Now()
	err := move(source, into)
	took := time.Since(start)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	want, err := size(source)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := size(into); err != nil || got != want {
		t.Fatalf("%s brought %+v of %+v: %v", name, got, want, err)
	}
	empty(t, into)
	return took.Seconds()
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

// table prints the medians and returns lanyard's as a multiple of scp's.
func table(title, unit string, movers []mover, results map[string][]float64) float64 {
	ours, scp := median(results[lanyardName]), median(results[scpName])
	fmt.Printf("\n%-44s %10s %8s %8s   rounds\n", title, unit, "× scp", "lanyard×")
	for _, m := range movers {
		value := median(results[m.name])
		fmt.Printf("%-44s %10.0f %8.2f %8.2f   %.0f\n", m.name, value, value/scp, ours/value, results[m.name])
	}
	return ours / scp
}

func median(values []float64) float64 {
	if len(values) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(values))
	return sorted[len(sorted)/2]
}
