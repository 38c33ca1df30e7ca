package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"lanyard/netcore/identity"
	"lanyard/netcore/wire"
)

// wideAfter is how much output goes by the stream of a run before the asker opens
// another for the rest: most commands put out less, and begin sooner without.
const wideAfter = outWindow

// outputFields are those of an "output" frame.
type outputFields struct {
	ID string `json:"id"`
}

// widen opens a stream for the rest of the output, once there is much of it. It
// does not wait; where no stream can be had, the output stays where it is.
func (r *Run) widen() {
	r.widening = make(chan struct{})
	r.tasks.Go(func() {
		defer close(r.widening)
		stream, err := r.service.open(r.ctx, r.info.Device, KindOutput, outputFields{r.info.ID}, true)
		if err != nil {
			r.service.config.Logger.Debug("no stream for the output of a run", "error", err)
			return
		}
		r.wide = newTalk(stream)
	})
}

// moves begins to take the output from the wide stream: the other side has said
// that the rest comes there.
func (r *Run) moves() error {
	if r.widening == nil || r.moved != nil {
		return fmt.Errorf("%w: output moves where it was not asked to", ErrProtocol)
	}
	<-r.widening // at the latest when the stream that was asked for cannot be had
	if r.wide == nil {
		return fmt.Errorf("%w: output moves to a stream that could not be opened", ErrProtocol)
	}
	r.moved = make(chan error, 1)
	go func() {
		err := r.takeWide()
		if err != nil {
			_ = r.talk.stream.Reset() // half an output is none
		}
		r.moved <- err
	}()
	return nil
}

// takeWide takes output from the wide stream until its end.
func (r *Run) takeWide() error {
	for {
		frame, f, err := r.wide.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil && (frame.Kind != kindOut || f.From != Stdout && f.From != Stderr) {
			err = fmt.Errorf("%w: %.40q among the output", ErrProtocol, frame.Kind)
		}
		if err == nil {
			err = r.wide.body(frame, f.From, r.in)
		}
		if err != nil {
			return err
		}
	}
}

// narrow ends the wide stream, if there is one, with what ended the other. The
// output is whole once this returns without an error.
func (r *Run) narrow(e ending) ending {
	if r.moved != nil {
		if e.err != nil {
			_ = r.wide.stream.Reset()
		} else {
			_ = r.wide.stream.SetReadDeadline(time.Now().Add(lateTime)) // on failure the read fails, too
		}
		if err := <-r.moved; err != nil {
			e = ending{err: errors.Join(err, e.err)}
		}
	}
	return e
}

// leaveWide ends what is left of the wide stream of a run that is over.
func (r *Run) leaveWide() {
	if r.widening == nil {
		return
	}
	<-r.widening
	if r.wide != nil {
		_ = r.wide.stream.Reset() // nothing after its end
	}
}

// serveOutput answers an "output" stream: what a run of that asker puts out goes
// there from now on. It returns once the run is over.
func (s *Service) serveOutput(ctx context.Context, t *talk, peer identity.DeviceID, first wire.Frame) {
	var f outputFields
	j := (*job)(nil)
	if first.BodySize == 0 && first.Decode(&f) == nil {
		j = s.jobOf(peer, f.ID)
	}
	if j == nil || !j.offer(t) {
		_ = t.stream.Reset() // it has ended by now
		return
	}
	select {
	case <-j.quiet:
	case <-ctx.Done():
		j.end(outcome{state: StateLost})
		<-j.quiet
	}
	j.mu.Lock()
	moved := j.moved
	j.mu.Unlock()
	if !moved {
		_ = t.stream.Reset()
		return
	}
	t.close()
}

// jobOf returns what runs here under the asker's name for it; nil: nothing does.
func (s *Service) jobOf(peer identity.DeviceID, id string) *job {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, j := range s.jobs {
		if j.peer == peer && j.info.ID == id {
			return j
		}
	}
	return nil
}

// offer notes a wide stream for the output of a job; false: there was one.
func (j *job) offer(t *talk) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.wide != nil || j.over {
		return false
	}
	j.wide = t
	return true
}

// outputTalk returns where the next output goes, having said so if that is
// another stream than before. It belongs to the runner's goroutine.
func (j *job) outputTalk() (*talk, error) {
	j.mu.Lock()
	wide, moves := j.wide, j.wide != nil && !j.moved
	j.moved = j.moved || moves
	j.mu.Unlock()
	switch {
	case moves:
		return wide, j.talk.say(kindMoved, nil)
	case wide != nil:
		return wide, nil
	}
	return j.talk, nil
}
