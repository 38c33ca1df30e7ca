package output

import (
	"io"
	"slices"
	"sync"
)

// tape is a source in memory.
type tape struct {
	mu    sync.Mutex
	bytes []byte
	turns []int64 // where the pipe changes; the first piece is of pipe 1
}

// add appends what came from a pipe.
func (s *tape) add(pipe int, text string) *tape {
	s.mu.Lock()
	defer s.mu.Unlock()
	if 1+len(s.turns)%2 != pipe {
		s.turns = append(s.turns, int64(len(s.bytes)))
	}
	s.bytes = append(s.bytes, text...)
	return s
}

func (s *tape) Size() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return int64(len(s.bytes))
}

func (s *tape) ReadAt(p []byte, at int64) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := copy(p, s.bytes[at:])
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

func (s *tape) From(at int64) (pipe int, until int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	turn, exact := slices.BinarySearch(s.turns, at)
	if exact {
		turn++
	}
	until = int64(1) << 60
	if turn < len(s.turns) {
		until = s.turns[turn]
	}
	return 1 + turn%2, until
}

// repeated is a source of one text again and again, which takes no memory.
type repeated struct {
	text string
	size int64
}

func (s *repeated) Size() int64 { return s.size }

func (s *repeated) ReadAt(p []byte, at int64) (int, error) {
	n := 0
	for n < len(p) && at < s.size {
		part := copy(p[n:], s.text[at%int64(len(s.text)):])
		part = int(min(int64(part), s.size-at))
		n, at = n+part, at+int64(part)
	}
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

func (s *repeated) From(int64) (pipe int, until int64) { return 1, 1 << 60 }
