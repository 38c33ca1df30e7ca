package clock

import (
	"slices"
	"sync"

	"lanyard/netcore/identity"
)

const (
	maxHistory = 256 // estimates that are kept of a device
	maxDevices = 256 // devices of which some are kept
)

// history keeps the latest estimates.
type history struct {
	mu      sync.Mutex
	devices map[identity.DeviceID][]Estimate
}

// add keeps an estimate, in place of the oldest if there are many.
func (h *history) add(id identity.DeviceID, e Estimate) {
	h.mu.Lock()
	defer h.mu.Unlock()
	list, known := h.devices[id]
	if !known && len(h.devices) >= maxDevices {
		h.dropOldest()
	}
	if len(list) >= maxHistory {
		list = slices.Delete(list, 0, len(list)-maxHistory+1)
	}
	h.devices[id] = append(list, e)
}

// dropOldest forgets the device that was asked the longest time ago.
func (h *history) dropOldest() {
	var oldest identity.DeviceID
	var last Estimate
	for id, list := range h.devices {
		if e := list[len(list)-1]; last.At.IsZero() || e.At.Before(last.At) {
			oldest, last = id, e
		}
	}
	delete(h.devices, oldest)
}

// History returns the latest estimates of a device's clock since this Service
// began, oldest first, at most 256; for Drift and for a chart.
func (s *Service) History(id identity.DeviceID) []Estimate {
	s.kept.mu.Lock()
	defer s.kept.mu.Unlock()
	return slices.Clone(s.kept.devices[id])
}

// Last returns the latest estimate of a device's clock; false: there is none.
func (s *Service) Last(id identity.DeviceID) (Estimate, bool) {
	s.kept.mu.Lock()
	defer s.kept.mu.Unlock()
	list := s.kept.devices[id]
	if len(list) == 0 {
		return Estimate{}, false
	}
	return list[len(list)-1], true
}

// Forget drops the history of a device.
func (s *Service) Forget(id identity.DeviceID) {
	s.kept.mu.Lock()
	defer s.kept.mu.Unlock()
	delete(s.kept.devices, id)
}
