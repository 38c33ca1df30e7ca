//go:build linux

package transfer

import (
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"lanyard/netcore/store"
)

// frameMost is about how many bytes all frames of a file or chunk have at most,
// without its content.
const frameMost = 400

// elseWritten is what a receiver writes in a transfer besides files: its
// database, its journal, its list, and what it says.
const elseWritten = 3 << 20

// onTheWay is what may be in flight at a cut: what the system holds of a
// connection at the four ends that a relay makes of two, twice what was asked
// of it, and what a receiver holds in memory.
const onTheWay = 8*tcpBuffer + largeBuffers*chunkSize + smallBuffers*smallBuffer

// outcomeOf is how a side ended, in words.
func outcomeOf(t store.Transfer) string {
	if t.Reason == "" {
		return t.State
	}
	return t.State + " " + t.Reason
}

// judge looks whether the trial ended as it must: verified, or with its true
// reason, on both sides; and what is on the disk is what was sent.
func (r *soakRun) judge() error {
	sent, got := outcomeOf(r.sent), outcomeOf(r.got)
	to := filepath.Join(r.save, r.name())
	if err := r.mayEnd(sent, got); err != nil {
		return err
	}
	if r.got.State == string(StateVerified) {
		if r.sent.State == string(StateVerified) && !r.agreed() {
			return fmt.Errorf("ended as %+v and %+v", r.sent, r.got)
		}
		return errors.Join(sameAll(r.src, to), r.clear())
	}
	return errors.Join(wholeNow(r.src, to), r.clear())
}

// agreed reports whether both sides say the same of the files, and that what was
// there already was skipped. For a receiver that was killed that is so, too, of
// what had got its name and was not recorded yet.
func (r *soakRun) agreed() bool {
	killed := r.cause == causeKillReceiver
	return r.sent.MD5 == r.got.MD5 && r.sent.Done == r.got.Done && r.sent.Skipped == r.got.Skipped &&
		r.got.Done+r.got.Skipped == r.got.Count &&
		(r.got.Skipped == len(r.shared) || killed && r.got.Skipped > len(r.shared))
}

// clear waits until no temporary file is left: what ended may still be told to
// the other side.
func (r *soakRun) clear() error {
	save := r.save
	if r.got.Reason == string(ReasonReadOnly) {
		save = r.p.dir // what is on that disk cannot be removed
	}
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for over := time.After(time.Minute); ; {
		err := leftOver(r.p.dir, save)
		if err == nil {
			return nil
		}
		select {
		case <-tick.C:
		case <-over:
			return err
		}
	}
}

// mayEnd looks whether the two outcomes go together, and with the cause.
func (r *soakRun) mayEnd(sent, got string) error {
	both := func(text string) bool { return sent == text && got == text }
	here, there := "cancelled cancelled-here", "cancelled cancelled-there"
	switch {
	case both("verified"):
	case r.cause == causeDiskFull && both("failed disk-full"):
	case r.cause == causeReadOnly && both("failed read-only"):
	case r.cancel == "sender" && sent == here && (got == there || got == "verified"): // it may have ended just before
	case r.cancel == "receiver" && got == here && sent == there:
	default:
		return fmt.Errorf("the sender says %q, the receiver %q", sent, got)
	}
	return nil
}

// count looks at what was written and sent in addition to what had to be.
func (r *soakRun) count() error {
	if r.sent.State != string(StateVerified) {
		return nil
	}
	cuts := r.p.relay.data.Load() - 1
	open := max(r.open, chunkSize)
	need, there := r.size-r.soakTrial.there, r.p.relay.there.Load()
	r.inFlight = max(r.before-r.kept, 0)
	r.writtenTwo = r.p.receiver.writtenNow() - need
	r.sentTwo = there - need
	frames := int64(len(r.files))*2*frameMost + r.size/chunkSize*frameMost + 64<<10
	var errs []error
	if most := cuts*open + elseWritten; r.writtenTwo > most {
		errs = append(errs, fmt.Errorf("%d bytes were written twice, with %d cuts and %d bytes open", r.writtenTwo, cuts, open))
	}
	if most := need - r.kept + open + frames; there-r.before > most {
		errs = append(errs, fmt.Errorf("%d bytes were sent after the last cut, %d of %d were there, with %d bytes open", there-r.before, r.kept, need, open))
	}
	if most := cuts*(open+onTheWay) + frames; r.inFlight > most {
		errs = append(errs, fmt.Errorf("%d bytes had been sent and were not there, with %d cuts and %d bytes open", r.inFlight, cuts, open))
	}
	return errors.Join(errs...)
}

// calm looks for what is left in both processes and between them.
func (r *soakRun) calm() error {
	var errs []error
	for _, a := range []*actor{r.p.sender, r.p.receiver} {
		say, err := a.ask(soakAsk{Do: "calm"})
		errs = append(errs, err)
		if say.Bad != "" {
			errs = append(errs, fmt.Errorf("left in the %s: %s", a.role, say.Bad))
		}
	}
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for over := time.After(time.Minute); r.p.relay.live() > 0; {
		select {
		case <-tick.C:
		case <-over:
			return errors.Join(append(errs, fmt.Errorf("%d connections stay", r.p.relay.live()))...)
		}
	}
	return errors.Join(errs...)
}
