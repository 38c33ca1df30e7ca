package netcore

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"lanyard/netcore/identity"
)

// ErrPassphrase says that a passphrase does not open an exported identity, or
// is too short for one.
var ErrPassphrase = identity.ErrPassphrase

// ExportIdentity writes this profile's identity to a new file, encrypted with
// a passphrase of at least 8 characters. It fails with ErrPassphrase, and with
// fs.ErrExist rather than overwrite something. It takes a second.
func (n *Node) ExportIdentity(ctx context.Context, path, passphrase string) error {
	data, err := identity.Export(n.identity, passphrase)
	if err == nil {
		err = writeNew(path, data)
	}
	n.noteIdentity(ctx, "exported", err)
	if err != nil {
		return fmt.Errorf("exporting the identity: %w", err)
	}
	return nil
}

// writeNew writes a file that is not there yet, for this user only.
func writeNew(path string, data []byte) error {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600) // #nosec G304 -- the user chose it
	if err != nil {
		return err
	}
	_, err = file.Write(data)
	if err == nil {
		err = file.Sync()
	}
	if err = errors.Join(err, file.Close()); err != nil {
		return errors.Join(err, os.Remove(path))
	}
	return nil
}

// ImportIdentity makes an exported identity that of this profile from its next
// start on, and returns its device ID. It fails with ErrPassphrase, and with
// identity.ErrBackup for a file that is no exported identity. It takes a second.
func (n *Node) ImportIdentity(ctx context.Context, path, passphrase string) (DeviceID, error) {
	next, err := importFrom(path, passphrase)
	if err == nil {
		err = identity.Stage(n.config.Profile, next, nil)
	}
	n.noteIdentity(ctx, "imported", err)
	if err != nil {
		return DeviceID{}, fmt.Errorf("importing an identity: %w", err)
	}
	return next.ID(), nil
}

// importFrom reads an exported identity, and no more of a file than one has.
func importFrom(path, passphrase string) (*identity.Identity, error) {
	info, err := os.Stat(path)
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("%q is no file: %w", path, fs.ErrInvalid)
	}
	if err != nil {
		return nil, err
	}
	file, err := os.Open(path) // #nosec G304 -- the user chose it
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	data, err := io.ReadAll(io.LimitReader(file, identity.MaxBackup+1))
	if err != nil {
		return nil, err
	}
	return identity.Import(data, passphrase)
}

// RotateIdentity makes a new key that is this profile's from its next start
// on, and returns its device ID. Those who know the old key are told, signed
// by it, and must verify anew.
func (n *Node) RotateIdentity(ctx context.Context) (DeviceID, error) {
	next, err := identity.Generate()
	if err == nil {
		statement := identity.NewRotation(n.identity, next)
		err = identity.Stage(n.config.Profile, next, &statement)
	}
	n.noteIdentity(ctx, "rotated", err)
	if err != nil {
		return DeviceID{}, fmt.Errorf("making a new key: %w", err)
	}
	return next.ID(), nil
}

// noteIdentity adds to the audit log what was done with this profile's key.
func (n *Node) noteIdentity(ctx context.Context, detail string, err error) {
	n.note(ctx, logged{what: AuditIdentity, detail: detail, outcome: outcomeOf(err)})
}
