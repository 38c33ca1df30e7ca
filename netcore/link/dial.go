package link

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"lanyard/netcore/identity"
	"lanyard/netcore/wire"
)

const (
	// maxAddresses is how many addresses one call of Connect tries.
	maxAddresses = 16
	// dialStagger is the head start of each address before the next one.
	dialStagger = 150 * time.Millisecond
)

// Connect returns the live link to a device, or else dials all the addresses,
// the first at once and each next one shortly after, and keeps the first that
// proves to be the device. Addresses are as in ConnectAddress. The error is
// one of ErrUnreachable, ErrNotLanyard, ErrWrongDevice, ErrSelf, ErrVersion,
// ErrBusy, ErrRefused and ErrClosed, or the end of ctx.
func (m *Manager) Connect(ctx context.Context, id identity.DeviceID, addresses []string) (Peer, error) {
	return m.connect(ctx, id, addresses, true)
}

// connect is Connect; asked is what Admit is told.
func (m *Manager) connect(ctx context.Context, id identity.DeviceID, addresses []string, asked bool) (Peer, error) {
	if id == m.config.Identity.ID() {
		return Peer{}, ErrSelf
	}
	if err := m.admits(id, asked); err != nil {
		return Peer{}, err
	}
	d, release := m.hold(id)
	defer release()
	ctx, done := m.dialScope(ctx, d)
	defer done()
	for {
		live, changed := m.watch(d)
		if live != nil {
			return live.peer, nil
		}
		select {
		case d.turn <- struct{}{}:
			peer, err := m.dialDevice(ctx, d, candidates(addresses, maxAddresses), asked)
			<-d.turn
			return peer, err
		case <-changed:
		case <-ctx.Done():
			return Peer{}, fmt.Errorf("connecting to %s: %w", id.Short(), context.Cause(ctx))
		}
	}
}

// ConnectAddress connects to whichever device answers at address: an IPv4 or
// IPv6 address or a host name, with or without port (DefaultPort). A device
// with a live link is returned without a second one. Errors are those of
// Connect.
func (m *Manager) ConnectAddress(ctx context.Context, address string) (Peer, error) {
	full, err := WithPort(address)
	if err != nil {
		return Peer{}, err
	}
	ctx, done := m.scope(ctx)
	defer done()
	sec, err := m.dialSecure(ctx, full, identity.DeviceID{}, true)
	if err != nil {
		return Peer{}, err
	}
	d, release := m.hold(sec.id)
	defer release()
	ctx, halted := m.dialScope(ctx, d)
	defer halted()
	return m.greet(ctx, d, sec, full)
}

// dialDevice dials, unless a link comes up meanwhile.
func (m *Manager) dialDevice(ctx context.Context, d *device, addresses []string, asked bool) (Peer, error) {
	peer, err := m.race(ctx, d, addresses, asked)
	if live, _ := m.watch(d); err != nil && live != nil {
		return live.peer, nil
	}
	return peer, err
}

// attempt is the outcome of one address.
type attempt struct {
	sec     *secured
	address string
	err     error
}

// race dials the addresses one shortly after the other, and says hello on the
// first that answers as the device. A link that comes from the other side ends
// the race, but not a hello: if both sides took theirs back for the sake of the
// other's, none would be left.
func (m *Manager) race(ctx context.Context, d *device, addresses []string, asked bool) (Peer, error) {
	if len(addresses) == 0 {
		return Peer{}, fmt.Errorf("no address of %s is known: %w", d.id.Short(), ErrUnreachable)
	}
	dialing, cancel := context.WithCancel(ctx)
	results := make(chan attempt, len(addresses))
	started, ended := 0, 0
	defer func() {
		cancel()
		discard(results, started-ended)
	}()
	next := time.NewTimer(0)
	defer next.Stop()
	var failures []error
	for ended < len(addresses) {
		live, changed := m.watch(d)
		if live != nil {
			return live.peer, nil
		}
		select {
		case <-next.C:
			if started < len(addresses) {
				go m.try(dialing, d.id, addresses[started], asked, results)
				started++
				next.Reset(dialStagger)
			}
		case result := <-results:
			ended++
			peer, err := m.finishAttempt(ctx, d, result)
			if err == nil {
				return peer, nil
			}
			if errors.Is(err, ErrPassword) {
				return Peer{}, err // another address of the device would say the same
			}
			failures = append(failures, err)
			next.Reset(0)
		case <-changed:
		case <-ctx.Done():
			return Peer{}, fmt.Errorf("connecting to %s: %w", d.id.Short(), context.Cause(ctx))
		}
	}
	return Peer{}, mostTelling(failures)
}

// try dials one address.
func (m *Manager) try(ctx context.Context, id identity.DeviceID, address string, asked bool, results chan<- attempt) {
	sec, err := m.dialSecure(ctx, address, id, asked)
	results <- attempt{sec: sec, address: address, err: err}
}

// finishAttempt says hello on a connection that an attempt brought.
func (m *Manager) finishAttempt(ctx context.Context, d *device, result attempt) (Peer, error) {
	if result.err != nil {
		return Peer{}, result.err
	}
	return m.greet(ctx, d, result.sec, result.address)
}

