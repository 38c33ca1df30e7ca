package identity

import (
	"bytes"
	"crypto/ed25519"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// ErrRotation says that a statement of a rotation is malformed, or not signed
// by the key that it names as the old one.
var ErrRotation = errors.New("not a signed change of a device key")

// MaxRotation is the most bytes that ParseRotation reads.
const MaxRotation = 1 << 10

// rotationLabel keeps the signature useless for anything else.
const rotationLabel = "lanyard key rotation 1"

// rotationType is the PEM label of a statement behind the key that it is about.
const rotationType = "LANYARD KEY ROTATION"

// Rotation is a device's statement that its key was replaced, signed by the
// old key. It proves that whoever had the old key named the new one, which a
// thief can do too: it is a reason to tell the user and to verify anew, never
// to trust the new key. It says nothing about who presents it; that the
// presenter holds the new key is proved by the link.
type Rotation struct {
	Old       ed25519.PublicKey `json:"old"`
	New       ed25519.PublicKey `json:"new"`
	Signature []byte            `json:"signature"`
}

// NewRotation states that old is replaced by next.
func NewRotation(old, next *Identity) Rotation {
	r := Rotation{Old: old.Public(), New: next.Public()}
	r.Signature = old.Sign(r.message())
	return r
}

// message is what is signed: its parts have fixed lengths.
func (r Rotation) message() []byte {
	return bytes.Join([][]byte{[]byte(rotationLabel), r.Old, r.New}, nil)
}

// Check fails with ErrRotation unless the statement is whole, names two
// different keys and is signed by the old one. A statement that did not come
// from ParseRotation is good for nothing before Check.
func (r Rotation) Check() error {
	if len(r.Old) != ed25519.PublicKeySize || len(r.New) != ed25519.PublicKeySize || bytes.Equal(r.Old, r.New) {
		return fmt.Errorf("its keys: %w", ErrRotation)
	}
	if !ed25519.Verify(r.Old, r.message(), r.Signature) {
		return fmt.Errorf("its signature: %w", ErrRotation)
	}
	return nil
}

// IDs returns the device IDs of the two keys. It fails with ErrRotation when
// Check does.
func (r Rotation) IDs() (old, next DeviceID, err error) {
	if err := r.Check(); err != nil {
		return DeviceID{}, DeviceID{}, err
	}
	if old, err = IDOf(r.Old); err != nil {
		return DeviceID{}, DeviceID{}, err
	}
	next, err = IDOf(r.New)
	return old, next, err
}

// ParseRotation reads the JSON form of a statement, as others send it, and
// checks it. It fails with ErrRotation.
func ParseRotation(text []byte) (Rotation, error) {
	if len(text) > MaxRotation {
		return Rotation{}, fmt.Errorf("%d bytes of at most %d: %w", len(text), MaxRotation, ErrRotation)
	}
	var r Rotation
	if err := json.Unmarshal(text, &r); err != nil {
		return Rotation{}, fmt.Errorf("%w: %w", ErrRotation, err)
	}
	if err := r.Check(); err != nil {
		return Rotation{}, err
	}
	return r, nil
}

// Stage makes next the identity of a profile from its next LoadOrCreate on.
// The statement, nil for a key that was not made to replace this profile's, is
// kept with it for LoadRotation; one about another key is ErrRotation. What
// was staged before is replaced. The staged key is durable when Stage returns;
// killed at any moment, the profile has all of it or nothing.
func Stage(dir string, next *Identity, statement *Rotation) error {
	if statement != nil && (statement.Check() != nil || !next.Public().Equal(statement.New)) {
		return fmt.Errorf("not about the new device key: %w", ErrRotation)
	}
	if err := save(filepath.Join(dir, nextFile), next, statement); err != nil {
		return fmt.Errorf("keeping the new device key for the next start: %w", err)
	}
	return nil
}

// promote moves a staged key, which is read before, over the present one. One
// rename does it all, statement too, and leaves no copy of the old key.
func promote(dir string) error {
	staged := filepath.Join(dir, nextFile)
	_, _, err := load(staged)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	present := filepath.Join(dir, keyFile)
	if info, err := os.Lstat(present); err == nil && !info.Mode().IsRegular() {
		return fmt.Errorf("%s is no plain file: the old key would stay where it leads", present)
	}
	return move(staged, present)
}

// LoadRotation returns the statement that the present key of a profile
// replaced another, for telling others; nil if it did not.
func LoadRotation(dir string) (*Rotation, error) {
	id, rest, err := load(filepath.Join(dir, keyFile))
	if err != nil {
		return nil, fmt.Errorf("reading the last change of the device key: %w", err)
	}
	block, _ := pem.Decode(rest)
	if block == nil || block.Type != rotationType {
		return nil, nil
	}
	r, err := ParseRotation(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", keyFile, err)
	}
	if !id.Public().Equal(r.New) {
		return nil, fmt.Errorf("%s: about another key: %w", keyFile, ErrRotation)
	}
	return &r, nil
}

// encodeStatement writes the block that stands behind a key.
func encodeStatement(r Rotation) ([]byte, error) {
	text, err := json.Marshal(r)
	if err != nil {
		return nil, fmt.Errorf("encoding a change of the device key: %w", err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: rotationType, Bytes: text}), nil
}
