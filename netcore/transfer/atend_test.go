//go:build unix

package transfer

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"lanyard/netcore/wire"
)

// again is a receiver by hand that has all of a file, wants its chunks once more,
// because they were damaged on its disk, and has the source changed while they come.
// It notes what comes after the last of them.
type again struct {
	chunks int
	mtime  int64
	change func()
	after  chan string
}

func (g *again) serve(conn *wire.Conn) {
	defer close(g.after)
	_ = conn.Write(kindWant, wantFrame{From: [][2]int{{0, 0}}, More: true}, nil)
	chunks, ended := 0, false
	for {
		frame, err := conn.Next(wire.MaxHeader)
		var head struct {
			Root string `json:"root"`
		}
		if err == nil {
			err = errors.Join(frame.Decode(&head), conn.Discard())
		}
		switch {
		case err != nil:
			return
		case frame.Kind == kindTrailer && !ended:
			ended, chunks = true, 0
			size := int64(g.chunks) * chunkSize
			part := partWant{F: 0, Size: size, MTime: g.mtime, C: [][2]int{{0, g.chunks - 1}}}
			_ = conn.Write(kindWant, wantFrame{From: [][2]int{}, Parts: []partWant{part}, Again: true, More: true}, nil)
		case frame.Kind == kindFile && ended && chunks == 0:
			g.change()
		case frame.Kind == kindChunk:
			chunks++
		case ended && chunks == g.chunks && frame.Kind != kindDigests:
			g.after <- frame.Kind + " " + head.Root
			return
		}
	}
}

// A receiver that has all of a file by then is told by a trailer that it was
// another content: a beginning is nothing that it waits for, and would break the
// protocol for it.
func TestAFileThatCameToItsEndDoesNotBeginAnewByItself(t *testing.T) {
	var over sync.WaitGroup
	g := &again{chunks: largeBuffers + 8, after: make(chan string, 1)}
	h := handed{over: &over, data: g.serve}
	a := join(t, newNetwork(), "a", func(c *Config) { c.Links = h })
	tree(t, a.dir, map[string]string{"big": noise(1, g.chunks*chunkSize)})
	path := filepath.Join(a.dir, "big")
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	g.mtime = info.ModTime().UnixNano()
	g.change = func() {
		if err := os.Truncate(path, info.Size()+chunkSize); err != nil {
			t.Error(err)
		}
	}
	roots, err := rootsOf([]string{path})
	if err != nil {
		t.Fatal(err)
	}
	list, err := walk(context.Background(), roots)
	if err != nil {
		t.Fatal(err)
	}
	j := a.sendingBy(list, roots)
	stream, err := h.OpenBulk(context.Background(), deviceNamed("b"), KindData, nil)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = j.send(stream, true, false)
	over.Wait()
	j.cancel()
	j.md5s.tasks.Wait()
	if after := <-g.after; after != kindTrailer+" " {
		t.Errorf("after its chunks came %q", after)
	}
	// What it has is what was sent, and counts as long as that.
	row, _, err := j.receipted(receipt{F: 0, MD5: md5Of("what was sent before")}, true)
	if err != nil || row.Size != info.Size() || row.Reason != string(ReasonChanged) {
		t.Errorf("recorded %+v, %v", row, err)
	}
}
