package link

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"os"

	"lanyard/netcore/identity"
)

// alpn is the protocol name (RFC 7301) that both sides must agree on.
const alpn = "lanyard/1"

// tlsConfig returns the one configuration of both roles. want is the device
// that must answer; zero: any.
//
// The certificates carry no names and no authority, so the library's own
// verification is off and VerifyConnection decides. It runs on resumed
// sessions too, which VerifyPeerCertificate does not (golang/go 77377); there
// are none, as tickets are off.
func (m *Manager) tlsConfig(want identity.DeviceID) *tls.Config {
	return &tls.Config{
		Certificates:                []tls.Certificate{m.config.Identity.Certificate()},
		MinVersion:                  tls.VersionTLS13,
		NextProtos:                  []string{alpn},
		ClientAuth:                  tls.RequireAnyClientCert,
		InsecureSkipVerify:          true, // #nosec G402 -- VerifyConnection decides, see above
		VerifyConnection:            m.verifier(want),
		SessionTicketsDisabled:      true,
		DynamicRecordSizingDisabled: true,
	}
}

// verifier returns the check of a handshake: version, protocol, exactly one
// Ed25519 certificate, not our own, and the device that is wanted.
func (m *Manager) verifier(want identity.DeviceID) func(tls.ConnectionState) error {
	return func(state tls.ConnectionState) error {
		if state.Version != tls.VersionTLS13 || state.NegotiatedProtocol != alpn {
			return fmt.Errorf("%s with protocol %.40q: %w",
				tls.VersionName(state.Version), state.NegotiatedProtocol, ErrNotLanyard)
		}
		id, err := identity.IDFromCertificates(state.PeerCertificates)
		switch {
		case err != nil:
			return fmt.Errorf("%w: %w", ErrNotLanyard, err)
		case id == m.config.Identity.ID():
			return ErrSelf
		case !want.IsZero() && id != want:
			return fmt.Errorf("%s instead of %s: %w", id.Short(), want.Short(), ErrWrongDevice)
		}
		return nil
	}
}

// secured is a connection whose other side has proved its device key. Its
// deadline is still that of the handshake.
type secured struct {
	*tls.Conn
	low    *lower
	id     identity.DeviceID
	pass   pass
	asked  bool // dialed since the user wants it
	hinted bool // dialed for a Hint
	export exporter
}

// exporter is the TLS exporter of a session (RFC 8446, 7.5).
type exporter func(label string, context []byte, length int) ([]byte, error)

// secure does the TLS handshake on raw as client or server. It closes raw when
// it fails.
func (m *Manager) secure(ctx context.Context, raw net.Conn, want identity.DeviceID, client bool) (*secured, error) {
	low := newLower(raw)
	conn := tls.Server(low, m.tlsConfig(want))
	if client {
		conn = tls.Client(low, m.tlsConfig(want))
	}
	if err := conn.HandshakeContext(ctx); err != nil {
		_ = raw.Close() // the handshake's error is the one that tells
		return nil, handshakeError(ctx, err)
	}
	state := conn.ConnectionState()
	id, err := identity.IDFromCertificates(state.PeerCertificates)
	if err != nil {
		_ = raw.Close()
		return nil, err
	}
	return &secured{Conn: conn, low: low, id: id, pass: m.currentPass(), export: state.ExportKeyingMaterial}, nil
}

// handshakeError says in the terms of this package why a handshake failed.
func handshakeError(ctx context.Context, err error) error {
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case errors.Is(err, os.ErrDeadlineExceeded):
		return fmt.Errorf("TLS handshake: %w: %w", ErrUnreachable, err)
	case errors.Is(err, ErrSelf), errors.Is(err, ErrWrongDevice), errors.Is(err, ErrNotLanyard):
		return err
	case hungUp(err):
		return fmt.Errorf("TLS handshake: %w: %w", ErrHungUp, err)
	}
	return fmt.Errorf("TLS handshake: %w: %w", ErrNotLanyard, err)
}
