package netcore

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"lanyard/netcore/clock"
	"lanyard/netcore/safename"
)

// clockNote is a look at a clock as the conversation keeps it. Fields are added,
// never changed: earlier versions wrote them.
type clockNote struct {
	At         int64  `json:"at"` // nanoseconds since 1970, by this PC's clock; so all durations
	Offset     int64  `json:"offset"`
	Bound      int64  `json:"bound"`
	RoundTrip  int64  `json:"round_trip"`
	Jitter     int64  `json:"jitter"`
	Samples    int    `json:"samples"`
	Zone       string `json:"zone"`
	ZoneOffset int64  `json:"zone_offset"`
	DST        bool   `json:"dst,omitempty"`
}

// noteOf is what is kept of an estimate.
func noteOf(e ClockEstimate) clockNote {
	return clockNote{
		At: e.At.UnixNano(), Offset: int64(e.Offset), Bound: int64(e.Bound), RoundTrip: int64(e.RoundTrip),
		Jitter: int64(e.Jitter), Samples: e.Samples,
		Zone: e.Zone.Name, ZoneOffset: int64(e.Zone.Offset), DST: e.Zone.DST,
	}
}

// check is the reverse of noteOf, with what is to be thought of it.
func (c clockNote) check() *ClockCheck {
	e := ClockEstimate{
		At: time.Unix(0, c.At), Offset: time.Duration(c.Offset), Bound: time.Duration(c.Bound),
		RoundTrip: time.Duration(c.RoundTrip), Jitter: time.Duration(c.Jitter), Samples: c.Samples,
		Zone: clock.Zone{Name: safename.Display(c.Zone, maxZoneName), Offset: time.Duration(c.ZoneOffset), DST: c.DST},
	}
	return &ClockCheck{Estimate: e, Verdict: e.Judge(ClockTolerance)}
}

// maxZoneName is the longest name of a zone that is shown, in runes.
const maxZoneName = 16

// clockText is a look at a clock in the words of no language: "+1.284 s ± 0.4 ms".
func clockText(e ClockEstimate) string {
	return fmt.Sprintf("%+.3f s ± %s", e.Offset.Seconds(), ClockBound(e.Bound))
}

// clockCheck reads what is kept of a look at a clock; nil if it cannot be read.
func clockCheck(text string) *ClockCheck {
	var kept clockNote
	if json.Unmarshal([]byte(text), &kept) != nil {
		return nil
	}
	return kept.check()
}

// CheckClockCard asks somebody's PC for its time and puts the result into the
// conversation; see Clocks.
func (n *Node) CheckClockCard(ctx context.Context, person PersonID) (Item, error) {
	id, err := n.linkedDevice(ctx, person)
	if err != nil {
		return Item{}, err
	}
	e, err := n.askClock(ctx, id, person, 0)
	if err != nil {
		return Item{}, err
	}
	data, err := json.Marshal(noteOf(e))
	if err != nil {
		return Item{}, fmt.Errorf("keeping a look at a clock: %w", err)
	}
	row, err := n.timeline.AddClock(context.WithoutCancel(ctx), id, clockText(e), string(data))
	if err != nil {
		return Item{}, fmt.Errorf("keeping a look at a clock: %w", err)
	}
	return n.item(ctx, row)
}
