package transfers

// selection is which entries of an offer are accepted, with what must be known
// of all of them: a few bytes for each, however long their paths are.
type selection struct {
	sizes  []int64
	ends   []int32 // behind the last entry below a folder; of others, behind themselves
	fixed  []bool  // cannot be sent: never chosen
	chosen []bool
	count  int   // files and folders that are chosen
	bytes  int64 // of those
}

// add appends an entry, chosen unless it cannot be sent.
func (s *selection) add(size int64, fixed bool) {
	at := len(s.sizes)
	s.sizes = append(s.sizes, size)
	s.ends = append(s.ends, int32(at+1)) // #nosec G115 -- an offer has a million entries at most
	s.fixed = append(s.fixed, fixed)
	s.chosen = append(s.chosen, false)
	s.set(at, true)
}

// set chooses one entry, or not.
func (s *selection) set(at int, on bool) {
	if s.fixed[at] || s.chosen[at] == on {
		return
	}
	s.chosen[at] = on
	if on {
		s.count++
		s.bytes += s.sizes[at]
		return
	}
	s.count--
	s.bytes -= s.sizes[at]
}

// toggle turns one entry over, a folder with all below it.
func (s *selection) toggle(at int) {
	on := !s.chosen[at]
	for f := at; f < int(s.ends[at]); f++ {
		s.set(f, on)
	}
}

// all chooses everything, or nothing.
func (s *selection) all(on bool) {
	for at := range s.chosen {
		s.set(at, on)
	}
}

// whole reports whether nothing that can come was left out.
func (s *selection) whole() bool {
	for at, on := range s.chosen {
		if !on && !s.fixed[at] {
			return false
		}
	}
	return true
}

// ranges are the first and last index of each run of chosen entries; nil: all
// that can come. Entries that cannot be sent belong to the runs around them.
func (s *selection) ranges() [][2]int {
	if s.whole() {
		return nil
	}
	runs := [][2]int{}
	open := false
	for at, on := range s.chosen {
		switch {
		case on && open:
			runs[len(runs)-1][1] = at
		case on:
			runs, open = append(runs, [2]int{at, at}), true
		case !s.fixed[at]:
			open = false
		}
	}
	return runs
}
