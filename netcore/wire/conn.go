package wire

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
)

// maxKind is the longest kind in bytes.
const maxKind = 32

// coalesce is the body size in bytes up to which header and body go out in
// one Write: below it a copy is cheaper than a second packet.
const coalesce = 16 << 10

// KindError is the kind of a frame that answers with an error.
const KindError = "error"

// Conn reads and writes native frames on a stream. One goroutine may read
// while another writes; two readers or two writers need a lock of their own.
// It does not own the stream and does not close it.
type Conn struct {
	stream io.ReadWriter
	in     []byte // the header read last, reused
	left   int64  // bytes of the body that are still to be read
	out    []byte // the frame written last, reused
}

// NewConn returns a codec on stream.
func NewConn(stream io.ReadWriter) *Conn {
	return &Conn{stream: stream}
}

// Frame is a header that was read. Its body, if any, follows on the Conn.
type Frame struct {
	Kind     string
	BodySize int64  // bytes, never negative
	Raw      []byte // the header's JSON; valid until the next read on the Conn
}

// Decode parses the fields of the frame's kind into v.
func (f Frame) Decode(v any) error {
	if err := json.Unmarshal(f.Raw, v); err != nil {
		return fmt.Errorf("%s header: %w: %.200s", f.Kind, ErrMalformed, err) // cut: it quotes what the peer sent
	}
	return nil
}

// Next reads the next header, of at most limit bytes. io.EOF means that the
// stream ended cleanly between two frames. The body of the frame before must
// have been read to its end.
func (c *Conn) Next(limit int) (Frame, error) {
	if c.left != 0 {
		return Frame{}, ErrUnreadBody
	}
	raw, err := ReadHeader(c.stream, c.in, limit)
	if err != nil {
		return Frame{}, err
	}
	c.in = raw
	head, err := parseHead(raw)
	if err != nil {
		return Frame{}, err
	}
	c.left = head.BodySize
	return head, nil
}

// Expect reads the next header and insists that it is of one of the kinds. An
// error frame comes back as a *RemoteError.
func (c *Conn) Expect(limit int, kinds ...string) (Frame, error) {
	frame, err := c.Next(limit)
	if err != nil {
		return frame, unexpected(err)
	}
	if slices.Contains(kinds, frame.Kind) {
		return frame, nil
	}
	if frame.Kind == KindError {
		remote := &RemoteError{}
		return frame, errors.Join(frame.Decode(remote), remote)
	}
	return frame, fmt.Errorf("%.40q where %q was due: %w", frame.Kind, kinds, ErrMalformed)
}

// ReadBody reads the whole body of the last frame, of at most limit bytes.
func (c *Conn) ReadBody(limit int) ([]byte, error) {
	if c.left > int64(limit) {
		return nil, fmt.Errorf("body of %d bytes, limit %d: %w", c.left, limit, ErrTooLarge)
	}
	body := make([]byte, c.left)
	return body, c.ReadFull(body)
}

// ReadFull fills p with the next bytes of the body.
func (c *Conn) ReadFull(p []byte) error {
	if int64(len(p)) > c.left {
		return fmt.Errorf("%d bytes wanted of a body with %d left: %w", len(p), c.left, io.ErrUnexpectedEOF)
	}
	n, err := io.ReadFull(c.stream, p)
	c.left -= int64(n)
	if err != nil {
		return unexpected(err)
	}
	return nil
}

// Discard reads the rest of the body and drops it.
func (c *Conn) Discard() error {
	n, err := io.CopyN(io.Discard, c.stream, c.left)
	c.left -= n
	if err != nil {
		return unexpected(err)
	}
	return nil
}

// Appender are fields of a frame that write themselves, for those of which
// there are thousands a second.
type Appender interface {
	// AppendFields appends what JSON has between the braces, with a comma
	// before each field.
	AppendFields(to []byte) []byte
}

// Write sends one frame. fields is a struct or a map with the fields of the
// kind, or nil; it must not use the names "kind" and "body_size", which are
// the codec's.
func (c *Conn) Write(kind string, fields any, body []byte) error {
	frame, err := appendHeader(c.out[:0], kind, fields, len(body))
	if err != nil {
		return err
	}
	c.out = frame
	if len(body) <= coalesce {
		c.out = append(frame, body...)
		_, err = c.stream.Write(c.out)
		return err
	}
	if _, err = c.stream.Write(frame); err != nil {
		return err
	}
	_, err = c.stream.Write(body)
	return err
}

// appendHeader appends the prefix and the header of a frame to dst.
func appendHeader(dst []byte, kind string, fields any, bodySize int) ([]byte, error) {
	var payload []byte
	quick, ok := fields.(Appender)
	if fields != nil && !ok {
		var err error
		if payload, err = json.Marshal(fields); err != nil {
			return nil, fmt.Errorf("encoding a %s header: %w", kind, err)
		}
	}
	start := len(dst)
	dst = append(dst, 0, 0, 0, 0)
	dst = append(dst, `{"kind":`...)
	dst = strconv.AppendQuote(dst, kind)
	if bodySize > 0 {
		dst = append(dst, `,"body_size":`...)
		dst = strconv.AppendInt(dst, int64(bodySize), 10)
	}
	if ok {
		dst = append(quick.AppendFields(dst), '}')
	} else if len(payload) > minHeader {
		dst = append(dst, ',')
		dst = append(dst, payload[1:]...)
	} else {
		dst = append(dst, '}')
	}
	binary.LittleEndian.PutUint32(dst[start:], uint32(len(dst)-start-prefixSize)) // #nosec G115 -- our own, far below 4 GiB
	return dst, nil
}
