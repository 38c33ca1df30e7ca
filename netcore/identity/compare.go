package identity

import (
	"bytes"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math/bits"
)

// The labels keep what is made here from serving for anything else.
const (
	commitLabel = "lanyard verify commitment 1"
	codeLabel   = "lanyard verify code 1"
)

// codes is how many different codes there are.
const codes = 1_000_000

// Commit binds who sends it to a nonce that is shown later: SHA-256 over the
// role of the sender, the TLS exporter of the session, the nonce and the
// device IDs of sender and receiver. The nonce is random and of 32 bytes, so
// that the commitment tells nothing of it.
func Commit(role Role, exporter, nonce []byte, self, other DeviceID) [sha256.Size]byte {
	hash := sha256.New()
	addFields(hash, []byte(commitLabel), []byte{byte(role)}, exporter, nonce, self[:], other[:])
	return [sha256.Size]byte(hash.Sum(nil))
}

// Code returns the six digits that both users compare: 128 bits of
// HKDF-SHA-256, keyed by the TLS exporter of the session, over the nonces and
// the device IDs of both sides, modulo a million. No code is likelier than
// another by more than one part in 2^108.
func Code(exporter []byte, nonceCaller, nonceAnswerer []byte, caller, answerer DeviceID) string {
	var info bytes.Buffer
	addFields(&info, []byte(codeLabel), nonceCaller, nonceAnswerer, caller[:], answerer[:])
	wide, err := hkdf.Key(sha256.New, exporter, nil, info.String(), 16)
	if err != nil {
		panic("identity: HKDF cannot give 16 bytes: " + err.Error()) // its limit is 8160
	}
	high, low := binary.BigEndian.Uint64(wide), binary.BigEndian.Uint64(wide[8:])
	return fmt.Sprintf("%06d", bits.Rem64(high, low, codes))
}
