package classic

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"time"
)

// Demo is a demonstration of what TCP and UDP do with messages, with both ends
// in this process, on loopback.
type Demo struct {
	// Key names it, and its title and lesson in a face's languages.
	Key string
	// Reads are the receive sizes of the reading end, in order; nil where they
	// are not what is shown.
	Reads []int
}

// The keys of the demonstrations.
const (
	DemoGlued   = "sticky-10"   // two sends arrive as one
	DemoSplit   = "sticky-2-10" // one send arrives in two pieces
	DemoBuffer  = "sticky-1024" // pieces end where the buffer does, not where the sends did
	DemoLength  = "length"      // a length before each message cures it
	DemoUDPCut  = "udp-cut"     // a datagram longer than the read loses its rest
	DemoEmpty   = "empty"       // an empty message exists in UDP and not in TCP
	DemoTooLong = "too-long"    // over 65,507 bytes there is no datagram
	DemoShort   = "short-send"  // send takes less than it is given, sendall does not
	DemoHalf    = "half-close"  // one direction ends, the other goes on
	DemoInUse   = "in-use"      // an address that another program has, and restarting at once
)

// The steps of demonstrations, in Record.Step.
const (
	StepSend   = "send"   // the writing end
	StepRead   = "read"   // the reading end, when all was sent
	StepAnswer = "answer" // what goes the other way
	StepTaken  = "taken"  // the second server on the same address
	StepAgain  = "again"  // the server that starts again at once
)

// Demonstrations returns all demonstrations, in the order of a lesson.
func Demonstrations() []Demo {
	return []Demo{
		{Key: DemoGlued, Reads: []int{10, 10}},
		{Key: DemoSplit, Reads: []int{2, 10}},
		{Key: DemoBuffer, Reads: []int{1024, 1024, 1024}},
		{Key: DemoLength, Reads: []int{4, 5, 4, 5}},
		{Key: DemoUDPCut, Reads: []int{4, 1024}},
		{Key: DemoEmpty, Reads: []int{1024, 1024}},
		{Key: DemoTooLong},
		{Key: DemoShort},
		{Key: DemoHalf, Reads: []int{1024, 1024}},
		{Key: DemoInUse},
	}
}

// demoTime is how long a demonstration may take.
const demoTime = 10 * time.Second

// Demonstrate shows a demonstration: each call on a socket is handed to wire as
// it is made, by one goroutine at a time. It returns when the demonstration is
// over. Errors are a *[Problem], or that of ctx.
func Demonstrate(ctx context.Context, key string, wire func(Record)) error {
	ctx, stop := context.WithTimeout(ctx, demoTime)
	defer stop()
	stage := &demoStage{ctx: ctx, wire: wire}
	defer stage.close()
	var err error
	switch key {
	case DemoGlued:
		err = stage.stream([]int{10, 10}, []byte("hello"), []byte("world"))
	case DemoSplit:
		err = stage.stream([]int{2, 10}, []byte("helloworld"))
	case DemoBuffer:
		err = stage.stream([]int{1024, 1024, 1024}, pattern('a', 1500), pattern('b', 700))
	case DemoLength:
		hello, world := []byte("hello"), []byte("world")
		err = stage.stream([]int{4, 5, 4, 5}, lengthOf(hello), hello, lengthOf(world), world)
	case DemoUDPCut:
		err = stage.datagrams([]int{4, 1024}, []byte("hello"), []byte("world"))
	case DemoEmpty:
		err = stage.empty()
	case DemoTooLong:
		err = stage.tooLong()
	case DemoShort:
		err = stage.shortSend()
	case DemoHalf:
		err = stage.halfClose()
	case DemoInUse:
		err = stage.inUse()
	default:
		err = problem(BadOption, "the demonstration %.40q", key)
	}
	return lost(err)
}

// pattern returns size bytes.
func pattern(b byte, size int) []byte {
	raw := make([]byte, size)
	for i := range raw {
		raw[i] = b
	}
	return raw
}

// demoStage holds what a demonstration has open.
type demoStage struct {
	ctx  context.Context
	mu   sync.Mutex
	wire func(Record)
	open []io.Closer
}

