package command

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"lanyard/netcore/wire"
)

// ending is how the stream of a run ended: with the other side's last word, or
// with an error.
type ending struct {
	kind   string // kindDenied or kindExit
	fields fields
	began  bool
	err    error
}

// read takes what the other side says until its last word. It never writes.
func (r *Run) read() ending {
	began, asked := false, false
	for {
		frame, f, err := r.talk.next()
		if err == nil && frame.Kind != kindOut {
			err = bare(frame)
		}
		if err != nil {
			return ending{err: err}
		}
		switch {
		case frame.Kind == kindAsked && !asked && !began:
			asked = true
			r.waits(f)
		case frame.Kind == kindStarted && !began:
			began = true
			r.begins(f)
		case frame.Kind == kindOut && began && (f.From == Stdout || f.From == Stderr):
			err = r.takeOut(frame, f.From)
		case frame.Kind == kindMoved && began:
			err = r.moves()
		case frame.Kind == kindMore && began:
			err = r.out.add(f.N)
		case frame.Kind == kindDenied && !began, frame.Kind == kindExit:
			return ending{kind: frame.Kind, fields: f, began: began}
		default:
			err = refusal(frame)
		}
		if err != nil {
			return ending{err: err}
		}
	}
}

// takeOut takes a piece of output from the stream of the run.
func (r *Run) takeOut(frame wire.Frame, from Pipe) error {
	if r.moved != nil {
		return fmt.Errorf("%w: output after it moved", ErrProtocol)
	}
	if r.came += frame.BodySize; r.came >= wideAfter && r.widening == nil {
		r.widen()
	}
	return r.talk.body(frame, from, r.in)
}

// refusal says what a frame means that is none of this protocol here.
func refusal(frame wire.Frame) error {
	if frame.Kind != wire.KindError {
		return fmt.Errorf("%w: %.40q", ErrProtocol, frame.Kind)
	}
	remote := &wire.RemoteError{}
	if err := frame.Decode(remote); err != nil {
		return broken(err)
	}
	return remote
}

// waits notes that the other user is being asked.
func (r *Run) waits(f fields) {
	wait := time.Duration(min(max(f.WaitMS, 0), maxAskTime.Milliseconds())) * time.Millisecond
	r.arm(time.Now().Add(wait + answerTime))
	until := r.service.config.Now().Add(wait)
	r.change(func(info *Info) { info.Until = until })
}

// begins notes that it runs. That it ends at its time limit is the other side's
// to see to; one that does not is not waited for much longer.
func (r *Run) begins(f fields) {
	var last time.Time
	if r.request.Wall > 0 {
		last = time.Now().Add(r.request.Wall + lateTime)
	}
	r.arm(last)
	close(r.started)
	r.runs(tame(f.By), tame(f.Text))
}

// verdict says how a run ended, now that all output was taken.
func (r *Run) verdict(e ending) outcome {
	if e.err != nil {
		return r.gone(e.err)
	}
	if e.kind == kindDenied {
		if own := r.halted(); own != nil {
			return outcome{state: own.state, reason: ReasonWithdrawn}
		}
		return outcome{state: StateDenied, reason: tame(e.fields.Reason)}
	}
	stdout, stderr := r.meter.finish()
	if !e.fields.Out.is(stdout) || !e.fields.Err.is(stderr) {
		return outcome{state: StateFailed, reason: ReasonDamaged}
	}
	return r.lastWord(e)
}

// lastWord says what an "exit" frame means.
func (r *Run) lastWord(e ending) outcome {
	o := outcome{
		state: State(e.fields.State), reason: tame(e.fields.Reason),
		exit: clamp(e.fields.Exit), signal: tame(e.fields.Signal),
	}
	own := r.halted()
	switch {
	case e.fields.State == exitKilledByAsker && own != nil:
		o.state, o.reason = own.state, own.reason
		if !e.began && o.reason == "" {
			o.reason = ReasonWithdrawn
		}
	case e.fields.State == exitKilledByAsker, e.fields.State == exitKilledByOwner:
		o.state = StateKilledThere
	case o.state == StateFailed, o.state == StateNotFound:
	case e.began && (o.state == StateExited || o.state == StateSignalled || o.state == StateTimeout):
	default:
		return outcome{state: StateFailed, reason: ReasonProtocol}
	}
	return o
}

// gone says what a stream means that ended without a last word.
func (r *Run) gone(err error) outcome {
	own := r.halted()
	remote := &wire.RemoteError{}
	switch {
	case errors.Is(err, ErrProtocol):
		r.service.config.Logger.Info("a run broke the protocol", "device", r.info.Device.Short(), "error", err)
		return outcome{state: StateFailed, reason: ReasonProtocol}
	case errors.As(err, &remote) && remote.Code == wire.CodeUnknownKind:
		return outcome{state: StateFailed, reason: ReasonUpdate}
	case errors.As(err, &remote):
		return outcome{state: StateFailed, reason: ReasonProtocol}
	case own != nil && own.reason == ReasonClosing:
		return *own // the other side ends it when the stream does
	case errors.Is(err, os.ErrDeadlineExceeded):
		return outcome{state: StateLost, reason: ReasonNoAnswer}
	}
	return outcome{state: StateLost}
}

// Write sends standard input. It waits for the start of the run, and as long as
// its program does not read. It fails with ErrEnded once the run has ended or
// was stopped.
func (r *Run) Write(p []byte) (int, error) { return r.WriteContext(context.Background(), p) }

// WriteContext is Write that fails with the error of ctx when that ends.
func (r *Run) WriteContext(ctx context.Context, p []byte) (int, error) {
	if err := r.awaitStart(ctx); err != nil {
		return 0, err
	}
	either, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(r.ctx, cancel)()
	done := 0
	for done < len(p) {
		n, err := r.out.take(either, len(p)-done)
		if err == nil {
			err = r.talk.write(kindStdin, nil, p[done:done+n], true)
		}
		if err != nil && r.ctx.Err() == nil && ctx.Err() != nil {
			return done, context.Cause(ctx)
		}
		if err != nil {
			return done, errors.Join(ErrEnded, err)
		}
		done += n
	}
	return done, nil
}

// CloseInput ends the standard input.
func (r *Run) CloseInput() error {
	if err := r.awaitStart(context.Background()); err != nil {
		return err
	}
	if err := r.talk.say(kindStdinEnd, nil); err != nil {
		return errors.Join(ErrEnded, err)
	}
	return nil
}

// awaitStart waits until there is a standard input.
func (r *Run) awaitStart(ctx context.Context) error {
	if !r.info.Stdin {
		return ErrEnded
	}
	select {
	case <-r.started:
		return nil
	case <-r.ctx.Done():
		return ErrEnded
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// Resize tells the run that its terminal has another size. Before the start,
// and without a terminal, it is ErrEnded or ErrRequest.
func (r *Run) Resize(to Size) error {
	if err := checkSize(to); err != nil || !r.info.Terminal {
		return errors.Join(ErrRequest, err)
	}
	select {
	case <-r.started:
	default:
		return ErrEnded
	}
	if err := r.talk.say(kindResize, fields{Cols: to.Cols, Rows: to.Rows}); err != nil {
		return errors.Join(ErrEnded, err)
	}
	return nil
}
