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
		for _, args := range []any{&SayArgs{}, &SendArgs{}, &ServeArgs{}, &DecideArgs{}, &AllowArgs{}, &IdentityArgs{}} {
			if err := request.Decode(args); err != nil && AsFailure(err).Exit != ExitUsage {
				t.Fatalf("%T: %v", args, err)
			}
		}
	})
}

// FuzzAnswer feeds a client with what stands at the door.
func FuzzAnswer(f *testing.F) {
	f.Add(append(frame(`{"kind":"event","body_size":9}`, "{\"a\":1}\n{"), frame(`{"kind":"exit","code":0}`, "")...))
	f.Add(frame(`{"kind":"exit","code":4,"word":"unreachable","args":["bob"],"error":"x"}`, ""))
	f.Add(frame(`{"kind":"exit","code":"4"}`, ""))
	f.Add(frame(`{"kind":"event","body_size":99999999999}`, ""))
	f.Fuzz(func(t *testing.T, data []byte) {
		lines := 0
		err := relay(wire.NewConn(oneWay{bytes.NewReader(data)}), func(line []byte) error {
			if lines += len(line); lines > len(data) {
				t.Fatalf("%d bytes of lines out of %d", lines, len(data))
			}
			return nil
		})
		if failure := AsFailure(err); failure != nil && failure.Exit == ExitDone {
			t.Fatalf("a failure with exit code 0: %v", err)
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