// discard waits for attempts that lost, and closes what they bring. They have
// been cancelled.
func discard(results <-chan attempt, count int) {
	for range count {
		if result := <-results; result.err == nil {
			_ = result.sec.low.Close()
		}
	}
}

// mostTelling returns the error of the address that came furthest.
func mostTelling(failures []error) error {
	ranked := []error{ErrPassword, ErrVersion, ErrBusy, ErrRefused, ErrSelf, ErrWrongDevice, ErrNotLanyard}
	for _, kind := range ranked {
		i := slices.IndexFunc(failures, func(err error) bool { return errors.Is(err, kind) })
		if i >= 0 {
			return failures[i]
		}
	}
	return failures[0]
}

// dialSecure connects to address and does the TLS handshake. The deadline of
// the hello is running when it returns.
func (m *Manager) dialSecure(ctx context.Context, address string, want identity.DeviceID, asked bool) (*secured, error) {
	dialing, cancel := context.WithTimeout(ctx, m.config.Timeouts.Dial)
	defer cancel()
	raw, err := m.config.Network.Dial(dialing, address)
	if err != nil {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		return nil, fmt.Errorf("%w: %w", ErrUnreachable, err)
	}
	if err := raw.SetDeadline(time.Now().Add(m.config.Timeouts.Handshake)); err != nil {
		_ = raw.Close()
		return nil, fmt.Errorf("setting the deadline of a handshake: %w", err)
	}
	sec, err := m.secure(ctx, raw, want, true)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", address, err)
	}
	sec.asked = asked
	if err := m.admits(sec.id, asked); err != nil {
		_ = sec.low.Close()
		return nil, err
	}
	return sec, nil
}

// exchangeHellos sends the dialer's hello and reads the answer.
func (m *Manager) exchangeHellos(ctx context.Context, sec *secured, mine hello) (hello, error) {
	stop := context.AfterFunc(ctx, func() { _ = sec.low.Close() })
	defer stop()
	frames := wire.NewConn(sec)
	err := m.proveAsCaller(sec, frames)
	if err == nil {
		err = frames.Write(kindHello, mine, nil)
	}
	var theirs hello
	if err == nil {
		theirs, err = readHello(frames)
	}
	if err == nil && theirs.Purpose != mine.Purpose {
		err = fmt.Errorf("purpose %q answered by %q: %w", mine.Purpose, theirs.Purpose, wire.ErrMalformed)
	}
	switch {
	case err == nil:
		return theirs, nil
	case ctx.Err() != nil:
		return theirs, context.Cause(ctx)
	case errors.Is(err, wire.ErrMalformed), errors.Is(err, wire.ErrTooLarge):
		return theirs, fmt.Errorf("%w: %w", ErrNotLanyard, err)
	}
	return theirs, err
}

// greet makes a control link of a connection that this side dialed, unless one
// came up meanwhile. It says one hello at a time to a device, so that several
// dials never make two links. It closes what it does not use.
func (m *Manager) greet(ctx context.Context, d *device, sec *secured, address string) (Peer, error) {
	select {
	case d.hello <- struct{}{}:
		defer func() { <-d.hello }()
	case <-ctx.Done():
		_ = sec.low.Close()
		return Peer{}, fmt.Errorf("connecting to %s: %w", d.id.Short(), context.Cause(ctx))
	}
	if live, _ := m.watch(d); live != nil {
		_ = sec.low.Close()
		return live.peer, nil
	}
	introduce := m.introduce
	if sec.hinted {
		introduce = m.introduceHinted
	}
	peer, err := introduce(ctx, sec, address)
	if err != nil {
		_ = sec.low.Close()
		return Peer{}, fmt.Errorf("%s: %w", address, err)
	}
	return peer, nil
}

// introduce exchanges hellos and puts the link into service.
func (m *Manager) introduce(ctx context.Context, sec *secured, address string) (Peer, error) {
	free, err := m.reserve(sec.id, hostOf(sec.low))
	if err != nil {
		return Peer{}, err
	}
	theirs, err := m.exchangeHellos(ctx, sec, m.hello(purposeControl, ""))
	if err != nil {
		free()
		return Peer{}, err
	}
	peer := Peer{ID: sec.id, Name: theirs.Name, Instance: theirs.Instance, Address: address, Dialed: true}
	if err := m.takeUp(sec, peer, free); err != nil {
		free()
		return Peer{}, err
	}
	return peer, nil
}

// takeUp puts a connection whose hellos are through into service. When it fails,
// the caller gives its place back.
func (m *Manager) takeUp(sec *secured, peer Peer, free func()) error {
	l, err := m.newControl(sec, peer, free)
	if err != nil {
		return err
	}
	if err := m.whilePassed(sec, func() error { return m.adopt(l, sec.pass) }); err != nil {
		l.cancel(err)
		_ = l.low.Close()
		_ = l.session.Close()
		return err
	}
	if m.trusts(peer.ID) {
		m.vouch(peer.ID)
	}
	m.log.Debug("link up", "peer", peer.ID.Short(), "name", peer.Name, "address", peer.Address, "dialed", peer.Dialed)
	return nil
}
