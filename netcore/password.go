package netcore

import (
	"context"
	"fmt"
	"sync/atomic"

	"lanyard/netcore/identity"
	"lanyard/netcore/store"
)

// ErrWeakPassword says that a network password was not made by Lanyard.
var ErrWeakPassword = identity.ErrWeakPassword

// settingPassword is the network password as it is typed, so that it can be
// shown again for the next PC. The profile keeps it as privately as the key.
const settingPassword = "network_password"

// passwordBox keeps the network password at hand, its key derived once.
type passwordBox struct {
	held atomic.Pointer[networkPassword]
}

// networkPassword is a password with its key.
type networkPassword struct {
	text string
	key  identity.NetworkKey
}

// load reads the password of a profile.
func (b *passwordBox) load(ctx context.Context, db *store.DB) error {
	text, _, err := db.Setting(ctx, settingPassword)
	if err != nil {
		return err
	}
	return b.use(text)
}

// use makes a password count; empty: none.
func (b *passwordBox) use(text string) error {
	if text == "" {
		b.held.Store(nil)
		return nil
	}
	key, err := identity.ParsePassword(text)
	if err != nil {
		return fmt.Errorf("the network password: %w", err)
	}
	b.held.Store(&networkPassword{text: text, key: key})
	return nil
}

// text returns the password; empty: none.
func (b *passwordBox) text() string {
	if held := b.held.Load(); held != nil {
		return held.text
	}
	return ""
}

// key returns the key of the password; nil: none.
func (b *passwordBox) key() *identity.NetworkKey {
	if held := b.held.Load(); held != nil {
		return &held.key
	}
	return nil
}

// Password returns the network password; empty: none.
func (n *Node) Password() string { return n.password.text() }

// NewPassword returns a fresh network password. It is not in force before
// SetPassword.
func (n *Node) NewPassword() string { return identity.NewPassword() }

// SetPassword sets the network password, one that NewPassword made; empty
// takes it away. All links are made anew, with those who have the same. It
// fails with ErrWeakPassword.
func (n *Node) SetPassword(ctx context.Context, password string) error {
	detail := "taken away"
	if password != "" {
		detail = "set"
		tidy, err := identity.TidyPassword(password)
		if err != nil {
			n.note(ctx, logged{what: AuditPassword, detail: detail, outcome: OutcomeRefused})
			return err
		}
		password = tidy
	}
	err := n.db.SetSetting(ctx, settingPassword, password)
	n.note(ctx, logged{what: AuditPassword, detail: detail, outcome: outcomeOf(err)})
	if err != nil {
		return err
	}
	if err := n.password.use(password); err != nil {
		return err
	}
	n.links.Recheck(true)
	n.bus.publish(Event{Kind: EventSettings})
	return nil
}
