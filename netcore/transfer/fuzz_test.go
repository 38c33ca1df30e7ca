//go:build unix

package transfer

import (
	"context"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lanyard/netcore/store"
)

// inMemory has the folders of a fuzz test in memory, if there is such a place:
// syncs would leave little time for inputs.
func inMemory(f *testing.F) {
	if info, err := os.Stat("/dev/shm"); err == nil && info.IsDir() {
		f.Setenv("TMPDIR", "/dev/shm")
	}
}

// namesBelow lists a tree without reading its files.
func namesBelow(t testing.TB, dir string) map[string]bool {
	t.Helper()
	names := map[string]bool{}
	err := filepath.WalkDir(dir, func(p string, _ fs.DirEntry, err error) error {
		names[p] = true
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// FuzzReceiver feeds whatever to an accepted transfer. All inputs share its
// row: what the store does costs many times what is tested here.
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
	inMemory(f)
	b := join(f, newNetwork(), "b")
	record := store.Transfer{
		ID: handID, Name: "d", Count: 2, Bytes: 2, State: string(StateRunning), Folder: b.dir,
		Roots: []store.TransferRoot{{Name: "d", Dir: true}}, Created: time.Unix(1, 0), Ended: time.Unix(1, 0),
	}
	var err error
	if record.Key, err = b.db.AddTransfer(context.Background(), record); err != nil {
		f.Fatal(err)
	}
	before := namesBelow(f, filepath.Dir(b.dir))
	f.Fuzz(func(t *testing.T, data []byte) {
		fed(b, record, data)
		for name := range namesBelow(t, filepath.Dir(b.dir)) {
			if strings.Contains(name, ".part") || !before[name] && !strings.HasPrefix(name, b.dir) {
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

// fed has a member receive data for a transfer, and clean up as at its end.
func fed(b *member, record store.Transfer, data []byte) {
	j := b.newJob(record)
	defer j.cancel()
	near, far := newPipe()
	go func() {
		_, _ = near.Write(data)
		near.out.stop(io.EOF, nil)
		_, _ = io.Copy(io.Discard, near)
	}()
	out, _ := j.receive(far, dataFrame{ID: handID}) // whatever it says of such data
	_ = far.Reset()
	_ = cleanFolder(j.record(), out)
}
