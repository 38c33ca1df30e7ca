package transfer

import (
	"bufio"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"os"
	"sync"

	"lanyard/netcore/store"
)

// The journal of a receiver says which chunks of large files are on the disk.
// It is only added to, but for one that is written anew when a transfer goes on,
// because most of it is of no use any more. A record has journalSize bytes:
//
//	0   1   what: journalHead, journalBegin or journalChunk
//	4   4   the file, little-endian as all numbers
//	8   8   head: 0; begin: the size of its source; chunk: its index
//	16  32  head: the transfer's ID; begin: 8 bytes of mtime; chunk: its BLAKE3
//	48  4   CRC-32C of all before
//
// The first record that is torn ends it. What it says is believed only after
// the chunk has been hashed again.
const (
	journalName = "journal"
	journalSize = 52

	journalHead  = 1
	journalBegin = 2
	journalChunk = 3
)

// journal is an open one, for several goroutines.
type journal struct {
	mu   sync.Mutex
	file *os.File
	head *journalRecord
	at   int64
}

// claim is what the journal says of a file.
type claim struct {
	size, mtime int64
	chunks      map[int]hash32
	gone        bool // all chunks were there, and the partial file is not
}

// record is one entry of a journal.
type journalRecord [journalSize]byte

func newRecord(what byte, f int, n int64) *journalRecord {
	r := &journalRecord{what}
	binary.LittleEndian.PutUint32(r[4:], uint32(f)) // #nosec G115 -- an index below maxEntries
	binary.LittleEndian.PutUint64(r[8:], uint64(n)) // #nosec G115 -- read back alike
	return r
}

// seal adds the checksum.
func (r *journalRecord) seal() *journalRecord {
	binary.LittleEndian.PutUint32(r[48:], crc32.Checksum(r[:48], castagnoli()))
	return r
}

// whole reports whether the checksum fits.
func (r *journalRecord) whole() bool {
	return binary.LittleEndian.Uint32(r[48:]) == crc32.Checksum(r[:48], castagnoli())
}

func castagnoli() *crc32.Table { return crc32.MakeTable(crc32.Castagnoli) }

// headOf is the first record of a transfer's journal.
func headOf(t store.Transfer) *journalRecord {
	r := newRecord(journalHead, 0, 0)
	_, _ = hex.Decode(r[16:48], []byte(t.ID[:min(len(t.ID), idDigits)])) // checked when it was offered
	return r.seal()
}

// openJournal opens or makes the journal of a transfer in its staging folder
// and returns what it claims.
func openJournal(stage *os.Root, t store.Transfer) (*journal, map[int]*claim, error) {
	if info, err := stage.Lstat(journalName); err == nil && !info.Mode().IsRegular() {
		if err := removeAllIn(stage, journalName); err != nil {
			return nil, nil, err
		}
	}
	file, err := stage.OpenFile(journalName, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, nil, err
	}
	j := &journal{file: file, head: headOf(t)}
	claims, err := j.load()
	if err != nil {
		return nil, nil, errors.Join(err, file.Close())
	}
	return j, claims, nil
}

// load reads the journal. One of another transfer is emptied, a torn tail cut.
func (j *journal) load() (map[int]*claim, error) {
	claims := map[int]*claim{}
	var r journalRecord
	in := bufio.NewReaderSize(io.NewSectionReader(j.file, 0, 1<<62), 64<<10)
	for {
		if _, err := io.ReadFull(in, r[:]); err != nil || !r.whole() || j.at == 0 && r != *j.head {
			break
		}
		j.at += journalSize
		if !note(claims, &r) {
			j.at -= journalSize
			break
		}
	}
	if err := j.file.Truncate(j.at); err != nil {
		return nil, err
	}
	if j.at == 0 {
		return claims, j.add(j.head)
	}
	return claims, nil
}

// note takes what one record says. It reports whether that can be.
func note(claims map[int]*claim, r *journalRecord) bool {
	f := int(binary.LittleEndian.Uint32(r[4:]))
	n := int64(binary.LittleEndian.Uint64(r[8:])) // #nosec G115 -- checked below
	switch r[0] {
	case journalHead:
		return true
	case journalBegin:
		claims[f] = &claim{
			size: n, mtime: int64(binary.LittleEndian.Uint64(r[16:])), // #nosec G115 -- as written
			chunks: map[int]hash32{},
		}
		return n >= 0 && n <= maxBytes
	case journalChunk:
		c := claims[f]
		if c == nil || n < 0 || n >= int64(chunksOf(c.size)) {
			return false
		}
		c.chunks[int(n)] = hash32(r[16:48])
		return true
	}
	return false
}

// add appends a record.
func (j *journal) add(r *journalRecord) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if _, err := j.file.WriteAt(r[:], j.at); err != nil {
		return fmt.Errorf("writing the journal: %w", err)
	}
	j.at += journalSize
	return nil
}

// begin notes that a file begins, or begins anew: nothing claimed of it counts.
func (j *journal) begin(f int, size, mtime int64) error { return j.add(beginRecord(f, size, mtime)) }

// chunk notes that a chunk is written.
func (j *journal) chunk(f, i int, hash *hash32) error { return j.add(chunkRecord(f, i, hash)) }

func beginRecord(f int, size, mtime int64) *journalRecord {
	r := newRecord(journalBegin, f, size)
	binary.LittleEndian.PutUint64(r[16:], uint64(mtime)) // #nosec G115 -- read back alike
	return r.seal()
}

func chunkRecord(f, i int, hash *hash32) *journalRecord {
	r := newRecord(journalChunk, f, int64(i))
	copy(r[16:48], hash[:])
	return r.seal()
}

// clearStage removes what is in a staging folder of no use: all but the journal
// and the partial files that it claims something of.
func clearStage(stage *os.Root, dir *os.File, claims map[int]*claim) error {
	keep := map[string]bool{journalName: true}
	for f, c := range claims {
		info, err := stage.Lstat(partName(f))
		switch {
		case err == nil && info.Mode().IsRegular() && len(c.chunks) > 0:
			keep[partName(f)] = true
		case errors.Is(err, fs.ErrNotExist) && len(c.chunks) == chunksOf(c.size):
			c.gone = true // it may have got its name already
		default:
			delete(claims, f)
		}
	}
	list, err := dir.ReadDir(-1)
	if err != nil {
		return err
	}
	for _, entry := range list {
		if keep[entry.Name()] {
			continue
		}
		if err := removeAllIn(stage, entry.Name()); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}
