package transfer

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"testing"

	"lanyard/netcore/store"
)

// aList is a manifest with something of everything.
func aList() *manifest {
	return &manifest{
		tops: []string{"/home/x/src", "/home/x/other"},
		entries: []entry{
			{path: "src", dir: true, mtime: -5},
			{path: "src/a", size: 5, mtime: 1_600_000_000_123456789, ctime: 7, inode: 1<<63 + 5, exec: true},
			{path: "src/a%FF", raw: "a\xff", size: 1 << 40},
			{path: "src/link", link: "a"},
			{path: "other", root: 1, reason: ReasonNotRegular},
		},
	}
}

func TestAListIsReadAsItWasWritten(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lists", "7.list")
	want := aList()
	if err := writeList(path, want, true); err != nil {
		t.Fatal(err)
	}
	got, err := readList(path)
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Fatalf("read %+v, %v; want %+v", got, err, want)
	}
	if !isListName(got.name) || got.source(&got.entries[2]) != filepath.Join("/home/x/src", "a\xff") {
		t.Errorf("a list called %q with %q", got.name, got.source(&got.entries[2]))
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for at := range whole {
		if _, err := decodeList(bytes.NewReader(whole[:at])); err == nil {
			t.Fatalf("%d bytes of %d are taken for a list", at, len(whole))
		}
		spoilt := bytes.Clone(whole)
		spoilt[at] ^= 0x10
		if _, err := decodeList(bytes.NewReader(spoilt)); err == nil {
			t.Fatalf("a flip of byte %d is not noticed", at)
		}
	}
}

func FuzzList(f *testing.F) {
	var good bytes.Buffer
	if _, err := encodeList(&good, aList()); err != nil {
		f.Fatal(err)
	}
	f.Add(good.Bytes())
	f.Add([]byte(listMagic))
	f.Fuzz(func(t *testing.T, raw []byte) {
		m, err := decodeList(bytes.NewReader(raw))
		if err != nil {
			return
		}
		for i := range m.entries {
			if len(m.tops) > 0 {
				_ = m.source(&m.entries[i])
			}
		}
	})
}

func FuzzJournal(f *testing.F) {
	head := newRecord(journalHead, 0, 0).seal()
	begin := newRecord(journalBegin, 3, 5<<20).seal()
	f.Add(append(append(head[:], begin[:]...), newRecord(journalChunk, 3, 4).seal()[:]...))
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, raw []byte) {
		path := filepath.Join(dir, "journal")
		if err := os.WriteFile(path, raw, 0o600); err != nil {
			t.Fatal(err)
		}
		file, err := os.OpenFile(path, os.O_RDWR, 0)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = file.Close() }()
		claims, err := (&journal{file: file, head: head}).load()
		for at, c := range claims {
			for i := range c.chunks {
				if err != nil || i < 0 || i >= chunksOf(c.size) {
					t.Fatalf("file %d of %d bytes claims chunk %d", at, c.size, i)
				}
			}
		}
	})
}

// heap is what is in use.
func heap() uint64 {
	runtime.GC()
	var now runtime.MemStats
	runtime.ReadMemStats(&now)
	return now.HeapAlloc
}

// TestTwoHundredThousandFilesFitIntoMemory: what each side keeps of them.
func TestTwoHundredThousandFilesFitIntoMemory(t *testing.T) {
	const files, most = 200_000, 64 << 20
	before := heap()
	m := &manifest{tops: []string{"/home/somebody/pictures"}}
	for i := range files {
		m.entries = append(m.entries, entry{path: fmt.Sprintf("pictures/of the year %d/holiday %d/IMG_%06d.jpeg", i/10000, i/500, i), size: 1, mtime: int64(i)})
	}
	sums := make([]sum, files)
	sender := heap() - before
	path := filepath.Join(t.TempDir(), "list")
	if err := writeList(path, m, false); err != nil {
		t.Fatal(err)
	}
	runtime.KeepAlive(sums)
	m = nil
	before = heap()
	read, err := readList(path)
	if err != nil {
		t.Fatal(err)
	}
	c := &checking{t: aTransferOf(files), tops: map[string]int{"pictures": 0}}
	for i := range read.entries {
		if err := c.add(read.entries[i].frame()); err != nil {
			t.Fatal(err)
		}
	}
	read = nil
	p := newPlan(c.entries, c.t.Roots)
	receiver := heap() - before
	runtime.KeepAlive(p)
	t.Logf("%d files: %d KiB at the sender, %d KiB at the receiver", files, sender>>10, receiver>>10)
	if sender > most || receiver > most {
		t.Errorf("over %d MiB", most>>20)
	}
}

// aTransferOf is an incoming transfer of one folder.
func aTransferOf(files int) store.Transfer {
	return store.Transfer{
		Count: files, Bytes: int64(files), Roots: []store.TransferRoot{{Name: "pictures", Dir: true, Path: "pictures"}},
	}
}
