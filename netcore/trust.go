package netcore

import (
	"context"
	"errors"
)

var (
	// ErrNotVerified says that permissions were asked for somebody who is not verified.
	ErrNotVerified = errors.New("only verified people can be given permissions")
	// ErrOtherID says that the device ID that was compared is another one.
	ErrOtherID = errors.New("that is another device ID")
	// ErrWeakPassword says that a network password was not made by Lanyard.
	ErrWeakPassword = errors.New("a network password must be one that Lanyard made")
	// ErrNotConfirmed says that the user refused in the window, or did not answer.
	ErrNotConfirmed = errors.New("it was not confirmed in the window")
	// ErrBlocked says that the person is blocked.
	ErrBlocked = errors.New("the person is blocked")
	// ErrPassphrase says that a passphrase does not open an exported identity, or is too short for one.
	ErrPassphrase = errors.New("this passphrase cannot be used")
)

var errNotBuilt = errors.New("not built yet")

// SetPermissions commits what somebody's device may do here. It fails with
// ErrNotVerified.
func (n *Node) SetPermissions(ctx context.Context, person PersonID, p Permissions) error {
	return errNotBuilt
}

// VerifyID verifies somebody by their whole device ID, as this user typed or
// pasted it. It fails with ErrOtherID if it is not theirs.
func (n *Node) VerifyID(ctx context.Context, person PersonID, typed string) error {
	return errNotBuilt
}

// Unverify takes back that somebody's device is verified, and with it all
// permissions.
func (n *Node) Unverify(ctx context.Context, person PersonID) error { return errNotBuilt }

// Block ends all links with somebody's devices, and lets none come up again.
func (n *Node) Block(ctx context.Context, person PersonID) error { return errNotBuilt }

// Unblock is the reverse of Block. What was permitted before stays taken back.
func (n *Node) Unblock(ctx context.Context, person PersonID) error { return errNotBuilt }

// SetAlias gives somebody a name of this user's own; empty takes it back.
func (n *Node) SetAlias(ctx context.Context, person PersonID, alias string) error {
	return errNotBuilt
}

// Merge makes the conversations and devices of one person those of another.
// Trust and permissions stay with the devices: none are taken along.
func (n *Node) Merge(ctx context.Context, from, into PersonID) error { return errNotBuilt }

// Verification is one attempt to compare digits with somebody.
type Verification interface {
	// ID names the attempt in this run of the program.
	ID() int64
	// Code waits until both users have opened the comparison and returns the
	// six digits that both screens must show.
	Code(ctx context.Context) (string, error)
	// Answer says whether the user saw the same digits on both screens.
	Answer(match bool)
	// Wait waits for the end: nil means that both said yes, and that the
	// device is verified now. The other errors are those of Verify.
	Wait(ctx context.Context) error
	// Cancel ends the attempt. After the end it does nothing.
	Cancel()
}

// Verify opens the comparison of digits with somebody who is linked, for two
// minutes. One attempt is open at a time. The errors of it and of the
// Verification are those of package verify.
func (n *Node) Verify(ctx context.Context, person PersonID) (Verification, error) {
	return nil, errNotBuilt
}

// MakePairString returns a pairing string of this copy: whoever uses it within
// ten minutes is verified, and verifies this copy. One is valid at a time.
func (n *Node) MakePairString(ctx context.Context) (string, error) { return "", errNotBuilt }

// UsePairString dials the maker of a pairing string; on success both sides are
// verified. It waits for the network.
func (n *Node) UsePairString(ctx context.Context, text string) (Person, error) {
	return Person{}, errNotBuilt
}

// Audit reads the audit log.
func (n *Node) Audit(ctx context.Context, query AuditQuery) ([]AuditEntry, error) {
	return nil, errNotBuilt
}

// Password returns the network password; empty: none.
func (n *Node) Password() string { return "" }

// SetPassword sets the network password, one that NewPassword made; empty
// takes it away. All links are made anew. It fails with ErrWeakPassword.
func (n *Node) SetPassword(ctx context.Context, password string) error { return errNotBuilt }

// NewPassword returns a fresh network password. It is not in force before SetPassword.
func (n *Node) NewPassword() string { return "" }

// ExportIdentity writes this profile's identity to a new file, encrypted with
// a passphrase of at least 8 characters. It fails with ErrPassphrase, and with
// fs.ErrExist rather than overwrite something.
func (n *Node) ExportIdentity(ctx context.Context, path, passphrase string) error {
	return errNotBuilt
}

// ImportIdentity makes an exported identity that of this profile from its next
// start on, and returns its device ID. It fails with ErrPassphrase.
func (n *Node) ImportIdentity(ctx context.Context, path, passphrase string) (DeviceID, error) {
	return DeviceID{}, errNotBuilt
}

// RotateIdentity makes a new key that is this profile's from its next start
// on, and returns its device ID. Verified people are told, signed by the old
// key, and must verify anew.
func (n *Node) RotateIdentity(ctx context.Context) (DeviceID, error) {
	return DeviceID{}, errNotBuilt
}
