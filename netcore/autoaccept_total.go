package netcore

import (
	"math"
	"sync"
	"time"

	"lanyard/netcore/store"
)

const (
	// totalCaps is how many times its cap a device may send in a day without
	// this user being asked.
	totalCaps = 10
	// totalHours is for how many hours, begun ones too, it is remembered what
	// came: no less than 24 whole ones.
	totalHours = 25
)

// totalOf is how many bytes of all offers in 24 hours need no question.
func totalOf(p store.Permissions) int64 {
	limit := max(capOf(p), entrySize)
	if limit > math.MaxInt64/totalCaps {
		return math.MaxInt64
	}
	return limit * totalCaps
}

// dailyTotals counts what each device sent without this user being asked, in
// this run of the program. The zero value is ready; it is safe for use by
// several goroutines. There are as many as devices that may.
type dailyTotals struct {
	mu      sync.Mutex
	devices map[DeviceID]*dailyTotal
}

// dailyTotal is what one device sent, by the hour.
type dailyTotal struct {
	hours [totalHours]struct{ hour, bytes int64 }
	over  bool // the last offer was too much
}

// take adds an offer if the total of 24 hours stays within limit. If it does not
// fit, news says that the one before did.
func (d *dailyTotals) take(id DeviceID, bytes, limit int64, now time.Time) (fits, news bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.devices == nil {
		d.devices = map[DeviceID]*dailyTotal{}
	}
	total := d.devices[id]
	if total == nil {
		total = &dailyTotal{}
		d.devices[id] = total
	}
	hour := max(now.Unix(), 0) / int64(time.Hour/time.Second)
	if bytes > limit-total.sum(hour) {
		news, total.over = !total.over, true
		return false, news
	}
	total.over = false
	slot := &total.hours[hour%totalHours]
	if slot.hour != hour {
		slot.hour, slot.bytes = hour, 0
	}
	slot.bytes += bytes
	return true, false
}

// sum is what came in the hours that count. Those that lie ahead, since the
// clock was set back, do.
func (d *dailyTotal) sum(hour int64) int64 {
	var sum int64
	for _, slot := range d.hours {
		if slot.hour > hour-totalHours {
			sum += slot.bytes
		}
	}
	return sum
}
