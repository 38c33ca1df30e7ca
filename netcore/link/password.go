package link

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"

	"lanyard/netcore/identity"
	"lanyard/netcore/wire"
)

// Kinds of frames of the network password.
const (
	kindAuth  = "auth"
	kindProof = "proof"
)

const (
	// codePassword answers who has another password, one where there is none
	// here, or none.
	codePassword  = "password"
	passwordLabel = "EXPORTER-lanyard-password"
	nonceBytes    = 32
	exportedBytes = 32
)

// auth is the frame that carries a nonce, in hex.
type auth struct {
	Nonce string `json:"nonce"`
}

// proof is the frame that carries a proof, in hex.
type proof struct {
	MAC string `json:"mac"`
}

// proving is one exchange of proofs on one connection.
type proving struct {
	m        *Manager
	key      *identity.NetworkKey
	frames   *wire.Conn
	host     string // remote
	theirID  identity.DeviceID
	dialed   bool
	exporter []byte
	mine     []byte // nonces
	theirs   []byte
}

// password asks Config.Password.
func (m *Manager) password() *identity.NetworkKey {
	if m.config.Password == nil {
		return nil
	}
	return m.config.Password()
}

// newProving prepares the exchange on a connection.
func (m *Manager) newProving(sec *secured, frames *wire.Conn, key *identity.NetworkKey, dialed bool) (*proving, error) {
	exporter, err := sec.export(passwordLabel, nil, exportedBytes)
	if err != nil {
		return nil, fmt.Errorf("exporting keying material: %w", err)
	}
	mine := make([]byte, nonceBytes)
	_, _ = rand.Read(mine) // never fails: crypto/rand
	return &proving{
		m: m, key: key, frames: frames, host: hostOf(sec.low), theirID: sec.id,
		dialed: dialed, exporter: exporter, mine: mine,
	}, nil
}

// proveAsCaller shows the acceptor that this side has the network password, if
// it has one, and insists that the acceptor has it, too. Nothing else has been
// said on the connection.
func (m *Manager) proveAsCaller(sec *secured, frames *wire.Conn) error {
	key := m.password()
	if key == nil {
		return nil
	}
	p, err := m.newProving(sec, frames, key, true)
	if err != nil {
		return err
	}
	if err := p.sendNonce(); err != nil {
		return err
	}
	if err := p.readNonce(); err != nil {
		return callerError(err)
	}
	if err := p.sendProof(); err != nil {
		return err
	}
	return callerError(p.checkProof())
}

// callerError says in the terms of this package why the acceptor did not go on.
// A version that knows no passwords takes the first frame for a malformed one.
func callerError(err error) error {
	if errors.Is(err, &wire.RemoteError{Code: wire.CodeMalformed}) {
		return fmt.Errorf("%w: %w", ErrPassword, err)
	}
	return err
}

// proveAsAnswerer has the caller prove that it has the network password, if
// there is one here, and only then proves it, too.
func (m *Manager) proveAsAnswerer(sec *secured, frames *wire.Conn) error {
	key := m.password()
	if key == nil {
		return nil // a caller who has one is told by readHello
	}
	p, err := m.newProving(sec, frames, key, false)
	if err != nil {
		return err
	}
	if err := p.readNonce(); err != nil {
		return err
	}
	if err := p.sendNonce(); err != nil {
		return err
	}
	if err := p.checkProof(); err != nil {
		return err
	}
	return p.sendProof()
}

// sendNonce sends this side's nonce.
func (p *proving) sendNonce() error {
	if err := p.frames.Write(kindAuth, auth{hex.EncodeToString(p.mine)}, nil); err != nil {
		return fmt.Errorf("sending a nonce: %w", err)
	}
	return nil
}

// readNonce reads the other side's nonce. A hello in its place says that it has
// no password.
func (p *proving) readNonce() error {
	frame, err := p.next(kindAuth, kindHello)
	if err != nil {
		return err
	}
	if frame.Kind == kindHello {
		return fmt.Errorf("it has no network password: %w", ErrPassword)
	}
	var theirs auth
	if err := frame.Decode(&theirs); err != nil {
		return err
	}
	p.theirs, err = hex.DecodeString(theirs.Nonce)
	if err != nil || len(p.theirs) != nonceBytes || bytes.Equal(p.theirs, p.mine) {
		return fmt.Errorf("nonce %.80q: %w", theirs.Nonce, wire.ErrMalformed)
	}
	return nil
}

// sendProof sends this side's proof.
func (p *proving) sendProof() error {
	mac := p.due(p.dialed)
	if err := p.frames.Write(kindProof, proof{hex.EncodeToString(mac[:])}, nil); err != nil {
		return fmt.Errorf("sending a proof: %w", err)
	}
	return nil
}

// checkProof reads the other side's proof and compares it with the one due,
// unless too many were wrong lately: then it looks at none.
func (p *proving) checkProof() error {
	frame, err := p.next(kindProof)
	if err != nil {
		return err
	}
	var theirs proof
	if err := frame.Decode(&theirs); err != nil {
		return err
	}
	exempt := p.m.trusts(p.theirID)
	if !p.m.guesses.begin(p.host, exempt) {
		return fmt.Errorf("too many wrong proofs: %w", ErrBusy)
	}
	mac, err := hex.DecodeString(theirs.MAC)
	if err != nil || !identity.ProofEqual(p.due(!p.dialed), mac) {
		return fmt.Errorf("it has another network password: %w", ErrPassword)
	}
	p.m.guesses.right(p.host, exempt)
	return nil
}

// due returns the proof of the caller or of the answerer.
func (p *proving) due(ofCaller bool) [32]byte {
	role := identity.RoleAnswerer
	if ofCaller {
		role = identity.RoleCaller
	}
	caller, answerer := p.m.config.Identity.ID(), p.theirID
	nonceCaller, nonceAnswerer := p.mine, p.theirs
	if !p.dialed {
		caller, answerer = answerer, caller
		nonceCaller, nonceAnswerer = nonceAnswerer, nonceCaller
	}
	return p.key.Proof(role, p.exporter, nonceCaller, nonceAnswerer, caller, answerer)
}

// next reads a frame of the exchange, which has no body.
func (p *proving) next(kinds ...string) (Frame, error) {
	frame, err := p.frames.Expect(wire.MaxHello, kinds...)
	if err != nil {
		return frame, helloError(err)
	}
	if frame.BodySize != 0 {
		return frame, fmt.Errorf("%s with a body: %w", frame.Kind, wire.ErrMalformed)
	}
	return frame, nil
}
