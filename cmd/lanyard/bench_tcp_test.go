//go:build bench && linux

package main_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// plainTCP is what a first program does: a connection for the file, io.Copy on
// both ends (Go uses sendfile and splice), no encryption, no digest. Both ends
// use Cubic, whatever the kernel's own choice is.
type plainTCP struct{ from, to *host }

func (p plainTCP) way(source string, amount float64) way {
	return way{"plain TCP in Go, Cubic", source, amount, once(p.move)}
}

// move brings one file into a folder.
func (p plainTCP) move(source, into string) error {
	listener, err := p.listen()
	if err != nil {
		return err
	}
	defer listener.Close()
	sent := make(chan error, 1)
	go func() { sent <- p.send(listener.Addr().String(), source) }()
	conn, err := listener.Accept()
	if err != nil {
		return err
	}
	defer conn.Close()
	file, err := os.Create(filepath.Join(into, filepath.Base(source)))
	if err != nil {
		return err
	}
	_, err = io.Copy(file, conn)
	return errors.Join(err, file.Close(), <-sent)
}

// listen opens a socket on the receiving host. Nobody comes for a minute: then
// nobody will.
func (p plainTCP) listen() (listener net.Listener, err error) {
	err = p.to.inside(func() error {
		config := net.ListenConfig{Control: cubic}
		listener, err = config.Listen(context.Background(), "tcp", p.to.ip+":0")
		return err
	})
	if err != nil {
		return nil, err
	}
	return listener, listener.(*net.TCPListener).SetDeadline(time.Now().Add(time.Minute))
}

// send connects from the sending host.
func (p plainTCP) send(address, source string) error {
	file, err := os.Open(source)
	if err != nil {
		return err
	}
	defer file.Close()
	var conn net.Conn
	err = p.from.inside(func() error {
		dialer := net.Dialer{Control: cubic, Timeout: 30 * time.Second}
		conn, err = dialer.Dial("tcp", address)
		return err
	})
	if err != nil {
		return err
	}
	_, err = io.Copy(conn, file)
	return errors.Join(err, isCubic(conn), conn.Close())
}

// cubic asks for Cubic on a new socket.
func cubic(_, _ string, raw syscall.RawConn) error {
	var failed error
	err := raw.Control(func(fd uintptr) {
		failed = unix.SetsockoptString(int(fd), unix.IPPROTO_TCP, unix.TCP_CONGESTION, "cubic")
	})
	return errors.Join(err, failed)
}

// isCubic fails where a connection does not use it after all.
func isCubic(conn net.Conn) error {
	raw, err := conn.(*net.TCPConn).SyscallConn()
	if err != nil {
		return err
	}
	var failed error
	err = raw.Control(func(fd uintptr) {
		name, err := unix.GetsockoptString(int(fd), unix.IPPROTO_TCP, unix.TCP_CONGESTION)
		if err == nil && name != "cubic" {
			err = fmt.Errorf("the baseline runs with %s", name)
		}
		failed = err
	})
	return errors.Join(err, failed)
}
