//go:build unix

package run

import (
	"encoding/json"
	"fmt"
	"net"
	"syscall"
	"time"
)

// Between the owner and a supervisor goes JSON over a pair of sockets: first
// the order, with the descriptors of the command's streams at a blank before
// it; then messages in both directions. The end of the stream is the end of the
// other side.

// wireOrder is an order on its way. Arguments may hold any bytes, which texts
// in JSON may not.
type wireOrder struct {
	Path  []byte
	Argv  [][]byte
	Dir   []byte
	Env   [][]byte
	TTY   bool
	Grace time.Duration
}

// kind is what a message says.
type kind string

const (
	kindStop    kind = "stop"    // owner: end it
	kindStarted kind = "started" // supervisor: PID
	kindRefused kind = "refused" // supervisor: Errno, NoDir
	kindExited  kind = "exited"  // supervisor: the first process ended by Exit or Signal
	kindGone    kind = "gone"    // supervisor: no process is left; or Left could not be killed
)

type message struct {
	Kind   kind
	PID    int           `json:",omitempty"`
	Exit   int           `json:",omitempty"`
	Signal int           `json:",omitempty"`
	Errno  syscall.Errno `json:",omitempty"`
	NoDir  bool          `json:",omitempty"`
	Left   int           `json:",omitempty"`
}

func toBytes(texts []string) [][]byte {
	raw := make([][]byte, len(texts))
	for i, text := range texts {
		raw[i] = []byte(text)
	}
	return raw
}

func toTexts(raw [][]byte) []string {
	texts := make([]string, len(raw))
	for i, b := range raw {
		texts[i] = string(b)
	}
	return texts
}

// sendOrder sends an order and the streams that go with it.
func sendOrder(conn *net.UnixConn, o order, streams []int) error {
	if _, _, err := conn.WriteMsgUnix([]byte{' '}, syscall.UnixRights(streams...), nil); err != nil {
		return fmt.Errorf("handing the streams over: %w", err)
	}
	return json.NewEncoder(conn).Encode(wireOrder{
		Path: []byte(o.path), Argv: toBytes(o.argv), Dir: []byte(o.dir), Env: toBytes(o.env),
		TTY: o.terminal != nil, Grace: o.grace,
	})
}

// maxStreams is how many descriptors come with an order: in, out, err.
const maxStreams = 3

// receiveOrder is the other side of sendOrder.
func receiveOrder(conn *net.UnixConn, messages *json.Decoder) (wireOrder, []int, error) {
	var o wireOrder
	rights := make([]byte, syscall.CmsgSpace(maxStreams*4))
	_, n, _, _, err := conn.ReadMsgUnix(make([]byte, 1), rights)
	if err != nil {
		return o, nil, err
	}
	control, err := syscall.ParseSocketControlMessage(rights[:n])
	if err != nil || len(control) != 1 {
		return o, nil, fmt.Errorf("no streams: %w", err)
	}
	streams, err := syscall.ParseUnixRights(&control[0])
	if err != nil {
		return o, nil, err
	}
	return o, streams, messages.Decode(&o)
}
