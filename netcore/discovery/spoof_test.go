package discovery

import (
	"encoding/binary"
	"encoding/hex"
	"slices"
	"testing"
	"testing/synctest"
)

// TestBeaconsTellNothingElse builds everything that a copy sends anew from its
// key, port, instance and counters: there is no room for a name, a version, or
// what else others need not know (D7).
func TestBeaconsTellNothingElse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		evil, h, c := victim(t, nil)
		evil.send(announceOf(generate(t), 1)[:], "10.0.0.2:9527", h)
		synctest.Wait()
		c.stop()
		for i, data := range evil.on.data {
			again := encode(beacon{
				kind: kind(data[4]), port: 4000, instance: [8]byte(data[keyEnd:]), counter: binary.LittleEndian.Uint64(data[48:]),
			}, c.id)
			if hex.EncodeToString(data[keyEnd:keyEnd+8]) != c.instance || !slices.Equal(again[:], data) {
				t.Errorf("to %v: %x", evil.on.sent[i], data)
			}
		}
		if len(evil.on.data) == 0 {
			t.Error("nothing was sent")
		}
	})
}

// TestSpoofedAnnounceOfSomebodyElse signs the announce of a known device with
// another key, and sends a genuine one of its own from the known address: the
// one is dropped, and the other is nobody but its author (D1, D2).
func TestSpoofedAnnounceOfSomebodyElse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		evil, h, c := victim(t, nil)
		known, thief := generate(t), generate(t)
		evil.send(announceOf(known, 1)[:], "10.0.0.2:9527", h)
		spoofed := announceOf(thief, 2)
		copy(spoofed[keyOffset:], known.Public())
		evil.send(spoofed[:], "10.0.0.66:9527", h)
		evil.send(announceOf(thief, 1)[:], "10.0.0.2:9527", h)
		synctest.Wait()
		if c.count() != 2 || c.heard[0].ID != known.ID() || c.heard[1].ID != thief.ID() {
			t.Errorf("%+v", c.heard)
		}
	})
}
