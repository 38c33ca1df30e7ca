package transfer

import (
	"bufio"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"path/filepath"
	"strconv"

	"github.com/zeebo/blake3"
)

// A manifest on disk is this line, its tops and entries, each number a varint
// and each text its length and bytes, a path without what it shares with the one
// before, and at the end the BLAKE3 of all before, which is the list's name.
const listMagic = "lanyard list 2\n"

// maxListText is the longest text in a list file: a path of safename, escaped.
const maxListText = 128 << 10

// errList says that a list file is not what was written.
var errList = errors.New("the list of files is damaged")

// Bits of an entry in a list file.
const (
	listDir = 1 << iota
	listExec
)

// listSuffix ends the name of a list file, before which stands the key.
const listSuffix = ".list"

// listPath is where the list of a transfer is kept.
func listPath(dir string, key int64) string {
	return filepath.Join(dir, strconv.FormatInt(key, 10)+listSuffix)
}

// listWriter encodes a list. Its parts are many and short: they are gathered
// before they are hashed and written.
type listWriter struct {
	out  io.Writer
	hash hash.Hash
	part []byte
	prev string
	err  error
}

// listPart is about how much a listWriter gathers.
const listPart = 64 << 10

func (w *listWriter) number(n int64) { w.part = binary.AppendVarint(w.part, n) }

func (w *listWriter) text(s string) {
	w.number(int64(len(s)))
	w.part = append(w.part, s...)
}

// flush hashes and writes what was gathered.
func (w *listWriter) flush() {
	_, _ = w.hash.Write(w.part)
	if w.err == nil {
		_, w.err = w.out.Write(w.part)
	}
	w.part = w.part[:0]
}

// path writes what a path does not share with the one before.
func (w *listWriter) path(s string) {
	same := 0
	for same < min(len(s), len(w.prev)) && s[same] == w.prev[same] {
		same++
	}
	w.number(int64(same))
	w.text(s[same:])
	w.prev = s
}

// sum returns the BLAKE3 of all so far.
func (w *listWriter) sum() []byte {
	w.flush()
	return w.hash.Sum(nil)
}

// entry writes one entry.
func (w *listWriter) entry(e *entry) {
	bits := int64(0)
	if e.dir {
		bits |= listDir
	}
	if e.exec {
		bits |= listExec
	}
	w.path(e.path)
	for _, text := range []string{e.raw, e.link, string(e.reason)} {
		w.text(text)
	}
	for _, n := range []int64{e.size, e.mtime, e.ctime, int64(e.inode), int64(e.root), bits} { // #nosec G115 -- read back alike
		w.number(n)
	}
	if len(w.part) >= listPart {
		w.flush()
	}
}

// writeList keeps a manifest on disk and gives it its name. One that can be had
// again need not be durable.
func writeList(path string, m *manifest, durable bool) (err error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("keeping a list of files: %w", err)
	}
	file, err := os.OpenFile(path+".new", os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600) // #nosec G304 -- a number in this user's profile
	if err != nil {
		return fmt.Errorf("keeping a list of files: %w", err)
	}
	sum, err := encodeList(file, m)
	if durable && err == nil {
		err = file.Sync()
	}
	if err = errors.Join(err, file.Close()); err == nil {
		err = os.Rename(path+".new", path)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("keeping a list of files: %w", err), os.Remove(path+".new"))
	}
	if m.name == "" {
		m.name = sum
	}
	return nil
}

// encodeList writes a list and returns its name.
func encodeList(to io.Writer, m *manifest) (string, error) {
	w := &listWriter{out: to, hash: blake3.New()}
	w.part = append(w.part, listMagic...)
	w.text(m.name)
	w.number(int64(len(m.tops)))
	for _, top := range m.tops {
		w.text(top)
	}
	w.number(int64(len(m.entries)))
	for i := range m.entries {
		w.entry(&m.entries[i])
	}
	sum := w.sum()
	w.part = append(w.part, sum...)
	w.flush()
	return hex.EncodeToString(sum), w.err
}

// listReader decodes a list.
type listReader struct {
	in   *bufio.Reader
	hash hash.Hash
	prev string
	err  error
}

// ReadByte is for numbers.
func (r *listReader) ReadByte() (byte, error) {
	c, err := r.in.ReadByte()
	if err == nil {
		_, _ = r.hash.Write([]byte{c})
	}
	return c, err
}

func (r *listReader) number() int64 {
	if r.err != nil {
		return 0
	}
	n, err := binary.ReadVarint(r)
	r.err = err
	return n
}

func (r *listReader) text() string {
	n := r.number()
	if r.err == nil && (n < 0 || n > maxListText) {
		r.err = errList
	}
	if r.err != nil || n == 0 {
		return ""
	}
	p := make([]byte, n)
	_, r.err = io.ReadFull(r.in, p)
	_, _ = r.hash.Write(p)
	return string(p)
}

func (r *listReader) path() string {
	same := r.number()
	rest := r.text()
	if r.err == nil && (same < 0 || same > int64(len(r.prev))) {
		r.err = errList
	}
	if r.err != nil {
		return ""
	}
	r.prev = r.prev[:same] + rest
	return r.prev
}

func (r *listReader) entry() entry {
	e := entry{path: r.path(), raw: r.text(), link: r.text(), reason: Reason(r.text())}
	e.size, e.mtime, e.ctime = r.number(), r.number(), r.number()
	e.inode, e.root = uint64(r.number()), int32(r.number()) // #nosec G115 -- as written
	bits := r.number()
	e.dir, e.exec = bits&listDir != 0, bits&listExec != 0
	return e
}

// readList reads a list back, whole or not at all.
func readList(path string) (*manifest, error) {
	file, err := os.Open(path) // #nosec G304 -- a number in this user's profile
	if err != nil {
		return nil, fmt.Errorf("reading a list of files: %w", err)
	}
	defer func() { _ = file.Close() }()
	m, err := decodeList(file)
	if err != nil {
		return nil, fmt.Errorf("reading the list of files %s: %w", path, err)
	}
	return m, nil
}

// decodeList is the reverse of encodeList.
func decodeList(from io.Reader) (*manifest, error) {
	r := &listReader{in: bufio.NewReaderSize(from, 64<<10), hash: blake3.New()}
	magic := make([]byte, len(listMagic))
	if _, err := io.ReadFull(r.in, magic); err != nil || string(magic) != listMagic {
		return nil, errors.Join(errList, err)
	}
	_, _ = r.hash.Write(magic)
	m := &manifest{name: r.text()}
	for n := r.number(); r.err == nil && n > 0; n-- {
		m.tops = append(m.tops, r.text())
	}
	for n := r.number(); r.err == nil && n > 0; n-- {
		m.entries = append(m.entries, r.entry())
	}
	sum := r.hash.Sum(nil)
	kept := make([]byte, len(sum))
	if r.err == nil {
		_, r.err = io.ReadFull(r.in, kept)
	}
	if r.err != nil || string(kept) != string(sum) {
		return nil, errors.Join(errList, r.err)
	}
	if m.name == "" {
		m.name = hex.EncodeToString(sum)
	}
	return m, checkList(m)
}

// checkList refuses what no later code expects.
func checkList(m *manifest) error {
	for i := range m.entries {
		if e := &m.entries[i]; e.size < 0 || e.root < 0 || len(m.tops) > 0 && int(e.root) >= len(m.tops) {
			return errList
		}
	}
	return nil
}

// removeList forgets a list.
func removeList(dir string, key int64) {
	if dir != "" {
		_ = os.Remove(listPath(dir, key))
	}
}
