package clock

import (
	"time"

	"lanyard/netcore/safename"
)

// Kind is the kind of the streams of this package, and of their first frame.
const Kind = "clock"

// The kinds of the other frames, see the documentation of the package.
const (
	kindSample = "sample"
	kindTime   = "time"
	kindFormat = "format"
	kindText   = "text"
)

// maxFrame is the longest header in bytes: a text may have 1 KiB, and twice as
// much with its escapes.
const maxFrame = 8 << 10

// request is what an asker wants to know.
type request struct {
	N      int64  `json:"n"`
	T1     int64  `json:"t1,omitempty"`     // of a sample
	Layout string `json:"layout,omitempty"` // of a format
}

// answer is the answer to a sample.
type answer struct {
	N          int64     `json:"n"`
	T1         int64     `json:"t1"`
	T2         int64     `json:"t2"`
	T3         int64     `json:"t3"`
	Resolution int64     `json:"resolution"`
	Zone       *zoneInfo `json:"zone,omitempty"`
}

// zoneInfo is a Zone on the wire.
type zoneInfo struct {
	Name   string `json:"name"`
	Offset int64  `json:"offset"` // seconds
	DST    bool   `json:"dst"`
}

// wording is the answer to a format.
type wording struct {
	N    int64  `json:"n"`
	Text string `json:"text"`
}

const (
	maxZoneName = 16             // runes
	maxZone     = 24 * time.Hour // no zone is farther from UTC
)

// zoneOf returns the zone that a clock goes by.
func zoneOf(t time.Time) *zoneInfo {
	name, offset := t.Zone()
	return &zoneInfo{Name: safename.Display(name, maxZoneName), Offset: int64(offset), DST: t.IsDST()}
}

// zone checks what another device says of its zone, and makes its name harmless.
func (z *zoneInfo) zone() (Zone, error) {
	if z == nil {
		return Zone{}, absurd("no zone")
	}
	if limit := int64(maxZone / time.Second); z.Offset > limit || z.Offset < -limit {
		return Zone{}, absurd("%d s from UTC", z.Offset)
	}
	return Zone{
		Name: safename.Display(z.Name, maxZoneName), Offset: time.Duration(z.Offset) * time.Second, DST: z.DST,
	}, nil
}
