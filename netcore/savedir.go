package netcore

import "sync"

// saveDirs are the folders for what arrives, as long as somebody asks for
// another one than that of the settings. The newest counts.
type saveDirs struct {
	mu   sync.Mutex
	dirs []*string
}

// use makes dir the folder until the function that it returns is called; an
// empty one changes nothing.
func (s *saveDirs) use(dir string) (undo func()) {
	if dir == "" {
		return func() {}
	}
	entry := &dir
	s.mu.Lock()
	defer s.mu.Unlock()
	s.dirs = append(s.dirs, entry)
	return func() { s.drop(entry) }
}

func (s *saveDirs) drop(entry *string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range s.dirs {
		if s.dirs[i] == entry {
			s.dirs = append(s.dirs[:i:i], s.dirs[i+1:]...)
			return
		}
	}
}

// newest returns the folder that counts, or the usual one.
func (s *saveDirs) newest(usual string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.dirs) == 0 {
		return usual
	}
	return *s.dirs[len(s.dirs)-1]
}

// SaveInto makes dir, absolute, the folder for what is accepted without naming
// one, by the user or by itself, until the function that it returns is called.
// An empty one changes nothing.
func (n *Node) SaveInto(dir string) (undo func()) { return n.saves.use(dir) }
