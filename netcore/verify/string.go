package verify

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
	// stringLife is how long a pairing string is valid.
	stringLife = 10 * time.Minute
	// stringTries is how many wrong proofs kill it.
	stringTries = 3
	// stringWindow bounds one use of a string, on either side.
	stringWindow = 20 * time.Second

	stringExporter = "EXPORTER-lanyard-verify-string"
	stringLabel    = "lanyard pairing string 1"
)

// issued is the pairing string that is valid. Service.mu guards it.
type issued struct {
	secret []byte
	made   time.Time
	wrong  int
}

// expired reports whether a string is too old, by the clock on the wall or by
// the time that this PC was awake, whichever says so first.
func (i *issued) expired(now time.Time) bool {
	wall := now.Round(0).Sub(i.made.Round(0))
	return wall < 0 || wall >= stringLife || now.Sub(i.made) >= stringLife
}

// MakeString returns a pairing string of this device, which listens at the
// addresses. It works once, for ten minutes; three wrong proofs kill it, and so
// do Close and the next MakeString. The errors are ErrClosed and
// identity.ErrPairString, for addresses that are none.
func (s *Service) MakeString(addresses []string) (identity.PairString, error) {
	p := identity.PairString{Addresses: slices.Clone(addresses), Device: s.config.Self}
	s.random(p.Secret[:])
	p, err := identity.ParsePairString(p.String())
	if err != nil {
		return identity.PairString{}, fmt.Errorf("making a pairing string: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return identity.PairString{}, ErrClosed
	}
	s.issued = &issued{secret: p.Secret[:], made: s.config.Now()}
	return p, nil
}

// redeem checks a proof and uses the string up if it is right. The check and
// its consequence are one step, so that tries at the same time are counted as
// well. counted says that there was a string to be guessed.
func (s *Service) redeem(proof func(secret []byte) [32]byte, came []byte) (counted bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.valid(); err != nil {
		return false, err
	}
	if identity.ProofEqual(proof(s.issued.secret), came) {
		s.issued = nil
		return true, nil
	}
	if s.issued.wrong++; s.issued.wrong >= stringTries {
		s.issued = nil
	}
	return true, fmt.Errorf("wrong proof: %w", ErrString)
}

// valid returns ErrString if there is no string to be proved. Service.mu is held.
func (s *Service) valid() error {
	if s.issued != nil && !s.issued.expired(s.config.Now()) {
		return nil
	}
	s.issued = nil
	return fmt.Errorf("none is valid: %w", ErrString)
}

// serveString answers a device that says that it has a pairing string.
func (s *Service) serveString(ctx context.Context, t *talk, peer identity.DeviceID, nonce []byte) error {
	ctx, cancel := context.WithTimeoutCause(ctx, stringWindow, ErrTimeout)
	defer cancel()
	defer t.endWith(ctx)()
	back, err := s.convince(ctx, t, peer, nonce)
	if err != nil {
		return err
	}
	return t.write(kindProof, fields{Proof: back})
}

// convince lets the caller prove, and returns what is proved back. The place
// is given back before the other side hears of the end, and may come again.
func (s *Service) convince(ctx context.Context, t *talk, peer identity.DeviceID, nonce []byte) ([]byte, error) {
	if len(nonce) != nonceSize {
		return nil, broken("a nonce of %d bytes", len(nonce))
	}
	ctx, leave := context.WithCancelCause(ctx)
	defer leave(nil)
	g, err := s.welcome(peer, leave)
	if errors.Is(err, ErrString) && s.mention(peer) {
		s.config.Attempted(peer, byString, err)
	}
	if err != nil {
		return nil, err
	}
	defer s.sendOff(peer, g)
	defer t.endWith(ctx)()
	proof, err := s.askProof(ctx, t, peer, nonce)
	if err != nil {
		return nil, err
	}
	if !s.stays(peer, g) {
		return nil, errReplaced
	}
	return s.checkProof(ctx, peer, proof)
}

// proved is a proof that came, and how to make those that are due.
type proved struct {
	made func(role identity.Role) func(secret []byte) [32]byte
	came []byte
}

// askProof lets the caller prove first: nothing that this side makes of the
// secret is told before.
func (s *Service) askProof(ctx context.Context, t *talk, peer identity.DeviceID, nonce []byte) (proved, error) {
	own := s.nonce()
	prove, err := prover(t, nonce, own, peer, s.config.Self)
	if err != nil {
		return proved{}, err
	}
	if err := t.write(kindNonce, fields{Nonce: own}); err != nil {
		return proved{}, err
	}
	m, err := t.next(ctx, kindProof)
	return proved{prove, m.fields.Proof}, err
}

// prover returns how both sides prove a secret in this session.
func prover(t *talk, nonceCaller, nonceAnswerer []byte, caller, answerer identity.DeviceID,
) (func(identity.Role) func([]byte) [32]byte, error) {
	exporter, err := t.exporter(stringExporter, caller[:], answerer[:])
	return func(role identity.Role) func([]byte) [32]byte {
		return func(secret []byte) [32]byte {
			return identity.Proof(secret, stringLabel, role, exporter, nonceCaller, nonceAnswerer, caller, answerer)
		}
	}, err
}

// checkProof checks a proof, commits, and only then returns the other one.
func (s *Service) checkProof(ctx context.Context, peer identity.DeviceID, p proved) ([]byte, error) {
	var back [32]byte
	counted, err := s.redeem(func(secret []byte) [32]byte {
		back = p.made(identity.RoleAnswerer)(secret)
		return p.made(identity.RoleCaller)(secret)
	}, p.came)
	if err == nil {
		err = s.commit(ctx, peer, byString)
	}
	if counted || s.mention(peer) {
		s.config.Attempted(peer, byString, err)
	}
	return back[:], err
}

// mention reports whether the try of a string that is none is worth a line in
// the audit log: a device that goes on is soon no news.
func (s *Service) mention(peer identity.DeviceID) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.config.Now()
	return s.strays.of(peer, now).AllowN(now, 1)
}

