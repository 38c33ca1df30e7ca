package classic

import (
	"context"
	"encoding/binary"
)

// struct-command, TCP 8080
//
//	client: a command, UTF-8, unframed
//	server: 4 bytes, the length of the output, signed, little-endian
//	        that many bytes: stderr if there is any, else stdout
//
// A client reads what a Windows PC sends as GBK: the default encoding finds out.

// lengthSize is the size of a length in front of a message.
const lengthSize = 4

// structServer runs what it is told.
func (s *Session) structServer() part {
	return part{heard: func(ctx context.Context, t *talk, data []byte) error {
		return t.heardCommand(ctx, data, func(o output) error {
			answer := o.either()
			if err := t.send(lengthOf(answer)); err != nil {
				return err
			}
			return t.send(answer)
		})
	}}
}

// lengthOf returns the length that goes before a message, as struct.pack("i").
func lengthOf(message []byte) []byte {
	return binary.LittleEndian.AppendUint32(nil, uint32(len(message))) // #nosec G115 -- within the limits of output
}

// parseLength reads the length before an answer.
func parseLength(raw []byte) (int, error) {
	size := int32(binary.LittleEndian.Uint32(raw)) // #nosec G115 -- it is signed on the wire
	if size < 0 || size > maxAnswer {
		return 0, problem(BadLength, "%d bytes; 0 to %d", size, maxAnswer)
	}
	return int(size), nil
}

// structClient sends commands and takes answers with a length in front.
func (s *Session) structClient() part {
	return part{ask: lengthSize, heard: unasked, say: func(ctx context.Context, t *talk, text string) error {
		if over, err := t.sendCommand(text); over || err != nil {
			return err
		}
		raw, err := t.takeAll(ctx, lengthSize, 0)
		if err != nil {
			if len(raw) > 0 && ctx.Err() == nil {
				err = problem(BadLength, "%d bytes of %d: %v", len(raw), lengthSize, err)
			}
			return err
		}
		size, err := parseLength(raw)
		if err != nil {
			return err
		}
		return t.takeAnswer(ctx, size)
	}}
}
