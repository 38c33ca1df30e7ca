package output

import "io"

// Source is the output of a program as far as it was kept, in the order in
// which it came. It may grow while it is read, and is read from several
// goroutines at once.
type Source interface {
	io.ReaderAt
	// Size is how many bytes there are so far.
	Size() int64
	// From says which pipe the byte at a place came from, 1 or 2, and where the
	// next byte stands that may have come from the other one.
	From(at int64) (pipe int, until int64)
}

// Kept is a Source that has a type of its own for pipes.
type Kept[P ~int] interface {
	io.ReaderAt
	Size() int64
	From(at int64) (pipe P, until int64)
}

// Of returns what is kept as a Source.
func Of[P ~int](kept Kept[P]) Source { return keptSource[P]{kept} }

type keptSource[P ~int] struct{ Kept[P] }

func (s keptSource[P]) From(at int64) (pipe int, until int64) {
	from, until := s.Kept.From(at)
	return int(from), until
}

// index is the place of a pipe in an array.
func index(pipe int) int {
	if pipe == 2 {
		return 1
	}
	return 0
}
