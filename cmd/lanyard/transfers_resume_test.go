//go:build e2e && linux

package main_test

import (
	"path/filepath"
	"testing"
	"time"
)

// backTime is far more than it takes until data comes again over a cable that is
// back: the bench measures that.
const backTime = 10 * time.Second

// TestAFileArrivesWhateverBreaks sends one file while the programs of both
// sides are killed, the receiver's address changes, and the cable is pulled.
// Nobody does anything about it, and hardly a byte comes twice.
func TestAFileArrivesWhateverBreaks(t *testing.T) {
	const size = 360 * mib
	s := newShipping(t)
	source := filepath.Join(s.disk, "big.bin")
	writeBig(t, source, size, 21)
	start := s.in.read()
	part := func(percent int64) {
		t.Helper()
		s.waitBytes(t, start, size/100*percent, 60*time.Second, "it gets on")
	}
	send := s.alice.begin("send", "--json", s.bob.id, source)

	part(20)
	s.bob.kill()
	s.bob = s.bob.user.serve()
	s.goesOn(t, s.bob.started, "the receiver was killed and is there again")

	part(40)
	s.alice.kill()
	if code := send.wait(t, 20*time.Second); code == 0 {
		t.Errorf("send ended with 0 when its copy was killed in the middle: %s", send.out.String())
	}
	s.alice = s.alice.user.serve()
	s.goesOn(t, s.alice.started, "the sender was killed and is there again")

	part(60)
	s.bob.host.readdress("10.77.1.99")
	s.goesOn(t, time.Now(), "the receiver has another address")

	part(90)
	s.bob.host.unplug()
	<-time.After(3 * time.Second) // the cut itself
	s.bob.host.plug()
	if took := s.goesOn(t, time.Now(), "the cable was pulled for 3 s and is back"); took > backTime {
		t.Errorf("nothing came for %v when the cable was back", took)
	}

	sameFile(t, source, filepath.Join(s.bob.save, "big.bin"), s.bothHave(t, 60*time.Second))
	holdsOnly(t, s.bob.save, "big.bin")
	s.cameFor(t, start, size, 4)
}
