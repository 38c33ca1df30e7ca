package control

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"io"
	"testing"

	"lanyard/netcore/wire"
)

// oneWay is a stream that others have written.
type oneWay struct{ io.Reader }

func (oneWay) Write(p []byte) (int, error) { return len(p), nil }

// frame encodes a frame as a seed.
func frame(header, body string) []byte {
	raw := binary.LittleEndian.AppendUint32(nil, uint32(len(header)))
	return append(append(raw, header...), body...)
}

// FuzzRequest feeds a door with what anybody may write to it.
func FuzzRequest(f *testing.F) {
	f.Add(frame(`{"kind":"request","command":"say","body_size":29}`, `{"person":"bob","text":"hi"}\n`))
	f.Add(frame(`{"kind":"request","command":"id"}`, ""))
	f.Add(frame(`{"kind":"request","command":"id","body_size":4194305}`, "{}"))
	f.Add(frame(`{"kind":"request","command":["id"],"body_size":-1}`, ""))
	f.Add(frame(`{"kind":"request","command":"id","command":"say","Kind":"cancel"}`, ""))
	f.Add([]byte("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		request, err := readRequest(wire.NewConn(oneWay{bytes.NewReader(data)}))
		if err != nil {
			return
		}
		if len(request.Args) > MaxArgs || len(request.Args) > len(data) || len(request.Command) > maxHeader {
			t.Fatalf("%d bytes became a command of %d and arguments of %d", len(data), len(request.Command), len(request.Args))
		}
		for _, args := range []any{&SayArgs{}, &SendArgs{}, &ServeArgs{}, &DecideArgs{}, &AllowArgs{}, &IdentityArgs{}, &ExecArgs{}, &Button{}, &ConsentArgs{}} {
			if err := request.Decode(args); err != nil && AsFailure(err).Exit != ExitUsage {
				t.Fatalf("%T: %v", args, err)
			}
		}
	})
}

// relaying lets a client read what a door may have said.
func relaying(data []byte, emit func(line []byte) error, output func(from Source, p []byte) error) error {
	frames := wire.NewConn(oneWay{bytes.NewReader(data)})
	return (&relay{frames, emit, output, nil, newSpeaker(frames)}).run()
}

// FuzzAnswer feeds a client with what stands at the door.
func FuzzAnswer(f *testing.F) {
	f.Add(append(frame(`{"kind":"event","body_size":9}`, "{\"a\":1}\n{"), frame(`{"kind":"exit","code":0}`, "")...))
	f.Add(frame(`{"kind":"exit","code":4,"word":"unreachable","args":["bob"],"error":"x"}`, ""))
	f.Add(frame(`{"kind":"exit","code":"4"}`, ""))
	f.Add(frame(`{"kind":"event","body_size":99999999999}`, ""))
	f.Add(append(frame(`{"kind":"data","body_size":3,"run":7,"pipe":2}`, "abc"), frame(`{"kind":"more","n":-1}`, "")...))
	f.Add(frame(`{"kind":"data","body_size":262145,"pipe":1}`, "abc"))
	f.Fuzz(func(t *testing.T, data []byte) {
		lines, raw := 0, 0
		err := relaying(data, func(line []byte) error {
			if lines += len(line); lines > len(data) {
				t.Fatalf("%d bytes of lines out of %d", lines, len(data))
			}
			return nil
		}, func(_ Source, p []byte) error {
			if raw += len(p); raw > len(data) || len(p) > MaxData {
				t.Fatalf("%d bytes of output out of %d", raw, len(data))
			}
			return nil
		})
		if failure := AsFailure(err); failure != nil && failure.Exit == ExitDone {
			t.Fatalf("a failure with exit code 0: %v", err)
		}
	})
}

// FuzzInput feeds a door with what a client may say after its request.
func FuzzInput(f *testing.F) {
	f.Add(append(frame(`{"kind":"input","body_size":3}`, "abc"), frame(`{"kind":"input-end"}`, "")...))
	f.Add(append(frame(`{"kind":"resize","cols":80,"rows":24}`, ""), frame(`{"kind":"cancel"}`, "")...))
	f.Add(frame(`{"kind":"resize","cols":-1,"rows":1000000000}`, ""))
	f.Add(frame(`{"kind":"input","body_size":65537}`, "abc"))
	f.Add(append(frame(`{"kind":"input-end"}`, ""), frame(`{"kind":"input","body_size":1}`, "a")...))
	f.Fuzz(func(t *testing.T, data []byte) {
		frames := wire.NewConn(oneWay{bytes.NewReader(data)})
		p := newPipes(newBatch(frames))
		if p.listen(frames) == nil {
			t.Fatal("the end of the stream is no end")
		}
		if len(p.queue) > inputWindow || len(p.queue) > len(data) || p.credit+len(p.queue) != inputWindow {
			t.Fatalf("%d bytes became %d of input, with credit for %d", len(data), len(p.queue), p.credit)
		}
		select {
		case size := <-p.sizes:
			if !size.valid() {
				t.Fatalf("a terminal of %v", size)
			}
		default:
		}
	})
}

// FuzzPath takes any bytes for a path that crosses the door.
func FuzzPath(f *testing.F) {
	f.Add([]byte(`"L2E="`))
	f.Add([]byte(`"\u0000"`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var path, again Path
		if json.Unmarshal(data, &path) != nil {
			return
		}
		raw, err := json.Marshal(path)
		if err == nil {
			err = json.Unmarshal(raw, &again)
		}
		if err != nil || again != path {
			t.Fatalf("%q came back as %q, %v", path, again, err)
		}
	})
}
