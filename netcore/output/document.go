package output

import (
	"bytes"
	"context"
	"sync"
	"unicode/utf8"

	"lanyard/netcore/charset"
)

const (
	// stepSize is how much one Step looks at.
	stepSize = 4 << 20
	// maxPlaces is how many places the index has before every other one is let go.
	maxPlaces = 1 << 16
	// firstGap is how many bytes lie between two places at first.
	firstGap = 16 << 10
)

// Document is the output of a program as lines. Its methods may be called from
// any goroutine, Step and End from one at a time.
type Document struct {
	source Source
	local  charset.Encoding

	scanner  scanner             // used by Step and End alone
	finders  [2]*charset.Decoder // of the encoding of each pipe
	searched int64               // so many bytes have been through them
	boundary [2]bool             // what came last from a pipe ended in an ASCII character

	mu      sync.Mutex // guards what follows
	want    charset.Encoding
	found   [2]charset.Encoding // Auto: not yet
	wide    [2]wide             // that the index was made with
	places  []place             // in order; the first is the beginning
	most    int                 // places
	gap     int64               // bytes between two places, at least
	indexed int64               // so many bytes are lines
	lines   int64               // that have begun
	ended   int64               // and ended
	round   int
}

// State is how far a Document is.
type State struct {
	Lines    int              // that have begun so far
	Bytes    int64            // that these have
	Size     int64            // of all that is kept by now
	Encoding charset.Encoding // that lines are shown in; Auto: all was ASCII so far
	Round    int              // changes whenever lines may look different than before
}

// New returns a document, without any line before the first Step. want is how
// the user wants to see it, local what the PC prints in on which it ran; see
// [charset.NewDecoder].
func New(source Source, want, local charset.Encoding) *Document {
	d := &Document{source: source, local: local, want: want, most: maxPlaces}
	for pipe := range d.finders {
		d.finders[pipe], d.found[pipe] = charset.NewDecoder(charset.Auto, local), charset.Auto
	}
	d.restart()
	return d
}

// restart forgets the index.
func (d *Document) restart() {
	d.wide = d.wides()
	d.scanner = scanner{wide: d.wide}
	d.places, d.gap, d.indexed, d.lines, d.ended = []place{{}}, firstGap, 0, 0, 0
	d.round++
}

// wides says how each pipe writes line feeds.
func (d *Document) wides() [2]wide {
	return [2]wide{wideOf(d.encoding(0)), wideOf(d.encoding(1))}
}

// encoding returns what a pipe is read in, Auto while that is open.
func (d *Document) encoding(pipe int) charset.Encoding {
	if d.want != charset.Auto {
		return d.want
	}
	return d.found[pipe]
}

// Use shows all in another encoding, Auto for what it turned out to be.
func (d *Document) Use(want charset.Encoding) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.want != want {
		d.want = want
		d.round++
	}
}

// State returns how far the document is.
func (d *Document) State() State {
	d.mu.Lock()
	defer d.mu.Unlock()
	shown := d.encoding(0)
	if shown == charset.Auto {
		shown = d.encoding(1)
	}
	return State{Lines: int(d.lines), Bytes: d.indexed, Size: d.source.Size(), Encoding: shown, Round: d.round}
}

// Step makes lines of the next part of what has come, at most 4 MiB, and
// reports whether there is more already.
func (d *Document) Step(ctx context.Context) (more bool, err error) {
	d.mu.Lock()
	if d.wide != d.wides() {
		d.restart()
	}
	at, gap, last := d.indexed, d.gap, d.places[len(d.places)-1].at
	d.mu.Unlock()
	s := d.scanner
	s.head = bytes.Clone(s.head)
	var fresh []place
	end := min(d.source.Size(), at+stepSize)
	err = scan(ctx, d.source, &s, end, func(at int64, block []byte, pipe int) {
		d.look(at, block, pipe)
		if s.at >= last+gap {
			fresh, last = append(fresh, s.place), s.at
		}
	})
	if err != nil {
		return false, err
	}
	d.scanner = s
	d.commit(fresh, end)
	return d.source.Size() > end, nil
}

// commit takes what a Step found into the index.
func (d *Document) commit(fresh []place, end int64) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.places = append(d.places, fresh...)
	if len(d.places) > d.most {
		kept := make([]place, 0, d.most) // others may be reading the old ones
		for at := 0; at < len(d.places); at += 2 {
			kept = append(kept, d.places[at])
		}
		d.places, d.gap = kept, d.gap*2
	}
	d.indexed, d.lines, d.ended = end, d.scanner.line, d.scanner.line
	if d.scanner.length > 0 {
		d.lines++
	}
}

// look searches for the encoding of a pipe in its next bytes. ASCII by itself
// says nothing, and is passed over but at the beginning.
func (d *Document) look(at int64, block []byte, pipe int) {
	if at < d.searched {
		return // it is read a second time
	}
	d.searched = at + int64(len(block))
	finder := d.finders[pipe]
	if finder.Decided() != charset.Auto || d.boundary[pipe] && isASCII(block) {
		return
	}
	finder.Write(block)
	d.boundary[pipe] = block[len(block)-1] < utf8.RuneSelf
	d.settle(pipe, finder.Decided())
}

// settle keeps what was found out about a pipe.
func (d *Document) settle(pipe int, found charset.Encoding) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.found[pipe] != found {
		d.found[pipe] = found
		d.round++
	}
}

// End says that nothing more will come. What could be read in several ways
// until now is decided.
func (d *Document) End() {
	for pipe, finder := range d.finders {
		if finder.Decided() == charset.Auto {
			finder.End()
			d.settle(pipe, finder.Decided())
		}
	}
}

func isASCII(p []byte) bool {
	for _, b := range p {
		if b >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
