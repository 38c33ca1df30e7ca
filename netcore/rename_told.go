package netcore

import "sync"

// toldNames are the names that linked devices told after their hello. A link says
// that it is up in its own time: the name in its hello may be the older one by
// then, and must not take the place of one that was told since.
type toldNames struct {
	mu    sync.Mutex
	names map[DeviceID]string
}

// tell notes the name that a linked device has now, and commits it.
func (t *toldNames) tell(id DeviceID, name string, commit func(name string) error) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.names == nil {
		t.names = map[DeviceID]string{}
	}
	t.names[id] = name
	return commit(name)
}

// greet commits the name of a hello, or the one that was told since.
func (t *toldNames) greet(id DeviceID, hello string, commit func(name string) error) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if told, ok := t.names[id]; ok {
		hello = told
	}
	return commit(hello)
}

// forget forgets the name of a device whose link is gone: the next has a hello of
// its own.
func (t *toldNames) forget(id DeviceID) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.names, id)
}
