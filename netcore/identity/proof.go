package identity

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"io"
)

// Role is the part of a device in an exchange. It goes into every proof and
// commitment, so that what one side made is of no use when it is sent back.
type Role byte

// The two roles. The caller is who began the exchange, or, where both may
// begin, who the exchange says it is.
const (
	RoleCaller   Role = 1
	RoleAnswerer Role = 2
)

// Proof proves to the other side of one TLS session that this side knows key:
// HMAC-SHA-256 over the label of the purpose, the role of who proves, the TLS
// exporter of the session, the fresh nonces of both sides and the device IDs
// of both. Each field carries its length, so that no two sets of fields give
// the same text.
func Proof(key []byte, label string, role Role, exporter, nonceCaller, nonceAnswerer []byte,
	caller, answerer DeviceID,
) [sha256.Size]byte {
	mac := hmac.New(sha256.New, key)
	addFields(mac, []byte(label), []byte{byte(role)}, exporter, nonceCaller, nonceAnswerer, caller[:], answerer[:])
	return [sha256.Size]byte(mac.Sum(nil))
}

// ProofEqual reports, in time that does not depend on what differs, whether a
// proof that came is the one that was due. A proof of another length never is.
func ProofEqual(due [sha256.Size]byte, came []byte) bool {
	return hmac.Equal(due[:], came)
}

// addFields writes each field with its length in front, 8 bytes in network
// order, to a hash or a buffer, which take all.
func addFields(to io.Writer, fields ...[]byte) {
	for _, field := range fields {
		var size [8]byte
		binary.BigEndian.PutUint64(size[:], uint64(len(field)))
		_, _ = to.Write(size[:])
		_, _ = to.Write(field)
	}
}
