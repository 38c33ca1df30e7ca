package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"

	"lanyard/netcore/classic"
)

// maxLine is the longest line that is read from stdin, in bytes.
const maxLine = 1 << 20

// lineReader reads the lines of stdin. A read that waits ends with the process.
type lineReader struct {
	in    *bufio.Reader
	stops chan struct{}
	err   error // why it ended, once the channel is closed
}

func newLineReader(in io.Reader) *lineReader {
	return &lineReader{in: bufio.NewReaderSize(in, 64<<10), stops: make(chan struct{})}
}

// start hands the lines on, one at a time. When the last was taken it tells the
// session that nothing more will be said.
func (r *lineReader) start(session *classic.Session) <-chan string {
	lines := make(chan string)
	go func() {
		defer close(lines)
		for {
			line, err := r.next()
			if err != nil {
				if !errors.Is(err, io.EOF) {
					r.err = fmt.Errorf("reading standard input: %w", err)
				}
				session.NoMore()
				return
			}
			select {
			case lines <- line:
			case <-r.stops:
				return
			}
		}
	}()
	return lines
}

// stop has nobody wait for lines any more.
func (r *lineReader) stop() { close(r.stops) }

// next reads one line, without its end. The last one needs none.
func (r *lineReader) next() (string, error) {
	var line []byte
	for {
		piece, err := r.in.ReadSlice('\n')
		line = append(line, piece...)
		switch {
		case errors.Is(err, bufio.ErrBufferFull) && len(line) <= maxLine:
			continue
		case errors.Is(err, bufio.ErrBufferFull):
			return "", fmt.Errorf("a line of over %d bytes", maxLine)
		case err != nil && len(line) == 0:
			return "", err
		}
		text, fine := decode(line)
		if !fine {
			text = strings.ToValidUTF8(string(line), "\ufffd")
		}
		return strings.TrimRight(strings.TrimPrefix(text, "\ufeff"), "\r\n"), nil
	}
}
