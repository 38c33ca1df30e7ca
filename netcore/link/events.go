package link

// emit queues a call of a callback. The lock is held.
func (m *Manager) emit(event func()) {
	if m.closed {
		return
	}
	m.events = append(m.events, event)
	select {
	case m.eventful <- struct{}{}:
	default:
	}
}

// emitUp queues OnUp. The lock is held.
func (m *Manager) emitUp(peer Peer) {
	if up := m.config.OnUp; up != nil {
		m.emit(func() { up(peer) })
	}
}

// emitDown queues OnDown. The lock is held.
func (m *Manager) emitDown(d *device, cause error) {
	if down := m.config.OnDown; down != nil {
		m.emit(func() { down(d.id, cause) })
	}
}

// dispatch calls the callbacks, one after the other, until the Manager ends.
func (m *Manager) dispatch() {
	for {
		select {
		case <-m.eventful:
		case <-m.ctx.Done():
			return
		}
		for event := m.nextEvent(); event != nil; event = m.nextEvent() {
			event()
		}
	}
}

// nextEvent takes the first queued event, or returns nil.
func (m *Manager) nextEvent() func() {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.events) == 0 {
		return nil
	}
	event := m.events[0]
	m.events = m.events[1:]
	return event
}
