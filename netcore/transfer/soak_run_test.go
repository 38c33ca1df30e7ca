//go:build linux

package transfer

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"lanyard/netcore/store"
)

// soakRun is a trial under way.
type soakRun struct {
	*soakTrial
	p         *pair
	src, save string
	first     *blow         // the fault
	second    *blow         // somebody cancels then; may be nil
	over      chan struct{} // closed when a fault that lasts is over

	sent, got  store.Transfer // how it ended on both sides
	before     int64          // bytes that had passed before the last data stream
	kept       int64          // bytes of them that were on the receiver's disk by then
	open       int64          // bytes of files that were open there, of each a chunk at the most; the most of all cuts
	inFlight   int64          // bytes that had passed and were not on the disk
	writtenTwo int64          // bytes that were written in addition to those of the files
	sentTwo    int64          // bytes that were sent in addition
}

// endure runs one trial.
func (p *pair) endure(t *soakTrial) (*soakRun, error) {
	r := &soakRun{soakTrial: t, p: p, src: filepath.Join(p.dir, "src", t.name()), save: filepath.Join(p.dir, "save", t.name())}
	defer r.clean()
	if err := errors.Join(os.MkdirAll(r.src, 0o777), os.MkdirAll(r.save, 0o777), t.write(r.src, true), r.mount(), t.write(filepath.Join(r.save, t.name()), false)); err != nil {
		return r, err
	}
	id, err := r.begin()
	if err != nil {
		return r, err
	}
	w := watch(r.src, filepath.Join(r.save, t.name()))
	err = r.run(id)
	if err = errors.Join(err, w.end()); err != nil {
		return r, err
	}
	return r, errors.Join(r.judge(), r.count(), r.calm())
}

// clean removes everything of a trial.
func (r *soakRun) clean() {
	r.p.relay.strike.Store(nil)
	r.p.relay.again.Store(nil)
	r.p.relay.thaw()
	_ = unix.Unmount(r.save, unix.MNT_DETACH)
	_ = os.RemoveAll(r.src)
	_ = os.RemoveAll(r.save)
}

// mount gives the trial a disk of its own, if its fault is one of disks.
func (r *soakRun) mount() error {
	if r.cause != causeDiskFull && r.cause != causeReadOnly {
		return nil
	}
	return unix.Mount("none", r.save, "tmpfs", 0, fmt.Sprintf("size=%d", r.size+r.size/4+24<<20))
}

// begin offers the files, with the fault in place before the first byte.
func (r *soakRun) begin() (id string, err error) {
	r.p.relay.begin()
	r.p.sender.begin()
	r.p.receiver.begin()
	r.first = &blow{at: r.at, back: r.back, hit: make(chan struct{}), do: r.strike}
	r.over = make(chan struct{})
	if r.cancel != "" && r.later >= 0 {
		r.second = &blow{hit: make(chan struct{}), do: func() {}}
	}
	r.p.relay.strike.Store(r.first)
	again := r.noteCut
	r.p.relay.again.Store(&again)
	r.p.relay.let(false)
	defer r.p.relay.let(true)
	say, err := r.p.sender.ask(soakAsk{Do: "send", Path: r.src})
	return say.ID, err
}

// strike is the fault itself, in the middle of what passes.
func (r *soakRun) strike() {
	relay := r.p.relay
	switch r.cause {
	case causeReset:
		relay.reset()
	case causeStall:
		relay.let(false)
		thaw := relay.freeze()
		time.AfterFunc(r.held, func() {
			relay.let(true)
			close(r.over)
		})
		time.AfterFunc(2*soakStall, thaw) // as the keep-alive of a link would: streams without a stall time end with it
	case causeKillSender:
		r.p.sender.kill()
	case causeKillReceiver:
		r.p.receiver.kill()
	case causeDiskFull:
		fill(filepath.Join(r.save, fillName))
	case causeReadOnly:
		relay.let(false)
		if r.killed {
			r.p.receiver.kill()
		}
		relay.reset()
	case causePause:
		who := r.who(r.paused)
		who.signal(syscall.SIGSTOP)
		time.AfterFunc(r.held, func() {
			who.signal(syscall.SIGCONT)
			close(r.over)
		})
	}
	if r.second != nil {
		r.second.at = relay.there.Load() + r.later
		relay.strike.Store(r.second)
	}
}

