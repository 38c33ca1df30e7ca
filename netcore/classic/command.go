package classic

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"lanyard/netcore/charset"
	"lanyard/netcore/run"
)

const (
	// maxRuns is how many commands one server runs at once; others wait.
	maxRuns = 64
	// runGrace is how long a command has to end when it is asked to. It is short:
	// a session ends within a second.
	runGrace = 400 * time.Millisecond
	// maxCommand is the longest command, in bytes.
	maxCommand = 32 << 10
	// lookAgain is how often it is looked whether a client that has ended its
	// direction is still there for the answer.
	lookAgain = 200 * time.Millisecond
	// farewell is how long the command of such a client goes on where the system
	// does not tell.
	farewell = 30 * time.Second
)

// output is what a command wrote.
type output struct {
	stdout, stderr []byte
	exit           int
	took           time.Duration
}

// either is what the protocols with a length send: stderr if there is any.
func (o output) either() []byte {
	if len(o.stderr) > 0 {
		return o.stderr
	}
	return o.stdout
}

// complain adds a line of ours to stderr, where the other side looks for what
// went wrong.
func (o *output) complain(text string) {
	if n := len(o.stderr); n > 0 && o.stderr[n-1] != '\n' {
		o.stderr = append(o.stderr, '\n')
	}
	o.stderr = append(o.stderr, "lanyard: "+text+"\n"...)
}

// errFull stops a command that wrote too much.
var errFull = errors.New("over the limit for output")

// runCommand runs one command of a peer through the system's shell, within the
// limits of the session. It fails only if there is nothing to answer: the end of
// ctx. What else goes wrong is in the output.
func (s *Session) runCommand(ctx context.Context, peer, command string) (output, error) {
	select {
	case s.slots <- struct{}{}:
		defer func() { <-s.slots }()
	case <-ctx.Done():
		return output{}, ctx.Err()
	}
	s.event(Event{What: Running, Peer: peer, Text: command})
	out, reason := s.execute(ctx, command)
	if ctx.Err() != nil {
		if reason = ReasonOf(context.Cause(ctx)); reason == Other {
			reason = Ended // with the session
		}
	}
	s.event(Event{
		What: Ran, Peer: peer, Text: command, Exit: out.exit, Took: out.took,
		Total: int64(len(out.stdout) + len(out.stderr)), Reason: reason,
	})
	return out, ctx.Err()
}

// execute runs a command and keeps its output.
func (s *Session) execute(ctx context.Context, command string) (output, Reason) {
	var out output
	room := s.options.Limits.Output
	keep := func(from run.Stream, p []byte) error {
		to := &out.stdout
		if from == run.Stderr {
			to = &out.stderr
		}
		taken := min(len(p), room)
		*to = append(*to, p[:taken]...)
		if room -= taken; taken < len(p) {
			return errFull
		}
		return nil
	}
	spec := shellSpec(command)
	spec.Env, spec.Wall = run.Environment(nil), s.options.Limits.Time
	process, err := s.runner.Start(ctx, spec, keep)
	if err != nil {
		out.exit = -1
		out.complain(err.Error())
		return out, NoStart
	}
	result := process.Wait()
	out.exit, out.took = result.Exit, result.Ended.Sub(result.Began)
	return out, s.limited(&out, result, room)
}

// limited says which limit ended a command, in its output too.
func (s *Session) limited(out *output, result run.Result, room int) Reason {
	switch {
	case result.State == run.StateTimeout:
		out.complain(fmt.Sprintf("stopped after %v", s.options.Limits.Time))
		return TimeLimit
	case result.State == run.StateLost && room == 0:
		out.complain(fmt.Sprintf("stopped after %d bytes of output", s.options.Limits.Output))
		return SizeLimit
	case result.State == run.StateFailed:
		out.complain("what became of it cannot be told")
		return NoStart
	}
	return ""
}

