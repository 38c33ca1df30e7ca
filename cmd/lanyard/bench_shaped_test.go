//go:build bench && linux

package main_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
)

const (
	shapedRounds = 3
	lossyRounds  = 3

	wantLossy  = 20.0 // times a Cubic connection
	lossyShare = 0.01
	lossyBytes = 256 << 20
	cubicBytes = 16 << 20 // as much as Cubic moves there in about as long
)

// shaped measures one file on links of several rates, against plain TCP.
func shaped(t *testing.T) {
	needTools(t, "tc")
	for _, link := range []struct {
		mbit   int
		bytes  int64
		target float64
		summed bool // the target includes the MD5
	}{
		{1000, gib, 0.99, true},
		{2500, 2 * gib, 0.97, false},
		{10000, 4 * gib, 0.65, false},
	} {
		name := fmt.Sprintf("%.1f-gbit", float64(link.mbit)/1000)
		t.Run(name, func(t *testing.T) {
			dir := memoryDir(t)
			source, size := bigFile(t, dir, link.bytes)
			into := newDir(t, dir, "into")
			here, there := newWire(t)
			here.shape(link.mbit)
			there.shape(link.mbit)
			p := newPair(t, here, there, into)
			mb := float64(size) / 1e6
			ways := []way{p.way(t, source, mb), plainTCP{here, there}.way(source, mb)}
			results := race(t, shapedRounds, into, ways)
			table(fmt.Sprintf("one file of %d MiB, %d Mbit/s", size>>20, link.mbit), "MB/s", ways, results)
			p.tellUsage(float64(size), "ns a byte")
			ours, until := results[0].placed, "in place by chunk hash"
			if link.summed {
				ours, until = results[0].done, "with its MD5 on both sides"
			}
			atLeast(ours, results[1].done, link.target, fmt.Sprintf("a link of %d Mbit/s, %s", link.mbit, until), "plain TCP")
			p.stop(t)
		})
	}
}

// lossy measures one file on a long link that loses packets.
func lossy(t *testing.T) {
	has, err := os.ReadFile("/proc/sys/net/ipv4/tcp_available_congestion_control")
	if err != nil {
		t.Fatal(err)
	}
	need(t, slices.Contains(strings.Fields(string(has)), "bbr"), "this kernel has no BBR")
	dir := memoryDir(t)
	source, size := bigFile(t, dir, lossyBytes)
	part := dir + "/part.bin"
	must(t, "sh", "-c", fmt.Sprintf("head -c %d %s > %s", cubicBytes, source, part))
	into := newDir(t, dir, "into")
	here, there := newFar(t, farTrip, lossyShare)
	p := newPair(t, here, there, into)
	ways := []way{p.way(t, source, float64(size)/1e6), plainTCP{here, there}.way(part, cubicBytes/1e6)}
	results := race(t, lossyRounds, into, ways)
	table(fmt.Sprintf("one file, round trip %v, %.0f %% lost", farTrip, 100*lossyShare), "MB/s", ways, results)
	p.tellUsage(float64(size), "ns a byte")
	atLeast(results[0].placed, results[1].done, wantLossy, "a lossy link", "plain TCP with Cubic")
	p.stop(t)
}
