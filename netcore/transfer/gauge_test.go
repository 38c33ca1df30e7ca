package transfer

import (
	"testing"
	"time"
)

func TestWhatLimitsIsToldFromTheQueues(t *testing.T) {
	const ms = int64(time.Millisecond)
	for name, test := range map[string]struct {
		outgoing                     bool
		full, empty, disk, processor int64
		held                         int64
		theirs                       Limit
		want                         Limit
	}{
		"nothing moves":               {outgoing: true, want: LimitNone},
		"sender, queue full":          {outgoing: true, full: 900 * ms, disk: 50 * ms, want: LimitNetwork},
		"sender, their disk":          {outgoing: true, full: 900 * ms, theirs: LimitDisk, want: LimitDisk},
		"sender, slow reads":          {outgoing: true, empty: 900 * ms, disk: 800 * ms, processor: 50 * ms, want: LimitDisk},
		"sender, hashing":             {outgoing: true, empty: 900 * ms, disk: 50 * ms, processor: 800 * ms, want: LimitProcessor},
		"receiver, waits for data":    {empty: 900 * ms, disk: 50 * ms, want: LimitNetwork},
		"receiver, slow writes":       {full: 600 * ms, empty: 100 * ms, disk: 800 * ms, want: LimitDisk},
		"receiver, hashing":           {full: 600 * ms, empty: 100 * ms, disk: 100 * ms, processor: 500 * ms, want: LimitProcessor},
		"sender, limited":             {outgoing: true, full: 900 * ms, held: 850 * ms, want: LimitBandwidth},
		"sender, hardly limited":      {outgoing: true, full: 900 * ms, held: 300 * ms, want: LimitNetwork},
		"sender, limited there":       {outgoing: true, full: 900 * ms, theirs: LimitBandwidth, want: LimitThere},
		"sender, waits long":          {outgoing: true, theirs: LimitBandwidth, want: LimitThere},
		"a chunk at last, limited":    {empty: 9000 * ms, held: 950 * ms, want: LimitBandwidth},
		"receiver, limited":           {empty: 900 * ms, disk: 20 * ms, held: 850 * ms, want: LimitBandwidth},
		"receiver, limited there":     {empty: 900 * ms, disk: 50 * ms, theirs: LimitBandwidth, want: LimitThere},
		"receiver, their disk":        {empty: 900 * ms, disk: 50 * ms, theirs: LimitDisk, want: LimitDisk},
		"receiver, not theirs":        {full: 900 * ms, disk: 800 * ms, processor: 850 * ms, theirs: LimitDisk, want: LimitProcessor},
		"receiver, waits long":        {theirs: LimitBandwidth, want: LimitThere},
		"small files, limited":        {outgoing: true, held: 850 * ms, want: LimitBandwidth},
		"a word that nobody knows of": {outgoing: true, full: 900 * ms, theirs: "weather", want: LimitNetwork},
	} {
		g := &gauge{}
		g.hear(test.theirs)
		g.full.Store(test.full)
		g.empty.Store(test.empty)
		g.disk.Store(test.disk)
		g.processor.Store(test.processor)
		g.held.Store(test.held)
		now := time.Unix(1000, 0)
		if got := g.look(now, test.outgoing); got != test.want {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
		if own, told := g.tell(now, test.outgoing), test.want; test.theirs != LimitNone && test.want != LimitProcessor && own != LimitNone {
			t.Errorf("%s: %q is told as if it were its own", name, own)
		} else if test.theirs == LimitNone && told != LimitNetwork && own != told {
			t.Errorf("%s: %q is told, want %q", name, own, told)
		}
		g.full.Add(1 << 40)
		if got := g.look(now.Add(gaugeEvery/2), test.outgoing); got != test.want {
			t.Errorf("%s: %q too soon after %q", name, got, test.want)
		}
	}
}
