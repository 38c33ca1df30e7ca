package identity

import (
	"crypto/ed25519"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// keyFile is the name of the key in a profile: PKCS #8 (RFC 5958) in PEM.
const keyFile = "identity.pem"

// pemType is the PEM label of PKCS #8 (RFC 7468, 10).
const pemType = "PRIVATE KEY"

// LoadOrCreate returns the identity of a profile folder, made at its first
// use. The key file is readable by its owner only. A file that cannot be read
// is an error, never a reason to make a new identity.
func LoadOrCreate(dir string) (*Identity, error) {
	path := filepath.Join(dir, keyFile)
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return create(path)
	}
	if err != nil {
		return nil, fmt.Errorf("reading the device key: %w", err)
	}
	return parse(text)
}

// parse reads the PEM form.
func parse(text []byte) (*Identity, error) {
	block, _ := pem.Decode(text)
	if block == nil || block.Type != pemType {
		return nil, fmt.Errorf("device key %s is damaged: no PEM block %q", keyFile, pemType)
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("device key %s is damaged: %w", keyFile, err)
	}
	key, ok := parsed.(ed25519.PrivateKey)
	if !ok {
		return nil, fmt.Errorf("device key %s is of another kind: %T", keyFile, parsed)
	}
	return fromKey(key)
}

// create makes an identity and commits it to path before returning it.
func create(path string) (*Identity, error) {
	id, err := Generate()
	if err != nil {
		return nil, err
	}
	der, err := x509.MarshalPKCS8PrivateKey(id.key)
	if err != nil {
		return nil, fmt.Errorf("encoding the device key: %w", err)
	}
	text := pem.EncodeToMemory(&pem.Block{Type: pemType, Bytes: der})
	if err := writeDurably(path, text); err != nil {
		return nil, fmt.Errorf("saving the device key: %w", err)
	}
	return id, nil
}

// writeDurably writes a private file so that a crash leaves all of it or
// nothing: a temporary neighbour, synced, then renamed.
func writeDurably(path string, text []byte) (err error) {
	temp, err := os.CreateTemp(filepath.Dir(path), keyFile+".*") // mode 0600
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, temp.Close(), os.Remove(temp.Name()))
		}
	}()
	if _, err = temp.Write(text); err != nil {
		return err
	}
	if err = temp.Sync(); err != nil {
		return err
	}
	if err = temp.Close(); err != nil {
		return err
	}
	return os.Rename(temp.Name(), path)
}
