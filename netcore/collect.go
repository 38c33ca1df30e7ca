package netcore

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

const (
	usualPercent = 100      // the runtime's own: a heap may double
	mostPercent  = 400      // of the smallest heaps
	leastPercent = 60       // of large ones
	freeGrowth   = 32 << 20 // bytes that may be allocated beside a heap of the size between
)

// CollectFittingly has the garbage of a small heap collected less often than Go does:
// not before 32 MiB more were allocated, or the heap is five times as large. To move
// thousands of files makes much garbage beside little that stays, and to look for it
// took a tenth of all time. That of a large heap, with a list of hundreds of
// thousands of files, is collected more often, as it is memory that others miss.
// GOGC in the environment decides instead, if it is set. It is for the beginning of
// a program: it changes the whole process.
func CollectFittingly() {
	if os.Getenv("GOGC") == "" {
		(&collecting{percent: usualPercent}).follow()
	}
}

// collecting sets the percentage after each collection.
type collecting struct{ percent int }

// follow looks at the heap now, and after the next collection, which finds that
// nothing uses the mark.
func (c *collecting) follow() {
	c.look()
	mark := new([64]byte)
	runtime.AddCleanup(mark, func(c *collecting) { c.follow() }, c)
}

// look sets the percentage, if it is another one by a quarter: that stops all
// goroutines for a moment.
func (c *collecting) look() {
	live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(live)
	if live[0].Value.Kind() != metrics.KindUint64 {
		return
	}
	percent := percentOf(live[0].Value.Uint64())
	if 4*percent < 3*c.percent || 4*percent > 5*c.percent {
		debug.SetGCPercent(percent)
		c.percent = percent
	}
}

// percentOf is by how much a heap may grow of which so many bytes are in use.
func percentOf(live uint64) int {
	growth := 100 * freeGrowth / max(live, 1)
	return int(min(max(growth, leastPercent), mostPercent)) // #nosec G115 -- at most mostPercent
}
