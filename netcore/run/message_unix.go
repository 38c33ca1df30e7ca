//go:build unix

package run

import (
	"encoding/json"
	"fmt"
	"net"
	"syscall"
	"time"
)

// Between the owner and a supervisor goes JSON over a pair of sockets. The
// descriptors of a command's streams come with a blank before its order. The
// end of the stream is the end of the other side.

// kind is what a message says.
type kind string

const (
	kindRun     kind = "run"     // owner: Order
	kindStop    kind = "stop"    // owner: end that run, if it is not over yet
	kindStarted kind = "started" // supervisor: PID
	kindRefused kind = "refused" // supervisor: Errno, NoDir
	kindExited  kind = "exited"  // supervisor: the first process ended by Exit or Signal
	kindGone    kind = "gone"    // supervisor: no process is left; or Left could not be killed
)

type message struct {
	Kind   kind
	Run    int           `json:",omitempty"` // counted by the owner
	Order  *wireOrder    `json:",omitempty"`
	PID    int           `json:",omitempty"`
	Exit   int           `json:",omitempty"`
	Signal int           `json:",omitempty"`
	Errno  syscall.Errno `json:",omitempty"`
	NoDir  bool          `json:",omitempty"`
	Left   int           `json:",omitempty"`
}

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
func sendOrder(conn *net.UnixConn, run int, o order, streams []int) error {
	if _, _, err := conn.WriteMsgUnix([]byte{' '}, syscall.UnixRights(streams...), nil); err != nil {
		return fmt.Errorf("handing the streams over: %w", err)
	}
	return json.NewEncoder(conn).Encode(message{Kind: kindRun, Run: run, Order: &wireOrder{
		Path: []byte(o.path), Argv: toBytes(o.argv), Dir: []byte(o.dir), Env: toBytes(o.env),
		TTY: o.terminal != nil, Grace: o.grace,
	}})
}

// maxStreams is how many descriptors come with an order: in, out, err.
const maxStreams = 3

// inbox reads what the owner sends. Descriptors are there no later than the
// message that they belong to.
type inbox struct {
	conn    *net.UnixConn
	streams []int
}

// Read reads bytes and keeps the descriptors that come with them.
func (i *inbox) Read(p []byte) (int, error) {
	rights := make([]byte, syscall.CmsgSpace(maxStreams*4))
	n, size, _, _, err := i.conn.ReadMsgUnix(p, rights)
	if err != nil || size == 0 {
		return n, err
	}
	control, err := syscall.ParseSocketControlMessage(rights[:size])
	if err != nil {
		return n, err
	}
	for _, c := range control {
		fds, err := syscall.ParseUnixRights(&c)
		if err != nil {
			return n, err
		}
		i.streams = append(i.streams, fds...)
	}
	return n, nil
}

// take returns the descriptors that came.
func (i *inbox) take() []int {
	streams := i.streams
	i.streams = nil
	return streams
}
