package identity

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"filippo.io/age"
	"filippo.io/age/armor"
)

var (
	// ErrPassphrase says that a passphrase is too short or too long for an
	// exported identity, or does not open this one.
	ErrPassphrase = errors.New("this passphrase cannot be used")
	// ErrBackup says that a file is no exported identity, or a damaged one.
	ErrBackup = errors.New("not an exported identity")
)

// The limits of an exported identity.
const (
	// MaxBackup is the most bytes that Import reads; Export writes about 700.
	MaxBackup = 64 << 10
	// MinPassphrase is the least characters of a passphrase.
	MinPassphrase = 8
	// maxPassphrase is the most bytes of one.
	maxPassphrase = 1 << 10
	// workFactor is the binary logarithm of the rounds of scrypt: a second and
	// 256 MiB for whoever exports, imports or guesses. Import accepts no more,
	// so that a hostile file costs no more.
	workFactor = 18
)

// Export encrypts an identity with a passphrase of at least MinPassphrase
// characters, in the format of age (https://age-encryption.org/v1) with its
// ASCII armor around PEM, so that it can be opened without Lanyard too. It
// takes a second. It fails with ErrPassphrase.
func Export(id *Identity, passphrase string) ([]byte, error) {
	return export(id, passphrase, workFactor)
}

// export is Export with a work factor.
func export(id *Identity, passphrase string, work int) ([]byte, error) {
	if !usable(passphrase) {
		return nil, ErrPassphrase
	}
	text, err := encode(id, nil)
	if err != nil {
		return nil, err
	}
	data, err := seal(text, passphrase, work)
	if err != nil {
		return nil, fmt.Errorf("encrypting the device key: %w", err)
	}
	return data, nil
}

// usable reports whether a passphrase may be used.
func usable(passphrase string) bool {
	return len(passphrase) <= maxPassphrase && utf8.RuneCountInString(passphrase) >= MinPassphrase
}

// seal encrypts text with a passphrase.
func seal(text []byte, passphrase string, work int) ([]byte, error) {
	recipient, err := age.NewScryptRecipient(passphrase)
	if err != nil {
		return nil, err
	}
	recipient.SetWorkFactor(work)
	var data bytes.Buffer
	armored := armor.NewWriter(&data)
	sealed, err := age.Encrypt(armored, recipient)
	if err != nil {
		return nil, err
	}
	if _, err := sealed.Write(text); err != nil {
		return nil, err
	}
	if err := errors.Join(sealed.Close(), armored.Close()); err != nil {
		return nil, err
	}
	return data.Bytes(), nil
}

// Import is the reverse of Export. It takes a second. It fails with
// ErrPassphrase, or with ErrBackup for what Export did not write.
func Import(data []byte, passphrase string) (*Identity, error) {
	return importKey(data, passphrase, workFactor)
}

// importKey is Import with a work factor that is the most it accepts.
func importKey(data []byte, passphrase string, work int) (*Identity, error) {
	if len(data) > MaxBackup {
		return nil, fmt.Errorf("%d bytes of at most %d: %w", len(data), MaxBackup, ErrBackup)
	}
	if !usable(passphrase) {
		return nil, ErrPassphrase
	}
	text, err := unseal(data, passphrase, work)
	if err != nil {
		return nil, err
	}
	id, rest, err := parse(text)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrBackup, err)
	}
	if len(rest) > 0 {
		return nil, fmt.Errorf("more than a key: %w", ErrBackup)
	}
	return id, nil
}

// unseal decrypts what seal wrote. An error that has ErrPassphrase says that
// everything is as it should be but the passphrase.
func unseal(data []byte, passphrase string, work int) ([]byte, error) {
	opener, err := age.NewScryptIdentity(passphrase)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrPassphrase, err)
	}
	opener.SetMaxWorkFactor(work)
	opened, err := age.Decrypt(armor.NewReader(bytes.NewReader(data)), opener)
	none, wrong := errors.AsType[*age.NoIdentityMatchError](err)
	switch {
	case wrong && len(none.StanzaTypes) == 1 && none.StanzaTypes[0] == "scrypt":
		return nil, ErrPassphrase
	case err != nil:
		return nil, fmt.Errorf("%w: %.200q", ErrBackup, err.Error()) // quotes the file
	}
	text, err := io.ReadAll(opened) // as long as data at most
	if err != nil {
		return nil, fmt.Errorf("%w: %.200q", ErrBackup, err.Error())
	}
	return text, nil
}
