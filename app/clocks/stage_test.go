package clocks

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"lanyard/netcore"
)

// now is when the tests happen.
var now = time.Date(2026, 5, 6, 14, 3, 21, 0, time.UTC)

// fakeNode has people and their clocks in memory.
type fakeNode struct {
	mu      sync.Mutex
	people  []netcore.Person
	clocks  map[netcore.PersonID][]netcore.ClockEstimate
	errs    map[netcore.PersonID]error
	checked []netcore.PersonID
	servers map[string]netcore.ClockEstimate
	formats []string
}

func (f *fakeNode) People(context.Context) ([]netcore.Person, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.people), nil
}

func (f *fakeNode) CheckClock(_ context.Context, person netcore.PersonID, _ int) (netcore.ClockEstimate, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.checked = append(f.checked, person)
	if err := f.errs[person]; err != nil {
		return netcore.ClockEstimate{}, err
	}
	looks := f.clocks[person]
	return looks[len(looks)-1], nil
}

func (f *fakeNode) FormatTime(_ context.Context, person netcore.PersonID, layout string) (string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.formats = append(f.formats, layout)
	if err := f.errs[person]; err != nil {
		return "", err
	}
	looks := f.clocks[person]
	return netcore.FormatLocalTime(layout, looks[len(looks)-1].There(now))
}

func (f *fakeNode) ClockHistory(person netcore.PersonID) []netcore.ClockEstimate {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.clocks[person])
}

func (f *fakeNode) ClockDrift(person netcore.PersonID) (netcore.ClockRate, bool) {
	if len(f.ClockHistory(person)) < 2 {
		return netcore.ClockRate{}, false
	}
	return netcore.ClockRate{PPM: 12.54, Bound: 0.31, Over: time.Hour}, true
}

func (f *fakeNode) CheckNTP(_ context.Context, server string) (netcore.ClockEstimate, error) {
	if e, known := f.servers[server]; known {
		return e, nil
	}
	return netcore.ClockEstimate{}, errors.Join(netcore.ErrTimeServer)
}

// looks are so many of a clock, the latest a moment ago.
func looks(count int, offset time.Duration, ppm float64, zone netcore.ClockZone) []netcore.ClockEstimate {
	var all []netcore.ClockEstimate
	for i := range count {
		ago := time.Duration(count-i) * 10 * time.Second
		noise := time.Duration((i*37)%11-5) * 60 * time.Microsecond
		all = append(all, netcore.ClockEstimate{
			At: now.Add(-ago), Offset: offset - time.Duration(float64(ago)*ppm/1e6) + noise,
			Bound: 400*time.Microsecond + time.Duration((i*17)%7)*100*time.Microsecond, RoundTrip: 800 * time.Microsecond,
			Jitter: 90 * time.Microsecond, Samples: 8, Zone: zone,
		})
	}
	return all
}

// office is a node with people of all kinds.
func office() *fakeNode {
	china := netcore.ClockZone{Name: "CST", Offset: 8 * time.Hour}
	berlin := netcore.ClockZone{Name: "CEST", Offset: 2 * time.Hour, DST: true}
	f := &fakeNode{
		clocks: map[netcore.PersonID][]netcore.ClockEstimate{
			1: looks(60, 1284*time.Millisecond, 12.5, china),
			2: looks(20, time.Hour+200*time.Millisecond, -3, berlin),
			3: looks(1, -84*time.Second, 0, china),
			5: looks(3, 0, 0, china),
		},
		errs:    map[netcore.PersonID]error{4: netcore.ErrClockRefused},
		servers: map[string]netcore.ClockEstimate{"ntp.example": {Offset: 1500 * time.Millisecond, Bound: 12 * time.Millisecond}},
	}
	for i, name := range []string{"王小明", "Carol", "Dan's old laptop in the meeting room", "Eve", "Fay", "stranger"} {
		p := netcore.Person{
			ID: netcore.PersonID(i + 1), Name: name, Device: netcore.DeviceID{byte(i + 1)},
			Online: name != "Fay", Trust: netcore.TrustVerified,
		}
		if name == "stranger" {
			p.Trust = netcore.TrustStranger
		}
		f.people = append(f.people, p)
	}
	return f
}
