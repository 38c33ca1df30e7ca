//go:build unix

package transfer

import (
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// A sender of version 1 may be slow with the trailer of a file: the MD5 of what
// is on the disk does not decide before it has come.
func TestAnOldSenderIsSlowWithTheTrailer(t *testing.T) {
	const size = 2 << 20
	b := join(t, newNetwork(), "b")
	p, key := accepted(t, b, handOffer(1, size))
	near, _ := p.knock(KindData, m{"id": handID})
	go func() { _, _ = io.Copy(io.Discard, near) }()
	text := noise(1, size)
	first, second := text[:size/2], text[size/2:]
	_, _ = near.Write(raw(
		t, entries(m{"p": "d/big", "s": size, "m": 1}), kind("entries-end"),
		frame{fields: m{"kind": "file", "f": 0, "file_name": "big", "file_size": size}},
		frame{m{"kind": "chunk", "i": 0, "b3": b3(first)}, first}, frame{m{"kind": "chunk", "i": 1, "b3": b3(second)}, second},
	))
	<-time.After(200 * time.Millisecond) // that slow
	one, two := sum32(first), sum32(second)
	root := b3(string(one[:]) + string(two[:]))
	_, _ = near.Write(raw(t, frame{fields: m{"kind": "trailer", "md5": md5Of(text), "root": root}}, kind("end")))
	shot := b.await(key)
	wantEnd(t, shot, StateVerified, ReasonNone)
	if got, err := os.ReadFile(filepath.Join(b.dir, "d/big")); err != nil || string(got) != text || shot.Done != 1 {
		t.Errorf("%d bytes arrived, %v; ended as %+v", len(got), err, shot)
	}
}
