package identity

import (
	"crypto/ed25519"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// The keys of a profile: PKCS #8 (RFC 5958) in PEM, the staged one with the
// statement of its rotation behind it.
const (
	keyFile  = "identity.pem"
	nextFile = "identity-next.pem"
	tempEnd  = ".tmp"
)

// pemType is the PEM label of PKCS #8 (RFC 7468, 10).
const pemType = "PRIVATE KEY"

// privateMode lets nobody but the owner at a key.
const privateMode = 0o600

// maxKeyFile is the most that is read of a key file, in bytes.
const maxKeyFile = 64 << 10

// LoadOrCreate returns the identity of a profile folder, made at its first
// use; what Stage left there takes its place before. One copy of the program
// calls it, once, when it has the profile for itself.
//
// The key file must be a plain file of this user. If others can read it, its
// mode is narrowed and Warning of the identity says so. A file that cannot be
// read is an error, never a reason to make a new identity.
func LoadOrCreate(dir string) (*Identity, error) {
	path := filepath.Join(dir, keyFile)
	for _, name := range []string{keyFile, nextFile} {
		// Left by a copy that was killed while it wrote.
		if err := os.Remove(filepath.Join(dir, name+tempEnd)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("removing an unfinished device key: %w", err)
		}
	}
	if err := promote(dir); err != nil {
		return nil, fmt.Errorf("changing to the new device key: %w", err)
	}
	id, _, err := load(path)
	if errors.Is(err, fs.ErrNotExist) {
		return create(path)
	}
	if err != nil {
		return nil, fmt.Errorf("reading the device key: %w", err)
	}
	return id, nil
}

// load reads a key file; rest is what stands behind the key.
func load(path string) (id *Identity, rest []byte, err error) {
	text, warning, err := readPrivate(path)
	if err != nil {
		return nil, nil, err
	}
	if id, rest, err = parse(text); err != nil {
		return nil, nil, fmt.Errorf("%s is damaged: %w", filepath.Base(path), err)
	}
	id.warning = warning
	return id, rest, nil
}

// readPrivate reads a file that must be this user's alone. The warning says
// that others could read it until now.
func readPrivate(path string) (text []byte, warning, err error) {
	before, err := os.Lstat(path)
	if err != nil {
		return nil, nil, err
	}
	if !before.Mode().IsRegular() { // looked at first: opening a pipe would wait
		return nil, nil, fmt.Errorf("%s is no plain file: %v", path, before.Mode().Type())
	}
	file, err := os.Open(path) // #nosec G304 -- a fixed name in this user's profile
	if err != nil {
		return nil, nil, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	info, err := file.Stat()
	if err != nil {
		return nil, nil, err
	}
	if !os.SameFile(before, info) {
		return nil, nil, fmt.Errorf("%s was replaced while it was opened", path)
	}
	if warning, err = claim(file, info); err != nil {
		return nil, nil, err
	}
	text, err = io.ReadAll(io.LimitReader(file, maxKeyFile+1))
	if err == nil && len(text) > maxKeyFile {
		err = fmt.Errorf("%s is too large", path)
	}
	return text, warning, err
}

// parse reads the PEM form of a key; rest is what stands behind it.
func parse(text []byte) (id *Identity, rest []byte, err error) {
	block, rest := pem.Decode(text)
	if block == nil || block.Type != pemType {
		return nil, nil, fmt.Errorf("no PEM block %q", pemType)
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, nil, fmt.Errorf("reading PKCS #8: %w", err)
	}
	key, ok := parsed.(ed25519.PrivateKey)
	if !ok {
		return nil, nil, fmt.Errorf("a key of another kind: %T", parsed)
	}
	id, err = fromKey(key)
	return id, rest, err
}

// encode writes what parse and LoadRotation read; statement may be nil.
func encode(id *Identity, statement *Rotation) ([]byte, error) {
	der, err := x509.MarshalPKCS8PrivateKey(id.key)
	if err != nil {
		return nil, fmt.Errorf("encoding the device key: %w", err)
	}
	text := pem.EncodeToMemory(&pem.Block{Type: pemType, Bytes: der})
	if statement == nil {
		return text, nil
	}
	more, err := encodeStatement(*statement)
	return append(text, more...), err
}

// create makes an identity and commits it to path before returning it.
func create(path string) (*Identity, error) {
	id, err := Generate()
	if err != nil {
		return nil, err
	}
	if err := save(path, id, nil); err != nil {
		return nil, fmt.Errorf("saving the device key: %w", err)
	}
	return id, nil
}

// save commits a key file. Killed at any moment, it leaves the one that was
// there or the new one: a temporary neighbour, synced, then renamed.
func save(path string, id *Identity, statement *Rotation) error {
	text, err := encode(id, statement)
	if err != nil {
		return err
	}
	temp := path + tempEnd
	if err := os.Remove(temp); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := writeSynced(temp, text); err != nil {
		return errors.Join(err, os.Remove(temp))
	}
	return move(temp, path)
}

// writeSynced writes a new private file through to the disk.
func writeSynced(path string, text []byte) (err error) {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, privateMode) // #nosec G304 -- a fixed name in this user's profile
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	if _, err := file.Write(text); err != nil {
		return err
	}
	return file.Sync()
}

// move renames a file over another of the same folder, durably.
func move(from, to string) error {
	if err := os.Rename(from, to); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(to))
}
