//go:build unix

package transfer

import (
	"context"
	"io"
	"strings"
	"testing"

	"github.com/zeebo/blake3"

	"lanyard/netcore/wire"
)

// bringing opens a data stream by hand for an offer of version 2 that b
// accepted, and brings the list.
func bringing(t *testing.T, b *member, count int, size int64, list frame) (*pipeEnd, int64) {
	t.Helper()
	offer := handOffer(count, size)
	offer["v"], offer["list"] = 2, strings.Repeat("a", b3Digits)
	p, key := accepted(t, b, offer)
	near, conn := p.knock(KindData, m{"id": handID, "v": 2, "list": offer["list"]})
	if _, err := conn.Expect(wire.MaxHello, kindList); err != nil {
		t.Fatal(err)
	}
	go func() { _, _ = io.Copy(io.Discard, near) }()
	_, _ = near.Write(raw(t, list, kind("entries-end")))
	return near, key
}

// bigByHand are the frames of a file of so many chunks.
func bigByHand(f, chunks int) []frame {
	frames := []frame{{fields: m{"kind": "file", "f": f, "file_name": "big", "file_size": chunks * chunkSize, "m": 1}}}
	root := blake3.New()
	for i := range chunks {
		text := noise(uint64(i), chunkSize)
		sum := sum32(text)
		_, _ = root.Write(sum[:])
		frames = append(frames, frame{m{"kind": "chunk", "f": f, "i": i, "b3": b3(text)}, text})
	}
	return append(frames, frame{fields: m{"kind": "trailer", "f": f, "root": hexOf(root.Sum(nil))}})
}

// A file whose chunk was wrong is asked for again, and so due twice. Brought
// twice as a whole it must not count for the file that never comes.
func TestAFileThatComesTwiceDoesNotCountForAnother(t *testing.T) {
	n := newNetwork()
	b := join(t, n, "b")
	near, key := bringing(t, b, 2, 2*chunkSize+1, entries(m{"p": "d/big", "s": 2 * chunkSize, "m": 1}, m{"p": "d/missing", "s": 1, "m": 1}))
	big := bigByHand(0, 2)
	wrong := frame{m{"kind": "chunk", "f": 0, "i": 0, "b3": big[2].fields["b3"]}, big[1].body}
	_, _ = near.Write(raw(t, big[0], wrong))
	j := b.job(key)
	until(t, "it is asked for again", func() bool {
		j.mu.Lock()
		r := j.trying
		j.mu.Unlock()
		if r == nil {
			return false
		}
		r.mu.Lock()
		defer r.mu.Unlock()
		return len(r.wrong) > 0 && len(r.expected) > 0 && r.expected[0] > 0
	})
	_, _ = near.Write(raw(t, big[1:]...))
	sum := md5Of(big[1].body + big[2].body)
	_, _ = near.Write(raw(t, frame{fields: m{"kind": "digests", "files": []m{{"f": 0, "md5": sum}}}}))
	until(t, "it is verified", func() bool {
		rows, err := b.db.TransferFiles(context.Background(), key)
		return err == nil && len(rows) == 1 && !rows[0].Pending
	})
	_, _ = near.Write(raw(t, big...))
	until(t, "it came again, or the transfer ended", func() bool {
		j.mu.Lock()
		r := j.trying
		j.mu.Unlock()
		if r == nil {
			return true
		}
		r.mu.Lock()
		defer r.mu.Unlock()
		return r.due <= 0
	})
	_, _ = near.Write(raw(t, kind("end")))
	wantEnd(t, b.await(key), StateFailed, ReasonProtocol)
}

// The sender says that a file changed when all of it has come: what is on its
// way to its place must not be replaced by what is not there yet.
func TestAFileDoesNotChangeAfterItsEnd(t *testing.T) {
	n := newNetwork()
	b := join(t, n, "b")
	near, key := bringing(t, b, 2, 2*chunkSize+1, entries(m{"p": "d/big", "s": 2 * chunkSize, "m": 1}, m{"p": "d/missing", "s": 1, "m": 1}))
	big := bigByHand(0, 2)
	anew := frame{fields: m{"kind": "file", "f": 0, "file_name": "big", "file_size": 2 * chunkSize, "m": 2, "changed": true}}
	_, _ = near.Write(raw(t, append(big, anew)...))
	_ = near.Close()
	j := b.job(key)
	until(t, "the try is over", func() bool {
		j.data.Lock()
		defer j.data.Unlock()
		j.mu.Lock()
		defer j.mu.Unlock()
		return j.plan != nil && j.trying == nil
	})
	for name, text := range look(t, b.dir) {
		if name == "d/big" && !strings.HasSuffix(text, big[1].body+big[2].body) {
			t.Error("half a file is in its place")
		}
	}
}
