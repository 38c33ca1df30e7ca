package output

import (
	"bytes"
	"context"
	"sort"
	"strings"
	"unicode/utf8"

	"lanyard/netcore/charset"
)

// Line is one line, ready to be drawn.
type Line struct {
	Number int // from 0
	Stderr bool
	Open   bool   // it has not ended yet
	More   int64  // bytes at its end that are not shown
	Spans  []Span // from left to right
}

// Text returns what is shown of the line.
func (l Line) Text() string { return Text(l.Spans) }

// view is a moment of a Document: what is needed to read lines of it.
type view struct {
	source Source
	places []place
	wide   [2]wide
	end    int64
	lines  int64
	open   bool // the last line has not ended
	chosen [2]charset.Encoding
	local  charset.Encoding
}

// now returns the document as it is now. The places are only ever replaced
// behind those that there are, or all together.
func (d *Document) now() view {
	d.mu.Lock()
	defer d.mu.Unlock()
	return view{
		source: d.source, places: d.places, wide: d.wide, end: d.indexed, lines: d.lines, open: d.lines > d.ended,
		chosen: [2]charset.Encoding{d.encoding(0), d.encoding(1)}, local: d.local,
	}
}

// closed is how many lines have ended.
func (v view) closed() int64 {
	if v.open {
		return v.lines - 1
	}
	return v.lines
}

// before returns the last place that a line can be reached from.
func (v view) before(line int64) int {
	return sort.Search(len(v.places), func(i int) bool { return v.places[i].line > line }) - 1
}

// walk gives lines to yield, from one on, until that returns false.
func (v view) walk(ctx context.Context, from int64, yield func(rawLine) bool) error {
	from = max(from, 0)
	s := scanner{place: v.places[v.before(from)], wide: v.wide}
	s.yield = func(line rawLine) bool { return line.number < from || yield(line) }
	if err := scan(ctx, v.source, &s, v.end, nil); err != nil {
		return err
	}
	if s.length > 0 && !s.stop {
		s.yield(s.current(false, true))
	}
	return nil
}

// Lines returns lines from a number on, at most so many. It reads what is kept,
// which may have to wait for a disk.
func (d *Document) Lines(ctx context.Context, from, count int) ([]Line, error) {
	v := d.now()
	if count <= 0 || int64(from) >= v.lines {
		return nil, nil
	}
	lines := make([]Line, 0, min(count, 1024))
	err := v.walk(ctx, int64(from), func(raw rawLine) bool {
		lines = append(lines, v.line(raw))
		return len(lines) < count
	})
	return lines, err
}

// line makes a line of its bytes.
func (v view) line(raw rawLine) Line {
	board := newBoard()
	board.draw(v.text(raw), raw.style)
	line := Line{Number: int(raw.number), Stderr: raw.pipe == 1, Open: raw.open, Spans: board.spans()}
	if raw.cut {
		line.More = raw.end - raw.at - int64(len(raw.head))
	}
	return line
}

// text decodes the head of a line, without what ends it.
func (v view) text(raw rawLine) string {
	head := raw.head
	if !raw.cut && raw.lineBreak {
		head = v.unbroken(head, raw.pipe)
	}
	if v.wide[raw.pipe] == narrow && isASCII(head) {
		return string(head)
	}
	if v.chosen[raw.pipe] == charset.UTF8 && utf8.Valid(head) {
		return string(head)
	}
	decoder := charset.NewDecoder(v.chosen[raw.pipe], v.local)
	text, _ := decoder.Write(head)
	if raw.cut || raw.open {
		return text // half a character may stand at its end
	}
	rest, again := decoder.End()
	if again {
		return rest
	}
	return text + rest
}

// unbroken takes the line feed away, and a carriage return before it.
func (v view) unbroken(line []byte, pipe int) []byte {
	switch v.wide[pipe] {
	case lowFirst:
		return bytes.TrimSuffix(bytes.TrimSuffix(line, []byte("\n\x00")), []byte("\r\x00"))
	case highFirst:
		return bytes.TrimSuffix(bytes.TrimSuffix(line, []byte("\x00\n")), []byte("\x00\r"))
	}
	return bytes.TrimSuffix(bytes.TrimSuffix(line, []byte("\n")), []byte("\r"))
}

// Copy returns the text of lines, from the first up to but not including the
// last, each with a line feed at its end, and whether that is all of it: it
// stops after most bytes. Lines that are too long to be shown are whole.
func (d *Document) Copy(ctx context.Context, from, to int, most int) (text string, whole bool, err error) {
	var out strings.Builder
	limited := &limit{most: most, out: &out}
	err = d.write(ctx, limited, int64(from), int64(to), nil)
	if limited.full {
		return out.String(), false, nil
	}
	return out.String(), err == nil, err
}
