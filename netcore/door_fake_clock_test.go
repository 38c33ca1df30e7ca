package netcore

import (
	"context"
	"fmt"
	"sync"
)

// fakeClocks is what a fakeEngine knows about clocks.
type fakeClocks struct {
	clockMu sync.Mutex
	clocks  map[PersonID]ClockEstimate
	errs    map[PersonID]error
	rates   map[PersonID]ClockRate
	servers map[string]ClockEstimate
	looks   int
	onLook  func(look int) // played before each answer
}

func (c *fakeClocks) CheckClock(_ context.Context, person PersonID, samples int) (ClockEstimate, error) {
	c.clockMu.Lock()
	defer c.clockMu.Unlock()
	c.looks++
	if c.onLook != nil {
		c.onLook(c.looks)
	}
	e, known := c.clocks[person]
	if err := c.errs[person]; err != nil || !known {
		return ClockEstimate{}, fmt.Errorf("asking: %w", cmpErr(err, ErrClockLost))
	}
	if e.Samples = samples; samples == 0 {
		e.Samples = 8
	}
	return e, nil
}

func cmpErr(err, other error) error {
	if err != nil {
		return err
	}
	return other
}

func (c *fakeClocks) FormatTime(_ context.Context, person PersonID, layout string) (string, error) {
	c.clockMu.Lock()
	defer c.clockMu.Unlock()
	e := c.clocks[person]
	return FormatLocalTime(layout, e.There(e.At))
}

func (c *fakeClocks) ClockDrift(person PersonID) (ClockRate, bool) {
	rate, known := c.rates[person]
	return rate, known
}

func (c *fakeClocks) CheckNTP(_ context.Context, server string) (ClockEstimate, error) {
	if e, known := c.servers[server]; known {
		return e, nil
	}
	return ClockEstimate{}, ErrTimeServer
}
