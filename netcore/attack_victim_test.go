package netcore_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"lanyard/netcore"
	"lanyard/netcore/link"
)

// victim is a real Node, on a real port and a real disk, with a home folder in
// which nothing but its profile and its save folder may change.
//
// Whatever an attack did, each test ends with the same questions: does an
// honest message still get through, is everything around the save folder as it
// was, and can what was logged do harm to who reads it?
type victim struct {
	*netcore.Node
	t    *testing.T
	home string
	save string
	log  *logBook
}

// newVictim opens a Node in a home of its own.
func newVictim(t *testing.T) *victim {
	t.Helper()
	v := &victim{t: t, home: t.TempDir(), log: &logBook{}}
	v.save = filepath.Join(v.home, "Downloads", "Lanyard")
	v.furnish()
	v.start()
	before := treeHash(t, v.home, v.inside)
	t.Cleanup(func() {
		v.serves()
		if err := v.Close(); err != nil {
			t.Errorf("closing the victim: %v", err)
		}
		if after := treeHash(t, v.home, v.inside); after != before {
			t.Errorf("something changed around the save folder:\n%s\nit was\n%s", after, before)
		}
		v.log.harmless(t)
	})
	return v
}

// inside reports whether a path below home may change.
func (v *victim) inside(path string) bool {
	return path == v.profile() || path == v.save
}

func (v *victim) profile() string { return filepath.Join(v.home, "profile") }

// furnish puts into the home what attackers like to write to.
func (v *victim) furnish() {
	v.t.Helper()
	for _, name := range []string{
		".bashrc", ".ssh/authorized_keys", ".config/autostart/canary.desktop", "Startup/canary.lnk",
		"secret/diary.txt", "Downloads/other.txt", "Downloads/Lanyard-not/canary.txt",
	} {
		v.write(name, "canary of "+name)
	}
	if err := os.MkdirAll(v.save, 0o755); err != nil {
		v.t.Fatal(err)
	}
}

// write makes a file below the home.
func (v *victim) write(name, content string) string {
	v.t.Helper()
	path := filepath.Join(v.home, filepath.FromSlash(name))
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(content), 0o644)); err != nil {
		v.t.Fatal(err)
	}
	return path
}

// start opens the Node; Close before to start it again.
func (v *victim) start() {
	v.t.Helper()
	v.Node = openNode(v.t, v.profile(), "victim", v.logger())
	settings := v.Settings()
	settings.SaveDir = v.save
	if err := v.SetSettings(context.Background(), settings); err != nil {
		v.t.Fatal(err)
	}
}

