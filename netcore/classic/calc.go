package classic

import (
	"fmt"
	"math/big"
	"net/netip"
	"strconv"
	"strings"
)

// Network is what an address and its mask come down to. All addresses are text.
type Network struct {
	Address   string
	Prefix    string // of the network: 192.168.1.0/24
	Length    int    // of the prefix, in bits
	Mask      string // as an address: 255.255.255.0, ffff:ffff::
	Network   string
	Broadcast string // empty: IPv6 has none, nor have /31 and /32
	First     string // the first address that a host may have
	Last      string // the last one
	Hosts     string // how many those are, in decimal digits
	Total     string // how many addresses there are, in decimal digits
	// The binary digits of the address, the mask, and their AND, which is the
	// network: in groups of eight (IPv4) or sixteen (IPv6).
	AddressBits, MaskBits, NetworkBits []string
}

// Comparison says whether two addresses are in one network.
type Comparison struct {
	A, B Network
	Same bool
}

// Calculate reads an address with its mask or prefix length and returns its
// network. The mask may stand behind the address ("192.168.1.7/24",
// "192.168.1.7 255.255.255.0") or be given apart ("24", "/24", "255.255.255.0");
// an IPv6 address without one counts as /64. Errors are a *[Problem] of BadAddress.
func Calculate(address, mask string) (Network, error) {
	prefix, err := parsePrefix(address, mask)
	if err != nil {
		return Network{}, err
	}
	return networkOf(prefix), nil
}

// SameNetwork compares two addresses under one mask, as [Calculate] reads it.
func SameNetwork(a, b, mask string) (Comparison, error) {
	first, err := Calculate(a, mask)
	if err != nil {
		return Comparison{}, err
	}
	if mask == "" && !strings.ContainsAny(strings.TrimSpace(b), "/ ") {
		mask = strconv.Itoa(first.Length)
	}
	second, err := Calculate(b, mask)
	if err != nil {
		return Comparison{}, err
	}
	return Comparison{A: first, B: second, Same: first.Prefix == second.Prefix}, nil
}

// parsePrefix reads what Calculate is given.
func parsePrefix(address, mask string) (netip.Prefix, error) {
	text := strings.TrimSpace(address)
	if at := strings.IndexAny(text, "/ \t"); at >= 0 {
		if strings.TrimSpace(mask) == "" {
			mask = text[at:]
		}
		text = text[:at]
	}
	addr, err := netip.ParseAddr(text)
	if err != nil || addr.Zone() != "" {
		return netip.Prefix{}, problem(BadAddress, "%.60q is no IP address", text)
	}
	addr = addr.Unmap()
	bits, err := parseMask(strings.TrimLeft(strings.TrimSpace(mask), "/ \t"), addr)
	if err != nil {
		return netip.Prefix{}, err
	}
	return netip.PrefixFrom(addr, bits), nil
}

// parseMask reads a prefix length or a mask for an address.
func parseMask(text string, addr netip.Addr) (int, error) {
	switch {
	case text == "" && addr.Is6():
		return 64, nil
	case text == "":
		return 0, problem(BadAddress, "the mask is missing")
	}
	if bits, err := strconv.Atoi(text); err == nil {
		if bits < 0 || bits > addr.BitLen() {
			return 0, problem(BadAddress, "a prefix of %d bits; it has 0 to %d", bits, addr.BitLen())
		}
		return bits, nil
	}
	mask, err := netip.ParseAddr(text)
	if err != nil || mask.Is4() != addr.Is4() {
		return 0, problem(BadAddress, "%.60q is no mask", text)
	}
	text01 := strings.Join(digits(mask), "")
	bits := strings.IndexByte(text01+"0", '0')
	if strings.Contains(text01[min(bits, len(text01)):], "1") {
		return 0, problem(BadAddress, "%s is no mask: a one stands behind a zero", text)
	}
	return bits, nil
}

// networkOf works a prefix out.
func networkOf(prefix netip.Prefix) Network {
	addr, bits := prefix.Addr(), prefix.Bits()
	low := prefix.Masked().Addr()
	high := filled(low, bits)
	mask := filled(low, 0)
	if bits < addr.BitLen() {
		mask = netip.PrefixFrom(mask, bits).Masked().Addr()
	}
	n := Network{
		Address: addr.String(), Prefix: prefix.Masked().String(), Length: bits, Mask: mask.String(), Network: low.String(),
		AddressBits: digits(addr), MaskBits: digits(mask), NetworkBits: digits(low),
	}
	total := new(big.Int).Lsh(big.NewInt(1), uint(addr.BitLen()-bits)) // #nosec G115 -- 0 to 128
	n.Total, n.Hosts = total.String(), total.String()
	n.First, n.Last = low.String(), high.String()
	if addr.Is4() && bits < addr.BitLen()-1 { // of /31 and /32 all are hosts
		n.Broadcast = high.String()
		n.First, n.Last = low.Next().String(), high.Prev().String()
		n.Hosts = new(big.Int).Sub(total, big.NewInt(2)).String()
	}
	return n
}

// filled returns an address with ones from bit on.
func filled(addr netip.Addr, bit int) netip.Addr {
	raw := addr.AsSlice()
	for i := bit; i < 8*len(raw); i++ {
		raw[i/8] |= 1 << (7 - i%8)
	}
	full, _ := netip.AddrFromSlice(raw)
	return full
}

// digits writes an address in binary digits.
func digits(addr netip.Addr) []string {
	var groups []string
	raw := addr.AsSlice()
	width := 1
	if addr.Is6() {
		width = 2
	}
	for at := 0; at < len(raw); at += width {
		var group strings.Builder
		for _, b := range raw[at : at+width] {
			fmt.Fprintf(&group, "%08b", b)
		}
		groups = append(groups, group.String())
	}
	return groups
}
