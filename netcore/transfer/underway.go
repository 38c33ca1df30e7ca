package transfer

import (
	"cmp"
	"slices"
	"sync"
	"time"
)

// underMost is how many files under way are told of.
const underMost = 4

// UnderWay is a file of which a part is there.
type UnderWay struct {
	Index int
	Path  string // as offered
	Size  int64
	Done  int64         // bytes that are there
	Speed float64       // bytes a second over the last seconds; 0 when nothing moves
	Left  time.Duration // estimated; 0 when unknown
}

// sentNow is which large files a sender is sending. It is told by the one who
// writes the stream, once a chunk.
type sentNow struct {
	mu    sync.Mutex
	files []UnderWay // those that have begun, without Path
}

// wrote notes that a frame of that content, with so much of a file in it, was
// written.
func (n *sentNow) wrote(fields any, body int64) {
	switch frame := fields.(type) {
	case *fileFrame:
		if body == 0 && frame.Size > smallMax {
			n.begin(frame)
		}
	case *chunkFrame:
		n.add(frame.F, body)
	case *trailerFrame:
		n.end(frame.F)
	case skipFrame:
		n.end(frame.F)
	}
}

// begin takes up a file, anew if it is there.
func (n *sentNow) begin(head *fileFrame) {
	n.end(head.F)
	n.mu.Lock()
	defer n.mu.Unlock()
	n.files = append(n.files, UnderWay{Index: head.F, Size: head.Size, Done: head.has})
}

// add counts what was sent of a file. In version 1 chunks do not say of which:
// there is one at a time.
func (n *sentNow) add(f int, body int64) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if len(n.files) == 1 {
		f = n.files[0].Index
	}
	if at := n.find(f); at >= 0 {
		n.files[at].Done = min(n.files[at].Done+body, n.files[at].Size)
	}
}

// end forgets a file.
func (n *sentNow) end(f int) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if at := n.find(f); at >= 0 {
		n.files = slices.Delete(n.files, at, at+1)
	}
}

// find returns where a file stands, or -1. The caller holds n.mu.
func (n *sentNow) find(f int) int {
	return slices.IndexFunc(n.files, func(one UnderWay) bool { return one.Index == f })
}

// clear forgets all files: the stream has ended.
func (n *sentNow) clear() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.files = nil
}

// list returns the files of which something is still to come.
func (n *sentNow) list() []UnderWay {
	n.mu.Lock()
	defer n.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(n.files), func(one UnderWay) bool { return one.Done >= one.Size })
}

// underWay returns the first large files of which something is still to come.
func (j *job) underWay() []UnderWay {
	j.mu.Lock()
	trying, list := j.trying, j.list
	j.mu.Unlock()
	var under []UnderWay
	switch {
	case j.outgoing && list != nil:
		under = j.sentNow.list()
	case trying != nil:
		under = trying.coming()
	}
	slices.SortFunc(under, func(a, b UnderWay) int { return cmp.Compare(a.Index, b.Index) })
	under = under[:min(len(under), underMost)]
	for i := range under {
		if j.outgoing {
			under[i].Path = list.entries[under[i].Index].path
		} else {
			under[i].Path = trying.plan.files[under[i].Index].path
		}
	}
	return under
}

// coming returns the large files that have begun to come.
func (r *receiving) coming() []UnderWay {
	r.mu.Lock()
	files := make([]*inFile, 0, len(r.files))
	for _, in := range r.files {
		files = append(files, in)
	}
	r.mu.Unlock()
	var coming []UnderWay
	for _, in := range files {
		if left := in.left(); left > 0 && in.hasBegun() {
			coming = append(coming, UnderWay{Index: in.f, Size: in.size, Done: in.size - left})
		}
	}
	return coming
}

// timed adds to files under way how fast they are, none faster than the whole:
// nobody may have looked when they began. The caller holds j.mu.
func (j *job) timed(under []UnderWay, whole float64) []UnderWay {
	before, now := j.meters, j.s.cfg.Now()
	j.meters = make(map[int]*meter, len(under))
	for i := range under {
		one := &under[i]
		speed := before[one.Index]
		if speed == nil {
			speed = &meter{}
		}
		j.meters[one.Index] = speed
		if one.Speed = min(speed.speed(now, one.Done), whole); one.Speed > 0 {
			one.Left = time.Duration(min(float64(one.Size-one.Done)/one.Speed, 1e9) * float64(time.Second))
		}
	}
	return under
}
