package command

import (
	"encoding/hex"
	"fmt"
	"maps"
	"math"
	"regexp"
	"slices"
	"sync"
	"time"

	"lanyard/netcore/wire"
)

// The kinds of streams of this package, and of their first frames.
const (
	KindRun     = "run"     // run this, please
	KindButtons = "buttons" // which buttons are there for me?
	KindOutput  = "output"  // put the rest of the output of a run here
)

// The kinds of the other frames, see the documentation of the package.
const (
	kindAsked    = "asked"
	kindDenied   = "denied"
	kindStarted  = "started"
	kindOut      = "out"
	kindExit     = "exit"
	kindStdin    = "stdin"
	kindStdinEnd = "stdin-end"
	kindResize   = "resize"
	kindStop     = "stop"
	kindMore     = "more"
	kindMoved    = "moved"
)

// maxFrame is the longest header, in bytes, after the first one.
const maxFrame = 4 << 10

// runFields are those of a "run" frame.
type runFields struct {
	ID       string            `json:"id"`
	Argv     []string          `json:"argv,omitempty"`
	Dir      string            `json:"dir,omitempty"`
	Stdin    bool              `json:"stdin,omitempty"`
	Terminal *Size             `json:"terminal,omitempty"`
	WallMS   int64             `json:"wall_ms,omitempty"`
	Button   string            `json:"button,omitempty"`
	Args     map[string]string `json:"args,omitempty"`
}

// fields are those of all other frames. Each frame has some of them.
type fields struct {
	WaitMS int64    `json:"wait_ms,omitempty"`
	Reason Reason   `json:"reason,omitempty"`
	By     Decision `json:"by,omitempty"`
	Text   string   `json:"charset,omitempty"`
	From   Pipe     `json:"s,omitempty"`
	N      int64    `json:"n,omitempty"`
	Cols   int      `json:"cols,omitempty"`
	Rows   int      `json:"rows,omitempty"`

	State  string `json:"state,omitempty"`
	Exit   int64  `json:"exit,omitempty"`
	Signal string `json:"signal,omitempty"`
	Out    *sum   `json:"out,omitempty"`
	Err    *sum   `json:"err,omitempty"`
	MS     int64  `json:"ms,omitempty"`
}

// sum is a Sum in a frame.
type sum struct {
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
}

// The states of an "exit" frame that are not a State: who killed it.
const (
	exitKilledByOwner = "killed"
	exitKilledByAsker = "stopped"
)

// encode returns the fields of a "run" frame.
func (r Request) encode(id string) runFields {
	return runFields{
		ID: id, Argv: slices.Clone(r.Argv), Dir: r.Dir, Stdin: r.Stdin, Terminal: r.Terminal,
		WallMS: r.Wall.Milliseconds(), Button: r.Button, Args: maps.Clone(r.Args),
	}
}

// decodeRun reads a "run" frame. Its error is ErrRequest.
func decodeRun(first wire.Frame) (id string, r Request, err error) {
	var f runFields
	if first.BodySize != 0 {
		return "", Request{}, fmt.Errorf("%w: it has a body", ErrRequest)
	}
	if err := first.Decode(&f); err != nil {
		return "", Request{}, fmt.Errorf("%w: %w", ErrRequest, err)
	}
	if f.WallMS < 0 || f.WallMS > maxWall.Milliseconds() || !validID(f.ID) {
		return "", Request{}, fmt.Errorf("%w: its ID, or its time limit", ErrRequest)
	}
	r = Request{
		Argv: f.Argv, Dir: f.Dir, Stdin: f.Stdin, Terminal: f.Terminal,
		Wall: time.Duration(f.WallMS) * time.Millisecond, Button: f.Button, Args: f.Args,
	}
	return f.ID, r, checkRequest(r)
}

// words says what a word of the other side may look like.
var words = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[A-Za-z0-9+-]{1,32}$`) })

// tame drops what is no word.
func tame[T ~string](word T) T {
	if words().MatchString(string(word)) {
		return word
	}
	return ""
}

// clamp returns an exit code as programs have it: systems differ in signs.
func clamp(code int64) int {
	return int(min(max(code, math.MinInt32), math.MaxUint32))
}

// frame returns a Sum as a frame has it.
func (s Sum) frame() *sum {
	return &sum{Bytes: s.Bytes, SHA256: hex.EncodeToString(s.SHA256[:])}
}

// is reports whether the other side counted the same.
func (s *sum) is(own Sum) bool {
	return s != nil && s.Bytes == own.Bytes && s.SHA256 == own.Hex()
}
