//go:build bench && linux

package main_test

import (
	"math/rand/v2"
	"os"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

const (
	relayPackets = 20_000 // in flight in one direction; more are lost, as at a router
	packetBytes  = 2048   // the interfaces carry 1500
)

// newRelayed makes two hosts whose packets pass this program, which delays each
// and loses a share of them.
func newRelayed(t *testing.T, delay time.Duration, loss float64) (*host, *host) {
	t.Helper()
	a, b := newPC(t, 1), newPC(t, 2)
	one, other := a.tunnel(t), b.tunnel(t)
	a.connect(b)
	b.connect(a)
	go relay(one, other, delay, loss, 1)
	go relay(other, one, delay, loss, 2)
	return a, b
}

// tunnel makes eth0 of a host an interface whose packets a file holds.
func (h *host) tunnel(t *testing.T) *os.File {
	t.Helper()
	var fd int
	err := h.inside(func() error {
		var err error
		if fd, err = unix.Open("/dev/net/tun", unix.O_RDWR|unix.O_NONBLOCK|unix.O_CLOEXEC, 0); err != nil {
			return err
		}
		request, err := unix.NewIfreq("eth0")
		if err != nil {
			return err
		}
		request.SetUint16(unix.IFF_TUN | unix.IFF_NO_PI)
		return unix.IoctlIfreq(fd, unix.TUNSETIFF, request)
	})
	need(t, err == nil, "neither netem nor tunnels are there for a long round trip")
	h.run("ip", "link", "set", "eth0", "mtu", "1500", "txqueuelen", "10000")
	file := os.NewFile(uintptr(fd), "tunnel")
	t.Cleanup(func() { _ = file.Close() }) // ends its relays
	return file
}

// packet is one on its way.
type packet struct {
	due  time.Time
	data []byte
}

// relay carries packets in one direction until the tunnel closes.
func relay(from, to *os.File, delay time.Duration, loss float64, seed uint64) {
	dice := rand.New(rand.NewPCG(seed, 1))
	flying := make(chan packet, relayPackets)
	spare := make(chan []byte, relayPackets)
	go deliver(to, flying, spare)
	defer close(flying)
	for {
		buffer := takeBuffer(spare)
		n, err := from.Read(buffer)
		if err != nil {
			return
		}
		if dice.Float64() < loss {
			giveBuffer(spare, buffer)
			continue
		}
		select {
		case flying <- packet{time.Now().Add(delay), buffer[:n]}:
		default:
			giveBuffer(spare, buffer)
		}
	}
}

// deliver writes packets when they are due. The system's own sleep is finer
// than that of Go.
func deliver(to *os.File, flying <-chan packet, spare chan<- []byte) {
	for p := range flying {
		if wait := time.Until(p.due); wait > 0 {
			pause := unix.NsecToTimespec(wait.Nanoseconds())
			_ = unix.Nanosleep(&pause, nil) // too early is as good as lost time
		}
		_, _ = to.Write(p.data) // a packet that the other side does not take is lost
		giveBuffer(spare, p.data[:packetBytes])
	}
}

func takeBuffer(spare <-chan []byte) []byte {
	select {
	case buffer := <-spare:
		return buffer
	default:
		return make([]byte, packetBytes)
	}
}

func giveBuffer(spare chan<- []byte, buffer []byte) {
	select {
	case spare <- buffer:
	default: // enough of them
	}
}
