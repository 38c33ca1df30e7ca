package transfer

import (
	"time"

	"lanyard/netcore/wire"
)

// pulse decides when one side of a stream says that it is there, and what of it
// limits: that at once when it changes.
type pulse struct {
	j     *job
	every time.Duration // at the latest
	tells bool          // what limits: earlier versions take no word of it
	said  Limit
	last  time.Time
}

// newPulse returns what a side of a stream says from now on.
func newPulse(j *job, v2 bool) *pulse {
	return &pulse{j: j, every: j.s.cfg.Stall / 3, tells: v2, last: time.Now()}
}

// tick is how often due is to be asked.
func (p *pulse) tick() time.Duration { return min(p.every, time.Second) }

// due returns what is to be said now, if it is time.
func (p *pulse) due(now time.Time) (aliveFrame, bool) {
	limit := LimitNone
	if p.tells {
		limit = p.j.gauge.tell(now, p.j.outgoing)
	}
	if now.Sub(p.last) < p.every && limit == p.said {
		return aliveFrame{}, false
	}
	p.said, p.last = limit, now
	return aliveFrame{limit}, true
}

// hear notes what the other side of a stream says of itself.
func (j *job) hear(frame wire.Frame) error {
	var said aliveFrame
	if err := frame.Decode(&said); err != nil {
		return &fault{ReasonProtocol, err}
	}
	j.gauge.hear(said.Limits)
	return nil
}
