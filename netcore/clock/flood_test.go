package clock

import (
	"strings"
	"testing"
	"time"

	"lanyard/netcore/identity"
	"lanyard/netcore/wire"
)

// A flood is cut off, and others do not notice.
func TestAFloodIsCutOff(t *testing.T) {
	ann, bob := still(0)
	l := two(t, ann, bob)
	defer l.close()
	evil := identity.DeviceID{66}
	flood := func() (answers int, last string) {
		stream, err := l.dial(evil, bobID, Kind, nil)
		if err != nil {
			t.Fatal(err)
		}
		conn := wire.NewConn(stream)
		for n := range int64(1000) {
			if conn.Write(kindSample, request{N: n}, nil) != nil {
				return answers, "closed"
			}
			frame, err := conn.Next(maxFrame)
			if err != nil || frame.Kind == wire.KindError {
				_ = stream.Close()
				return answers, string(frame.Raw)
			}
			answers++
		}
		return answers, "all"
	}
	burst := DefaultLimits().Burst
	if answers, last := flood(); answers != burst || !strings.Contains(last, wire.CodeBusy) {
		t.Errorf("%d answers, then %s", answers, last)
	}
	if answers, _ := flood(); answers != 0 {
		t.Errorf("%d answers more", answers)
	}
	if _, err := l.services[annID].Query(t.Context(), bobID, 0); err != nil {
		t.Errorf("somebody else: %v", err)
	}
	bob.world.pass(time.Second)
	if answers, _ := flood(); answers != int(DefaultLimits().Rate) {
		t.Errorf("%d answers after a second", answers)
	}
}

// A device that opens streams without end gets some, and the first ones live on.
func TestManyStreams(t *testing.T) {
	ann, bob := still(0)
	l := two(t, ann, bob)
	defer l.close()
	var open []*end
	ask := func(stream *end) bool {
		conn := wire.NewConn(stream)
		if conn.Write(kindSample, request{N: 1}, nil) != nil {
			return false
		}
		frame, err := conn.Next(maxFrame)
		return err == nil && frame.Kind == kindTime
	}
	answered := 0
	for range DefaultLimits().Streams + 20 {
		stream, err := l.dial(annID, bobID, Kind, nil)
		if err != nil {
			t.Fatal(err)
		}
		open = append(open, stream)
		if ask(stream) {
			answered++
		}
	}
	if answered != DefaultLimits().Streams {
		t.Errorf("%d streams were answered", answered)
	}
	if !ask(open[0]) {
		t.Error("the first stream is dead")
	}
	for _, stream := range open {
		_ = stream.Close()
	}
}

// Many devices do not fill the memory.
func TestManyDevices(t *testing.T) {
	now := time.Duration(0)
	l := newLimits(DefaultLimits(), func() time.Duration { return now })
	for i := range 100 * maxBuckets {
		now += time.Second
		l.allow(identity.DeviceID{byte(i), byte(i >> 8), byte(i >> 16)})
	}
	if len(l.buckets) > maxBuckets+1 {
		t.Errorf("%d devices are watched", len(l.buckets))
	}
}
