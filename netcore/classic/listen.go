package classic

import (
	"context"
	"errors"
	"io/fs"
	"net"
	"net/netip"
	"os"
	"slices"
	"syscall"
	"time"
)

// lookupTime is how long a name may take to be looked up.
const lookupTime = 5 * time.Second

// place returns where a server may listen, as package net wants it.
func (s *Session) place() (string, error) {
	if s.target.path != "" {
		return s.target.path, clearStale(s.ctx, s.target)
	}
	ctx, stop := context.WithTimeout(s.ctx, lookupTime)
	defer stop()
	found, err := net.DefaultResolver.LookupNetIP(ctx, "ip", s.target.host)
	if err != nil || len(found) == 0 {
		return "", &Problem{Reason: BadAddress, Detail: s.target.host, Err: err}
	}
	addr := found[0].Unmap()
	if v4 := slices.IndexFunc(found, func(a netip.Addr) bool { return a.Unmap().Is4() }); v4 >= 0 {
		addr = found[v4].Unmap()
	}
	if addr.IsMulticast() {
		return "", problem(BadAddress, "%s is an address of many", addr)
	}
	if s.protocol.Runs == RoleServe && !addr.IsLoopback() && !s.options.AllowRemote {
		return "", problem(NeedRemote, "%s", addr)
	}
	return net.JoinHostPort(addr.String(), s.target.port), nil
}

// listen opens the socket of a stream server.
func (s *Session) listen() (net.Listener, error) {
	place, err := s.place()
	if err != nil {
		return nil, err
	}
	config := net.ListenConfig{}
	if s.target.path != "" {
		config.Control = private
	}
	listener, err := config.Listen(s.ctx, s.target.network, place)
	if err != nil {
		return nil, noListen(err)
	}
	if err := s.closeToOthers(); err != nil {
		return nil, errors.Join(err, listener.Close())
	}
	return listener, nil
}

// noListen says why a server cannot listen.
func noListen(err error) error {
	if errors.Is(err, syscall.EADDRINUSE) || inUse(err) {
		return &Problem{Reason: InUse, Err: err}
	}
	return &Problem{Reason: NoListen, Err: err}
}

// closeToOthers gives the path of a Unix socket to this user alone, where that
// was not so from the beginning.
func (s *Session) closeToOthers() error {
	if s.target.path == "" {
		return nil
	}
	if err := os.Chmod(s.target.path, 0o600); err != nil {
		return &Problem{Reason: NoListen, Err: err}
	}
	return nil
}

// clearStale removes a Unix socket that nobody has open any more. What is no
// socket stays, and listening fails.
func clearStale(ctx context.Context, t target) error {
	info, err := os.Lstat(t.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return &Problem{Reason: NoListen, Err: err}
	}
	if info.Mode().Type() != fs.ModeSocket {
		return problem(InUse, "%q is there, and no socket", t.path)
	}
	dialer := net.Dialer{Timeout: lookupTime}
	probe, err := dialer.DialContext(ctx, t.network, t.path)
	if err == nil {
		_ = probe.Close()
	}
	if !errors.Is(err, syscall.ECONNREFUSED) {
		return problem(InUse, "%q", t.path)
	}
	if err := os.Remove(t.path); err != nil {
		return &Problem{Reason: NoListen, Err: err}
	}
	return nil
}
