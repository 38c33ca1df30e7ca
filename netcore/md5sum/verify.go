package md5sum

import (
	"context"
	"crypto/md5" // #nosec G501 -- the digest of the lists
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

// State says what became of a file of a list.
type State string

// What can become of it.
const (
	OK         State = "ok"         // it is as the list says
	Differs    State = "differs"    // it has another digest
	Missing    State = "missing"    // it is not there
	Unreadable State = "unreadable" // it is no plain file, or cannot be read
	Outside    State = "outside"    // its path is absolute, or leaves the folder of the list: it was not looked at
)

// Result is one file that was checked.
type Result struct {
	Path  string // as in the list: data, not for a screen as it is
	State State
	Err   error // why it is Unreadable
}

// Summary counts what was checked.
type Summary struct {
	OK, Differs, Missing, Unreadable, Outside int
	Bytes                                     int64 // read
}

const (
	readers   = 4   // files read at a time, at most: more make a disk with an arm slower
	ahead     = 256 // lines read before their turn
	tick      = 100 * time.Millisecond
	pieceSize = 256 << 10
)

// Verify checks the files of a list, all of which it looks for below the folder
// that the list is in, never outside of it. each is called for every file in the
// list's order and progress, which may be nil, about ten times a second with the
// bytes that were read; both on the goroutine of the caller. An error of each
// ends it, and so do the end of ctx and a *SyntaxError; the summary is then of
// what was checked before.
func Verify(ctx context.Context, list string, each func(Result) error, progress func(done int64)) (Summary, error) {
	in, err := os.Open(list) // #nosec G304 -- the user's choice
	if err != nil {
		return Summary{}, fmt.Errorf("opening the list: %w", err)
	}
	defer func() { _ = in.Close() }()
	dir, err := openFolder(filepath.Dir(list))
	if err != nil {
		return Summary{}, err
	}
	defer func() { _ = dir.root.Close() }()
	if progress == nil {
		progress = func(int64) {}
	}
	v := newVerifier(dir)
	ctx, cancel := context.WithCancel(ctx)
	defer v.tasks.Wait()
	defer cancel()
	v.start(ctx, in)
	sum, err := v.collect(ctx, each, progress)
	sum.Bytes = v.read.Load()
	return sum, err
}

// check is one line on its way.
type check struct {
	line   Line
	result chan Result // gets one
}

// verifier checks several files at a time and hands the results on in order.
type verifier struct {
	dir    *folder
	turns  chan *check // in the list's order
	work   chan *check
	read   atomic.Int64
	parsed error // of the list; to be read when turns is closed
	tasks  sync.WaitGroup
}

func newVerifier(dir *folder) *verifier {
	return &verifier{dir: dir, turns: make(chan *check, ahead), work: make(chan *check)}
}

// start begins to read the list and the files.
func (v *verifier) start(ctx context.Context, list io.Reader) {
	v.tasks.Go(func() {
		defer close(v.turns)
		defer close(v.work)
		v.parsed = Parse(list, func(line Line) error { return v.add(ctx, line) })
	})
	for range min(readers, runtime.GOMAXPROCS(0)) {
		v.tasks.Go(func() {
			buffer := make([]byte, pieceSize)
			for c := range v.work {
				c.result <- v.check(ctx, c.line, buffer)
			}
		})
	}
}

// add gives a line its turn and has it checked.
func (v *verifier) add(ctx context.Context, line Line) error {
	c := &check{line: line, result: make(chan Result, 1)}
	for _, queue := range []chan *check{v.turns, v.work} {
		select {
		case queue <- c:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// collect hands on the results in the list's order.
func (v *verifier) collect(ctx context.Context, each func(Result) error, progress func(int64)) (Summary, error) {
	var sum Summary
	ticker := time.NewTicker(tick)
	defer ticker.Stop()
	told := func() { progress(v.read.Load()) }
	for {
		c, more, err := wait(ctx, v.turns, ticker, told)
		if err != nil {
			return sum, err
		}
		if !more {
			told()
			return sum, v.parsed
		}
		result, _, err := wait(ctx, c.result, ticker, told)
		if err != nil {
			return sum, err
		}
		sum.count(result.State)
		if err := each(result); err != nil {
			return sum, err
		}
	}
}

// wait takes the next value, and calls told with each tick until then. more is
// false if there are no others.
func wait[T any](ctx context.Context, from <-chan T, ticker *time.Ticker, told func()) (value T, more bool, err error) {
	for {
		select {
		case value, more = <-from:
			return value, more, ctx.Err() // at its end a result may be no more than that
		case <-ticker.C:
			told()
		case <-ctx.Done():
			return value, false, ctx.Err()
		}
	}
}

// count adds one file.
func (s *Summary) count(state State) {
	switch state {
	case OK:
		s.OK++
	case Differs:
		s.Differs++
	case Missing:
		s.Missing++
	case Unreadable:
		s.Unreadable++
	case Outside:
		s.Outside++
	}
}

// check looks at one file.
func (v *verifier) check(ctx context.Context, line Line, buffer []byte) Result {
	result := Result{Path: line.Path}
	sum, err := v.digest(ctx, line.Path, buffer)
	switch {
	case errors.Is(err, errOutside):
		result.State = Outside
	case errors.Is(err, fs.ErrNotExist):
		result.State = Missing
	case err != nil:
		result.State, result.Err = Unreadable, err
	case sum == line.MD5:
		result.State = OK
	default:
		result.State = Differs
	}
	return result
}

// digest takes the MD5 of a file.
func (v *verifier) digest(ctx context.Context, path string, buffer []byte) (string, error) {
	file, err := v.dir.open(path)
	if err != nil {
		return "", err
	}
	defer func() { _ = file.Close() }()
	sum := md5.New() // #nosec G401 -- see the import
	for ctx.Err() == nil {
		n, err := file.Read(buffer)
		sum.Write(buffer[:n])
		v.read.Add(int64(n))
		if errors.Is(err, io.EOF) {
			return hex.EncodeToString(sum.Sum(nil)), nil
		}
		if err != nil {
			return "", err
		}
	}
	return "", ctx.Err()
}