// commandOf reads a command of a peer. ours is what is wrong with it, as a
// sentence for the peer; empty: nothing.
func commandOf(raw []byte, encoding charset.Encoding) (command, ours string) {
	raw = bytes.TrimRight(raw, "\r\n")
	switch {
	case len(raw) > maxCommand:
		return "", fmt.Sprintf("a command of %d bytes; at most %d", len(raw), maxCommand)
	case bytes.IndexByte(raw, 0) >= 0:
		return "", "the command has a NUL in it"
	}
	text, fine := fromEncoding(raw, encoding)
	if !fine {
		return "", "the command is not text in " + strings.ToUpper(string(encoding))
	}
	return text, ""
}

// fromEncoding reads text strictly.
func fromEncoding(raw []byte, encoding charset.Encoding) (string, bool) {
	if encoding == charset.UTF8 || encoding == charset.Auto || encoding == charset.Raw {
		return string(raw), utf8.Valid(raw)
	}
	text := charset.Decode(raw, encoding)
	return text, !strings.ContainsRune(text, utf8.RuneError)
}

// attended runs a command while it is watched whether the client is still there:
// nobody is left to answer one that has vanished, and its command is stopped.
// What the client sends meanwhile waits.
func (t *talk) attended(ctx context.Context, command string) (output, error) {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	ended := make(chan output, 1)
	t.s.work.Go(func() {
		out, _ := t.s.runCommand(ctx, t.peer, command) // fails with ctx only
		ended <- out
	})
	var look <-chan time.Time
	var left time.Time
	var later []reading
	defer func() { t.putBack(later) }()
	for {
		select {
		case out := <-ended:
			return out, context.Cause(ctx)
		case r := <-t.beginIf(left.IsZero() && len(later) < maxQueue):
			data, err := t.got(r, MaxRecvSize)
			later = append(later, reading{data, err})
			if err == nil {
				continue
			}
			left = time.Now()
			ticker := time.NewTicker(lookAgain)
			defer ticker.Stop()
			look = ticker.C
			if !errors.Is(err, io.EOF) { // it was torn down
				stop(problem(PeerClosed, "its command was stopped"))
			}
		case <-look:
			if !t.stillThere(left) {
				stop(problem(PeerClosed, "its command was stopped"))
			}
		}
	}
}

// maxQueue is how many reads of a client wait while its command runs.
const maxQueue = 16

// beginIf is begin for any size, or a channel on which nothing comes.
func (t *talk) beginIf(wanted bool) <-chan reading {
	if !wanted {
		return nil
	}
	return t.begin(MaxRecvSize)
}

// stillThere reports whether a peer that has ended its direction may wait for an
// answer. Only over loopback on Linux the system tells; elsewhere it is believed
// for a while.
func (t *talk) stillThere(left time.Time) bool {
	open, known := t.peerOpen()
	if known {
		return open
	}
	return time.Since(left) < farewell
}

// isHTTP and isTLS are what a web page can send to a port of this PC.
func isTLS(first []byte) bool {
	return len(first) > 0 && first[0] == 0x16 && (len(first) == 1 || first[1] == 0x03)
}

// isHTTP reports whether a first read is, or begins like, a request of HTTP.
func isHTTP(first []byte) bool {
	for _, method := range []string{"GET", "POST", "HEAD", "PUT", "DELETE", "OPTIONS", "CONNECT", "TRACE", "PATCH", "PRI"} {
		whole := method + " "
		if strings.HasPrefix(string(first), whole) || len(first) > 0 && strings.HasPrefix(whole, string(first)) {
			return true
		}
	}
	line, _, _ := strings.Cut(string(first[:min(len(first), maxCommand)]), "\n")
	return strings.Contains(line, " HTTP/")
}

// guard looks at the first thing that a peer says: a browser, and another user
// of this PC, are refused.
func (t *talk) guard(first []byte) error {
	if t.guarded {
		return nil
	}
	t.guarded = true
	switch {
	case isTLS(first):
		return problem(LooksLikeTLS, "")
	case isHTTP(first):
		return problem(LooksLikeHTTP, "")
	}
	return t.checkUser()
}
