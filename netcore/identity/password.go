package identity

import (
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"unicode"
)

// ErrWeakPassword says that a text is no network password made by NewPassword,
// or that one was mistyped.
var ErrWeakPassword = errors.New("not a network password made by Lanyard, or mistyped")

// A network password is 80 random bits and 20 bits of checksum, as 20
// characters of Crockford's base32, which has no I, L, O and U. The checksum
// is there to notice a typing error, and to refuse what a person thought up:
// a caller's proof lets whoever it dialed try passwords without asking
// anybody, which only a random one withstands.
const (
	passwordAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	passwordBytes    = 10
	passwordChars    = 20
	passwordGroup    = 5
	passwordSecret   = passwordBytes * 8 / 5 // characters that carry the secret
	passwordLongest  = 256                   // bytes of what may be typed, blanks and all
)

// The labels keep what is derived for one purpose useless for another.
const (
	passwordCheckLabel = "lanyard network password check 1"
	passwordKeyLabel   = "lanyard network password key 1"
	passwordProofLabel = "lanyard network password proof 1"
)

// passwordCoding writes the characters of a password.
func passwordCoding() *base32.Encoding {
	return base32.NewEncoding(passwordAlphabet).WithPadding(base32.NoPadding)
}

// NewPassword returns a fresh network password: 20 characters in groups of
// five, of 80 random bits.
func NewPassword() string {
	var secret [passwordBytes]byte
	_, _ = rand.Read(secret[:]) // never fails: it ends the program instead
	return passwordText(secret)
}

// passwordText writes a secret with its checksum.
func passwordText(secret [passwordBytes]byte) string {
	sum := sha256.Sum256(append([]byte(passwordCheckLabel), secret[:]...))
	coding := passwordCoding()
	plain := coding.EncodeToString(secret[:]) + coding.EncodeToString(sum[:])[:passwordChars-passwordSecret]
	var text strings.Builder
	for at := 0; at < passwordChars; at += passwordGroup {
		if at > 0 {
			text.WriteByte('-')
		}
		text.WriteString(plain[at : at+passwordGroup])
	}
	return text.String()
}

// TidyPassword returns a typed network password in the form of NewPassword. It
// fails with ErrWeakPassword. Case, blanks and dashes do not count, nor does
// whether a Chinese input method wrote wide letters; O is read as 0, I and L
// as 1.
func TidyPassword(text string) (string, error) {
	secret, err := passwordOf(text)
	if err != nil {
		return "", err
	}
	return passwordText(secret), nil
}

// ParsePassword derives the key from a network password, as TidyPassword reads
// it. It fails with ErrWeakPassword, which tells nothing of the text.
func ParsePassword(text string) (NetworkKey, error) {
	secret, err := passwordOf(text)
	if err != nil {
		return NetworkKey{}, err
	}
	derived, err := hkdf.Key(sha256.New, secret[:], nil, passwordKeyLabel, sha256.Size)
	if err != nil {
		return NetworkKey{}, fmt.Errorf("deriving the key of the network password: %w", err)
	}
	return NetworkKey{secret: func() []byte { return derived }}, nil
}

// passwordOf returns the secret of a typed password whose checksum fits.
func passwordOf(text string) (secret [passwordBytes]byte, err error) {
	if len(text) > passwordLongest {
		return secret, ErrWeakPassword
	}
	typed := strings.Map(passwordRune, text)
	if len(typed) != passwordChars {
		return secret, ErrWeakPassword
	}
	raw, err := passwordCoding().DecodeString(typed[:passwordSecret])
	if err != nil { // its text would quote the password
		return secret, ErrWeakPassword
	}
	secret = [passwordBytes]byte(raw)
	if strings.ReplaceAll(passwordText(secret), "-", "") != typed {
		return [passwordBytes]byte{}, ErrWeakPassword
	}
	return secret, nil
}

// passwordRune reads one typed character; -1 leaves it out.
func passwordRune(r rune) rune {
	if unicode.IsSpace(r) || unicode.Is(unicode.Pd, r) {
		return -1
	}
	if r >= '!'+wide && r <= '~'+wide {
		r -= wide
	}
	switch r = unicode.ToUpper(r); r {
	case 'O':
		return '0'
	case 'I', 'L':
		return '1'
	}
	return r
}

// wide is the distance of the full-width forms from ASCII (Unicode, block
// Halfwidth and Fullwidth Forms).
const wide = 0xFEE0

// NetworkKey is the key derived from a network password. It shows itself in no
// log and no text. Copies share the key; it is safe for use by several
// goroutines. The zero value is no key: a proof with it panics.
type NetworkKey struct {
	// A function, since fmt and debuggers' dumps print the fields of what
	// encloses a key without asking its methods, and follow pointers.
	secret func() []byte
}

// Proof shows that its maker has the network password: Proof with this key.
func (k *NetworkKey) Proof(role Role, exporter, nonceCaller, nonceAnswerer []byte, caller, answerer DeviceID) [32]byte {
	return Proof(k.secret(), passwordProofLabel, role, exporter, nonceCaller, nonceAnswerer, caller, answerer)
}

// redacted stands where a key would be printed.
const redacted = "[network key]"

// String tells nothing of the key.
func (k NetworkKey) String() string { return redacted }

// GoString tells nothing of the key.
func (k NetworkKey) GoString() string { return redacted }

// LogValue tells nothing of the key.
func (k NetworkKey) LogValue() slog.Value { return slog.StringValue(redacted) }

// Format tells nothing of the key, whatever the verb.
func (k NetworkKey) Format(state fmt.State, _ rune) { _, _ = fmt.Fprint(state, redacted) }
