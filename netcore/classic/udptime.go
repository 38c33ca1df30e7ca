package classic

import (
	"context"
	"errors"
	"time"
	"unicode/utf8"

	"lanyard/netcore/charset"
	"lanyard/netcore/strftime"
)

// udp-time, UDP 9000
//
//	client: a format of strftime, UTF-8; empty: %Y-%m-%d %X
//	server: the local time in that format, UTF-8

const (
	// maxTimeAnswer is the longest answer in bytes: a small question must not
	// make a long one.
	maxTimeAnswer = 256
	// timeAnswer is how long a client waits for an answer.
	timeAnswer = 5 * time.Second
)

// answerTime answers one question.
func (p *packetServer) answerTime(d datagram, from *source) error {
	if !utf8.Valid(d.data) {
		return problem(NotText, "")
	}
	answer := formatTime(string(d.data), p.s.options.Now())
	if answer == string(d.data) {
		// Two servers would tell each other the same for ever.
		return problem(LooksLikeOwn, "%.60q has no directive", answer)
	}
	if err := p.send([]byte(answer), from.addr); err != nil {
		return err
	}
	p.s.event(Event{What: Asked, Peer: d.peer, Text: string(d.data), Answer: answer})
	return nil
}

// formatTime writes a time by a format, cut to what one answer may be.
func formatTime(layout string, now time.Time) string {
	if layout == "" {
		layout = strftime.Default
	}
	for size := strftime.MaxLayout; ; size /= 2 {
		answer, err := strftime.Format(cutText(layout, size), now)
		if !errors.Is(err, strftime.ErrTooLong) {
			return cutText(answer, maxTimeAnswer)
		}
	}
}

// cutText cuts a text to so many bytes, before a character that does not fit.
func cutText(text string, size int) string {
	if len(text) <= size {
		return text
	}
	for size > 0 && !utf8.RuneStart(text[size]) {
		size--
	}
	return text[:size]
}

// askTime asks for the time.
func (c *packetClient) askTime(ctx context.Context, socket *packets, layout string) error {
	if err := socket.send([]byte(layout), nil); err != nil {
		return err
	}
	peer := socket.peerOf(socket.fixed)
	c.s.event(Event{What: Sent, Peer: peer, Text: layout})
	d, err := socket.await(ctx, timeAnswer)
	if err != nil {
		return err
	}
	c.s.event(Event{What: Received, Peer: peer, Text: charset.Decode(d.data, c.s.options.Encoding), Bytes: d.data})
	c.s.event(Event{What: Answered, Peer: peer})
	return nil
}
