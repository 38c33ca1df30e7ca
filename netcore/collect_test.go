package netcore

import "testing"

func TestSmallHeapsMayGrowMoreAndLargeOnesLess(t *testing.T) {
	for live, want := range map[uint64]int{
		0: mostPercent, 1 << 20: mostPercent, 8 << 20: mostPercent, 16 << 20: 200, 32 << 20: usualPercent, 1 << 30: leastPercent,
	} {
		if got := percentOf(live); got != want {
			t.Errorf("%d bytes live: %d %%, want %d", live, got, want)
		}
	}
}
