//go:build unix

package transfer

import "testing"

// Of a file that was skipped no more is read than it has.
func TestOnlySoMuchComesOfAFileThatWasSkipped(t *testing.T) {
	n := newNetwork()
	b := join(t, n, "b")
	near, key := bringing(t, b, 2, 2*chunkSize+1, entries(m{"p": "d/big", "s": 2 * chunkSize, "m": 1}, m{"p": "d/small", "s": 1, "m": 1}))
	big := bigByHand(0, 2)
	skip := frame{fields: m{"kind": "skip", "f": 0, "reason": ReasonVanished}}
	_, _ = near.Write(raw(t, big[0], skip, big[1], big[2], big[1]))
	wantEnd(t, b.await(key), StateFailed, ReasonProtocol)
}
