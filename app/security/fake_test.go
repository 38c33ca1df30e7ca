package security

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"lanyard/app/kit/kittest"
	"lanyard/netcore"
)

// fakeNode is an engine in memory that does what it is told.
type fakeNode struct {
	mu       sync.Mutex
	settings netcore.Settings
	people   []netcore.Person
	password string
	acts     []string
	refuse   error         // what every change answers
	hold     chan struct{} // changes wait for it; nil: they do not
}

// did notes a change.
func (f *fakeNode) did(ctx context.Context, format string, args ...any) error {
	f.mu.Lock()
	refuse, hold := f.refuse, f.hold
	f.acts = append(f.acts, fmt.Sprintf(format, args...))
	f.mu.Unlock()
	if hold != nil {
		select {
		case <-hold:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return refuse
}

func (f *fakeNode) did1(act string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Contains(f.acts, act)
}

func (f *fakeNode) all() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.acts)
}

func (f *fakeNode) Self() netcore.Self { return netcore.Self{ID: netcore.DeviceID{42}, Name: "Ming"} }

func (f *fakeNode) Settings() netcore.Settings {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.settings
}

func (f *fakeNode) SetSettings(ctx context.Context, s netcore.Settings) error {
	if err := f.did(ctx, "settings"); err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.settings = s
	return nil
}

func (f *fakeNode) People(context.Context) ([]netcore.Person, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.people), nil
}

func (f *fakeNode) SetPermissions(ctx context.Context, device netcore.DeviceID, p netcore.Permissions) error {
	if err := f.did(ctx, "permit %d %s %d %s %t", device[0], p.Files, p.FilesCap, p.Commands, p.Clock); err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	for at := range f.people {
		if f.people[at].Device == device {
			f.people[at].Permissions = p
		}
	}
	return nil
}

func (f *fakeNode) Unblock(ctx context.Context, person netcore.PersonID) error {
	return f.did(ctx, "unblock %d", person)
}

func (f *fakeNode) Password() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.password
}

func (f *fakeNode) NewPassword() string { return freshPassword }

const freshPassword = "AAAAA-BBBBB-CCCCC-DDDDD"

func (f *fakeNode) SetPassword(ctx context.Context, password string) error {
	if err := f.did(ctx, "password %q", password); err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.password = password
	return nil
}

func (f *fakeNode) MakePairString(ctx context.Context) (string, error) {
	return "lanyard:192.168.1.7:9527/ID/SECRET", f.did(ctx, "make string")
}

func (f *fakeNode) UsePairString(ctx context.Context, text string) (netcore.Person, error) {
	return netcore.Person{ID: 7, Name: "Seven\u202e", Device: netcore.DeviceID{7}}, f.did(ctx, "use %s", text)
}

func (f *fakeNode) ExportIdentity(ctx context.Context, path, passphrase string) error {
	return f.did(ctx, "export %s %s", path, passphrase)
}

func (f *fakeNode) ImportIdentity(ctx context.Context, path, passphrase string) (netcore.DeviceID, error) {
	return netcore.DeviceID{9}, f.did(ctx, "import %s %s", path, passphrase)
}

func (f *fakeNode) RotateIdentity(ctx context.Context) (netcore.DeviceID, error) {
	return netcore.DeviceID{8}, f.did(ctx, "rotate")
}

// stage is one of the two pages on a fake node.
type stage struct {
	*kittest.Stage
	node   *fakeNode
	table  *Permissions
	page   *Page
	copied string
}

// newTable shows the table of permissions.
func newTable(t *testing.T, node *fakeNode, size fyne.Size) *stage {
	t.Helper()
	s := &stage{Stage: kittest.NewStage(t, size), node: node}
	s.table = NewPermissions(s.UI, node, s.host())
	s.Show(container.NewStack(s.table.Object()))
	s.table.Trigger()
	return s
}

// newSecurity shows the page with all the rest.
func newSecurity(t *testing.T, node *fakeNode) *stage {
	t.Helper()
	s := &stage{Stage: kittest.NewStage(t, fyne.NewSize(720, 1400)), node: node}
	s.page = NewPage(s.UI, node, s.host())
	s.Show(container.NewStack(s.page.Object()))
	s.page.Show()
	s.WantText("assword")
	return s
}

func (s *stage) host() Host {
	return Host{Window: s.Window, Copy: func(text string) { s.copied = text }, Escaped: func() {}}
}

// did waits until the node was asked for something.
func (s *stage) did(act string) {
	s.Helper()
	s.Until(fmt.Sprintf("%q was done, not only %q", act, s.node.all()), func() bool { return s.node.did1(act) })
}

// closed waits until no dialog is open.
func (s *stage) closed() {
	s.Helper()
	s.Until("the dialog is gone", func() bool { return len(s.Window.Canvas().Overlays().List()) == 0 })
}

// someone is verified, with the least that may be permitted.
func someone(id netcore.PersonID, name string) netcore.Person {
	return netcore.Person{
		ID: id, Name: name, Device: netcore.DeviceID{byte(id), byte(id >> 8), 1}, Trust: netcore.TrustVerified,
		Verified: time.Date(2026, 3, 4, 12, 0, 0, 0, time.Local), VerifiedBy: netcore.VerifiedByCode,
		Permissions: netcore.Permissions{Files: netcore.FilesAsk, Commands: netcore.CommandsOff, Clock: true},
	}
}

// long is a text that a page must not choke on.
func long() string { return strings.Repeat("x", 64<<10) }
