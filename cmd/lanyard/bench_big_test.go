//go:build bench && linux

package main_test

import (
	"fmt"
	"os/exec"
	"runtime"
	"testing"
)

const (
	bigBytes  = 4 * gib
	bigRounds = 3

	wantBig    = 1.5  // times scp, until verified by chunk hash and in place
	wantSync   = 1.0  // times rsync: more than
	wantSummed = 0.85 // times scp, until the receipt with the MD5
	wantPinned = 800  // MB/s with one core for each end
)

// big measures one file from page cache to file, both ends on all cores.
func big(t *testing.T) {
	dir := memoryDir(t)
	source, size := bigFile(t, dir, bigBytes)
	into := newDir(t, dir, "into")
	here, there := thisPC(t)
	p := newPair(t, here, there, into)
	mb := float64(size) / 1e6
	ways := []way{
		p.way(t, source, mb), secureCopy(t, dir, source, mb),
		syncDaemon(t, here, there, dir, source, mb), plainTCP{here, there}.way(source, mb),
	}
	results := race(t, bigRounds, into, ways)
	table(fmt.Sprintf("one file of %d MiB, tmpfs to tmpfs", size>>20), "MB/s", ways, results)
	p.tellUsage(float64(size), "ns a byte")
	atLeast(results[0].placed, results[1].done, wantBig, "a big file, in place by chunk hash", "scp")
	if r := ratio(results[0].placed, results[2].done); r > 0 {
		verdict(r > wantSync, "a big file, in place by chunk hash: %.2f × rsync (target more than %.1f)", r, wantSync)
	}
	atLeast(results[0].done, results[1].done, wantSummed, "a big file, with its MD5 on both sides", "scp")
	p.stop(t)
}

// pinned measures one file with one core for each end.
func pinned(t *testing.T) {
	needTools(t, "taskset")
	need(t, runtime.NumCPU() > 1, "two cores are needed")
	dir := memoryDir(t)
	source, size := bigFile(t, dir, bigBytes)
	into := newDir(t, dir, "into")
	here, there := thisPC(t)
	a, b := newUser(t, here, "alice"), newUser(t, there, "bob")
	a.dress, b.dress = onCore("0"), onCore("1")
	p := meetIn(t, a, b, into)
	ways := []way{p.way(t, source, float64(size)/1e6)}
	results := race(t, bigRounds, into, ways)
	table(fmt.Sprintf("one file of %d MiB, a core for each end", size>>20), "MB/s", ways, results)
	p.tellUsage(float64(size), "ns a byte")
	rate := median(results[0].placed)
	verdict(rate >= wantPinned, "one core for each end: %.0f MB/s in place by chunk hash (target %d)", rate, wantPinned)
	p.stop(t)
}

// onCore starts a copy on one core.
func onCore(core string) func(*exec.Cmd) {
	return func(cmd *exec.Cmd) {
		pinned := exec.Command("taskset", append([]string{"-c", core}, cmd.Args...)...)
		cmd.Path, cmd.Args = pinned.Path, pinned.Args
	}
}