// UseString proves a pairing string to the device that made it, to which a
// link is up. nil means that both sides are verified. The errors are ErrString,
// ErrForged, ErrBusy, ErrTimeout, ErrAborted, ErrLost, ErrClosed, ctx's, and
// that of Config.Verified.
func (s *Service) UseString(ctx context.Context, p identity.PairString) error {
	done, err := s.enter()
	if err != nil {
		return err
	}
	defer done()
	if p.Device == s.config.Self {
		return fmt.Errorf("this device itself made it: %w", ErrString)
	}
	ctx, cancel := s.scope(ctx)
	defer cancel()
	ctx, stop := context.WithTimeoutCause(ctx, stringWindow, ErrTimeout)
	defer stop()
	err = s.useString(ctx, p)
	s.config.Attempted(p.Device, byString, err)
	return err
}

// useString opens the stream and runs it.
func (s *Service) useString(ctx context.Context, p identity.PairString) (err error) {
	own := s.nonce()
	stream, err := s.config.Open(ctx, p.Device, KindString, fields{Nonce: own})
	switch {
	case ctx.Err() != nil:
		if err == nil {
			_ = stream.Reset()
		}
		return context.Cause(ctx)
	case err != nil:
		return fmt.Errorf("%w: %w", errUnlinked, err)
	}
	t := newTalk(stream)
	defer t.endWith(ctx)()
	defer func() { t.leave(err) }()
	return asString(s.proveString(ctx, t, own, p))
}

// asString finds out whether the other side refused the string.
func asString(err error) error {
	if errors.Is(err, &wire.RemoteError{Code: wire.CodeRefused}) {
		remote := &wire.RemoteError{}
		errors.As(err, &remote)
		return fmt.Errorf("%w: %w", ErrString, remote)
	}
	return err
}

// proveString proves first, and commits when the other side has proved, too.
func (s *Service) proveString(ctx context.Context, t *talk, own []byte, p identity.PairString) error {
	m, err := t.next(ctx, kindNonce)
	if err != nil {
		return err
	}
	theirs, err := nonceOf(m)
	if err != nil {
		return err
	}
	prove, err := prover(t, own, theirs, s.config.Self, p.Device)
	if err != nil {
		return err
	}
	proof := prove(identity.RoleCaller)(p.Secret[:])
	if err := t.write(kindProof, fields{Proof: proof[:]}); err != nil {
		return err
	}
	if m, err = t.next(ctx, kindProof); err != nil {
		return err
	}
	if !identity.ProofEqual(prove(identity.RoleAnswerer)(p.Secret[:]), m.fields.Proof) {
		return ErrForged
	}
	return s.commit(ctx, p.Device, byString)
}
