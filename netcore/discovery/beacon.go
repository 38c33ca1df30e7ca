package discovery

import (
	"crypto/ed25519"
	"encoding/binary"
	"errors"
	"fmt"

	"lanyard/netcore/identity"
)

// The layout of a beacon; see the package documentation.
const (
	beaconMagic = "LYD1"
	beaconLabel = "lanyard beacon 1\x00"
	beaconSize  = signedSize + ed25519.SignatureSize
	signedSize  = 56
	keyOffset   = 8
	keyEnd      = keyOffset + ed25519.PublicKeySize
)

// kind says what a beacon is for.
type kind byte

// The kinds of beacons.
const (
	kindAnnounce kind = 1 // here I am; answer if you do not know me
	kindAnswer   kind = 2 // so am I
	kindBye      kind = 3 // this instance ends
)

// errBeacon says that a datagram is no beacon.
var errBeacon = errors.New("not a beacon")

// datagram is a beacon as it travels.
type datagram [beaconSize]byte

// beacon is what a datagram says. It proves nothing before verified is called.
type beacon struct {
	kind     kind
	port     uint16 // TCP
	key      [ed25519.PublicKeySize]byte
	instance [8]byte
	counter  uint64
}

// decode reads a datagram without checking its signature.
func decode(d *datagram) (beacon, error) {
	b := beacon{
		kind:     kind(d[4]),
		port:     binary.LittleEndian.Uint16(d[6:]),
		key:      [ed25519.PublicKeySize]byte(d[keyOffset:keyEnd]),
		instance: [8]byte(d[keyEnd:]),
		counter:  binary.LittleEndian.Uint64(d[48:]),
	}
	switch {
	case string(d[:4]) != beaconMagic:
		return beacon{}, fmt.Errorf("magic %q: %w", d[:4], errBeacon)
	case b.kind < kindAnnounce || b.kind > kindBye || d[5] != 0:
		return beacon{}, fmt.Errorf("kind %d, %d: %w", d[4], d[5], errBeacon)
	case b.port == 0 || b.counter == 0:
		return beacon{}, fmt.Errorf("port %d, counter %d: %w", b.port, b.counter, errBeacon)
	}
	return b, nil
}

// encode writes b with the signature of id, whose key becomes that of b.
func encode(b beacon, id *identity.Identity) *datagram {
	var d datagram
	copy(d[:], beaconMagic)
	d[4] = byte(b.kind)
	binary.LittleEndian.PutUint16(d[6:], b.port)
	copy(d[keyOffset:], id.Public())
	copy(d[keyEnd:], b.instance[:])
	binary.LittleEndian.PutUint64(d[48:], b.counter)
	copy(d[signedSize:], id.Sign(signedText(&d)))
	return &d
}

// verified reports whether the holder of the key in d made it.
func (d *datagram) verified() bool {
	return ed25519.Verify(d[keyOffset:keyEnd], signedText(d), d[signedSize:])
}

// signedText is what the signature covers.
func signedText(d *datagram) []byte {
	return append([]byte(beaconLabel), d[:signedSize]...)
}
