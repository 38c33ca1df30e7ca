package identity

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base32"
	"errors"
	"fmt"
	"strings"
)

// DeviceID names a device for good: the SHA-256 of its public key in SPKI
// form (RFC 5280, 4.1.2.7). Whoever proves the key is the device.
type DeviceID [sha256.Size]byte

// The text form is that of Syncthing's device IDs, so that one typing error
// in a group is noticed: 52 characters of base32 (RFC 4648) in four groups of
// 13, each followed by a Luhn mod 32 check character; the 56 are shown in
// eight groups of 7. See https://docs.syncthing.net/dev/device-ids.html.
const (
	alphabet   = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
	plainChars = 52
	checkEvery = 13
	textChars  = 56
	groupChars = 7
)

// ErrDeviceID says that a text is no whole, undamaged device ID.
var ErrDeviceID = errors.New("not a device ID")

// IDOf returns the device ID of a public key.
func IDOf(key ed25519.PublicKey) (DeviceID, error) {
	spki, err := x509.MarshalPKIXPublicKey(key)
	if err != nil {
		return DeviceID{}, fmt.Errorf("encoding a public key: %w", err)
	}
	return sha256.Sum256(spki), nil
}

// String returns the text form, 56 characters in eight groups.
func (id DeviceID) String() string {
	compact := id.characters()
	text := make([]byte, 0, textChars+textChars/groupChars)
	for at := 0; at < textChars; at += groupChars {
		if at > 0 {
			text = append(text, '-')
		}
		text = append(text, compact[at:at+groupChars]...)
	}
	return string(text)
}

// Compact returns the text form without dashes.
func (id DeviceID) Compact() string {
	compact := id.characters()
	return string(compact[:])
}

// characters returns the base32 characters with their check characters.
func (id DeviceID) characters() [textChars]byte {
	var plain [plainChars]byte
	base32.StdEncoding.WithPadding(base32.NoPadding).Encode(plain[:], id[:])
	var text [textChars]byte
	for from, to := 0, 0; from < plainChars; from, to = from+checkEvery, to+checkEvery+1 {
		copy(text[to:], plain[from:from+checkEvery])
		text[to+checkEvery] = luhn32(plain[from : from+checkEvery])
	}
	return text
}

// Short returns the first group, for places where a name stands beside it. It
// tells two devices apart; it proves nothing.
func (id DeviceID) Short() string { return id.Compact()[:groupChars] }

// IsZero reports whether id names no device.
func (id DeviceID) IsZero() bool { return id == DeviceID{} }

// Compare orders device IDs by their bytes.
func (id DeviceID) Compare(other DeviceID) int { return bytes.Compare(id[:], other[:]) }

// MarshalText returns the form of String.
func (id DeviceID) MarshalText() ([]byte, error) { return []byte(id.String()), nil }

// UnmarshalText is ParseDeviceID.
func (id *DeviceID) UnmarshalText(text []byte) error {
	parsed, err := ParseDeviceID(string(text))
	if err != nil {
		return err
	}
	*id = parsed
	return nil
}

// ParseDeviceID reads the text form: any case, with or without dashes and
// spaces. It returns ErrDeviceID when a check character does not fit.
func ParseDeviceID(text string) (DeviceID, error) {
	compact := NormalizeText(text)
	if len(compact) != textChars {
		return DeviceID{}, fmt.Errorf("%d characters of %d: %w", len(compact), textChars, ErrDeviceID)
	}
	var plain strings.Builder
	for ; compact != ""; compact = compact[checkEvery+1:] {
		part := compact[:checkEvery]
		if strings.Trim(part, alphabet) != "" || luhn32([]byte(part)) != compact[checkEvery] {
			return DeviceID{}, fmt.Errorf("wrong character in %q: %w", part, ErrDeviceID)
		}
		plain.WriteString(part)
	}
	raw, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(plain.String())
	if err != nil || len(raw) != sha256.Size {
		return DeviceID{}, ErrDeviceID
	}
	id := DeviceID(raw)
	if id.Compact() != NormalizeText(text) {
		return DeviceID{}, fmt.Errorf("not in canonical form: %w", ErrDeviceID)
	}
	return id, nil
}

// NormalizeText brings a typed device ID, or the beginning of one, into the
// form of Compact: upper case, no dashes, no spaces.
func NormalizeText(text string) string {
	return strings.ToUpper(strings.NewReplacer("-", "", " ", "").Replace(text))
}

// luhn32 is the Luhn mod N check character for N = 32 of characters of the
// alphabet.
func luhn32(part []byte) byte {
	factor, sum := 1, 0
	for _, char := range part {
		code := int(char - 'A')
		if char < 'A' {
			code = int(char-'2') + 26
		}
		addend := factor * code
		factor = 3 - factor
		sum += addend/32 + addend%32
	}
	return alphabet[(32-sum%32)%32]
}
