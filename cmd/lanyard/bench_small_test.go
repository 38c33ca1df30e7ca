//go:build bench && linux

package main_test

import (
	"fmt"
	"testing"
	"time"
)

const (
	smallCount  = 10_000
	smallRounds = 5

	wantCopied = 10.0 // times scp -r
	wantSynced = 0.9  // times rsync
	wantFar    = 1.5  // times rsync at farTrip
	farTrip    = 5 * time.Millisecond
)

// small measures many small files on loopback.
func small(t *testing.T) {
	needMemory(t, 2*gib)
	dir := memoryDir(t)
	tree, into := smallFiles(t, dir, smallCount), newDir(t, dir, "into")
	here, there := thisPC(t)
	p := newPair(t, here, there, into)
	ways := []way{
		p.way(t, tree, smallCount), secureCopy(t, dir, tree, smallCount),
		syncDaemon(t, here, there, dir, tree, smallCount),
	}
	// scp takes many times as long: once for all.
	slow := race(t, 1, into, ways[1:2])
	fast := race(t, smallRounds, into, []way{ways[0], ways[2]})
	results := []rates{fast[0], slow[0], fast[1]}
	table("10,000 files of 4 KiB, tmpfs to tmpfs", "files/s", ways, results)
	p.tellUsage(smallCount*1e3, "µs a file")
	atLeast(results[0].done, results[1].done, wantCopied, "small files", "scp -r")
	atLeast(results[0].done, results[2].done, wantSynced, "small files", "rsync -a")
	p.stop(t)
}

// far measures them over a link with a round trip of farTrip.
func far(t *testing.T) {
	needMemory(t, 2*gib)
	dir := memoryDir(t)
	tree, into := smallFiles(t, dir, smallCount), newDir(t, dir, "into")
	here, there := newFar(t, farTrip, 0)
	p := newPair(t, here, there, into)
	ways := []way{p.way(t, tree, smallCount), syncDaemon(t, here, there, dir, tree, smallCount)}
	results := race(t, smallRounds, into, ways)
	table(fmt.Sprintf("10,000 files of 4 KiB, round trip %v", farTrip), "files/s", ways, results)
	p.tellUsage(smallCount*1e3, "µs a file")
	atLeast(results[0].done, results[1].done, wantFar, fmt.Sprintf("small files at %v", farTrip), "rsync -a")
	p.stop(t)
}
