//go:build unix

package transfer

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/zeebo/blake3"
	"go.uber.org/goleak"

	"lanyard/netcore/identity"
	"lanyard/netcore/store"
)

func TestMain(m *testing.M) {
	if role := os.Getenv("LANYARD_TRANSFER_CHILD"); role != "" {
		os.Exit(child(role))
	}
	if role := os.Getenv(soakRole); role != "" {
		os.Exit(soakMain(role))
	}
	goleak.VerifyTestMain(m, goleak.IgnoreTopFunction("database/sql.(*DB).connectionOpener"))
}

// member is one device of a test.
type member struct {
	*Service
	t       testing.TB
	id      identity.DeviceID
	db      *store.DB
	profile string
	dir     string // where files are saved, or come from
	offers  chan int64
	changes chan int64
}

// join makes a device on a network.
func join(t testing.TB, n *network, name string, edit ...func(*Config)) *member {
	t.Helper()
	m := &member{t: t, profile: t.TempDir(), dir: t.TempDir(), offers: make(chan int64, 256), changes: make(chan int64, 4096)}
	copy(m.id[:], name)
	m.start(n, edit...)
	t.Cleanup(func() { m.leave(n) })
	return m
}

// start opens the profile and the service.
func (m *member) start(n *network, edit ...func(*Config)) {
	m.t.Helper()
	var err error
	if m.db, err = store.Open(context.Background(), m.profile); err != nil {
		m.t.Fatal(err)
	}
	cfg := Config{
		Store: m.db, Links: port{n, m.id}, GiveUp: 20 * time.Second, Dir: filepath.Join(m.profile, "transfers"),
		OnOffer: func(_ context.Context, t store.Transfer) error {
			m.offers <- t.Key
			return nil
		},
	}
	if testing.Verbose() {
		cfg.Logger = slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelDebug})).With("at", string(m.id[:1]))
	}
	for _, e := range edit {
		e(&cfg)
	}
	if m.Service, err = New(context.Background(), cfg); err != nil {
		m.t.Fatal(err)
	}
	n.mu.Lock()
	n.members[m.id] = m.Service
	n.mu.Unlock()
}

// leave closes the service and the profile. It may be called twice.
func (m *member) leave(n *network) {
	n.mu.Lock()
	delete(n.members, m.id)
	n.mu.Unlock()
	if m.db == nil {
		return
	}
	if err := m.Close(); err != nil {
		m.t.Error(err)
	}
	if err := m.db.Close(); err != nil {
		m.t.Error(err)
	}
	m.db = nil
}

// await waits until a transfer has ended.
func (m *member) await(key int64) Snapshot {
	m.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 60*time.Second)
	defer cancel()
	shot, err := m.Wait(ctx, key)
	if err != nil {
		m.t.Fatalf("waiting for transfer %d: %v (now %+v)", key, err, shot)
	}
	return shot
}

// until waits for a condition that other goroutines bring about.
func until(t testing.TB, what string, ok func() bool) {
	t.Helper()
	until2(t, time.Minute, what, ok)
}

// until2 is until with a patience of its own.
func until2(t testing.TB, patience time.Duration, what string, ok func() bool) {
	t.Helper()
	deadline := time.After(patience)
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for !ok() {
		select {
		case <-deadline:
			t.Fatal("timed out waiting until", what)
		case <-tick.C:
		}
	}
}

// offered returns the key of the next offer that came in.
func (m *member) offered() int64 {
	m.t.Helper()
	select {
	case key := <-m.offers:
		return key
	case <-time.After(time.Minute):
		m.t.Fatal("no offer came")
		return 0
	}
}

// pass sends paths from one to the other, accepted, and waits for both.
func pass(t testing.TB, from, to *member, paths ...string) (sent, got Snapshot) {
	t.Helper()
	key, err := from.Offer(context.Background(), to.id, paths)
	if err != nil {
		t.Fatal(err)
	}
	theirs := to.offered()
	if err := to.Accept(context.Background(), theirs, AcceptOptions{Folder: to.dir}); err != nil {
		t.Fatal(err)
	}
	return from.await(key), to.await(theirs)
}

// tree writes files, and folders for names that end in "/".
func tree(t testing.TB, dir string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		full := filepath.Join(dir, filepath.FromSlash(name))
		parent := filepath.Dir(full)
		if name[len(name)-1] == '/' {
			parent = full
		}
		if err := os.MkdirAll(parent, 0o777); err != nil {
			t.Fatal(err)
		}
		if parent == full {
			continue
		}
		if err := os.WriteFile(full, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		at := time.Unix(1_600_000_000+int64(len(name)), 123456789)
		if err := os.Chtimes(full, at, at); err != nil {
			t.Fatal(err)
		}
	}
}

// look lists a tree: content, and time in nanoseconds.
func look(t testing.TB, dir string) map[string]string {
	t.Helper()
	seen := map[string]string{}
	err := filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		if err != nil || p == dir {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		rel, _ := filepath.Rel(dir, p)
		text := fmt.Sprint(d.Type(), " ", info.ModTime().UnixNano(), " ")
		if d.Type().IsRegular() {
			body, err := os.ReadFile(p)
			if err != nil {
				return err
			}
			text += string(body)
		}
		seen[filepath.ToSlash(rel)] = text
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return seen
}

// sameTrees compares two trees.
func sameTrees(t testing.TB, want, got map[string]string) {
	t.Helper()
	for name, text := range want {
		if got[name] != text {
			t.Errorf("%q is %.60q, want %.60q", name, got[name], text)
		}
	}
	for name := range got {
		if _, ok := want[name]; !ok {
			t.Errorf("%q is there and should not be", name)
		}
	}
}

// noise returns n bytes that are the same for the same seed.
func noise(seed uint64, n int) string {
	var key [32]byte
	key[0] = byte(seed)
	var b bytes.Buffer
	b.Grow(n)
	random := rand.NewChaCha8(key)
	p := make([]byte, n)
	_, _ = random.Read(p)
	b.Write(p)
	return b.String()
}

// openForTest returns a transfer's record from the profile of a member who left.
func openForTest(m *member, key int64) (store.Transfer, error) {
	db, err := store.Open(context.Background(), m.profile)
	if err != nil {
		return store.Transfer{}, err
	}
	t, err := db.Transfer(context.Background(), key)
	return t, errors.Join(err, db.Close())
}

// sum32 is the BLAKE3 of a text.
func sum32(text string) hash32 { return blake3.Sum256([]byte(text)) }
