package wire

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"
)

// pipe is a stream that reads what was given and keeps what is written.
type pipe struct {
	io.Reader
	written bytes.Buffer
}

func (p *pipe) Write(b []byte) (int, error) { return p.written.Write(b) }

func reading(b []byte) *Conn { return NewConn(&pipe{Reader: bytes.NewReader(b)}) }

// raw builds a frame by hand, so that the tests do not trust the encoder.
func raw(header, body string) []byte {
	frame := binary.LittleEndian.AppendUint32(nil, uint32(len(header)))
	return append(append(frame, header...), body...)
}

func TestWriteProducesTheDocumentedBytes(t *testing.T) {
	for _, tc := range []struct {
		name, kind string
		fields     any
		body       string
		want       string
	}{
		{"nothing but a kind", "ping", nil, "", `{"kind":"ping"}`},
		{"empty struct", "ping", struct{}{}, "", `{"kind":"ping"}`},
		{"fields", "text", map[string]any{"id": "7"}, "", `{"kind":"text","id":"7"}`},
		{"fields and a body", "text", map[string]any{"id": "7"}, "你好", `{"kind":"text","body_size":6,"id":"7"}`},
		{"large body", "chunk", nil, strings.Repeat("x", coalesce+1), `{"kind":"chunk","body_size":16385}`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			p := &pipe{}
			if err := NewConn(p).Write(tc.kind, tc.fields, []byte(tc.body)); err != nil {
				t.Fatal(err)
			}
			if got, want := p.written.Bytes(), raw(tc.want, tc.body); !bytes.Equal(got, want) {
				t.Errorf("wrote %.80q, want %.80q", got, want)
			}
		})
	}
}

func TestReadBackFramesInSmallPieces(t *testing.T) {
	p := &pipe{}
	out := NewConn(p)
	for _, text := range []string{"one", "", "三"} {
		if err := out.Write("text", map[string]string{"id": text}, []byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	in := NewConn(&pipe{Reader: iotest.OneByteReader(&p.written)})
	for _, want := range []string{"one", "", "三"} {
		frame, err := in.Next(MaxHeader)
		if err != nil {
			t.Fatal(err)
		}
		var fields struct{ ID string }
		if err := frame.Decode(&fields); err != nil || fields.ID != want || frame.Kind != "text" {
			t.Errorf("frame %s %+v, %v; want id %q", frame.Kind, fields, err, want)
		}
		body, err := in.ReadBody(100)
		if err != nil || string(body) != want {
			t.Errorf("body %q, %v; want %q", body, err, want)
		}
	}
	if _, err := in.Next(MaxHeader); err != io.EOF {
		t.Errorf("after the last frame: %v, want io.EOF", err)
	}
}

func TestBadFrames(t *testing.T) {
	deep := strings.Repeat("[", 17) + strings.Repeat("]", 17)
	for _, tc := range []struct {
		name string
		in   []byte
		want error
	}{
		{"length 0", []byte{0, 0, 0, 0}, ErrMalformed},
		{"length 1", []byte{1, 0, 0, 0, '{'}, ErrMalformed},
		{"one over the cap", binary.LittleEndian.AppendUint32(nil, MaxHello+1), ErrTooLarge},
		{"length 2^32-1", []byte{255, 255, 255, 255}, ErrTooLarge},
		{"half a prefix", []byte{9, 0}, io.ErrUnexpectedEOF},
		{"nothing after the prefix", []byte{9, 0, 0, 0}, io.ErrUnexpectedEOF},
		{"half a header", raw(`{"kind":"x"}`, "")[:8], io.ErrUnexpectedEOF},
		{"no JSON", raw(`hello, world`, ""), ErrMalformed},
		{"broken JSON", raw(`{"kind":}`, ""), ErrMalformed},
		{"an array", raw(`["kind"]`, ""), ErrMalformed},
		{"no kind", raw(`{"id":"7"}`, ""), ErrMalformed},
		{"kind too long", raw(`{"kind":"`+strings.Repeat("k", 33)+`"}`, ""), ErrMalformed},
		{"kind a number", raw(`{"kind":7}`, ""), ErrMalformed},
		{"negative body", raw(`{"kind":"x","body_size":-1}`, ""), ErrMalformed},
		{"body of 2^63", raw(`{"kind":"x","body_size":9223372036854775808}`, ""), ErrMalformed},
		{"body a float", raw(`{"kind":"x","body_size":1.5}`, ""), ErrMalformed},
		{"body a string", raw(`{"kind":"x","body_size":"1"}`, ""), ErrMalformed},
		{"not UTF-8", raw("{\"kind\":\"\xff\"}", ""), ErrMalformed},
		{"nested too deep", raw(`{"kind":"x","a":`+deep+`}`, ""), ErrMalformed},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if _, err := reading(tc.in).Next(MaxHello); !errors.Is(err, tc.want) {
				t.Errorf("Next = %v, want %v", err, tc.want)
			}
		})
	}
}

