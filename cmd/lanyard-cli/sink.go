package main

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"lanyard/netcore/charset"
	"lanyard/netcore/output"
)

// headBytes is how many bytes of a stream may show that it is UTF-16.
const headBytes = 16

// errOutput says that this program's own output cannot be written.
var errOutput = errors.New("writing the output")

// sink writes one pipe of a command that runs elsewhere: as UTF-8, and to a
// terminal only what is harmless there.
type sink struct {
	out     io.Writer
	decoder *charset.Decoder // nil: bytes pass as they are
	clean   *output.Terminal // nil: control sequences pass

	seen  int64 // bytes that came
	plain bool  // all of them were ASCII, and were written
	last  byte  // that was written last; 0: nothing was
}

// newSink returns a sink for output that is to be read as want, from a PC
// whose programs print in local.
func newSink(out io.Writer, want, local charset.Encoding, terminal bool) *sink {
	s := &sink{out: out, plain: true}
	if want == charset.Raw {
		return s
	}
	s.decoder = charset.NewSteadyDecoder(want, local)
	if terminal {
		s.clean = output.NewTerminal()
	}
	return s
}

// write takes what came.
func (s *sink) write(p []byte) error {
	if s.decoder == nil || s.clean == nil && s.plain && s.seen >= headBytes && isASCII(p) {
		s.seen += int64(len(p))
		return s.put(p)
	}
	for s.clean == nil && len(p) > 0 {
		pass, next := s.decoder.Pass(p)
		s.seen += int64(pass)
		if err := s.put(p[:pass]); err != nil {
			return err
		}
		if err := s.decode(p[pass : pass+next]); err != nil {
			return err
		}
		p = p[pass+next:]
	}
	return s.decode(p)
}

// decode writes the text of what came.
func (s *sink) decode(p []byte) error {
	text, _ := s.decoder.Write(p)
	s.seen += int64(len(p))
	s.plain = s.plain && len(text) == len(p) && isASCII(p)
	return s.text(text)
}

// end writes what was held back.
func (s *sink) end() error {
	if s.decoder == nil {
		return nil
	}
	text, _ := s.decoder.End()
	if err := s.text(text); err != nil || s.clean == nil {
		return err
	}
	return s.print(s.clean.End())
}

// text writes decoded text.
func (s *sink) text(text string) error {
	if s.clean != nil {
		text = s.clean.Clean(text)
	}
	return s.print(text)
}

// print writes text as it is, without a copy where that can be.
func (s *sink) print(text string) error {
	if text == "" {
		return nil
	}
	s.last = text[len(text)-1]
	return outputError(io.WriteString(s.out, text))
}

// put writes bytes as they are.
func (s *sink) put(p []byte) error {
	if len(p) == 0 {
		return nil
	}
	s.last = p[len(p)-1]
	return outputError(s.out.Write(p))
}

// outputError marks an error of writing this program's own output.
func outputError(_ int, err error) error {
	if err != nil {
		return fmt.Errorf("%w: %w", errOutput, err)
	}
	return nil
}

// isASCII reports whether all bytes are ASCII, eight at a time.
func isASCII(p []byte) bool {
	const high = 0x8080808080808080
	for len(p) >= 8 {
		if binary.LittleEndian.Uint64(p)&high != 0 {
			return false
		}
		p = p[8:]
	}
	for _, b := range p {
		if b >= 0x80 {
			return false
		}
	}
	return true
}

// sinks are the two pipes of one command.
type sinks struct{ out, err *sink }

// sinks returns what writes the pipes of a command to those of this program.
func (p *program) sinks(want, local charset.Encoding) sinks {
	return sinks{newSink(p.out, want, local, p.outTerminal), newSink(p.err, want, local, p.errTerminal)}
}

// write writes what came from a pipe.
func (s sinks) write(pipe int, raw []byte) error {
	if pipe == pipeErr {
		return s.err.write(raw)
	}
	return s.out.write(raw)
}

// end writes what was held back.
func (s sinks) end() error {
	if s.out == nil {
		return nil
	}
	return errors.Join(s.out.end(), s.err.end())
}

// The pipes, as control.Source names them.
const (
	pipeOut = 1
	pipeErr = 2
)
