package transfer

import (
	"context"
	"errors"
	"os"
	"sync"
	"time"

	"github.com/zeebo/blake3"

	"lanyard/netcore/wire"
)

// maxOpen is how many large files a sender may have under way, those that wait
// to be judged included.
const maxOpen = 16

// maxWrong is how often a file may be of no use before it is given up.
const maxWrong = 8

// piece is a chunk that has come.
type piece struct {
	in   *inFile
	i    int
	body *buffer
	hash hash32
}

// inFile is a large file on its way to the disk.
type inFile struct {
	f     int
	size  int64
	mtime int64 // of its source

	use  sync.RWMutex // held for writing while the file is closed
	file *os.File     // nil once it is closed

	mu      sync.Mutex
	hashes  []hash32
	have    []bool
	missing int     // chunks
	claimed bool    // the journal claims chunks that have not been hashed again
	begun   bool    // its first frame has come
	asked   []bool  // chunks that are due
	root    string  // of the trailer
	md5     string  // of the trailer, version 1
	next    int     // version 1: the chunk that is due
	bad     bool    // version 1: a chunk was not what its hash says
	late    bool    // version 1: its MD5 decides, and so ends after the trailer has come
	drop    bool    // it is not taken
	judged  bool    // good, or given up
	prefix  int     // chunks from the first that are there
	follow  *follow // its MD5
}

// newInFile returns a file of which nothing is there.
func newInFile(f int, size, mtime int64) *inFile {
	n := chunksOf(size)
	return &inFile{f: f, size: size, mtime: mtime, hashes: make([]hash32, n), have: make([]bool, n), asked: make([]bool, n), missing: n}
}

// left is how many bytes are still to come.
func (in *inFile) left() int64 {
	in.mu.Lock()
	defer in.mu.Unlock()
	return min(int64(in.missing)*chunkSize, in.size)
}

// close closes the file. It may be called twice.
func (in *inFile) close() error {
	in.use.Lock()
	defer in.use.Unlock()
	if in.file == nil {
		return nil
	}
	err := in.file.Close()
	in.file = nil
	return err
}

// sync makes what is written durable.
func (in *inFile) sync() error {
	in.use.RLock()
	defer in.use.RUnlock()
	if in.file == nil {
		return nil
	}
	return syncContent(in.file)
}

// write writes at a chunk's place.
func (in *inFile) write(i int, p []byte) error {
	in.use.RLock()
	defer in.use.RUnlock()
	if in.file == nil {
		return os.ErrClosed
	}
	at := int64(i) * chunkSize
	_, err := in.file.WriteAt(p, at)
	writeBehind(in.file, at, int64(len(p)))
	return err
}

// large begins a large file, or goes on with one.
func (r *receiving) large(f int) error {
	r.j.forgetTheirs(f)
	r.mu.Lock()
	in, open := r.files[f], len(r.files)
	r.mu.Unlock()
	if in == nil && open >= maxOpen+len(r.disk.claims) {
		return broken("%d large files at once", open)
	}
	if in == nil {
		var err error
		if in, err = r.newFile(f); err != nil {
			return err
		}
		in.askAll()
	}
	in.mu.Lock()
	in.begun = true
	in.mu.Unlock()
	if !r.v2 {
		r.current = in
	}
	return nil
}

// newFile makes the partial file of a large file anew.
func (r *receiving) newFile(f int) (*inFile, error) {
	e := &r.plan.files[f]
	in := newInFile(f, e.size, e.mtime)
	if err := removeAllIn(r.disk.stage, partName(f)); err != nil {
		return nil, diskFault("making a file", err)
	}
	file, err := r.disk.stage.OpenFile(partName(f), os.O_RDWR|os.O_CREATE|os.O_EXCL, os.FileMode(r.permOf(e)))
	if err == nil {
		if err = preallocate(file, e.size); err != nil {
			err = errors.Join(err, file.Close())
		}
	}
	if err == nil && r.v2 {
		err = r.disk.journal.begin(f, e.size, e.mtime)
	}
	if err != nil {
		return nil, diskFault("making a file", err)
	}
	in.file, in.late = file, !r.v2
	r.startFollow(in)
	r.mu.Lock()
	r.files[f] = in
	r.mu.Unlock()
	return in, nil
}

// askAll notes that every chunk is due.
func (in *inFile) askAll() {
	in.mu.Lock()
	defer in.mu.Unlock()
	for i := range in.asked {
		in.asked[i] = !in.have[i]
	}
}

