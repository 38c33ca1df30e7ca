//go:build linux

package transfer

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"time"
)

// The causes of faults.
const (
	causeReset        = "connection reset"
	causeStall        = "silent stall"
	causeKillSender   = "sender killed"
	causeKillReceiver = "receiver killed"
	causeDiskFull     = "disk full"
	causeReadOnly     = "read-only mount"
	causePause        = "process paused"
)

// soakCauses are all of them; one after the other has its turn.
func soakCauses() []string {
	return []string{causeReset, causeStall, causeKillSender, causeKillReceiver, causeDiskFull, causeReadOnly, causePause}
}

// soakTrial is one transfer and its fault, all of it from the seed.
type soakTrial struct {
	no     int
	cause  string
	random *rand.Rand
	files  map[string]int64 // sizes by path below the root
	size   int64            // of all files
	at     int64            // the byte of the fault
	back   bool             // counted on the way to the sender
	paused string           // who is, for causePause
	held   time.Duration    // how long the fault lasts
	killed bool             // for causeReadOnly: the receiver is too
	cancel string           // who cancels after the fault; empty: nobody
	later  int64            // so many bytes after the fault; -1: while it lasts
	again  bool             // who cancels then is killed and started again
	shared map[string]bool  // files that are there already
	there  int64            // bytes of those
}

// newSoakTrial draws a trial.
func newSoakTrial(seed uint64, no int, causes []string) *soakTrial {
	t := &soakTrial{no: no, cause: causes[no%len(causes)], random: rand.New(rand.NewPCG(seed, uint64(no))), files: map[string]int64{}} //nolint:gosec // a number of a test
	t.drawFiles()
	overhead := int64(100 * len(t.files)) // at least; frames have more
	switch t.random.IntN(8) {
	case 0: // agreeing on what is to come
		t.at = t.random.Int64N(2000)
	case 1: // when all data has passed
		t.at = t.size + t.random.Int64N(overhead)
	case 2: // an answer
		t.at, t.back = t.random.Int64N(500+20*int64(len(t.files))), true
	default:
		t.at = t.random.Int64N(t.size + overhead)
	}
	t.paused = []string{"sender", "receiver"}[t.random.IntN(2)]
	t.held = time.Duration(t.random.Int64N(int64(2 * soakStall)))
	t.killed = t.random.IntN(2) == 0
	if who, may := t.random.IntN(12), t.cause != causeDiskFull && t.cause != causeReadOnly; who < 3 && may {
		t.cancel, t.later = []string{"sender", "receiver"}[who%2], t.random.Int64N(t.size)
		if t.random.IntN(2) == 0 {
			t.cancelNow()
		}
	}
	if t.random.IntN(3) == 0 {
		t.share()
	}
	return t
}

// share has some of the small files there already.
func (t *soakTrial) share() {
	t.shared = map[string]bool{}
	for _, name := range sortedNames(t.files) {
		if size := t.files[name]; size <= smallMax && t.random.IntN(3) == 0 {
			t.shared[name] = true
			t.there += size
		}
	}
	if come := t.size - t.there; t.at > come && !t.back { // else it would never pass
		t.at = max(come, t.at-t.there-100*int64(len(t.shared)))
	}
}

// cancelNow has somebody who can cancel while the fault lasts.
func (t *soakTrial) cancelNow() {
	t.later, t.again = -1, t.random.IntN(2) == 0
	switch {
	case t.cause == causeKillSender || t.cause == causePause && t.paused == "sender":
		t.cancel = "receiver"
	case t.cause == causeKillReceiver || t.cause == causePause:
		t.cancel = "sender"
	}
}

// drawFiles draws a tree: one large file, some of a few chunks, many small
// ones, some empty.
func (t *soakTrial) drawFiles() {
	add := func(name string, size int64) {
		t.files[name] = size
		t.size += size
	}
	large := 2<<20 + t.random.Int64N(6<<20)
	if t.random.IntN(5) == 0 {
		large = 20<<20 + t.random.Int64N(40<<20)
	}
	add("large", large)
	for i := range t.random.IntN(4) {
		add(fmt.Sprintf("chunks/%d", i), 1<<20-1+t.random.Int64N(3<<20))
	}
	for i := range 5 + t.random.IntN(30) {
		add(fmt.Sprintf("small/%d/%d", i%3, i), t.random.Int64N(200<<10))
	}
	for i := range 1 + t.random.IntN(3) {
		add(fmt.Sprintf("z empty %d", i), 0)
	}
}

// name is that of the root. It says whether the folder is shared.
func (t *soakTrial) name() string {
	if len(t.shared) > 0 {
		return fmt.Sprintf("t%d%s", t.no, soakShared)
	}
	return fmt.Sprintf("t%d", t.no)
}

// write makes the tree, or the part of it that is there already.
func (t *soakTrial) write(dir string, all bool) error {
	random := rand.NewChaCha8(keyOf(t.no, 0))
	p := make([]byte, 256<<10)
	for _, name := range sortedNames(t.files) {
		if !all && !t.shared[name] {
			continue
		}
		full := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(full), 0o777); err != nil {
			return err
		}
		file, err := os.Create(full)
		if err != nil {
			return err
		}
		random.Seed(keyOf(t.no, t.files[name]))
		for left := t.files[name]; left > 0; left -= int64(len(p)) {
			_, _ = random.Read(p)
			if _, err := file.Write(p[:min(left, int64(len(p)))]); err != nil {
				return err
			}
		}
		at := time.Unix(1_600_000_000+int64(t.no), 123456789)
		if err := errors.Join(file.Close(), os.Chtimes(full, at, at)); err != nil {
			return err
		}
	}
	if !all {
		return nil
	}
	return os.Mkdir(filepath.Join(dir, "empty folder"), 0o777)
}

// keyOf is the seed of a file's content.
func keyOf(no int, size int64) (key [32]byte) {
	binary.LittleEndian.PutUint64(key[:], uint64(no))    //nolint:gosec // a number of a test
	binary.LittleEndian.PutUint64(key[8:], uint64(size)) //nolint:gosec // not negative
	return key
}
