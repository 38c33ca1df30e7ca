package transfer

import (
	"slices"
	"time"
)

// How many lists are in memory while offers wait for a decision: the one that was
// looked at last, and others up to so many bytes. Those that are dropped are on
// disk, and come back when somebody looks at them.
const listRoom = 64 << 20

// previews is how many offers are compared with a folder at a time: each takes a
// copy of its list, and lays it out.
const previews = 2

// entryBytes is about what an entry of a list takes, without its path.
const entryBytes = 160

// weight is about how many bytes the list takes in memory.
func (c *checking) weight() int64 { return int64(len(c.entries))*entryBytes + 2*int64(c.paths) }

// heldList is a list that is there.
type heldList struct {
	j     *job
	used  time.Time
	bytes int64
}

// trimLists drops the lists for which there is no room, those first that nobody
// looked at for the longest time.
func (s *Service) trimLists() {
	if s.cfg.Dir == "" {
		return // they are nowhere else
	}
	s.mu.Lock()
	jobs := s.list(func(j *job) bool { return !j.outgoing })
	s.mu.Unlock()
	var there []heldList
	for _, j := range jobs {
		j.mu.Lock()
		if j.listed != nil {
			there = append(there, heldList{j, j.looked, j.listed.weight()})
		}
		j.mu.Unlock()
	}
	slices.SortFunc(there, func(a, b heldList) int { return b.used.Compare(a.used) })
	room := s.listRoom
	for i, one := range there {
		if room -= one.bytes; i > 0 && room < 0 {
			one.j.dropList()
		}
	}
}

// dropList forgets the list, but for what it said: another does not take its place.
func (j *job) dropList() {
	j.mu.Lock()
	c := j.listed
	j.mu.Unlock()
	if c == nil {
		return
	}
	sum := c.sum()
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.listed == c {
		j.listed, j.saw = nil, sum
	}
}

// sawOther reports whether a list is another than the one that was dropped.
func (j *job) sawOther(c *checking) bool {
	j.mu.Lock()
	saw := j.saw
	j.mu.Unlock()
	return saw != "" && c.sum() != saw
}
