//go:build linux

package transfer

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// What a run without settings does: the same each time. LANYARD_SOAK has it do
// more or less: a count, or FROM-TO to repeat some; LANYARD_SEED has it do
// others, "random" each time.
const (
	soakCount = 60
	soakSeed  = 4
	soakPairs = 2 // side by side
)

// TestTransfersEndureFaults makes transfers between two processes, each with a
// fault at a random byte.
func TestTransfersEndureFaults(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	from, to, seed := soakRange(t)
	causes := soakCauses()
	if err := canMount(t); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("mounting:", err)
		}
		causes = slices.DeleteFunc(causes, func(c string) bool { return c == causeDiskFull || c == causeReadOnly })
		t.Run("disk full and read-only", func(t *testing.T) { t.Skip("mounting needs root:", err) })
	}
	t.Logf("trials %d to %d of seed %d", from, to-1, seed)
	sum := &soakSum{t: t, seed: seed, began: time.Now(), all: to - from, counts: map[string]map[string]int{}}
	trials := make(chan *soakTrial)
	var pairs sync.WaitGroup
	for i := range soakPairs {
		dir := filepath.Join(t.TempDir(), strconv.Itoa(i))
		pairs.Go(func() { sum.work(dir, trials) })
	}
	for no := from; no < to; no++ {
		trials <- newSoakTrial(seed, no, causes)
	}
	close(trials)
	pairs.Wait()
	sum.tell()
}

// soakRange reads which trials are to be made.
func soakRange(t *testing.T) (from, to int, seed uint64) {
	t.Helper()
	to, seed = soakCount, soakSeed
	var err error
	if text := os.Getenv("LANYARD_SOAK"); text != "" {
		first, last, several := strings.Cut(text, "-")
		if to, err = strconv.Atoi(first); err == nil && several {
			from = to
			to, err = strconv.Atoi(last)
			to++
		}
	}
	if err != nil || to <= from {
		t.Fatalf("LANYARD_SOAK: a count, or FROM-TO (%v)", err)
	}
	switch text := os.Getenv("LANYARD_SEED"); text {
	case "":
	case "random":
		seed = rand.Uint64N(1e9)
	default:
		if seed, err = strconv.ParseUint(text, 10, 64); err != nil {
			t.Fatalf("LANYARD_SEED: %v", err)
		}
	}
	return from, to, seed
}

// canMount tries whether disks can be made.
func canMount(t *testing.T) error {
	t.Helper()
	dir := t.TempDir()
	if err := unix.Mount("none", dir, "tmpfs", 0, "size=1m"); err != nil {
		return err
	}
	return unix.Unmount(dir, unix.MNT_DETACH)
}

// soakSum is what came of all trials.
type soakSum struct {
	t     *testing.T
	seed  uint64
	began time.Time
	all   int

	mu       sync.Mutex
	done     int
	failed   int
	children int64
	counts   map[string]map[string]int // by cause and outcome
	written  int64                     // the most that was written twice
	sent     int64
	inFlight int64
}

// work makes trials, one after the other, between one pair of processes; after
// one that went wrong, a new pair.
func (s *soakSum) work(dir string, trials <-chan *soakTrial) {
	var p *pair
	for no := 0; ; no++ {
		trial, more := <-trials
		if !more {
			break
		}
		if p == nil {
			var err error
			if p, err = newPair(filepath.Join(dir, strconv.Itoa(no))); err != nil {
				s.t.Error(err)
				p = nil
				continue
			}
		}
		run, err := p.endure(trial)
		s.note(run, err)
		if err != nil {
			s.end(p)
			p = nil
		}
	}
	if p != nil {
		s.end(p)
	}
}

func (s *soakSum) end(p *pair) {
	if err := p.close(); err != nil {
		s.t.Error(err)
	}
	s.mu.Lock()
	s.children += p.began.Load()
	s.mu.Unlock()
}

// note counts a trial.
func (s *soakSum) note(r *soakRun, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	outcome := outcomeOf(r.got)
	if err != nil {
		outcome = "WRONG"
		s.failed++
		s.t.Errorf("trial %d of seed %d: %s at byte %d of %d: %v", r.no, s.seed, r.cause, r.at, r.size, err)
	}
	if s.counts[r.cause] == nil {
		s.counts[r.cause] = map[string]int{}
	}
	s.counts[r.cause][outcome]++
	s.written, s.sent, s.inFlight = max(s.written, r.writtenTwo), max(s.sent, r.sentTwo), max(s.inFlight, r.inFlight)
	if s.done++; s.done%50 == 0 {
		fmt.Printf("%d of %d, %d wrong, %v\n", s.done, s.all, s.failed, time.Since(s.began).Round(time.Second))
	}
}

// tell says what came of it: causes and outcomes.
func (s *soakSum) tell() {
	outcomes := map[string]bool{}
	for _, of := range s.counts {
		for outcome := range of {
			outcomes[outcome] = true
		}
	}
	columns := slices.Sorted(maps.Keys(outcomes))
	text := fmt.Sprintf("%-20s", "")
	for _, outcome := range columns {
		text += "  " + outcome
	}
	for _, cause := range slices.Sorted(maps.Keys(s.counts)) {
		text += fmt.Sprintf("\n%-20s", cause)
		for _, outcome := range columns {
			text += fmt.Sprintf("  %*d", len(outcome), s.counts[cause][outcome])
		}
	}
	s.t.Logf("%d transfers in %v, %d processes, seed %d:\n%s", s.done, time.Since(s.began).Round(time.Second), s.children, s.seed, text)
	s.t.Logf("most bytes beyond those of the files: written %d, with database and journal; sent %d, of which %d were in flight at the most", s.written, s.sent, s.inFlight)
}
