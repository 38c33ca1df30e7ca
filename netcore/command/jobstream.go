package command

import (
	"errors"
	"fmt"
	"io"
)

// read takes what the asker says until the stream ends. It never writes.
func (j *job) read() {
	err := j.readAll()
	o := outcome{state: StateLost}
	if errors.Is(err, ErrProtocol) {
		o = outcome{state: StateKilledHere, reason: ReasonProtocol}
	}
	if j.goesOn() {
		j.service.config.Logger.Info("the asker of a command is gone", "device", j.peer.Short(), "error", err)
	}
	j.end(o)
}

// goesOn reports whether nothing has ended a job yet.
func (j *job) goesOn() bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	return !j.over && j.ending == nil
}

// readAll reads frames until one cannot be read, or breaks the protocol.
func (j *job) readAll() error {
	for {
		frame, f, err := j.talk.next()
		if err != nil {
			return err
		}
		if frame.Kind == kindStdin {
			err = j.takeInput(func(in *queue) error { return j.talk.body(frame, Stdout, in) })
		} else if err = bare(frame); err == nil {
			err = j.obey(frame.Kind, f)
		}
		if err != nil {
			return err
		}
	}
}

// obey does what a frame without a body says.
func (j *job) obey(kind string, f fields) error {
	switch kind {
	case kindStop:
		j.end(outcome{state: StateKilledThere})
	case kindMore:
		return j.out.add(f.N)
	case kindStdinEnd:
		return j.takeInput(func(in *queue) error { in.close(io.EOF); return nil })
	case kindResize:
		return j.resize(Size{Cols: f.Cols, Rows: f.Rows})
	default:
		return fmt.Errorf("%w: %.40q", ErrProtocol, kind)
	}
	return nil
}

// takeInput has standard input taken, if there is to be any by now.
func (j *job) takeInput(take func(in *queue) error) error {
	if j.in == nil || j.running() == nil {
		return fmt.Errorf("%w: input where there is none", ErrProtocol)
	}
	return take(j.in)
}

// running returns the process, nil before its start.
func (j *job) running() Process {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.process
}

// resize changes the size of a terminal.
func (j *job) resize(to Size) error {
	if j.request.Terminal == nil || checkSize(to) != nil {
		return fmt.Errorf("%w: %d × %d for no terminal", ErrProtocol, to.Cols, to.Rows)
	}
	process := j.running()
	if process == nil {
		return fmt.Errorf("%w: a size before the start", ErrProtocol)
	}
	if err := process.Resize(to); err != nil {
		j.service.config.Logger.Info("a terminal could not be resized", "error", err)
	}
	return nil
}

// output sends what a process put out. Once the end was decided, what the
// asker has no room for is dropped: the process is not held up in ending.
func (j *job) output(from Pipe, p []byte) error {
	<-j.ready
	if from != Stdout && from != Stderr {
		return fmt.Errorf("output of pipe %d", from)
	}
	for len(p) > 0 && !j.dropped {
		n := j.send(from, p)
		j.dropped = n == 0
		p = p[n:]
	}
	return nil
}

// send sends a part of what a process put out, and returns how much; 0: no more
// is to be sent.
func (j *job) send(from Pipe, p []byte) int {
	if most := j.service.config.Limits.Output; most > 0 {
		p = p[:min(int64(len(p)), most-j.meter.total())]
	}
	if len(p) == 0 {
		j.end(outcome{state: StateKilledHere, reason: ReasonOutput})
		return 0
	}
	n, err := j.out.take(j.ctx, len(p))
	if err != nil {
		return 0
	}
	j.meter.count(from, p[:n])
	to, err := j.outputTalk()
	if err == nil {
		err = to.write(kindOut, fields{From: from}, p[:n], j.request.Terminal != nil)
	}
	if err != nil {
		j.end(outcome{state: StateLost})
		return 0
	}
	return n
}

// input is the standard input of a process.
type input struct {
	job   *job
	piece piece
	rest  []byte // of the piece
}

// Read implements io.Reader. It fails once the run is being ended, so that
// half of an input is never taken for all of it.
func (i *input) Read(p []byte) (int, error) {
	if len(i.rest) == 0 {
		next, err := i.job.in.next()
		if err != nil {
			return 0, err
		}
		i.piece, i.rest = next, next.data
	}
	n := copy(p, i.rest)
	i.rest = i.rest[n:]
	if len(i.rest) > 0 {
		return n, nil
	}
	if credit := i.job.in.used(i.piece); credit > 0 {
		_ = i.job.talk.say(kindMore, fields{N: credit}) // the reader sees a stream that is dead
	}
	return n, nil
}
