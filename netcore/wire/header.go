package wire

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"
)

// Header caps in bytes, by what may come next.
const (
	// MaxHello caps every header before the other side is known.
	MaxHello = 8 << 10
	// MaxHeader caps an ordinary header.
	MaxHeader = 64 << 10
	// MaxManifest caps a header that lists the files of a transfer.
	MaxManifest = 1 << 20
)

// prefixSize is the length of the length.
const prefixSize = 4

// minHeader is the shortest JSON object, "{}".
const minHeader = 2

// maxDepth is how deep a header may nest.
const maxDepth = 16

var (
	// ErrTooLarge says that a length is over the cap for what may come next.
	ErrTooLarge = errors.New("frame over its size limit")
	// ErrMalformed says that a header is no acceptable JSON object.
	ErrMalformed = errors.New("malformed frame header")
	// ErrUnreadBody says that the next frame was asked for before the body of
	// the one before had been read: a fault of the caller.
	ErrUnreadBody = errors.New("body of the previous frame not read")
)

// ReadHeader reads one length prefix and the header behind it. It fails with
// ErrTooLarge, before allocating, if the length is over limit bytes, and with
// io.EOF only if the stream ended cleanly between two frames. The result is
// valid UTF-8 and nests at most 16 deep, but it is not parsed yet. buf is
// reused when it is large enough.
func ReadHeader(r io.Reader, buf []byte, limit int) ([]byte, error) {
	var prefix [prefixSize]byte
	if _, err := io.ReadFull(r, prefix[:]); err != nil {
		return nil, err
	}
	n := binary.LittleEndian.Uint32(prefix[:])
	if int64(n) > int64(limit) {
		return nil, fmt.Errorf("header of %d bytes, limit %d: %w", n, limit, ErrTooLarge)
	}
	if n < minHeader {
		return nil, fmt.Errorf("header of %d bytes: %w", n, ErrMalformed)
	}
	if cap(buf) < int(n) {
		buf = make([]byte, n)
	}
	buf = buf[:n]
	if _, err := io.ReadFull(r, buf); err != nil {
		return nil, unexpected(err)
	}
	return buf, checkHeader(buf)
}

// WriteHeader writes the length prefix and the header in one Write.
func WriteHeader(w io.Writer, header []byte) error {
	frame := make([]byte, prefixSize, prefixSize+len(header))
	binary.LittleEndian.PutUint32(frame, uint32(len(header))) // #nosec G115 -- our own, far below 4 GiB
	_, err := w.Write(append(frame, header...))
	return err
}

// unexpected turns the end of a stream inside a frame into what it is.
func unexpected(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// checkHeader refuses what the JSON decoder would take but no peer of ours
// sends: invalid UTF-8, and nesting that costs more to parse than to send.
func checkHeader(header []byte) error {
	if header[0] != '{' || header[len(header)-1] != '}' {
		return fmt.Errorf("not a JSON object: %w", ErrMalformed)
	}
	if !utf8.Valid(header) {
		return fmt.Errorf("not UTF-8: %w", ErrMalformed)
	}
	if !isFlat(header) && depth(header) > maxDepth {
		return fmt.Errorf("nested over %d deep: %w", maxDepth, ErrMalformed)
	}
	return nil
}

// depth returns how deep the brackets outside of strings nest.
func depth(header []byte) int {
	deepest, level := 0, 0
	inString, escaped := false, false
	for _, b := range header {
		switch {
		case escaped:
			escaped = false
		case inString:
			escaped = b == '\\'
			inString = b != '"'
		case b == '"':
			inString = true
		case b == '{' || b == '[':
			level++
			deepest = max(deepest, level)
		case b == '}' || b == ']':
			level--
		}
	}
	return deepest
}
