package discovery

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net"
	"net/netip"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"lanyard/netcore/identity"
)

// crowdSize is how many peers announce themselves in the test of the cost.
const crowdSize = 20

func TestRealIdleCost(t *testing.T) {
	if testing.Short() {
		t.Skip("takes 20 seconds")
	}
	p := newCabled(t, 11)
	p.plug(true, true)
	for i := range crowdSize {
		p.in(1, "ip", "addr", "add", fmt.Sprintf("10.77.0.%d/24", 100+i), "dev", "cable")
	}
	idle := p.run(0, "idle")
	idle.await("ready")
	p.run(1, "crowd")
	idle.await("heard")
	share := math.Inf(1)
	for i := 0; i < costTries && share > maxShare; i++ {
		cost := time.Duration(idle.await("cost"))
		share = min(share, 100*cost.Seconds()/costOver.Seconds())
		t.Logf("%d peers cost %.3f %% of a core at least", crowdSize, share)
	}
	if share > maxShare {
		t.Errorf("%d peers cost %.3f %% of a core", crowdSize, share)
	}
}

// maxShare is the most that being found may cost, in percent. On an idle PC it
// is about 0.1; the rest is room for a busy test machine.
const maxShare = 0.4

// costTries is how often the cost is measured: what else a PC does can only add
// to it, by the caches that it empties, so the least of all is what it costs.
const costTries = 5

// costOver is how long the cost is measured: two turns of everybody.
const costOver = 10 * time.Second

// tellCost prints the processor time of this process over each costOver, from
// seven seconds after its start, when everybody has been heard.
func tellCost(ctx context.Context) {
	timer := time.NewTimer(7 * time.Second)
	defer timer.Stop()
	for before := time.Duration(-1); ; timer.Reset(costOver) {
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
		}
		used := processorTime()
		if before >= 0 {
			fmt.Println("cost", int64(used-before))
		}
		before = used
	}
}

// processorTime returns what this process has used.
func processorTime() time.Duration {
	var usage unix.Rusage
	_ = unix.Getrusage(unix.RUSAGE_SELF, &usage)
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// beCrowd announces crowdSize peers as often as they would themselves.
func beCrowd(ctx context.Context, t *testing.T) {
	var sockets []socket
	var peers []*identity.Identity
	for i := range crowdSize {
		address := netip.AddrPortFrom(netip.AddrFrom4([4]byte{10, 77, 0, byte(100 + i)}), DefaultPort)
		s, err := system{}.Listen(ctx, address)
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		sockets, peers = append(sockets, s), append(peers, generate(t))
	}
	six, err := system{}.Listen(ctx, netip.AddrPortFrom(netip.IPv6Unspecified(), DefaultPort))
	if err != nil {
		t.Fatal(err)
	}
	defer six.Close()
	turn := time.NewTicker(period / crowdSize)
	defer turn.Stop()
	for n := uint64(0); ; n++ {
		select {
		case <-ctx.Done():
			return
		case <-turn.C:
		}
		who := n % crowdSize
		data := announceOf(peers[who], n+1)
		group := n/crowdSize%2 == 0
		for port := uint16(DefaultPort); port < DefaultPort+portRange; port++ {
			failed := errors.Join(
				spread(group, sockets[who], data, group4, port), spread(group, six, data, group6.WithZone("cable"), port),
				spread(!group, sockets[who], data, limit4, port), spread(!group, sockets[who], data, netip.MustParseAddr("10.77.0.255"), port))
			if failed != nil {
				t.Error(failed)
			}
		}
	}
}

// spread sends by the cable if it is the turn of that way.
func spread(turn bool, by socket, data *datagram, to netip.Addr, port uint16) error {
	if !turn {
		return nil
	}
	cable, err := net.InterfaceByName("cable")
	if err != nil {
		return err
	}
	return by.Write(data[:], netip.AddrPortFrom(to, port), cable.Index)
}
