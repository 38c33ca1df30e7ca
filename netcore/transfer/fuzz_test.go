//go:build unix

package transfer

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// FuzzReceiver feeds whatever to an accepted transfer.
func FuzzReceiver(f *testing.F) {
	good := []frame{
		entries(m{"p": "d/1", "s": 1, "m": 1}, m{"p": "d/../2", "s": 1, "m": 1}), kind("entries-end"), file(0, "1", "x"),
		{fields: m{"kind": "skip", "f": 1, "reason": "vanished"}},
		kind("end"),
	}
	f.Add(raw(f, good...))
	f.Add(raw(f, good[:3]...))
	f.Add(raw(f, good[0], kind("alive"), good[1], file(1, "2", "y"), file(0, "1", "z"), kind("end")))
	f.Add([]byte{255, 255, 255, 255})
	n := newNetwork()
	b := join(f, n, "b")
	canary := filepath.Dir(b.dir)
	inside, _ := filepath.Rel(canary, b.dir)
	before := look(f, canary)
	tries := 0
	f.Fuzz(func(t *testing.T, data []byte) {
		tries++
		b.t = t
		offer := handOffer(2, 2)
		offer["id"] = fmt.Sprintf("%032x", tries)
		p, key := accepted(t, b, offer)
		near, _ := p.knock(KindData, m{"id": offer["id"]})
		go func() {
			_, _ = near.Write(data)
			_ = near.Close()
		}()
		until(t, "the data was taken", func() bool {
			j := b.job(key)
			if j == nil {
				return true
			}
			j.mu.Lock()
			defer j.mu.Unlock()
			return j.live == 0
		})
		_ = b.Cancel(context.Background(), key)
		_ = p.ctl.Reset()
		b.await(key)
		for name := range look(t, canary) {
			if strings.Contains(name, ".part") || before[name] == "" && !strings.HasPrefix(name, inside) {
				t.Fatalf("%q was left", name)
			}
		}
		list, err := os.ReadDir(b.dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, entry := range list {
			_ = os.RemoveAll(filepath.Join(b.dir, entry.Name()))
		}
	})
}
