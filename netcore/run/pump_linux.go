package run

import (
	"errors"
	"fmt"
	"io"
	"math/bits"
	"os"
	"slices"
	"time"

	"golang.org/x/sys/unix"
)

// pumpInOrder hands on what comes out of several pipes in the order in which
// it came, as far as the kernel knows: an edge-triggered epoll tells which pipe
// got something first. Two pieces of one pipe that both came before the first
// was read are one, whatever came between them in the other. It returns the
// first error of out, and closes the outlets.
func pumpInOrder(outlets []outlet, gone <-chan struct{}, out Output) error {
	p := &pump{outlets: outlets, out: out, rest: restSize}
	defer p.close()
	if err := p.open(); err != nil {
		return fmt.Errorf("reading the output: %w", err)
	}
	ended := make(chan struct{})
	defer close(ended)
	go func() {
		select {
		case <-gone:
			_ = p.poll.SetReadDeadline(time.Unix(1, 0)) // wakes wait
		case <-ended:
		}
	}()
	return p.run(gone)
}

// pump reads pipes in the order in which they got something to read.
type pump struct {
	outlets []outlet
	fds     []int
	poll    *os.File // an epoll, which Go's own can wait for
	ready   []int    // indexes of outlets with something to read, the first first
	hungUp  uint32   // bits: no writer is left
	ended   uint32   // bits: read to its end
	asked   bool     // whether all were read from after everybody was gone
	buffer  []byte
	out     Output
	rest    int // how much to read after everybody is gone
}

func (p *pump) open() error {
	fd, err := unix.EpollCreate1(unix.EPOLL_CLOEXEC)
	if err != nil {
		return err
	}
	if err := unix.SetNonblock(fd, true); err != nil {
		_ = unix.Close(fd)
		return err
	}
	p.poll = os.NewFile(uintptr(fd), "epoll")
	for i, o := range p.outlets {
		pipe, err := descriptor(o.file)
		if err != nil {
			return err
		}
		p.fds = append(p.fds, pipe)
		event := unix.EpollEvent{Events: unix.EPOLLIN | unix.EPOLLET, Fd: int32(i)} // #nosec G115 -- two outlets
		if err := unix.EpollCtl(fd, unix.EPOLL_CTL_ADD, pipe, &event); err != nil {
			return err
		}
	}
	p.buffer = make([]byte, pieceSize)
	return nil
}

// descriptor returns that of a file, which stays a non-blocking one and has to
// stay open.
func descriptor(file *os.File) (int, error) {
	raw, err := file.SyscallConn()
	if err != nil {
		return -1, err
	}
	var number int
	err = raw.Control(func(fd uintptr) { number = int(fd) })
	return number, err
}

func (p *pump) close() {
	if p.poll != nil {
		_ = p.poll.Close()
	}
	for _, o := range p.outlets {
		_ = o.file.Close()
	}
}

func (p *pump) run(gone <-chan struct{}) error {
	for bits.OnesCount32(p.ended) < len(p.outlets) && p.rest > 0 {
		late := isClosed(gone)
		err := p.look()
		if err == nil && len(p.ready) == 0 && !late {
			err = p.wait()
		}
		if err != nil {
			return fmt.Errorf("waiting for output: %w", err)
		}
		if len(p.ready) == 0 && late && !p.askAll() {
			return nil // a process that is none of ours has the other end
		}
		if len(p.ready) > 0 {
			if err := p.next(late); err != nil {
				return err
			}
		}
	}
	return nil
}

// askAll has every outlet read from that has not ended, once: while Go's own
// epoll asks ours, Linux may say that nothing is ready although something is,
// and after everybody is gone no other event would tell of it.
func (p *pump) askAll() bool {
	if p.asked {
		return false
	}
	p.asked = true
	for i := range p.outlets {
		if p.ended&(1<<i) == 0 {
			p.ready = append(p.ready, i)
		}
	}
	return true
}

// wait returns when there may be something to read, or everybody is gone.
func (p *pump) wait() error {
	raw, err := p.poll.SyscallConn()
	if err != nil {
		return err
	}
	var failed error
	err = raw.Read(func(uintptr) bool {
		failed = p.look()
		return failed != nil || len(p.ready) > 0
	})
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return nil
	}
	return errors.Join(err, failed)
}

// look notes which outlets have got something to read.
func (p *pump) look() error {
	fd, err := descriptor(p.poll)
	if err != nil {
		return err
	}
	return p.lookAt(fd)
}

func (p *pump) lookAt(fd int) error {
	var events [4]unix.EpollEvent
	n, err := unix.EpollWait(fd, events[:], 0)
	if err == unix.EINTR {
		return nil
	}
	for _, event := range events[:max(n, 0)] {
		i := int(event.Fd)
		if event.Events&(unix.EPOLLHUP|unix.EPOLLERR) != 0 {
			p.hungUp |= 1 << i
		}
		if !slices.Contains(p.ready, i) {
			p.ready = append(p.ready, i)
		}
	}
	return err
}

// next hands on one piece of the outlet that is first in line.
func (p *pump) next(late bool) error {
	i := p.ready[0]
	p.ready = p.ready[1:]
	n, err := readPipe(p.fds[i], p.buffer)
	switch {
	case err == io.EOF:
		p.ended |= 1 << i
		return nil
	case err == unix.EAGAIN:
		return nil
	case err != nil:
		return fmt.Errorf("reading the %v: %w", p.outlets[i].stream, err)
	}
	if late {
		p.rest -= n
	}
	// Less than there was room for is all that there was; another edge tells
	// of more, but none of an end that is known already.
	if n == len(p.buffer) || p.hungUp&(1<<i) != 0 {
		if err := p.look(); err != nil {
			return err
		}
		if !slices.Contains(p.ready, i) {
			p.ready = append(p.ready, i)
		}
	}
	return p.out(p.outlets[i].stream, p.buffer[:n])
}

func readPipe(fd int, buffer []byte) (int, error) {
	for {
		n, err := unix.Read(fd, buffer)
		switch {
		case err == unix.EINTR:
		case err != nil:
			return 0, err
		case n == 0:
			return 0, io.EOF
		default:
			return n, nil
		}
	}
}