func TestBracketsInsideStringsDoNotNest(t *testing.T) {
	header := `{"kind":"x","name":"` + strings.Repeat(`[{\"`, 100) + `"}`
	if _, err := reading(raw(header, "")).Next(MaxHeader); err != nil {
		t.Errorf("Next = %v", err)
	}
}

func TestLengthIsCheckedBeforeAllocating(t *testing.T) {
	in := binary.LittleEndian.AppendUint32(nil, 1<<30)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err := reading(in).Next(MaxHeader)
	runtime.ReadMemStats(&after)
	if grown := after.TotalAlloc - before.TotalAlloc; !errors.Is(err, ErrTooLarge) || grown > MaxHeader {
		t.Errorf("err %v, %d bytes allocated for a header of 1 GiB", err, grown)
	}
}

func TestBodyIsCheckedAgainstItsHeader(t *testing.T) {
	in := reading(append(raw(`{"kind":"x","body_size":5}`, "12345"), raw(`{"kind":"y","body_size":9}`, "123")...))
	if _, err := in.Next(MaxHello); err != nil {
		t.Fatal(err)
	}
	if _, err := in.Next(MaxHello); !errors.Is(err, ErrUnreadBody) {
		t.Errorf("Next over an unread body = %v", err)
	}
	if _, err := in.ReadBody(4); !errors.Is(err, ErrTooLarge) {
		t.Errorf("ReadBody(4) of 5 = %v", err)
	}
	part := make([]byte, 2)
	if err := in.ReadFull(part); err != nil || string(part) != "12" {
		t.Errorf("ReadFull = %q, %v", part, err)
	}
	if err := in.ReadFull(make([]byte, 4)); err == nil {
		t.Error("ReadFull over the end of the body succeeded")
	}
	if err := in.Discard(); err != nil {
		t.Error(err)
	}
	if _, err := in.Next(MaxHello); err != nil {
		t.Fatal(err)
	}
	if err := in.Discard(); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("Discard of a truncated body = %v", err)
	}
}

func TestExpectTellsTheOtherSidesErrors(t *testing.T) {
	p := &pipe{}
	if err := NewConn(p).WriteError(CodeRefused, "not today\x1b[31m"); err != nil {
		t.Fatal(err)
	}
	_, err := reading(p.written.Bytes()).Expect(MaxHeader, "accept")
	if !errors.Is(err, &RemoteError{Code: CodeRefused}) {
		t.Errorf("Expect = %v, want a RemoteError", err)
	}
	if strings.ContainsRune(err.Error(), 0x1b) {
		t.Errorf("the other side's escape sequence is in %q", err)
	}
	if _, err := reading(raw(`{"kind":"x"}`, "")).Expect(MaxHeader, "y", "z"); !errors.Is(err, ErrMalformed) {
		t.Errorf("Expect of another kind = %v", err)
	}
	if _, err := reading(nil).Expect(MaxHeader, "y"); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("Expect at the end = %v", err)
	}
}

func FuzzNext(f *testing.F) {
	f.Add(raw(`{"kind":"text","body_size":2,"id":"7"}`, "hi"))
	f.Add([]byte{255, 255, 255, 255, '{', '}'})
	f.Add(raw(`{"kind":"x","KIND":"y","a":[[{}]]}`, ""))
	f.Fuzz(func(t *testing.T, in []byte) {
		conn := reading(in)
		for {
			frame, err := conn.Next(MaxHello)
			if err != nil {
				return
			}
			if len(frame.Raw) > MaxHello || frame.BodySize < 0 || frame.Kind == "" {
				t.Fatalf("accepted %d bytes, body %d, kind %q", len(frame.Raw), frame.BodySize, frame.Kind)
			}
			if conn.Discard() != nil {
				return
			}
		}
	})
}

func FuzzRoundTrip(f *testing.F) {
	f.Add("text", "id", "值", []byte("body"))
	f.Fuzz(func(t *testing.T, kind, key, value string, body []byte) {
		if kind == "" || len(kind) > maxKind || strings.EqualFold(key, "kind") || strings.EqualFold(key, "body_size") {
			return // not a frame of ours
		}
		p := &pipe{}
		if err := NewConn(p).Write(kind, map[string]string{key: value}, body); err != nil {
			t.Fatal(err)
		}
		in := reading(p.written.Bytes())
		frame, err := in.Next(1 << 26)
		if err != nil {
			return // kinds and keys that are no valid UTF-8 are refused
		}
		got, err := in.ReadBody(len(body))
		if err != nil || !bytes.Equal(got, body) {
			t.Fatalf("body %q, %v; want %q", got, err, body)
		}
		fields := map[string]any{}
		if err := frame.Decode(&fields); err != nil {
			t.Fatal(err)
		}
	})
}
