package classic

import (
	"encoding/binary"
	"encoding/hex"
	"net/netip"
	"strconv"
	"strings"
)

// socketEntry is one line of a table of sockets as Linux shows it.
type socketEntry struct {
	local, remote netip.AddrPort
	state         uint64
	user          int
	inode         uint64 // 0: no process has it any more
}

// stateListen is that of a socket that listens.
const stateListen = 0x0a

// parseSockets reads /proc/net/tcp and its like. Lines that are none are left
// out.
func parseSockets(table string) []socketEntry {
	var all []socketEntry
	for line := range strings.Lines(table) {
		fields := strings.Fields(line)
		if len(fields) < 10 {
			continue
		}
		local, fine := parseEndpoint(fields[1])
		remote, alsoFine := parseEndpoint(fields[2])
		state, err := strconv.ParseUint(fields[3], 16, 8)
		if !fine || !alsoFine || err != nil {
			continue
		}
		user, err := strconv.ParseUint(fields[7], 10, 32)
		inode, failed := strconv.ParseUint(fields[9], 10, 64)
		if err != nil || failed != nil {
			continue
		}
		all = append(all, socketEntry{local, remote, state, int(user), inode}) // #nosec G115 -- 32 bits
	}
	return all
}

// parseEndpoint reads "0100007F:1F90": words of four bytes in the order of this
// processor, then the port.
func parseEndpoint(text string) (netip.AddrPort, bool) {
	digits, portText, found := strings.Cut(text, ":")
	raw, err := hex.DecodeString(digits)
	port, failed := strconv.ParseUint(portText, 16, 16)
	if !found || err != nil || failed != nil || len(raw) != 4 && len(raw) != 16 {
		return netip.AddrPort{}, false
	}
	for at := 0; at < len(raw); at += 4 {
		binary.NativeEndian.PutUint32(raw[at:], binary.BigEndian.Uint32(raw[at:]))
	}
	addr, _ := netip.AddrFromSlice(raw)
	return netip.AddrPortFrom(addr.Unmap(), uint16(port)), true // #nosec G115 -- parsed as 16 bits
}

// parseRoutes reads /proc/net/route: the gateway of the default route of each
// interface.
func parseRoutes(table string) map[string]string {
	found := map[string]string{}
	for line := range strings.Lines(table) {
		fields := strings.Fields(line)
		if len(fields) < 8 || fields[1] != "00000000" || fields[7] != "00000000" {
			continue
		}
		gateway, fine := parseEndpoint(fields[2] + ":0")
		if fine && !gateway.Addr().IsUnspecified() && found[fields[0]] == "" {
			found[fields[0]] = gateway.Addr().String()
		}
	}
	return found
}

// parseARP reads /proc/net/arp.
func parseARP(table string) []Neighbour {
	const complete = 0x02
	var all []Neighbour
	for line := range strings.Lines(table) {
		fields := strings.Fields(line)
		if len(fields) < 6 {
			continue
		}
		flags, err := strconv.ParseUint(strings.TrimPrefix(fields[2], "0x"), 16, 32)
		if addr, failed := netip.ParseAddr(fields[0]); err == nil && failed == nil && flags&complete != 0 {
			all = append(all, Neighbour{Address: addr.String(), MAC: fields[3], Interface: fields[5]})
		}
	}
	return all
}
