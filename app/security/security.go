// Package security is the part of the settings that is about trust: what each
// person may do on this PC, who may reach it at all, the network password,
// pairing strings, and the identity of this PC.
package security

import (
	"context"

	"fyne.io/fyne/v2"

	"lanyard/app/kit"
	"lanyard/netcore"
)

// Node is what this package asks of the engine.
type Node interface {
	Self() netcore.Self
	Settings() netcore.Settings
	SetSettings(ctx context.Context, settings netcore.Settings) error
	People(ctx context.Context) ([]netcore.Person, error)
	SetPermissions(ctx context.Context, device netcore.DeviceID, p netcore.Permissions) error
	Unblock(ctx context.Context, person netcore.PersonID) error
	Password() string
	SetPassword(ctx context.Context, password string) error
	NewPassword() string
	MakePairString(ctx context.Context) (string, error)
	UsePairString(ctx context.Context, text string) (netcore.Person, error)
	ExportIdentity(ctx context.Context, path, passphrase string) error
	ImportIdentity(ctx context.Context, path, passphrase string) (netcore.DeviceID, error)
	RotateIdentity(ctx context.Context) (netcore.DeviceID, error)
}

// Host is what this package asks of the window around it.
type Host struct {
	Window    fyne.Window
	Shortcuts kit.Shortcuts
	Copy      func(text string)
	Escaped   func() // the user leaves the page
}
