//go:build unix

package transfer

import (
	"context"
	"fmt"
	"io"
	"strings"
	"testing"

	"lanyard/netcore/wire"
)

// lookedAt has b look at an offer of one file by hand, and returns its key.
func lookedAt(t *testing.T, b *member, id, name string) (*peer, int64) {
	t.Helper()
	p := &peer{t: t, b: b}
	copy(p.id[:], id)
	offer := handOffer(1, 3)
	offer["v"], offer["list"] = 2, strings.Repeat("a", b3Digits)
	p.ctl, p.conn = p.knock(KindOffer, offer)
	if _, err := p.conn.Expect(wire.MaxHello, kindOffered); err != nil {
		t.Fatal(err)
	}
	key := b.offered()
	shown := make(chan []Entry, 1)
	go func() {
		list, _ := b.Entries(context.Background(), key, 0, 10)
		shown <- list
	}()
	p.listing(strings.Repeat("a", b3Digits), entries(m{"p": "d/" + name, "s": 3, "m": 1}))
	if list := <-shown; len(list) != 1 || list[0].Path != "d/"+name {
		t.Fatalf("the user sees %v", list)
	}
	return p, key
}

// inMemoryNow counts the lists that a member has in memory.
func (m *member) inMemoryNow() (n int) {
	m.mu.Lock()
	jobs := m.list(func(*job) bool { return true })
	m.mu.Unlock()
	for _, j := range jobs {
		j.mu.Lock()
		if j.listed != nil {
			n++
		}
		j.mu.Unlock()
	}
	return n
}

// Of many offers that are looked at, and wait, the lists are on disk.
func TestListsOfOffersThatWaitAreNotAllInMemory(t *testing.T) {
	b := join(t, newNetwork(), "b")
	b.listRoom = 0
	var peers []*peer
	var keys []int64
	for i := range 4 {
		p, key := lookedAt(t, b, fmt.Sprint("peer", i), fmt.Sprint("file", i))
		peers, keys = append(peers, p), append(keys, key)
		if n := b.inMemoryNow(); n != 1 {
			t.Errorf("after offer %d there are %d lists in memory", i, n)
		}
	}
	for i, key := range keys { // each comes back
		shot, err := b.Preflight(context.Background(), key, b.dir)
		list, failed := b.Entries(context.Background(), key, 0, 10)
		if err != nil || failed != nil || shot.Count != 1 || len(list) != 1 || list[0].Path != fmt.Sprint("d/file", i) || b.inMemoryNow() != 1 {
			t.Errorf("offer %d: %+v, %v; %v, %v", i, shot, err, list, failed)
		}
	}
	if err := b.Accept(context.Background(), keys[0], AcceptOptions{Folder: b.dir, Policy: PolicyKeep}); err != nil {
		t.Fatal(err)
	}
	near, _ := peers[0].knock(KindData, m{"id": handID, "v": 2, "list": strings.Repeat("a", b3Digits)})
	go func() { _, _ = io.Copy(io.Discard, near) }()
	_, _ = near.Write(raw(t, file(0, "file0", "abc"), kind("end")))
	wantEnd(t, b.await(keys[0]), StateVerified, ReasonNone)
	holds(t, b.dir, map[string]string{"d/file0": "abc"})
}

// A list that is not in memory any more, and lost on disk, does not make room for
// another than the one that the user saw.
func TestAListThatWasDroppedIsNotReplaced(t *testing.T) {
	b := join(t, newNetwork(), "b")
	b.listRoom = 0
	p, key := lookedAt(t, b, "peer", "harmless")
	lookedAt(t, b, "other", "x")
	removeList(b.cfg.Dir, key)
	if err := b.Accept(context.Background(), key, AcceptOptions{Folder: b.dir, Policy: PolicyReplace}); err != nil {
		t.Fatal(err)
	}
	near, _ := p.knock(KindData, m{"id": handID, "v": 2, "list": strings.Repeat("a", b3Digits)})
	go func() { _, _ = io.Copy(io.Discard, near) }()
	_, _ = near.Write(raw(t, entries(m{"p": "d/thesis", "s": 3, "m": 1}), kind("entries-end"), file(0, "thesis", "bad"), kind("end")))
	wantEnd(t, b.await(key), StateFailed, ReasonChanged)
}
