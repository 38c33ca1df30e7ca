package netcore

import (
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"lanyard/netcore/control"
)

// serveEvery is how often serve looks without being told that there is news.
// Events tell it; this only mends what went wrong for a moment.
const serveEvery = 5 * time.Second

// serve prints what happens until its context ends, which is its success.
func (d *Door) serve(ctx context.Context, args control.ServeArgs, emit control.Emit) error {
	self := d.node.Self()
	if !listensOn(self.Address, args.Listen) {
		return control.Fail(control.ExitFailed, control.WordListenOther, self.Address, args.Listen)
	}
	save := string(args.Save)
	if err := makeSaveDir(save); err != nil {
		return err
	}
	clash, err := clashOf(args.Clash)
	if err != nil {
		return err
	}
	defer d.node.SaveInto(save)()
	events := d.node.Subscribe(4 * pageSize)
	defer events.Close()
	f := newFeed(d, emit)
	f.acceptAll, f.clash, f.limit = args.AcceptAll, clash, args.Limit
	err = f.start(ctx)
	if err == nil {
		err = emit(control.Ready{Event: control.EventReady, ID: self.ID.String(), Address: self.Address})
	}
	ready := err == nil && ctx.Err() == nil
	if err == nil {
		err = f.run(ctx, events)
	}
	switch {
	case !ready && ctx.Err() != nil: // this copy is ending: the next one serves
		return control.Fail(control.ExitFailed, control.WordClosing)
	case ctx.Err() != nil && errors.Is(err, context.Canceled):
		return nil
	}
	return err
}

// listensOn reports whether an address that was asked for is the one that the
// copy has. An empty host or an unspecified one means all addresses, an empty
// port or 0 any.
func listensOn(has, asked string) bool {
	if asked == "" || asked == has {
		return true
	}
	hasHost, hasPort, err := net.SplitHostPort(has)
	if err != nil {
		return false
	}
	host, port, err := net.SplitHostPort(asked)
	if err != nil {
		return false
	}
	return plainHost(host) == plainHost(hasHost) && (port == "" || port == "0" || port == hasPort)
}

// plainHost gives each way to write "all addresses" and this PC's own one form.
func plainHost(host string) string {
	if strings.EqualFold(host, "localhost") {
		return "127.0.0.1"
	}
	ip := net.ParseIP(host)
	if host == "" || ip != nil && ip.IsUnspecified() {
		return ""
	}
	return host
}

// makeSaveDir makes the folder for what arrives, as far as it is the same for
// all offers.
func makeSaveDir(dir string) error {
	if dir == "" {
		return nil
	}
	if err := checkAbsolute(dir); err != nil {
		return err
	}
	for hasPlaces(dir) {
		dir = filepath.Dir(dir)
	}
	err := os.MkdirAll(dir, 0o755) // #nosec G301 -- a folder for the user's files: theirs alone would surprise
	if err == nil {
		var info os.FileInfo
		if info, err = os.Stat(dir); err == nil && !info.IsDir() {
			err = errors.New("it is not a folder")
		}
	}
	if err != nil {
		return control.Fail(control.ExitFailed, control.WordSaveDir, dir, pathProblem(err))
	}
	return nil
}

// accept accepts an offer, or a part of it.
func (d *Door) accept(ctx context.Context, args control.DecideArgs, _ control.Emit) error {
	transfer, person, err := d.offerOf(ctx, args.Transfer)
	if err != nil {
		return err
	}
	if err := makeSaveDir(string(args.Save)); err != nil {
		return err
	}
	options, err := d.acceptOptions(ctx, person, transfer, args)
	if err != nil {
		return err
	}
	return decisionFailure(args.Transfer, d.node.Accept(ctx, args.Transfer, options))
}

// decline declines an offer.
func (d *Door) decline(ctx context.Context, args control.DecideArgs, _ control.Emit) error {
	if err := d.waiting(ctx, args.Transfer); err != nil {
		return err
	}
	return decisionFailure(args.Transfer, d.node.Decline(ctx, args.Transfer))
}

// decisionFailure says in a Failure that an offer was decided before.
func decisionFailure(key int64, err error) error {
	if errors.Is(err, ErrTransferState) {
		return control.Fail(control.ExitFailed, control.WordOfferOver, keyText(key))
	}
	return err
}

// waiting insists that an offer waits for this user's answer. One that is held
// may do so: only the engine knows.
func (d *Door) waiting(ctx context.Context, key int64) error {
	transfer, err := d.node.Transfer(ctx, key)
	if err != nil || transfer.Outgoing {
		return control.Fail(control.ExitFailed, control.WordNoOffer, keyText(key))
	}
	if transfer.State != StateOffered && transfer.State != StatePaused {
		return control.Fail(control.ExitFailed, control.WordOfferOver, keyText(key))
	}
	return nil
}

// run prints until ctx ends.
func (f *feed) run(ctx context.Context, events *Subscription) error {
	timer := time.NewTicker(serveEvery)
	defer timer.Stop()
	for {
		if err := f.look(ctx); err != nil {
			return err
		}
		select {
		case event, open := <-events.C:
			if open {
				f.note(event)
			}
			if err := drain(events, open, f.note); err != nil {
				return err
			}
		case <-timer.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
