package classic

import (
	"net"
	"net/netip"
	"path/filepath"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// unixPrefix marks the path of a Unix-domain socket in an address.
const unixPrefix = "unix:"

// loopback is where servers are unless told otherwise.
const loopback = "127.0.0.1"

// target is an address that was read: a host and a port, or a path.
type target struct {
	network string // of package net
	host    string
	port    string
	path    string // of a Unix-domain socket, else empty
}

// String returns the address as package net and people write it.
func (t target) String() string {
	if t.path != "" {
		return unixPrefix + t.path
	}
	return net.JoinHostPort(t.host, t.port)
}

// dialed is the address as package net wants it.
func (t target) dialed() string {
	if t.path != "" {
		return t.path
	}
	return net.JoinHostPort(t.host, t.port)
}

// parseTarget reads an address.
func parseTarget(p Protocol, text string, role Role) (target, error) {
	text = strings.TrimSpace(text)
	if path, isUnix := strings.CutPrefix(text, unixPrefix); isUnix {
		return unixTarget(p, path)
	}
	t := target{network: "tcp", host: text, port: strconv.Itoa(p.Port)}
	if p.Datagrams {
		t.network = "udp"
	}
	if _, err := strconv.ParseUint(text, 10, 16); err == nil {
		t.host, t.port = loopback, text
	} else if host, port, err := net.SplitHostPort(text); err == nil {
		t.host, t.port = host, port
	} else if inner, bracketed := strings.CutPrefix(text, "["); bracketed {
		t.host = strings.TrimSuffix(inner, "]")
	}
	if t.host == "" {
		t.host = loopback
	}
	return t, checkTarget(t, role)
}

// unixTarget reads the path of a socket.
func unixTarget(p Protocol, path string) (target, error) {
	if path == "" || strings.ContainsRune(path, 0) {
		return target{}, problem(BadAddress, "%s needs a path", unixPrefix)
	}
	path, err := filepath.Abs(path)
	if err != nil {
		return target{}, &Problem{Reason: BadAddress, Err: err}
	}
	t := target{network: "unix", path: path}
	if p.Datagrams {
		t.network = "unixgram"
	}
	if p.Datagrams && !unixDatagrams {
		return target{}, problem(Unsupported, "Unix datagrams on this system")
	}
	return t, nil
}

// checkTarget refuses a host or a port that cannot be one.
func checkTarget(t target, role Role) error {
	port, err := strconv.ParseUint(t.port, 10, 16)
	if err != nil || port == 0 && role == RoleDial {
		return problem(BadAddress, "%.60q is no port", t.port)
	}
	if addr, err := netip.ParseAddr(t.host); err == nil && plainHost(addr.Zone()) { // a zone may hold anything
		return nil
	}
	if strings.Trim(t.host, "0123456789") == "" { // no host is called so: it was meant as a port
		return problem(BadAddress, "%.60q is no port", t.host)
	}
	if len(t.host) > 253 || t.host == strings.TrimSuffix(unixPrefix, ":") || !plainHost(t.host) {
		return problem(BadAddress, "%.60q is no address", t.host)
	}
	return nil
}

// plainHost reports whether a text may be the name of a host.
func plainHost(name string) bool {
	return !strings.ContainsFunc(name, func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r) || r == utf8.RuneError || strings.ContainsRune(`/\:@,;[]%`, r)
	})
}

// addressOf writes the address of a socket.
func addressOf(addr net.Addr) string {
	if a, isUnix := addr.(*net.UnixAddr); isUnix {
		if a == nil || a.Name == "" || a.Name == "@" {
			return unixPrefix
		}
		return unixPrefix + a.Name
	}
	if addr == nil {
		return ""
	}
	return addr.String()
}
