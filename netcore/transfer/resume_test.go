//go:build unix

package transfer

import (
	"context"
	"encoding/binary"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// counted counts what goes out on data streams, and can cut them.
type counted struct {
	Stream
	total *atomic.Int64
	cutAt int64 // of the total; 0: never
}

func (c *counted) Write(p []byte) (int, error) {
	if now := c.total.Add(int64(len(p))); c.cutAt > 0 && now >= c.cutAt {
		_ = c.Reset()
	}
	return c.Stream.Write(p)
}

// cutOnce returns a network whose data streams count, the first of which is
// cut after so many bytes, and calls cut then.
func cutOnce(after int64) (*network, *atomic.Int64) {
	n, total := newNetwork(), &atomic.Int64{}
	first := true
	n.tamper = func(kind string, s Stream) Stream {
		if kind != KindData {
			return s
		}
		c := &counted{Stream: s, total: total}
		if first {
			c.cutAt, first = after, false
		}
		return c
	}
	return n, total
}

// partly sends a file of 12 MiB until its stream is cut after 8 MiB, and holds
// it there.
func partly(t *testing.T) (n *network, total *atomic.Int64, a, b *member, mine, theirs int64) {
	t.Helper()
	return partlyOf(t, 12<<20-7, 8<<20)
}

// partlyOf is partly for a file of another size, cut elsewhere.
func partlyOf(t *testing.T, size int, cut int64) (n *network, total *atomic.Int64, a, b *member, mine, theirs int64) {
	t.Helper()
	n, total = cutOnce(cut)
	a, b = join(t, n, "a"), join(t, n, "b")
	tree(t, a.dir, map[string]string{"src/big": noise(1, size), "src/small": "small"})
	mine, theirs = begin(t, a, b, filepath.Join(a.dir, "src"))
	until(t, "it is cut", func() bool { return total.Load() >= cut })
	n.mu.Lock()
	n.down = true
	n.mu.Unlock()
	n.cut()
	until(t, "the try is over", func() bool {
		j := b.job(theirs)
		j.mu.Lock()
		defer j.mu.Unlock()
		return j.live == 0
	})
	total.Store(0)
	return n, total, a, b, mine, theirs
}

// arrives waits until both ends say that all is there, and checks that it is.
func arrives(t *testing.T, a, b *member, mine, theirs int64) (sent, got Snapshot) {
	t.Helper()
	sent, got = a.await(mine), b.await(theirs)
	wantEnd(t, sent, StateVerified, ReasonNone)
	wantEnd(t, got, StateVerified, ReasonNone)
	if sent.MD5 != got.MD5 || sent.Done != got.Done {
		t.Errorf("ended as %+v, %+v", sent, got)
	}
	sameTrees(t, look(t, filepath.Join(a.dir, "src")), look(t, filepath.Join(b.dir, "src")))
	if list, _ := filepath.Glob(filepath.Join(b.dir, ".lanyard-*")); len(list) > 0 {
		t.Errorf("left over: %q", list)
	}
	for _, m := range []*member{a, b} {
		m.proved(mine, theirs)
		if list, _ := filepath.Glob(filepath.Join(m.profile, "transfers", "*")); len(list) > 0 {
			t.Errorf("left over: %q", list)
		}
	}
	return sent, got
}

// proved checks that each file has an MD5 that was compared.
func (m *member) proved(keys ...int64) {
	m.t.Helper()
	for _, key := range keys {
		rows, err := m.db.TransferFiles(context.Background(), key)
		if err != nil {
			m.t.Error(err)
		}
		for _, row := range rows {
			if row.State != string(StateVerified) || row.MD5 == "" || row.Reason != "" || row.Pending {
				m.t.Errorf("recorded %+v", row)
			}
		}
	}
}

// stageOf is the only staging folder of a member.
func (m *member) stageOf() string {
	m.t.Helper()
	list, err := filepath.Glob(filepath.Join(m.dir, ".lanyard-*"))
	if err != nil || len(list) != 1 {
		m.t.Fatalf("staging folders: %q, %v", list, err)
	}
	return list[0]
}

func TestNothingComesTwiceAfterACut(t *testing.T) {
	for name, restart := range map[string]func(n *network, a, b *member){
		"the link alone": func(*network, *member, *member) {},
		"a new receiver": func(n *network, _, b *member) { b.leave(n); b.start(n) },
		"a new sender":   func(n *network, a, _ *member) { a.leave(n); a.start(n) },
		"both are new":   func(n *network, a, b *member) { a.leave(n); b.leave(n); a.start(n); b.start(n) },
	} {
		t.Run(name, func(t *testing.T) {
			n, total, a, b, mine, theirs := partly(t)
			restart(n, a, b)
			n.heal()
			sent, _ := arrives(t, a, b, mine, theirs)
			// 4 MiB were to come, and what was in flight at the cut.
			if again := total.Load(); again > 7<<20 || sent.Restarted != 0 {
				t.Errorf("%d bytes were sent after 8 MiB of 12 (%+v)", again, sent)
			}
		})
	}
}

// damage writes over the only partial file of a member that has left.
func (m *member) damage(at ...int64) {
	m.t.Helper()
	parts, err := filepath.Glob(filepath.Join(m.stageOf(), "*.part"))
	if err != nil || len(parts) != 1 {
		m.t.Fatalf("parts: %q, %v", parts, err)
	}
	file, err := os.OpenFile(parts[0], os.O_RDWR, 0)
	if err != nil {
		m.t.Fatal(err)
	}
	for _, at := range at {
		if _, err := file.WriteAt([]byte("damaged"), at); err != nil {
			m.t.Fatal(err)
		}
	}
	if err := file.Close(); err != nil {
		m.t.Fatal(err)
	}
}

func TestADamagedPartIsFoundChunkByChunk(t *testing.T) {
	n, total, a, b, mine, theirs := partly(t)
	b.leave(n)
	b.damage(100, 2<<20+5)
	b.start(n)
	n.heal()
	arrives(t, a, b, mine, theirs)
	if again := total.Load(); again < 6<<20 || again > 9<<20 {
		t.Errorf("%d bytes were sent for 4 MiB and two chunks", again)
	}
}

// However much of it is damaged: a disk that lost power may have lost all.
func TestAPartIsDamagedAllOver(t *testing.T) {
	n, total, a, b, mine, theirs := partlyOf(t, 48<<20, 32<<20)
	b.leave(n)
	var at []int64
	for i := range int64(12) {
		at = append(at, 2*i<<20+100)
	}
	b.damage(at...)
	b.start(n)
	n.heal()
	sent, _ := arrives(t, a, b, mine, theirs)
	if again := total.Load(); again < 28<<20 || again > 31<<20 || sent.Restarted != 0 {
		t.Errorf("%d bytes were sent for 16 MiB and twelve chunks (%+v)", again, sent)
	}
}

func TestAJournalThatIsTornOrStrangeIsNotBelieved(t *testing.T) {
	for name, spoil := range map[string]func(p string) error{
		"torn": func(p string) error {
			info, err := os.Stat(p)
			if err != nil {
				return err
			}
			return os.Truncate(p, info.Size()-7)
		},
		"empty":   func(p string) error { return os.Truncate(p, 0) },
		"gone":    os.Remove,
		"a link":  func(p string) error { _ = os.Remove(p); return os.Symlink("0.part", p) },
		"garbage": func(p string) error { return os.WriteFile(p, []byte(noise(3, 5200)), 0o600) },
		"of another transfer": func(p string) error {
			raw, err := os.ReadFile(p)
			if err != nil {
				return err
			}
			var head journalRecord
			copy(head[:], raw)
			head[20] ^= 1
			copy(raw, head.seal()[:])
			return os.WriteFile(p, raw, 0o600)
		},
		"chunks that were never written": func(p string) error {
			raw, err := os.ReadFile(p)
			if err != nil {
				return err
			}
			var r journalRecord
			copy(r[:], raw[len(raw)-journalSize:])
			for i := range 12 {
				binary.LittleEndian.PutUint64(r[8:], uint64(i))
				raw = append(raw, r.seal()[:]...)
			}
			return os.WriteFile(p, raw, 0o600)
		},
	} {
		t.Run(name, func(t *testing.T) {
			n, _, a, b, mine, theirs := partly(t)
			b.leave(n)
			if err := spoil(filepath.Join(b.stageOf(), journalName)); err != nil {
				t.Fatal(err)
			}
			b.start(n)
			n.heal()
			arrives(t, a, b, mine, theirs)
		})
	}
}

func TestASourceThatChangedWithSizeAndTimeUnchangedIsNoticed(t *testing.T) {
	n, _, a, b, mine, theirs := partly(t)
	path := filepath.Join(a.dir, "src/big")
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := file.WriteAt([]byte("another beginning"), 0); err != nil {
		t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(path, info.ModTime(), info.ModTime()); err != nil {
		t.Fatal(err)
	}
	n.heal()
	_, got := arrives(t, a, b, mine, theirs)
	if got.Restarted != 1 {
		t.Errorf("begun anew %d times, want 1", got.Restarted)
	}
}

func TestAFileThatGotItsNameAndWasNotRecordedIsTakenBack(t *testing.T) {
	n, total, a, b, mine, theirs := partly(t)
	b.leave(n)
	body := noise(1, 12<<20-7)
	part := filepath.Join(b.stageOf(), "1.part")
	if _, err := os.Stat(part); err != nil {
		t.Fatal(err)
	}
	// As if it had been killed between the rename and the record.
	root, err := os.OpenRoot(b.stageOf())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = root.Close() }()
	rec, err := openForTest(b, theirs)
	if err != nil {
		t.Fatal(err)
	}
	j, claims, err := openJournal(root, rec)
	if err != nil || claims[1] == nil {
		t.Fatalf("claims %v, %v", claims, err)
	}
	for i := range chunksOf(int64(len(body))) {
		hash := sum32(body[i*chunkSize : i*chunkSize+chunkLen(int64(len(body)), i)])
		if err := j.chunk(1, i, &hash); err != nil {
			t.Fatal(err)
		}
	}
	if err := j.file.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(part); err != nil {
		t.Fatal(err)
	}
	final := filepath.Join(b.dir, "src", "big")
	if err := os.WriteFile(final, []byte(body), 0o644); err != nil {
		t.Fatal(err)
	}
	at := time.Unix(0, claims[1].mtime)
	if err := os.Chtimes(final, at, at); err != nil {
		t.Fatal(err)
	}
	b.start(n)
	n.heal()
	arrives(t, a, b, mine, theirs)
	if again := total.Load(); again > 1<<20 {
		t.Errorf("%d bytes were sent again", again)
	}
}

func TestSendLaterGoesOnForFourteenDays(t *testing.T) {
	n := newNetwork()
	n.cut()
	var passed atomic.Int64
	clock := func(c *Config) { c.Now = func() time.Time { return time.Now().Add(time.Duration(passed.Load())) } }
	fast := func(c *Config) { c.GiveUp = 20 * time.Millisecond }
	a := join(t, n, "a", clock, fast)
	tree(t, a.dir, map[string]string{"x": "x"})
	mine, err := a.Offer(context.Background(), deviceNamed("b"), []string{filepath.Join(a.dir, "x")})
	if err != nil {
		t.Fatal(err)
	}
	until(t, "it is queued", func() bool {
		s, err := a.Snapshot(context.Background(), mine)
		return err == nil && s.State == string(StateQueued)
	})
	passed.Store(int64(13 * 24 * time.Hour))
	a.leave(n)
	a.start(n, clock, fast)
	if shot, err := a.Snapshot(context.Background(), mine); err != nil || State(shot.State).Ended() {
		t.Errorf("after 13 days: %+v, %v", shot, err)
	}
	passed.Store(int64(15 * 24 * time.Hour))
	wantEnd(t, a.await(mine), StateFailed, ReasonLost)
}

func TestAnOfferOutlivesItsProgram(t *testing.T) {
	n := newNetwork()
	a, b := join(t, n, "a"), join(t, n, "b")
	tree(t, a.dir, map[string]string{"src/x": "x", "src/" + strings.Repeat("y", 100): "y"})
	mine, err := a.Offer(context.Background(), b.id, []string{filepath.Join(a.dir, "src")})
	if err != nil {
		t.Fatal(err)
	}
	theirs := b.offered()
	until(t, "it is offered", func() bool {
		s, err := a.Snapshot(context.Background(), mine)
		return err == nil && s.State == string(StateOffered)
	})
	a.leave(n)
	if err := b.Accept(context.Background(), theirs, AcceptOptions{Folder: b.dir}); err != nil {
		t.Fatal(err)
	}
	a.start(n)
	n.heal()
	arrives(t, a, b, mine, theirs)
}
