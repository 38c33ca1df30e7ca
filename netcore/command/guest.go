package command

import (
	"time"

	"golang.org/x/time/rate"

	"lanyard/netcore/identity"
)

// How often a device may ask. There are guests only for devices with a
// permission, so this user decides how many.
const (
	alwaysBurst, alwaysPerS = 500, 100
	othersBurst, othersPerS = 30, 2
	askBurst                = 10
	askEvery                = 5 * time.Second
	knownIDs                = 1024 // of the newest runs of a device
)

// guest is what is kept of a device that may run something here. It is guarded
// by Service.mu.
type guest struct {
	quick  *rate.Limiter // of LevelAlways
	slow   *rate.Limiter // of other levels
	asking *rate.Limiter // consents
	ids    map[string]struct{}
	order  []string // the IDs, the oldest first
	runs   int
	asks   int
}

// guest returns what is kept of a device, made if there is nothing.
func (s *Service) guest(id identity.DeviceID) *guest {
	g := s.guests[id]
	if g == nil {
		g = &guest{
			quick:  rate.NewLimiter(alwaysPerS, alwaysBurst),
			slow:   rate.NewLimiter(othersPerS, othersBurst),
			asking: rate.NewLimiter(rate.Every(askEvery), askBurst),
			ids:    map[string]struct{}{},
		}
		s.guests[id] = g
	}
	return g
}

// mayAsk counts a request and reports whether it is looked at.
func (s *Service) mayAsk(id identity.DeviceID, level Level) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	g := s.guest(id)
	limiter := g.slow
	if level == LevelAlways {
		limiter = g.quick
	}
	return limiter.AllowN(s.config.Now(), 1)
}

// takes counts a run. It returns why there is no place for it.
func (s *Service) takes(g *guest, id string) Reason {
	if _, known := g.ids[id]; known {
		return ReasonDuplicate
	}
	if g.runs >= s.config.Limits.RunsPerDevice || len(s.jobs) >= s.config.Limits.Runs {
		return ReasonBusy
	}
	g.runs++
	g.ids[id] = struct{}{}
	g.order = append(g.order, id)
	if len(g.order) > knownIDs {
		delete(g.ids, g.order[0])
		g.order = g.order[1:]
	}
	return ""
}
