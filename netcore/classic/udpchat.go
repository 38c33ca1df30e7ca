package classic

import (
	"context"
	"errors"

	"lanyard/netcore/charset"
)

// udp-chat, UDP 8081
//
//	each message is one datagram, UTF-8, of a client perhaps "name: text"
//
// The server answers where a message came from. In the client q ends the talk
// with a contact; it is not sent, nor is an empty message.

// heard shows a message.
func (p *packetServer) heard(d datagram, from *source) {
	p.mu.Lock()
	p.last = from
	close(p.changed)
	p.changed = make(chan struct{})
	p.mu.Unlock()
	p.s.message(d)
}

// message tells the face a message of a chat.
func (s *Session) message(d datagram) {
	text := charset.Decode(d.data, s.options.Encoding)
	s.event(Event{What: Received, Peer: d.peer, Name: nameOf(text), Text: text, Bytes: d.data})
}

// say sends a message to a client, or to the one that wrote last; it waits until
// there is one.
func (p *packetServer) say(ctx context.Context, to, text string) error {
	if text == "" {
		return nil
	}
	for held := false; ; held = true {
		p.mu.Lock()
		one, changed := p.last, p.changed
		if to != "" {
			one = p.sources[to]
		}
		p.mu.Unlock()
		if one != nil {
			return p.sayTo(one, text)
		}
		if to != "" {
			return problem(NobodyThere, "%s", to)
		}
		if !held {
			p.s.event(Event{What: Held, Text: text})
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// sayTo sends a message to a client.
func (p *packetServer) sayTo(one *source, text string) error {
	if err := p.send(p.s.signed(text), one.addr); err != nil {
		return err
	}
	p.s.event(Event{What: Sent, Peer: one.peer, Text: text})
	p.linger()
	return nil
}

// signed is a message with the name of this program's user before it.
func (s *Session) signed(text string) []byte {
	if s.options.ChatName == "" {
		return []byte(text)
	}
	return []byte(s.options.ChatName + ": " + text)
}

// chatTo sends a message to a contact, over a socket for that contact.
func (c *packetClient) chatTo(to, text string) error {
	if text == "" {
		return nil
	}
	if text == c.s.protocol.End {
		return c.leave(to)
	}
	contact, err := c.contact(to)
	if err != nil {
		return err
	}
	if err := contact.send(c.s.signed(text), nil); err != nil {
		return err
	}
	c.s.event(Event{What: Sent, Peer: contact.peerOf(contact.fixed), Text: text})
	return nil
}

// leave ends the talk with a contact; with the only one that there is, it ends
// the session.
func (c *packetClient) leave(to string) error {
	c.mu.Lock()
	contact := c.contacts[to]
	delete(c.contacts, to)
	c.mu.Unlock()
	if contact != nil {
		contact.close()
		c.s.event(Event{What: Closed, Peer: contact.peerOf(contact.fixed)})
	}
	if to == "" {
		c.s.end(nil)
	}
	return nil
}

// listenTo shows what a contact writes.
func (c *packetClient) listenTo(contact *packets) {
	peer := contact.peerOf(contact.fixed)
	for {
		d, err := contact.recv()
		switch {
		case err == nil:
			c.s.message(d)
		case c.s.ctx.Err() != nil || isClosed(err):
			return
		default: // nobody listens there now; perhaps later
			c.s.failed(peer, &Problem{Reason: Unreachable, Err: err})
			if !errors.Is(err, errRefused) {
				return
			}
		}
	}
}