func (d *demoStage) close() {
	for _, one := range d.open {
		_ = one.Close()
	}
}

// opened has something closed at the end, or when the time is over.
func (d *demoStage) opened(one io.Closer) {
	d.open = append(d.open, one)
	context.AfterFunc(d.ctx, func() { _ = one.Close() })
}

// note shows a call.
func (d *demoStage) note(step string, r Record, err error) {
	if err != nil && !errors.Is(err, io.EOF) {
		r.Err = err.Error()
	}
	r.At, r.Step, r.Bytes = time.Now(), step, append([]byte(nil), r.Bytes[:min(len(r.Bytes), MaxRecord)]...)
	d.mu.Lock()
	defer d.mu.Unlock()
	d.wire(r)
}

// pair returns the two ends of a TCP connection over loopback.
func (d *demoStage) pair() (client, server *net.TCPConn, err error) {
	listener, err := (&net.ListenConfig{}).Listen(d.ctx, "tcp", net.JoinHostPort(loopback, "0"))
	if err != nil {
		return nil, nil, noListen(err)
	}
	defer func() { _ = listener.Close() }()
	dialed, err := (&net.Dialer{}).DialContext(d.ctx, "tcp", listener.Addr().String())
	if err != nil {
		return nil, nil, &Problem{Reason: Unreachable, Err: err}
	}
	d.opened(dialed)
	accepted, err := listener.Accept()
	if err != nil {
		return nil, nil, err
	}
	d.opened(accepted)
	client, server = dialed.(*net.TCPConn), accepted.(*net.TCPConn)
	d.note(StepSend, Record{Direction: Connect, Local: addressOf(client.LocalAddr()), Peer: addressOf(client.RemoteAddr())}, nil)
	d.note(StepRead, Record{Direction: Accept, Local: addressOf(server.LocalAddr()), Peer: addressOf(server.RemoteAddr())}, nil)
	return client, server, nil
}

// write is one send.
func (d *demoStage) write(step string, c net.Conn, data []byte) error {
	n, err := c.Write(data)
	d.note(step, Record{
		Direction: Write, Local: addressOf(c.LocalAddr()), Peer: addressOf(c.RemoteAddr()), Asked: len(data), Size: n, Bytes: data,
	}, err)
	return err
}

// read is one recv.
func (d *demoStage) read(step string, c net.Conn, size int) ([]byte, error) {
	buf := make([]byte, size)
	n, err := c.Read(buf)
	end := n == 0 && errors.Is(err, io.EOF)
	d.note(step, Record{
		Direction: Read, Local: addressOf(c.LocalAddr()), Peer: addressOf(c.RemoteAddr()), Asked: size, Size: n, Bytes: buf[:n], End: end,
	}, err)
	if end {
		err = nil
	}
	return buf[:n], err
}

// settle waits until all that was sent has arrived: the reading end of these
// demonstrations reads late, on purpose.
func (d *demoStage) settle(c *net.TCPConn, want int) error {
	for {
		there, known := waiting(c)
		if known && there >= want {
			return nil
		}
		if err := rest(d.ctx, 20*time.Millisecond); err != nil {
			return err
		}
		if !known { // this system does not tell; loopback is quick
			return rest(d.ctx, 100*time.Millisecond)
		}
	}
}

// stream sends messages, reads late, and shows what each read returns.
func (d *demoStage) stream(reads []int, messages ...[]byte) error {
	client, server, err := d.pair()
	if err != nil {
		return err
	}
	total := 0
	for _, message := range messages {
		if err := d.write(StepSend, client, message); err != nil {
			return err
		}
		total += len(message)
	}
	if err := d.settle(server, total); err != nil {
		return err
	}
	d.endOf(client)
	for _, size := range reads {
		if _, err := d.read(StepRead, server, size); err != nil {
			return err
		}
	}
	return nil
}

// endOf ends the direction of a client that has said everything.
func (d *demoStage) endOf(c *net.TCPConn) {
	err := c.CloseWrite()
	d.note(StepSend, Record{Direction: HalfClose, Local: addressOf(c.LocalAddr()), Peer: addressOf(c.RemoteAddr())}, err)
}

