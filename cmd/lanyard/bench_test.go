//go:build bench && linux

package main_test

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// TestBench measures and says of each target whether it is reached. What it
// compares is measured in turns, in the same run; medians count. Each part can
// be run alone: -run '^TestBench$/^small$'.
func TestBench(t *testing.T) {
	fmt.Printf("%d cores, %s/%s\n", runtime.NumCPU(), runtime.GOOS, runtime.GOARCH)
	for _, part := range []struct {
		name string
		run  func(t *testing.T)
	}{
		{"big", big},
		{"pinned", pinned},
		{"shaped", shaped},
		{"lossy", lossy},
		{"small", small},
		{"far", far},
		{"memory", memory},
		{"progress", progress},
		{"resume", resume},
		{"chat", chat},
		{"commands", commands},
		{"idle", idle},
	} {
		t.Run(part.name, func(t *testing.T) {
			fmt.Printf("\n== %s; load before it: %s\n", part.name, load(t))
			part.run(t)
		})
	}
}

// verdict prints a line about one target.
func verdict(ok bool, format string, args ...any) {
	word := "PASS"
	if !ok {
		word = "FAIL"
	}
	fmt.Printf("%s  %s\n", word, fmt.Sprintf(format, args...))
}

// load is that of the machine before a measurement.
func load(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%.4s", text)
}

// statusOf is a field of a file such as /proc/meminfo that is in KiB, in bytes.
func statusOf(t *testing.T, file, field string) int64 {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), field+":")
	kib, err := strconv.ParseInt(strings.Fields(rest + " -")[0], 10, 64)
	if err != nil {
		t.Fatalf("%s in %s: %v", field, file, err)
	}
	return kib << 10
}

// memoryDir is a folder in memory.
func memoryDir(t *testing.T) string {
	t.Helper()
	return passingDir(t, "/dev/shm")
}

// passingDir is a new folder that goes when the test ends.
func passingDir(t *testing.T, base string) string {
	t.Helper()
	dir, err := os.MkdirTemp(base, runName()+"d")
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

// newDir makes a folder in another.
func newDir(t *testing.T, dir, name string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.Mkdir(path, 0o755); err != nil {
		t.Fatal(err)
	}
	return path
}

// bigFile writes a file of the size that is wanted, or less where twice that
// and room to work do not fit into memory, and returns its size.
func bigFile(t *testing.T, dir string, wanted int64) (string, int64) {
	t.Helper()
	size := wanted
	for size > 256<<20 && statusOf(t, "/proc/meminfo", "MemAvailable") < 2*size+2*gib {
		size /= 2
	}
	if size < wanted {
		fmt.Printf("little memory: %d MiB instead of %d\n", size>>20, wanted>>20)
	}
	needMemory(t, 2*size+gib)
	name := filepath.Join(dir, "big.bin")
	file, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	bytes := newPattern(1)
	for done := int64(0); done < size; done += 1 << 20 {
		if _, err := file.Write(bytes.next()); err != nil {
			t.Fatalf("writing %s: %v", name, err)
		}
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	return name, size
}

// smallFiles fills a folder with files of 4 KiB, 250 to a folder.
func smallFiles(t *testing.T, dir string, n int) string {
	t.Helper()
	tree := filepath.Join(dir, "tree")
	for i := range n {
		writeFile(t, fmt.Sprintf("%s/%02d/%05d.bin", tree, i/250, i), strings.Repeat(fmt.Sprintf("%07d\n", i), 512))
	}
	return tree
}

func median(values []float64) float64 {
	if len(values) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(values))
	return sorted[len(sorted)/2]
}
