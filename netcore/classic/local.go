package classic

import (
	"net"
)

// Interface is one of this PC's network interfaces. All addresses are text.
type Interface struct {
	Name      string
	MAC       string   // empty: it has none
	Addresses []string // with the length of their prefix: 192.168.1.7/24
	Gateway   string   // of its default route; empty: none, or this system does not tell
	Up        bool
	Loopback  bool
}

// Neighbour is an entry of the table of neighbours, that of ARP.
type Neighbour struct {
	Address, MAC, Interface string
}

// Interfaces returns this PC's interfaces. Errors are those of the system.
func Interfaces() ([]Interface, error) {
	all, err := net.Interfaces()
	if err != nil {
		return nil, err
	}
	gateways := gateways()
	var found []Interface
	for _, one := range all {
		i := Interface{
			Name: one.Name, MAC: one.HardwareAddr.String(), Gateway: gateways[one.Name],
			Up: one.Flags&net.FlagUp != 0, Loopback: one.Flags&net.FlagLoopback != 0,
		}
		addresses, err := one.Addrs()
		if err != nil {
			continue // it has gone since
		}
		for _, a := range addresses {
			i.Addresses = append(i.Addresses, a.String())
		}
		found = append(found, i)
	}
	return found, nil
}

// Holder is a program that holds a port.
type Holder struct {
	Network string // tcp, tcp6, udp or udp6
	Address string
	User    int
	PID     int // 0: this user may not know
	Program string
}