// packetPair returns the two ends of a UDP conversation over loopback.
func (d *demoStage) packetPair() (client, server net.Conn, err error) {
	first, err := (&net.ListenConfig{}).ListenPacket(d.ctx, "udp", net.JoinHostPort(loopback, "0"))
	if err != nil {
		return nil, nil, noListen(err)
	}
	d.opened(first)
	dialed, err := (&net.Dialer{}).DialContext(d.ctx, "udp", first.LocalAddr().String())
	if err != nil {
		return nil, nil, &Problem{Reason: Unreachable, Err: err}
	}
	d.opened(dialed)
	return dialed, first.(*net.UDPConn), nil
}

// datagrams is stream for UDP.
func (d *demoStage) datagrams(reads []int, messages ...[]byte) error {
	client, server, err := d.packetPair()
	if err != nil {
		return err
	}
	for _, message := range messages {
		if err := d.write(StepSend, client, message); err != nil {
			return err
		}
	}
	for _, size := range reads {
		if _, err := d.read(StepRead, server, size); err != nil && !cutByRead(err) {
			return err
		}
	}
	return nil
}

// empty sends an empty message over UDP, where it arrives, and over TCP, where
// nothing does: only what follows.
func (d *demoStage) empty() error {
	if err := d.datagrams([]int{1024, 1024}, nil, []byte("hello")); err != nil {
		return err
	}
	return d.stream([]int{1024, 1024}, nil, []byte("hello"))
}

// tooLong sends the longest datagram, and one byte more.
func (d *demoStage) tooLong() error {
	client, _, err := d.packetPair()
	if err != nil {
		return err
	}
	for _, size := range []int{maxDatagram, maxDatagram + 1} {
		_ = d.write(StepSend, client, pattern('x', size)) // that it fails is what is shown
	}
	return nil
}

// shortSend gives a socket more than it has room for while nobody reads: one
// send takes a part, and what sendall does is to go on with the rest.
func (d *demoStage) shortSend() error {
	const size = 8 << 20
	client, server, err := d.pair()
	if err != nil {
		return err
	}
	taken, err := d.oneSend(client, pattern('x', size))
	if err != nil {
		return err
	}
	sent := make(chan error, 1)
	go func() { sent <- d.write(StepSend, client, pattern('x', size-taken)) }()
	if _, err := io.CopyN(io.Discard, server, size); err != nil {
		return err
	}
	return <-sent
}

// halfClose ends one direction; the other still works.
func (d *demoStage) halfClose() error {
	client, server, err := d.pair()
	if err != nil {
		return err
	}
	if err := d.write(StepSend, client, []byte("hello")); err != nil {
		return err
	}
	d.endOf(client)
	for range 2 {
		if _, err := d.read(StepRead, server, 1024); err != nil {
			return err
		}
	}
	if err := d.write(StepAnswer, server, []byte("HELLO")); err != nil {
		return err
	}
	_, err = d.read(StepAnswer, client, 1024)
	return err
}

// inUse listens twice on one address, which fails, and again after the first
// server has ended, which works although its connection is still being closed.
func (d *demoStage) inUse() error {
	first, err := (&net.ListenConfig{}).Listen(d.ctx, "tcp", net.JoinHostPort(loopback, "0"))
	if err != nil {
		return noListen(err)
	}
	defer func() { _ = first.Close() }()
	address := first.Addr().String()
	_, taken := (&net.ListenConfig{}).Listen(d.ctx, "tcp", address)
	d.note(StepTaken, Record{Direction: Listen, Local: address}, taken)
	if taken == nil {
		return fmt.Errorf("two servers have %s", address)
	}
	dialed, err := (&net.Dialer{}).DialContext(d.ctx, "tcp", address)
	if err != nil {
		return err
	}
	d.opened(dialed)
	accepted, err := first.Accept()
	if err != nil {
		return err
	}
	_ = accepted.Close() // this end first: it is the one that has to wait
	_ = first.Close()
	second, err := (&net.ListenConfig{}).Listen(d.ctx, "tcp", address)
	d.note(StepAgain, Record{Direction: Listen, Local: address}, err)
	if err == nil {
		d.opened(second)
	}
	return err
}
