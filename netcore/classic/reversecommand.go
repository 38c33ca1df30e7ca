package classic

import (
	"context"

	"golang.org/x/text/encoding/simplifiedchinese"

	"lanyard/netcore/charset"
)

// reverse-command, TCP 8080
//
//	server: a command, GBK, unframed; q ends
//	client: what it wrote to stdout, then what it wrote to stderr, GBK, unframed
//
// The server is the one who asks here. It takes an answer as ended when nothing
// has come for the quiet time after its first byte.

// reverseServer sends commands and shows what comes.
func (s *Session) reverseServer() part {
	return part{
		heard: func(_ context.Context, t *talk, data []byte) error {
			if !t.guarded && (isHTTP(data) || isTLS(data)) {
				return t.guard(data) // nobody asked it anything yet
			}
			t.received(data)
			return nil
		},
		say: func(ctx context.Context, t *talk, text string) error {
			if text == "" {
				return nil
			}
			raw, fine := toEncoding(text, s.options.Encoding)
			if !fine {
				return problem(NotInGBK, "%.80q", text)
			}
			t.guarded = true
			if err := t.send(raw); err != nil {
				return err
			}
			s.event(Event{What: Sent, Peer: t.peer, Text: text})
			if text == s.protocol.End {
				return errOver
			}
			return t.awaitQuiet(ctx)
		},
	}
}

// reverseClient runs what it is told.
func (s *Session) reverseClient() part {
	return part{heard: func(ctx context.Context, t *talk, data []byte) error {
		if string(data) == s.protocol.End {
			return errOver
		}
		return t.heardCommand(ctx, data, func(o output) error {
			if err := t.send(s.converted(o.stdout)); err != nil {
				return err
			}
			return t.send(s.converted(o.stderr))
		})
	}}
}

// converted returns what a command of this PC wrote in the encoding that goes
// over the wire. What that has no character for becomes a question mark.
func (s *Session) converted(raw []byte) []byte {
	if s.options.Encoding == charset.Raw {
		return raw
	}
	d := charset.NewSteadyDecoder(charset.Auto, charset.Local())
	text, _ := d.Write(raw)
	end, _ := d.End()
	out, _ := toEncoding(text+end, s.options.Encoding)
	return out
}

// toEncoding writes text in GBK, or as it is for all other encodings, which only
// the answers of others may be in. What GBK lacks becomes a question mark, and
// fine is false.
func toEncoding(text string, encoding charset.Encoding) (raw []byte, fine bool) {
	if encoding != charset.GBK {
		return []byte(text), true
	}
	fine = true
	encoder := simplifiedchinese.GBK.NewEncoder()
	if raw, err := encoder.Bytes([]byte(text)); err == nil && !hasEuro(text) {
		return raw, true
	}
	for _, r := range text {
		one, err := encoder.Bytes([]byte(string(r)))
		if err != nil || r == euro {
			one, fine = []byte("?"), false
		}
		raw = append(raw, one...)
	}
	return raw, fine
}

// euro is one byte in code page 936, which GBK as others know it does not have.
const euro = '€'

func hasEuro(text string) bool {
	for _, r := range text {
		if r == euro {
			return true
		}
	}
	return false
}