// chunk takes one chunk.
func (r *receiving) chunk(ctx context.Context, frame wire.Frame) error {
	var head chunkFrame
	if err := frame.Decode(&head); err != nil {
		return &fault{ReasonProtocol, err}
	}
	if late, err := r.late(ctx, head.F, frame); late {
		return err
	}
	in, err := r.open(head.F)
	if err != nil {
		return err
	}
	p := piece{in: in, i: head.I}
	if err := unhex(p.hash[:], head.B3); err != nil {
		return err
	}
	if err := in.due(head.I, frame.BodySize, r.v2); err != nil {
		return err
	}
	if p.body, err = r.body(ctx, int(frame.BodySize)); err != nil {
		return err
	}
	select {
	case r.pieces <- p:
	default:
		began := time.Now()
		r.pieces <- p
		since(&r.j.gauge.full, began)
	}
	return nil
}

// open returns the large file that a frame is about.
func (r *receiving) open(f int) (*inFile, error) {
	if !r.v2 {
		if r.current == nil {
			return nil, broken("a chunk without its file")
		}
		return r.current, nil
	}
	r.mu.Lock()
	in := r.files[f]
	r.mu.Unlock()
	if in == nil || !in.hasBegun() {
		return nil, broken("a chunk of file %d, which has not begun", f)
	}
	return in, nil
}

// wasJudged reports whether a large file has come in this try and is good, or a
// file was skipped, so that what the sender still says of it is late.
func (r *receiving) wasJudged(f int) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.judged[f]
}

// hasBegun reports whether the first frame has come.
func (in *inFile) hasBegun() bool {
	in.mu.Lock()
	defer in.mu.Unlock()
	return in.begun
}

// due checks that a chunk may come.
func (in *inFile) due(i int, size int64, v2 bool) error {
	in.mu.Lock()
	defer in.mu.Unlock()
	if i < 0 || i >= len(in.asked) || !in.asked[i] || !v2 && i != in.next || size != int64(chunkLen(in.size, i)) {
		return broken("chunk %d of %d bytes in file %d", i, size, in.f)
	}
	in.asked[i] = false
	in.next = i + 1
	return nil
}

// trailer takes the end of a large file.
func (r *receiving) trailer(frame wire.Frame) error {
	var head trailerFrame
	if err := frame.Decode(&head); err != nil {
		return &fault{ReasonProtocol, err}
	}
	if frame.BodySize == 0 && r.wasJudged(head.F) {
		return nil // of chunks that came again
	}
	in, err := r.open(head.F)
	if err != nil || frame.BodySize != 0 {
		return errors.Join(err, broken("a trailer of %d bytes", frame.BodySize))
	}
	in.mu.Lock()
	early := !r.v2 && in.next < len(in.asked)
	in.root, in.md5 = head.Root, head.MD5
	if in.root == "" {
		in.root = "none"
	}
	in.mu.Unlock()
	if early {
		return broken("a trailer before the last chunk of file %d", in.f)
	}
	if r.current != nil {
		r.current = nil
		return errors.Join(r.judge(in), r.came(in.f))
	}
	return r.judge(in)
}

// take hashes and writes one chunk.
func (r *receiving) take(p piece) {
	defer p.body.release()
	in := p.in
	began := time.Now()
	right := blake3.Sum256(p.body.data) == p.hash
	hashed := time.Now()
	r.j.gauge.processor.Add(int64(hashed.Sub(began)))
	in.mu.Lock()
	skip := in.drop || in.judged || in.have[p.i]
	in.bad = in.bad || !right
	in.mu.Unlock()
	if skip {
		return
	}
	if !right && !r.v2 {
		_ = r.judge(in) // cannot fail where it is bad
		return
	}
	var err error
	if right {
		err = in.write(p.i, p.body.data)
		since(&r.j.gauge.disk, hashed)
		if err == nil && r.v2 {
			err = r.disk.journal.chunk(in.f, p.i, &p.hash)
		}
		r.dirty.add(in, len(p.body.data))
	}
	if err != nil {
		if !errors.Is(err, os.ErrClosed) {
			r.results <- result{f: in.f, err: diskFault("writing a file", err)}
		}
		return
	}
	if !right {
		r.again(in, p.i)
		return
	}
	in.got(p.i, p.hash)
	if err := r.judge(in); err != nil {
		r.cancel(err)
	}
}

// got notes that a chunk is there.
func (in *inFile) got(i int, hash hash32) {
	in.mu.Lock()
	in.hashes[i], in.have[i] = hash, true
	in.missing--
	in.extend()
	in.mu.Unlock()
}

// extend lets the MD5 go on to where chunks are missing. The caller holds in.mu.
func (in *inFile) extend() {
	if in.claimed {
		return // not before they are checked
	}
	for in.prefix < len(in.have) && in.have[in.prefix] {
		in.prefix++
	}
	to := min(int64(in.prefix)*chunkSize, in.size)
	if in.late {
		to = min(to, in.size-1) // the rest when it is good
	}
	in.follow.advance(to)
}
