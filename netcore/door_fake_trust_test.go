package netcore

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
)

// fakeTrust is what a fakeEngine knows about trust.
type fakeTrust struct {
	acts       []string // what was done, in order
	confirmed  []string // what was asked for in the window
	confirmErr error
	onConfirm  func() // played while the window asks
	failing    error  // of all acts
	comparison *fakeComparison
	log        []AuditEntry // oldest first
	secret     string       // the network password
	pairString string
}

// fakeComparison is a comparison of digits whose other side the test plays.
type fakeComparison struct {
	code    chan string
	answers chan bool
	end     chan error
	cancels chan struct{}
}

func newFakeComparison() *fakeComparison {
	return &fakeComparison{
		code: make(chan string, 1), answers: make(chan bool, 9), end: make(chan error, 9), cancels: make(chan struct{}, 9),
	}
}

func (c *fakeComparison) ID() int64 { return 5 }

func (c *fakeComparison) Code(ctx context.Context) (string, error) {
	select {
	case code := <-c.code:
		return code, nil
	case err := <-c.end:
		return "", err
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

func (c *fakeComparison) Answer(match bool) { c.answers <- match }

func (c *fakeComparison) Wait(ctx context.Context) error {
	select {
	case err := <-c.end:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (c *fakeComparison) Cancel() {
	c.cancels <- struct{}{}
	c.end <- context.Canceled
}

// act notes what is done.
func (e *fakeEngine) act(format string, args ...any) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.failing == nil {
		e.acts = append(e.acts, fmt.Sprintf(format, args...))
	}
	return e.failing
}

// did returns what was done and asked for so far, one a line, and forgets it.
func (e *fakeEngine) did() string {
	e.mu.Lock()
	defer e.mu.Unlock()
	all := strings.Join(append(e.confirmed, e.acts...), "\n")
	e.confirmed, e.acts = nil, nil
	return all
}

// alter changes a person and tells subscribers.
func (e *fakeEngine) alter(id PersonID, kind EventKind, change func(*Person)) {
	e.mu.Lock()
	for i := range e.people {
		if e.people[i].ID == id {
			change(&e.people[i])
		}
	}
	e.mu.Unlock()
	e.bus.publish(Event{Kind: kind, Person: id})
}

func (e *fakeEngine) Verify(_ context.Context, device DeviceID) (Verification, error) {
	if err := e.act("verify %s", device.Short()); err != nil {
		return nil, err
	}
	return e.comparison, nil
}

func (e *fakeEngine) VerifyID(_ context.Context, person PersonID, typed string) error {
	return e.act("verify-id %d %s", person, typed)
}

func (e *fakeEngine) MakePairString(context.Context) (string, error) {
	return e.pairString, e.act("make-string")
}

func (e *fakeEngine) UsePairString(context.Context, string) (Person, error) {
	return bob, e.act("use-string")
}

func (e *fakeEngine) SetPermissions(_ context.Context, device DeviceID, p Permissions) error {
	if err := e.act("permissions %s %v", device.Short(), p); err != nil {
		return err
	}
	e.mu.Lock()
	at := slices.IndexFunc(e.people, func(each Person) bool {
		return each.Device == device || slices.Contains(each.Devices, device)
	})
	e.mu.Unlock()
	if at < 0 {
		return ErrUnknownPerson
	}
	e.alter(e.people[at].ID, EventPerson, func(each *Person) { each.Permissions = p })
	return nil
}

func (e *fakeEngine) Unverify(_ context.Context, person PersonID) error {
	return e.act("unverify %d", person)
}

func (e *fakeEngine) Block(_ context.Context, person PersonID) error {
	return e.act("block %d", person)
}

func (e *fakeEngine) Unblock(_ context.Context, person PersonID) error {
	return e.act("unblock %d", person)
}

func (e *fakeEngine) SetAlias(_ context.Context, person PersonID, alias string) error {
	e.alter(person, EventPerson, func(each *Person) { each.Name = alias })
	return e.act("alias %d %q", person, alias)
}

func (e *fakeEngine) Merge(_ context.Context, from, into PersonID) error {
	return e.act("merge %d into %d", from, into)
}

func (e *fakeEngine) Audit(_ context.Context, query AuditQuery) ([]AuditEntry, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	var page []AuditEntry
	for _, entry := range slices.Backward(e.log) {
		if len(page) == query.Limit {
			break
		}
		if query.Before != 0 && entry.Seq >= query.Before || query.What != "" && entry.What != query.What ||
			query.Device != (DeviceID{}) && entry.Device != query.Device || !strings.Contains(entry.Detail, query.Text) {
			continue
		}
		page = append(page, entry)
	}
	return page, nil
}

func (e *fakeEngine) Password() string { return e.secret }

func (e *fakeEngine) SetPassword(_ context.Context, password string) error {
	e.secret = password
	return e.act("password set")
}

func (e *fakeEngine) NewPassword() string { return "fresh" }

func (e *fakeEngine) ExportIdentity(_ context.Context, path, passphrase string) error {
	return e.act("export %s %s", path, passphrase)
}

func (e *fakeEngine) ImportIdentity(_ context.Context, path, passphrase string) (DeviceID, error) {
	return DeviceID{7}, e.act("import %s %s", path, passphrase)
}

func (e *fakeEngine) RotateIdentity(context.Context) (DeviceID, error) {
	return DeviceID{8}, e.act("rotate")
}

// confirmWait is how long the user takes in the window of a fakeEngine.
const confirmWait = 10 * time.Second

func (e *fakeEngine) Confirm(ctx context.Context, act ConfirmAct, person Person, detail string) error {
	e.mu.Lock()
	e.confirmed = append(e.confirmed, strings.TrimSpace(fmt.Sprintf("confirm %s %s %s", act, person.Name, detail)))
	err, played := e.confirmErr, e.onConfirm
	e.mu.Unlock()
	if played == nil {
		return err
	}
	select {
	case <-time.After(confirmWait):
		played()
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}
