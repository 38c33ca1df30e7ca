package transfer

import (
	"errors"
	"io"
	"os"
	"path"
	"slices"

	"github.com/zeebo/blake3"

	"lanyard/netcore/safename"
)

// takeClaims opens the partial files of an earlier try, with what the journal
// claims of them. Nothing is believed yet.
func (r *receiving) takeClaims() ([]*inFile, error) {
	var found []*inFile
	for f, c := range r.disk.claims {
		if f >= len(r.plan.files) || !r.isOpen(f) || c.size <= smallMax {
			if err := removeAllIn(r.disk.stage, partName(f)); err != nil {
				return nil, diskFault("removing a partial file", err)
			}
			delete(r.disk.claims, f)
			continue
		}
		if c.gone && !r.disk.unplace(f, &r.plan.files[f], c) {
			delete(r.disk.claims, f)
			continue
		}
		in, err := r.takeClaim(f, c)
		if err != nil {
			return nil, err
		}
		found = append(found, in)
	}
	return found, nil
}

// isOpen is plan.open while digests may agree.
func (r *receiving) isOpen(f int) bool {
	r.j.mu.Lock()
	defer r.j.mu.Unlock()
	return r.plan.open(f)
}

// unplace takes a file back that got its name just before the program was
// killed, and was not recorded: it need not come twice. It must be what the
// journal claims, chunk by chunk.
func (d *disk) unplace(f int, e *planned, c *claim) bool {
	for n := range tries {
		at := path.Join(d.plan.dirs[e.dir].path, safename.Increment(e.name, n))
		info, err := d.root.Lstat(at)
		if err != nil {
			return false
		}
		if info.Mode().IsRegular() && info.Size() == c.size && sameTime(info.ModTime(), c.mtime) && d.holds(at, c) {
			return d.root.Rename(at, path.Join(d.staging, partName(f))) == nil
		}
	}
	return false
}

// holds reports whether a file has the content that is claimed.
func (d *disk) holds(at string, c *claim) bool {
	file, err := d.root.Open(at)
	if err != nil {
		return false
	}
	in := &inFile{size: c.size, file: file}
	defer func() { _ = in.close() }()
	p := make([]byte, chunkSize)
	for i, hash := range c.chunks {
		p = p[:chunkLen(c.size, i)]
		if !in.read(i, p) || blake3.Sum256(p) != hash {
			return false
		}
	}
	return true
}

// takeClaim opens one partial file.
func (r *receiving) takeClaim(f int, c *claim) (*inFile, error) {
	e := &r.plan.files[f]
	if c.size != e.size || c.mtime != e.mtime {
		if err := r.j.grow(c.size - e.size); err != nil {
			return nil, err
		}
		e.size, e.mtime = c.size, c.mtime // what its source was when it was begun
	}
	in := newInFile(f, c.size, c.mtime)
	file, err := r.disk.stage.OpenFile(partName(f), os.O_RDWR, 0)
	if err != nil {
		return nil, diskFault("opening a partial file", err)
	}
	info, err := file.Stat()
	if err != nil {
		return nil, diskFault("opening a partial file", errors.Join(err, file.Close()))
	}
	in.file, in.claimed = file, true
	for i, hash := range c.chunks {
		if end := int64(i)*chunkSize + int64(chunkLen(c.size, i)); end <= info.Size() {
			in.hashes[i], in.have[i] = hash, true
			in.missing--
		}
	}
	for i := range in.asked {
		in.asked[i] = !in.have[i]
	}
	r.startFollow(in)
	r.mu.Lock()
	r.files[f] = in
	r.mu.Unlock()
	return in, nil
}

// check hashes what the journal claims of a file. What is damaged is asked for
// again, and nothing else: at the end, as the sender reads all of the file for
// each time that it is asked.
func (r *receiving) check(in *inFile) error {
	p := make([]byte, chunkSize)
	var damaged [][2]int
	for i := range in.hashes {
		select {
		case <-r.quit:
			return nil
		default:
		}
		in.mu.Lock()
		claimed, hash, over := in.have[i] && !in.asked[i], in.hashes[i], in.drop || in.judged
		in.mu.Unlock()
		if over {
			return nil
		}
		if !claimed {
			continue
		}
		p = p[:chunkLen(in.size, i)]
		if in.read(i, p) && blake3.Sum256(p) == hash {
			continue
		}
		r.j.s.log.Warn("a chunk is damaged on disk and comes again", "key", r.j.key, "index", in.f, "chunk", i)
		in.mu.Lock()
		in.have[i] = false
		in.missing++
		in.mu.Unlock()
		damaged = withChunk(damaged, i)
	}
	for spans := range slices.Chunk(damaged, spansInFrame) {
		r.ask(in, spans) // however many: it is this disk that was of no use, not the sender
	}
	in.mu.Lock()
	in.claimed = false
	in.extend()
	in.mu.Unlock()
	return r.judge(in)
}

// read reads a chunk back.
func (in *inFile) read(i int, p []byte) bool {
	in.use.RLock()
	defer in.use.RUnlock()
	if in.file == nil {
		return false
	}
	_, err := io.ReadFull(io.NewSectionReader(in.file, int64(i)*chunkSize, int64(len(p))), p)
	return err == nil
}

// checkAll checks all claims, one file after the other, beside what comes.
func (r *receiving) checkAll(files []*inFile) {
	r.checks.Go(func() {
		for _, in := range files {
			if err := r.check(in); err != nil {
				r.cancel(err)
				return
			}
		}
	})
}
