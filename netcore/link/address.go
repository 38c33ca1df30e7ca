package link

import (
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"
)

// maxAddress is the longest address in bytes: a host name of 255 and a port.
const maxAddress = 300

// WithPort returns address as "host:port", with DefaultPort if it names none.
// It takes IPv4 and IPv6 addresses, the latter with or without brackets and
// zone, and host names.
func WithPort(address string) (string, error) {
	address = strings.TrimSpace(address)
	if address == "" || len(address) > maxAddress || strings.ContainsAny(address, " /\x00") {
		return "", fmt.Errorf("address %.80q: not a host or host:port", address)
	}
	if ip, err := netip.ParseAddr(unbracketed(address)); err == nil {
		return net.JoinHostPort(ip.String(), strconv.Itoa(DefaultPort)), nil
	}
	if !strings.Contains(address, ":") {
		return net.JoinHostPort(address, strconv.Itoa(DefaultPort)), nil
	}
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return "", fmt.Errorf("address %.80q: %w", address, err)
	}
	number, err := strconv.ParseUint(port, 10, 16)
	if err != nil || number == 0 || host == "" {
		return "", fmt.Errorf("address %.80q: not host:port", address)
	}
	return net.JoinHostPort(host, port), nil
}

// unbracketed returns address without brackets around the whole of it. A zone
// may contain any character, so half a pair of them must not be cut off.
func unbracketed(address string) string {
	if inner, ok := strings.CutPrefix(address, "["); ok && strings.HasSuffix(inner, "]") {
		return strings.TrimSuffix(inner, "]")
	}
	return address
}

// candidates returns the dialable forms of addresses, each once, at most limit.
func candidates(addresses []string, limit int) []string {
	seen := make(map[string]bool)
	var out []string
	for _, address := range addresses {
		full, err := WithPort(address)
		if err != nil || seen[full] || len(out) == limit {
			continue
		}
		seen[full] = true
		out = append(out, full)
	}
	return out
}

// hostsOf returns the host parts of addresses.
func hostsOf(addresses []string) []string {
	hosts := make([]string, 0, len(addresses))
	for _, address := range addresses {
		if host, _, err := net.SplitHostPort(address); err == nil {
			hosts = append(hosts, host)
		}
	}
	return hosts
}

// hostOf returns the host part of a connection's remote address.
func hostOf(conn net.Conn) string {
	host, _, err := net.SplitHostPort(conn.RemoteAddr().String())
	if err != nil {
		return conn.RemoteAddr().String()
	}
	return host
}

// isLoopback reports whether host is an address of this machine's loopback.
func isLoopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.IsLoopback()
}

// dialable returns where a peer can be dialed that was accepted from host and
// says that it listens on port.
func dialable(host string, port int) string {
	if port == 0 {
		return ""
	}
	return net.JoinHostPort(host, strconv.Itoa(port))
}
