package output

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"lanyard/netcore/charset"
)

const (
	// maxHead is how much of one line is shown, in bytes. The colours of what
	// is behind it count no more either.
	maxHead = 64 << 10
	// longLine is the length from which on a carriage return ends a line:
	// something draws itself anew there, and nobody sees what it drew before.
	longLine = 32 << 10
	// blockSize is how much is read at once.
	blockSize = 16 << 10
)

// place is where a line begins, with all that is needed to go on from there.
type place struct {
	line  int64
	at    int64
	style [2]Style // of each pipe
}

// rawLine is one line as it came.
type rawLine struct {
	number    int64
	at, end   int64 // its bytes, with what ends it
	pipe      int   // 0 or 1
	style     Style // at its beginning
	head      []byte
	cut       bool // there is more than head
	open      bool // it has not ended
	lineBreak bool // it has ended with a line feed
}

// scanner cuts a stream into lines. The same bytes give the same lines,
// wherever it begins and in whatever pieces it is fed.
type scanner struct {
	place                     // where the open line begins
	wide   [2]wide            // how each pipe writes a line feed
	pipe   int                // of the open line
	length int64              // of the open line so far
	head   []byte             // of the open line
	last   byte               // its last byte
	yield  func(rawLine) bool // gets each line, returns false to stop; nil: they are only counted
	stop   bool

	sequences *sequences // nil until a line has some
}

// wide tells encodings of two bytes for each character from others.
type wide byte

const (
	narrow wide = iota
	lowFirst
	highFirst
)

func wideOf(e charset.Encoding) wide {
	switch e {
	case charset.UTF16LE:
		return lowFirst
	case charset.UTF16BE:
		return highFirst
	}
	return narrow
}

// feed takes the next bytes, all from one pipe.
func (s *scanner) feed(piece []byte, pipe int) {
	if s.length > 0 && pipe != s.pipe {
		s.finish(false)
	}
	s.pipe = pipe
	for len(piece) > 0 && !s.stop {
		if s.yield == nil && s.count(&piece) {
			continue
		}
		n, lineBreak, ended := s.lineEnd(piece)
		s.grow(piece[:n])
		if ended {
			s.finish(lineBreak)
		}
		piece = piece[n:]
	}
}

// count passes over whole lines at once, where nothing but their number is of
// interest.
func (s *scanner) count(piece *[]byte) bool {
	if s.length > 0 || s.wide[s.pipe] != narrow {
		return false
	}
	chunk := (*piece)[:min(len(*piece), longLine)]
	end := bytes.LastIndexByte(chunk, '\n') + 1
	if end == 0 || bytes.IndexByte(chunk[:end], esc) >= 0 {
		return false
	}
	s.line += int64(bytes.Count(chunk[:end], []byte{'\n'}))
	s.at += int64(end)
	*piece = (*piece)[end:]
	return true
}

// lineEnd returns how many bytes of a piece belong to the open line, and
// whether that ends there.
func (s *scanner) lineEnd(piece []byte) (n int, lineBreak, ended bool) {
	n, lineBreak = len(piece), false
	if end := s.feedEnd(piece); end >= 0 {
		n, lineBreak = end, true
	}
	if at := s.redrawn(piece[:n]); at >= 0 {
		return at, false, true
	}
	return n, lineBreak, lineBreak
}

// feedEnd returns where the first line feed ends, negative if there is none.
func (s *scanner) feedEnd(piece []byte) int {
	var sign []byte
	switch s.wide[s.pipe] {
	case lowFirst:
		sign = []byte{'\n', 0}
	case highFirst:
		sign = []byte{0, '\n'}
	default:
		at := bytes.IndexByte(piece, '\n')
		if at < 0 {
			return -1
		}
		return at + 1
	}
	if s.length > 0 && s.last == sign[0] && piece[0] == sign[1] {
		return 1
	}
	if at := bytes.Index(piece, sign); at >= 0 {
		return at + 2
	}
	return -1
}

// redrawn returns where the open line is cut because it is long and begins anew
// with a carriage return, negative if it is not.
func (s *scanner) redrawn(piece []byte) int {
	from := max(0, longLine-s.length)
	for from < int64(len(piece)) {
		if from == 0 {
			if s.last == '\r' && s.length > 0 && piece[0] != '\n' {
				return 0
			}
			from = 1
			continue
		}
		at := bytes.IndexByte(piece[from-1:], '\r')
		if at < 0 {
			return -1
		}
		next := int(from) + at
		if next < len(piece) && piece[next] != '\n' {
			return next
		}
		from = int64(next) + 1
	}
	return -1
}

// grow adds bytes to the open line.
func (s *scanner) grow(part []byte) {
	if len(part) == 0 {
		return
	}
	if room := maxHead - len(s.head); room > 0 {
		s.head = append(s.head, part[:min(room, len(part))]...)
	}
	s.length += int64(len(part))
	s.last = part[len(part)-1]
}

// finish ends the open line.
func (s *scanner) finish(lineBreak bool) {
	if s.yield != nil && !s.yield(s.current(lineBreak, false)) {
		s.stop = true
	}
	s.dress()
	s.line++
	s.at += s.length
	s.length, s.head, s.last = 0, s.head[:0], 0
}

// current returns the line that is open, or is just about to end.
func (s *scanner) current(lineBreak, open bool) rawLine {
	return rawLine{
		number: s.line, at: s.at, end: s.at + s.length, pipe: s.pipe, style: s.style[s.pipe],
		head: s.head, cut: s.length > int64(len(s.head)), open: open, lineBreak: lineBreak,
	}
}

// dress finds out in which style the open line ends.
func (s *scanner) dress() {
	at := bytes.IndexByte(s.head, esc)
	if at < 0 {
		return
	}
	text := string(s.head[at:])
	switch s.wide[s.pipe] {
	case lowFirst:
		text = charset.Decode(s.head[at&^1:], charset.UTF16LE)
	case highFirst:
		text = charset.Decode(s.head[at&^1:], charset.UTF16BE)
	}
	if s.sequences == nil {
		s.sequences = newSequences(Style{})
	}
	s.sequences.style = s.style[s.pipe]
	for next := strings.IndexByte(text, esc); next >= 0; next = strings.IndexByte(text, esc) {
		text = text[next:]
		n, _ := s.sequences.next(text)
		text = text[max(n, 1):]
	}
	s.style[s.pipe] = s.sequences.style
}

// scan feeds a scanner with what a source has from the scanner's open line on,
// up to an end. Each block that was fed is told to fed, if that is not nil.
func scan(ctx context.Context, source Source, s *scanner, end int64, fed func(at int64, block []byte, pipe int)) error {
	buffer := make([]byte, blockSize)
	for at := s.at + s.length; at < end && !s.stop; {
		if err := ctx.Err(); err != nil {
			return err
		}
		pipe, until := source.From(at)
		n, err := source.ReadAt(buffer[:min(int64(len(buffer)), until-at, end-at)], at)
		if n == 0 {
			return fmt.Errorf("reading the output that was kept: %w", orUnexpected(err))
		}
		s.feed(buffer[:n], index(pipe))
		if fed != nil {
			fed(at, buffer[:n], index(pipe))
		}
		at += int64(n)
	}
	return nil
}

// orUnexpected is the error of a read that gave nothing.
func orUnexpected(err error) error {
	if err == nil || errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}
