// Package identity is who a device is: its Ed25519 key, the certificate that
// carries it into TLS, and the device ID that names it; how the key is kept,
// exported and replaced; and what one device proves to another inside a TLS
// session: that both users see the same digits, or share a secret.
package identity

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"math/big"
	"time"
)

// ErrCertificate says that a certificate is not of the one form that Lanyard
// devices present.
var ErrCertificate = errors.New("not a Lanyard device certificate")

// Identity is a device's own key pair. It is immutable and safe for use by
// several goroutines.
type Identity struct {
	key  ed25519.PrivateKey
	cert tls.Certificate
	id   DeviceID

	warning error // see Warning
}

// Generate makes a new identity.
func Generate() (*Identity, error) {
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("making a device key: %w", err)
	}
	return fromKey(key)
}

// ID returns the device ID.
func (i *Identity) ID() DeviceID { return i.id }

// Warning says what was wrong with the key file that the identity was loaded
// from, for the log: others could read it. It is nil if nothing was.
func (i *Identity) Warning() error { return i.warning }

// Public returns the public key.
func (i *Identity) Public() ed25519.PublicKey { return i.key.Public().(ed25519.PublicKey) }

// Certificate returns the self-signed certificate for TLS.
func (i *Identity) Certificate() tls.Certificate { return i.cert }

// Sign signs message with the device key. The caller puts a label of its
// purpose in front, so that a signature never serves for two things.
func (i *Identity) Sign(message []byte) []byte { return ed25519.Sign(i.key, message) }

// fromKey derives certificate and device ID.
func fromKey(key ed25519.PrivateKey) (*Identity, error) {
	public := key.Public().(ed25519.PublicKey)
	id, err := IDOf(public)
	if err != nil {
		return nil, err
	}
	der, err := selfSign(key, public)
	if err != nil {
		return nil, err
	}
	cert := tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
	return &Identity{key: key, cert: cert, id: id}, nil
}

// selfSign makes a certificate without a meaningful field: the key is all
// that counts, and clocks are wrong, so it is valid from 1970 for good
// (RFC 5280, 4.1.2.5, names 9999-12-31 as "no expiry").
func selfSign(key ed25519.PrivateKey, public ed25519.PublicKey) ([]byte, error) {
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1),
		NotBefore:    time.Unix(0, 0).UTC(),
		NotAfter:     time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, public, key)
	if err != nil {
		return nil, fmt.Errorf("making the device certificate: %w", err)
	}
	return der, nil
}

// IDFromCertificates returns the device ID of a peer from the certificates
// that it presented: exactly one, with an Ed25519 key. That the peer holds the
// key was proved by TLS; names and dates in the certificate count for nothing.
func IDFromCertificates(certs []*x509.Certificate) (DeviceID, error) {
	if len(certs) != 1 {
		return DeviceID{}, fmt.Errorf("%d certificates: %w", len(certs), ErrCertificate)
	}
	key, ok := certs[0].PublicKey.(ed25519.PublicKey)
	if !ok {
		return DeviceID{}, fmt.Errorf("key of type %s: %w", certs[0].PublicKeyAlgorithm, ErrCertificate)
	}
	return IDOf(key)
}
