package classic

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"time"
	"unicode"
	"unicode/utf8"

	"lanyard/netcore/charset"
	"lanyard/netcore/run"
)

// udp-command, UDP 9000
//
//	client: a command, UTF-8; quit ends
//	server: what it wrote to stderr, one datagram
//	        what it wrote to stdout, one datagram
//
// Both may be empty. What does not fit into a datagram is cut, and ends with a
// line that says so.

const (
	// maxWaiting is how many commands of one source wait for the one that runs.
	maxWaiting = 8
	// secondPart is how long the second datagram may take after the first.
	secondPart = 5 * time.Second
	// leastDatagram is what is tried last where a system takes no long ones.
	leastDatagram = 512
)

// takeCommand has a command run after those of its source that came before.
func (p *packetServer) takeCommand(d datagram, from *source) error {
	command := string(d.data)
	if command == p.s.protocol.End {
		return p.quit(from)
	}
	if err := p.checkCommand(d); err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if from.work == nil {
		from.work = make(chan string, maxWaiting)
		p.s.work.Go(func() { p.runAll(from) })
	}
	select {
	case from.work <- command:
		p.busy++
		return nil
	default:
		return problem(TooOften, "%d commands wait", maxWaiting)
	}
}

// quit forgets a client.
func (p *packetServer) quit(from *source) error {
	p.mu.Lock()
	delete(p.sources, from.peer)
	p.mu.Unlock()
	p.s.event(Event{What: Closed, Peer: from.peer})
	if p.s.options.Once {
		p.s.end(nil)
	}
	return nil
}

// checkCommand refuses what is no command: what a browser sends, what looks like
// the answer of another server, and what another user of this PC sends.
func (p *packetServer) checkCommand(d datagram) error {
	switch {
	case len(d.data) == 0:
		return problem(LooksLikeOwn, "it is empty")
	case isTLS(d.data):
		return problem(LooksLikeTLS, "")
	case isHTTP(d.data):
		return problem(LooksLikeHTTP, "")
	case !utf8.Valid(d.data) || len(d.data) > maxCommand:
		return problem(NotText, "%d bytes", len(d.data))
	case bytes.ContainsAny(d.data, "\r\n"):
		return problem(LooksLikeOwn, "it has a line end, as an output has")
	case bytes.ContainsFunc(d.data, func(r rune) bool { return unicode.IsControl(r) && r != '\t' }):
		return problem(NotText, "it has control characters")
	}
	udp, is := d.from.(*net.UDPAddr)
	if !is || !samePC(udp.IP) {
		return nil
	}
	return judgeUser(senderOf(udp.AddrPort()))
}

// runAll runs the commands of a source, until there are none.
func (p *packetServer) runAll(from *source) {
	for {
		p.mu.Lock()
		var command string
		select {
		case command = <-from.work:
		default:
			from.work = nil
			p.mu.Unlock()
			return
		}
		p.mu.Unlock()
		out, err := p.s.runCommand(p.s.ctx, from.peer, command)
		if err == nil {
			err = p.sendBoth(out, from.addr)
		}
		p.mu.Lock()
		p.busy--
		p.mu.Unlock()
		if p.s.ctx.Err() == nil {
			p.s.failed(from.peer, err)
		}
		p.linger()
	}
}

// sendBoth sends the two datagrams of an answer.
func (p *packetServer) sendBoth(out output, to net.Addr) error {
	if err := p.sendCut(out.stderr, to); err != nil {
		return err
	}
	return p.sendCut(out.stdout, to)
}

// sendCut sends one datagram, cut to what this system takes.
func (p *packetServer) sendCut(data []byte, to net.Addr) error {
	for size := maxDatagram; ; size = max(size/2, leastDatagram) {
		err := p.send(cutOutput(data, size), to)
		if ReasonOf(err) != TooLong || size == leastDatagram {
			return err
		}
	}
}

// cutOutput cuts an output to so many bytes, the last of which say so.
func cutOutput(data []byte, size int) []byte {
	if len(data) <= size {
		return data
	}
	note := fmt.Sprintf("\nlanyard: cut here: %d bytes in all, a datagram has at most %d\n", len(data), size)
	head := size - len(note)
	for head > 0 && !utf8.RuneStart(data[head]) && size-len(note)-head < utf8.UTFMax {
		head--
	}
	return append(data[:head:head], note...)
}

// askCommand has a command run, and shows both parts of the answer.
func (c *packetClient) askCommand(ctx context.Context, socket *packets, command string) error {
	if command == "" {
		return nil
	}
	if err := socket.send([]byte(command), nil); err != nil {
		return err
	}
	peer := socket.peerOf(socket.fixed)
	c.s.event(Event{What: Sent, Peer: peer, Text: command})
	if command == c.s.protocol.End {
		c.s.end(nil)
		return nil
	}
	patience := c.s.options.Limits.Time + secondPart
	for _, stream := range []run.Stream{run.Stderr, run.Stdout} {
		d, err := socket.await(ctx, patience)
		if err != nil {
			return err
		}
		patience = secondPart
		text := charset.Decode(d.data, c.s.options.Encoding)
		c.s.event(Event{What: Received, Peer: peer, Text: text, Bytes: d.data, Stream: stream.String()})
	}
	c.s.event(Event{What: Answered, Peer: peer})
	return nil
}