// logger logs everything into the book.
func (v *victim) logger() *slog.Logger {
	return slog.New(slog.NewTextHandler(v.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
}

// openNode opens a Node on a free port of loopback, without discovery. Whoever
// opens it closes it.
func openNode(t testing.TB, profile, name string, log *slog.Logger) *netcore.Node {
	t.Helper()
	node, err := netcore.Open(context.Background(), netcore.Config{
		Profile: profile, Name: name, Listen: "127.0.0.1:0", Quiet: true, Logger: log,
	})
	if err != nil {
		t.Fatalf("opening %s: %v", name, err)
	}
	return node
}

// address is where the victim listens.
func (v *victim) address() string { return v.Self().Address }

// meet lets a stranger in.
func (v *victim) meet(name string) *hostile { return meet(v.t, v.address(), name) }

// serves has an honest newcomer's message get through.
func (v *victim) serves() {
	v.t.Helper()
	friend := newFriend(v.t, v)
	friend.tells("are you still there? 你还在吗？")
	friend.close()
}

// friend is an honest Node that is linked with the victim.
type friend struct {
	*netcore.Node
	v       *victim
	to      netcore.PersonID // the victim
	profile string
}

// newFriend opens an honest Node and links it with the victim. While a flood
// has the door shut it knocks again, as the program does.
func newFriend(t *testing.T, v *victim) *friend {
	t.Helper()
	return newFriendAt(t, v, v.address())
}

// newFriendAt is newFriend where the victim is dialed elsewhere.
func newFriendAt(t *testing.T, v *victim, address string) *friend {
	t.Helper()
	f := &friend{v: v, profile: t.TempDir()}
	f.Node = openNode(t, f.profile, "friend", nil)
	t.Cleanup(f.close)
	until(t, "the door opens to an honest peer", func() bool {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		person, err := f.AddAddress(ctx, address)
		if err != nil && !errors.Is(err, link.ErrUnreachable) && !errors.Is(err, link.ErrBusy) {
			t.Fatalf("an honest peer was refused: %v", err)
		}
		f.to = person.ID
		return err == nil
	})
	return f
}

func (f *friend) close() {
	if err := f.Close(); err != nil {
		f.v.t.Errorf("closing the friend: %v", err)
	}
}

// tells has a text arrive at the victim and be known as delivered.
func (f *friend) tells(body string) {
	f.v.t.Helper()
	sent, err := f.Say(context.Background(), f.to, body)
	if err != nil {
		f.v.t.Fatalf("an honest text: %v", err)
	}
	until(f.v.t, "an honest text arrives", func() bool {
		item, err := f.Item(context.Background(), sent.Seq)
		return err == nil && item.State == netcore.StateDelivered
	})
	here, known := f.v.person(f.Self().ID)
	if items := f.v.items(here.ID); !known || len(items) == 0 || items[len(items)-1].Text != body {
		f.v.t.Errorf("delivered, and the victim shows %+v", items)
	}
}

// person returns who has a device.
func (v *victim) person(id netcore.DeviceID) (netcore.Person, bool) {
	person, err := v.Find(context.Background(), id.String())
	return person, err == nil
}

// knows waits until the victim lists a hostile peer.
func (v *victim) knows(h *hostile) netcore.Person {
	v.t.Helper()
	var person netcore.Person
	until(v.t, "the peer is listed", func() (ok bool) {
		person, ok = v.person(h.id.ID())
		return ok
	})
	return person
}

// people returns everybody whom the victim lists.
func (v *victim) people() []netcore.Person {
	v.t.Helper()
	people, err := v.People(context.Background())
	if err != nil {
		v.t.Fatal(err)
	}
	return people
}

// items returns a conversation.
func (v *victim) items(person netcore.PersonID) []netcore.Item {
	v.t.Helper()
	items, err := v.Items(context.Background(), person, 0, 2000)
	if err != nil {
		v.t.Fatal(err)
	}
	return items
}

// until polls for what is under way elsewhere.
func until(t testing.TB, what string, holds func() bool) {
	t.Helper()
	tick := time.NewTicker(3 * time.Millisecond)
	defer tick.Stop()
	limit := time.After(patience)
	for !holds() {
		select {
		case <-tick.C:
		case <-limit:
			t.Fatalf("it never came to this: %s", what)
		}
	}
}

// treeHash describes a tree: each path with its kind, mode and content. What is
// below a path that may change is left out.
func treeHash(t testing.TB, top string, changes func(path string) bool) string {
	t.Helper()
	var lines []string
	err := filepath.WalkDir(top, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if changes(path) {
			return fs.SkipDir
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		lines = append(lines, fmt.Sprintf("%v %q %s", info.Mode(), path, contentHash(path, info.Mode())))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(lines, "\n")
}

// contentHash is that of a regular file, or where a link points.
func contentHash(path string, mode fs.FileMode) string {
	var content []byte
	switch {
	case mode.IsRegular():
		content, _ = os.ReadFile(path) // unreadable is a content, too
	case mode&fs.ModeSymlink != 0:
		to, _ := os.Readlink(path)
		content = []byte(to)
	}
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:8])
}

// logBook keeps what a Node logs, as a terminal would get it.
type logBook struct {
	mu   sync.Mutex
	text strings.Builder
}

// Write implements io.Writer.
func (l *logBook) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *logBook) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// harmless fails if a line can do more to a terminal than be read, is longer
// than anybody reads, or tells of a fault of the program.
func (l *logBook) harmless(t testing.TB) {
	t.Helper()
	for line := range strings.Lines(l.String()) {
		bad := strings.ReplaceAll(strings.TrimSuffix(line, "\n"), "\x7f", "") // DEL: terminals ignore it, and slog does not escape it
		if unsafeOnScreen(bad) || len(line) > 4<<10 || strings.Contains(line, "panic") {
			t.Errorf("logged: %.300q", bad)
		}
	}
}
