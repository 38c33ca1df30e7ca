package main

import (
	"context"
	"errors"
	"net"
	"sync"
)

// errNowhere answers who would dial.
var errNowhere = errors.New("this command uses no network")

// nowhere is the network of commands that need none: nobody dials and nobody
// is let in, though the profile's people would be looked for otherwise.
type nowhere struct{}

// Dial refuses.
func (nowhere) Dial(context.Context, string) (net.Conn, error) { return nil, errNowhere }

// Listen returns a listener at which nobody ever arrives.
func (nowhere) Listen(context.Context, string) (net.Listener, error) {
	return &deaf{closed: make(chan struct{})}, nil
}

// deaf is a listener at which nobody ever arrives.
type deaf struct {
	once   sync.Once
	closed chan struct{}
}

// Accept waits until the listener is closed.
func (d *deaf) Accept() (net.Conn, error) {
	<-d.closed
	return nil, net.ErrClosed
}

// Close ends Accept.
func (d *deaf) Close() error {
	d.once.Do(func() { close(d.closed) })
	return nil
}

// Addr returns an address of this PC with no port.
func (d *deaf) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)} }
