//go:build bench && linux

package main_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"sync"
	"testing"

	"golang.org/x/sys/unix"
)

const (
	manyFiles = 200_000
	hugeBytes = 20 * gib
	wantHeap  = 150 // MiB, of each side
)

// memory measures the heaps of both sides with many files and with a huge one.
func memory(t *testing.T) {
	t.Run("many", manySmall)
	t.Run("huge", oneHuge)
}

func manySmall(t *testing.T) {
	needMemory(t, 4*gib)
	dir := memoryDir(t)
	tree := newDir(t, dir, "tree")
	for i := range manyFiles {
		folder := filepath.Join(tree, fmt.Sprintf("%03d", i/1000))
		if i%1000 == 0 {
			newDir(t, tree, filepath.Base(folder))
		}
		if err := os.WriteFile(fmt.Sprintf("%s/a file among many %06d.txt", folder, i), []byte("a few bytes\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	weigh(t, tree, newDir(t, dir, "into"), fmt.Sprintf("%d files", manyFiles))
}

// oneHuge sends a file that takes no room here to a disk.
func oneHuge(t *testing.T) {
	source := filepath.Join(memoryDir(t), "huge.bin")
	into := passingDir(t, os.TempDir())
	size := roomFor(t, into, hugeBytes)
	if err := os.WriteFile(source, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(source, size); err != nil {
		t.Fatal(err)
	}
	weigh(t, source, into, fmt.Sprintf("a file of %d GiB", size/gib))
}

// roomFor is the size that is wanted, or as many GiB as fit with half of the
// disk's free room to spare.
func roomFor(t *testing.T, dir string, wanted int64) int64 {
	t.Helper()
	var disk unix.Statfs_t
	if err := unix.Statfs(dir, &disk); err != nil {
		t.Fatal(err)
	}
	room := int64(disk.Bavail) * disk.Bsize / 2 / gib * gib
	if room < wanted {
		fmt.Printf("little room on the disk: %d GiB instead of %d\n", room/gib, wanted/gib)
	}
	need(t, room >= gib, "there is no room for a big file")
	return min(room, wanted)
}

// weigh sends once and says what the largest heaps were.
func weigh(t *testing.T, source, into, what string) {
	t.Helper()
	here, there := thisPC(t)
	a, b := newUser(t, here, "alice"), newUser(t, there, "bob")
	var heaps [2]heap
	a.dress, b.dress = heaps[0].watch, heaps[1].watch
	p := meetIn(t, a, b, into)
	took, err := p.move(t, source, into)
	if err != nil {
		t.Fatalf("sending %s: %v", what, err)
	}
	fmt.Printf("\n%-44s %10s %10s   (%.1f s until it was in place, %.1f until all was over)\n", what, "heap MiB", "RSS MiB", took.placed.Seconds(), took.done.Seconds())
	ok := true
	for i, side := range []*served{p.alice, p.bob} {
		peak := heaps[i].peak()
		whole := statusOf(t, fmt.Sprintf("/proc/%d/status", side.cmd.Process.Pid), "VmHWM")
		fmt.Printf("%-44s %10d %10d\n", []string{"sender", "receiver"}[i], peak, whole>>20)
		ok = ok && peak > 0 && peak < wantHeap
	}
	verdict(ok, "the heap of both sides with %s (target under %d MiB)", what, wantHeap)
	p.stop(t)
}

// heap is the largest heap of a copy, as its collector tells it on stderr.
type heap struct {
	mu   sync.Mutex
	max  int
	line []byte
}

// watch has a copy tell.
func (h *heap) watch(cmd *exec.Cmd) {
	cmd.Env = append(cmd.Env, "GODEBUG=gctrace=1")
	cmd.Stderr = h
}

// collected is where a line says how large the heap was before a collection,
// after it, and what of it lives.
var collected = regexp.MustCompile(`^gc \d+ @.* (\d+)->(\d+)->\d+ MB`)

func (h *heap) Write(p []byte) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.line = append(h.line, p...)
	for {
		line, rest, whole := bytes.Cut(h.line, []byte("\n"))
		if !whole {
			return len(p), nil
		}
		for _, size := range collected.FindSubmatch(line) {
			n, _ := strconv.Atoi(string(size)) // the whole match is no number
			h.max = max(h.max, n)
		}
		h.line = bytes.Clone(rest)
	}
}

func (h *heap) peak() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.max
}
