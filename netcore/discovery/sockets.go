package discovery

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"time"
)

// opened is the socket of one IP version; without one it is zero.
type opened struct {
	socket socket
	port   int
}

// source is where a datagram came from, and the socket to answer by.
type source struct {
	netip.AddrPort
	socket socket
}

// close closes it if there is one.
func (o *opened) close(log *slog.Logger) {
	if o.socket == nil {
		return
	}
	if err := o.socket.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
		log.Warn("closing a discovery socket", "error", err)
	}
}

// open opens what is not open and returns why nothing is.
func (r *runner) open(ctx context.Context) error {
	var failed []error
	for i, address := range r.bindings() {
		if !address.IsValid() || r.opened[i].socket != nil {
			continue
		}
		if err := r.bind(ctx, &r.opened[i], address); err != nil {
			failed = append(failed, err)
		}
	}
	if r.opened[0].socket != nil || r.opened[1].socket != nil {
		return nil
	}
	return errors.Join(failed...)
}

// bindings returns the addresses to bind to for IPv4 and IPv6; an invalid one
// is for a version that is not used. Broadcasts are heard on the unspecified
// address only, so what comes by other interfaces is dropped in receive.
func (r *runner) bindings() [2]netip.Addr {
	only := r.config.Only
	if only.IsLoopback() {
		if only.Is4() {
			return [2]netip.Addr{only}
		}
		return [2]netip.Addr{1: only}
	}
	both := [2]netip.Addr{netip.IPv4Unspecified(), netip.IPv6Unspecified()}
	if only.Is4() {
		both[1] = netip.Addr{}
	} else if only.Is6() {
		both[0] = netip.Addr{}
	}
	return both
}

// bind opens the first free port of the range.
func (r *runner) bind(ctx context.Context, o *opened, address netip.Addr) error {
	var failed error
	for _, port := range r.ports() {
		conn, err := r.config.network.Listen(ctx, netip.AddrPortFrom(address, port))
		if err != nil {
			failed = err
			continue
		}
		o.socket, o.port = conn, int(port)
		r.readers.Go(func() { r.read(conn) })
		r.join(conn, address.Is4())
		return nil
	}
	return fmt.Errorf("none of the UDP ports %d to %d is free: %w", r.config.UDPPort, r.config.UDPPort+portRange-1, failed)
}

// ports returns the range.
func (r *runner) ports() [portRange]uint16 {
	var all [portRange]uint16
	for i := range all {
		all[i] = uint16(r.config.UDPPort + i) // #nosec G115 -- withDefaults has seen to it
	}
	return all
}

// inRange reports whether a port is one of the range.
func (r *runner) inRange(port uint16) bool {
	return int(port) >= r.config.UDPPort && int(port) < r.config.UDPPort+portRange
}

// join joins the group on every interface in use.
func (r *runner) join(conn socket, four bool) {
	for _, l := range r.links {
		if !l.has(net.FlagMulticast) || four && !l.hasIPv4() || !four && !l.hasLinkLocal() {
			continue
		}
		if err := conn.Join(l); err != nil {
			r.config.Logger.Debug("joining the discovery group", "interface", l.Name, "error", err)
		}
	}
}

// read handles the datagrams of a socket that can be beacons, until it is
// closed. What comes faster than that, the system drops.
func (r *runner) read(conn socket) {
	buf := make([]byte, 2*beaconSize)
	for {
		n, from, index, err := conn.Read(buf)
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil && !r.rest() {
			return
		}
		if err == nil && n == beaconSize && r.inRange(from.Port()) {
			r.receive(&packet{data: datagram(buf), from: source{from, conn}, index: index})
		}
	}
}

// rest waits a little, so that a socket that only fails costs nothing; false
// says that the service ends. One failure is normal: Windows tells so that a
// datagram was too long.
func (r *runner) rest() bool {
	timer := time.NewTimer(5 * time.Millisecond)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-r.stop:
		return false
	}
}