// noteCut notes what is there before another data stream begins.
func (r *soakRun) noteCut() {
	kept, open := onDisk(filepath.Join(r.save, r.name()), stagingIn(r.save))
	r.before, r.kept, r.open = r.p.relay.there.Load(), kept-r.there, max(r.open, open)
}

func (r *soakRun) who(role string) *actor {
	if role == "sender" {
		return r.p.sender
	}
	return r.p.receiver
}

// fill writes until there is no room.
func fill(path string) {
	file, err := os.Create(path)
	if err != nil {
		return
	}
	defer func() { _ = file.Close() }()
	for size := 1 << 20; size > 0; { // to the last byte
		if _, err := file.Write(make([]byte, size)); err != nil {
			size /= 2
		}
	}
}

// run waits for the fault, sees to it that things can go on, and waits for the
// end.
func (r *soakRun) run(id string) error {
	select {
	case <-r.first.hit:
	case <-time.After(soakPatience):
		return fmt.Errorf("byte %d of %d never passed: %d did, and %d back", r.at, r.size, r.p.relay.there.Load(), r.p.relay.back.Load())
	}
	if err := wholeNow(r.src, filepath.Join(r.save, r.name())); err != nil {
		return err
	}
	if err := r.cancelFirst(id); err != nil {
		return err
	}
	if err := r.recover(); err != nil {
		return err
	}
	var both sync.WaitGroup
	var errSent, errGot error
	both.Go(func() { r.sent, errSent = r.end(r.p.sender, id) })
	both.Go(func() { r.got, errGot = r.end(r.p.receiver, id) })
	ended := make(chan struct{})
	go func() {
		both.Wait()
		close(ended)
	}()
	var err error
	if r.second != nil {
		select {
		case <-r.second.hit:
			_, err = r.who(r.cancel).ask(soakAsk{Do: "cancel", ID: id})
		case <-ended:
		}
	}
	<-ended
	return errors.Join(err, errSent, errGot)
}

// cancelFirst cancels while the fault lasts, if that is the trial.
func (r *soakRun) cancelFirst(id string) error {
	if r.later >= 0 {
		return nil
	}
	who := r.who(r.cancel)
	if _, err := who.ask(soakAsk{Do: "cancel", ID: id}); err != nil || !r.again {
		return err
	}
	who.kill()
	return who.start()
}

// end waits until a side says that it ended.
func (r *soakRun) end(a *actor, id string) (store.Transfer, error) {
	say, err := a.ask(soakAsk{Do: "wait", ID: id})
	if err != nil && say.Error == soakUnheard && a.role == "receiver" && r.cancel == "sender" && r.later < 0 {
		return store.Transfer{State: string(StateCancelled), Reason: string(ReasonCancelledThere)}, nil // before it was offered
	}
	return say.End, err
}

// recover does what a user or the system would: starts what was killed, finds
// the way to the other side again.
func (r *soakRun) recover() error {
	var err error
	switch r.cause {
	case causeKillSender:
		err = r.p.sender.start()
	case causeKillReceiver:
		err = r.p.receiver.start()
	case causeReadOnly:
		if err = r.readOnly(); err == nil && r.killed {
			err = r.p.receiver.start()
		}
		r.p.relay.let(true)
	case causeStall, causePause:
		<-r.over
	}
	if err != nil {
		return err
	}
	_, err = r.p.sender.ask(soakAsk{Do: "linkup"})
	return err
}

// readOnly remounts the save folder, as soon as nobody has a file open there
// for writing: the system refuses it before.
func (r *soakRun) readOnly() error {
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	over := time.After(soakPatience)
	for {
		err := unix.Mount("", r.save, "", unix.MS_REMOUNT|unix.MS_RDONLY, "")
		if !errors.Is(err, unix.EBUSY) {
			return err
		}
		select {
		case <-tick.C:
		case <-over:
			return fmt.Errorf("the receiver keeps files open without a stream: %w", err)
		}
	}
}
