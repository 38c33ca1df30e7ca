//go:build (e2e || bench) && linux

package main_test

import (
	"bytes"
	"crypto/md5"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

const gib = 1 << 30

// needMemory asks for so much memory that files in tmpfs need not be swapped.
func needMemory(t testing.TB, bytes int64) {
	t.Helper()
	info, err := os.ReadFile("/proc/meminfo")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(info), "MemAvailable:")
	kib, err := strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
	if err != nil {
		t.Fatalf("reading /proc/meminfo: %v", err)
	}
	need(t, kib<<10 >= bytes, fmt.Sprintf("%d MiB of memory are free, %d are needed", kib>>10, bytes>>20))
}

// newDisk mounts a disk in memory at dir, of a size that fills up.
func newDisk(t testing.TB, dir string, size int64) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	must(t, "mount", "-t", "tmpfs", "-o", fmt.Sprintf("size=%d,mode=0755", size), runName(), dir)
	t.Cleanup(func() { must(t, "umount", "-l", dir) })
}

// pattern is endless bytes that differ in every page and do not compress.
type pattern struct {
	block []byte
	at    uint64
}

func newPattern(seed uint64) *pattern {
	var key [32]byte
	binary.LittleEndian.PutUint64(key[:], seed)
	block := make([]byte, 1<<20)
	_, _ = rand.NewChaCha8(key).Read(block) // never fails
	return &pattern{block: block}
}

// next returns the next MiB, valid until the next call.
func (p *pattern) next() []byte {
	for page := 0; page < len(p.block); page += 4096 {
		binary.LittleEndian.PutUint64(p.block[page:], p.at)
		p.at++
	}
	return p.block
}

// writeBig writes a file of size bytes (whole MiB) and returns its MD5.
func writeBig(t testing.TB, name string, size int64, seed uint64) string {
	t.Helper()
	file, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	digest, bytes := md5.New(), newPattern(seed)
	to := io.MultiWriter(file, digest)
	for done := int64(0); done < size; done += 1 << 20 {
		if _, err := to.Write(bytes.next()); err != nil {
			t.Fatalf("writing %s: %v", name, err)
		}
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	return hex.EncodeToString(digest.Sum(nil))
}

// writeFile writes a small file, with its folders.
func writeFile(t testing.TB, name, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

// writeSmall fills a folder with n small files with Chinese names in folders
// with Chinese names, some of them empty, and with empty folders.
func writeSmall(t testing.TB, dir string, n int) {
	t.Helper()
	dice := rand.New(rand.NewPCG(1, uint64(n)))
	old := time.Date(2001, 2, 3, 4, 5, 6, 700_000_000, time.UTC)
	for i := range n {
		folder := filepath.Join(dir, fmt.Sprintf("资料-%02d", i%40), fmt.Sprintf("第%d章", i%7))
		name := filepath.Join(folder, fmt.Sprintf("报告 %04d（终稿）.txt", i))
		content := strings.Repeat(fmt.Sprintf("第 %d 份文件。\n", i), dice.IntN(120)+1)
		if i%50 == 0 {
			content = ""
		}
		writeFile(t, name, content)
		when := old.Add(time.Duration(i) * 37 * time.Minute)
		if err := os.Chtimes(name, when, when); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 5 {
		if err := os.MkdirAll(filepath.Join(dir, "空文件夹", strconv.Itoa(i)), 0o755); err != nil {
			t.Fatal(err)
		}
	}
}

// entry is what has to be the same of a file or folder on both sides.
type entry struct {
	folder bool
	size   int64
	md5    string
	mtime  time.Time // of files, to the second
}

// tree reads everything below a folder.
func tree(t testing.TB, dir string) map[string]entry {
	t.Helper()
	found := map[string]entry{}
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || name == dir {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		rel, _ := filepath.Rel(dir, name) // both are below dir
		if d.IsDir() {
			found[rel] = entry{folder: true}
			return nil
		}
		sum, err := fileMD5(name)
		found[rel] = entry{size: info.Size(), md5: sum, mtime: info.ModTime().UTC().Truncate(time.Second)}
		return err
	})
	if err != nil {
		t.Fatalf("reading %s: %v", dir, err)
	}
	return found
}

func fileMD5(name string) (string, error) {
	file, err := os.Open(name)
	if err != nil {
		return "", err
	}
	defer file.Close()
	digest := md5.New()
	_, err = io.CopyBuffer(digest, file, make([]byte, 1<<20))
	return hex.EncodeToString(digest.Sum(nil)), err
}

// sameTrees fails unless two folders hold the same: names, contents, times.
func sameTrees(t testing.TB, want, got string) {
	t.Helper()
	a, b := tree(t, want), tree(t, got)
	differ := 0
	report := func(format string, args ...any) {
		if differ++; differ <= 10 {
			t.Errorf(format, args...)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(a)) {
		if other, ok := b[name]; !ok {
			report("%q did not arrive", name)
		} else if a[name] != other {
			report("%q: sent %+v, arrived %+v", name, a[name], other)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(b)) {
		if _, ok := a[name]; !ok {
			report("%q is there and was not sent", name)
		}
	}
	if differ > 10 {
		t.Errorf("and %d more differences", differ-10)
	}
}

// holdsOnly fails unless a folder holds just these names.
func holdsOnly(t testing.TB, dir string, names ...string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range entries {
		got = append(got, e.Name())
	}
	slices.Sort(names)
	if !slices.Equal(got, names) {
		t.Errorf("%s holds %q, not just %q", dir, got, names)
	}
}

// isWhole reports whether a file is exactly the pattern of this seed and size:
// a file under its final name must never be anything else.
func isWhole(name string, size int64, seed uint64) error {
	file, err := os.Open(name)
	if err != nil {
		return err
	}
	defer file.Close()
	want, got := newPattern(seed), make([]byte, 1<<20)
	for done := int64(0); done < size; done += 1 << 20 {
		if _, err := io.ReadFull(file, got); err != nil {
			return fmt.Errorf("after %d bytes: %w", done, err)
		}
		if !bytes.Equal(want.next(), got) {
			return fmt.Errorf("other bytes in the MiB at %d", done)
		}
	}
	if n, _ := file.Read(got); n > 0 {
		return fmt.Errorf("longer than %d bytes", size)
	}
	return nil
}
