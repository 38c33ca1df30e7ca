package shell

import (
	"context"
	"errors"
	"fmt"

	"lanyard/netcore"
)

func (f *fakeNode) did(format string, args ...any) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.acts = append(f.acts, fmt.Sprintf(format, args...))
	return nil
}

func (f *fakeNode) Verify(context.Context, netcore.DeviceID) (netcore.Verification, error) {
	return nil, errors.New("the fake compares nothing")
}

func (f *fakeNode) VerifyID(_ context.Context, person netcore.PersonID, typed string) error {
	return f.did("verify %d %s", person, typed)
}

func (f *fakeNode) Unverify(_ context.Context, person netcore.PersonID) error {
	return f.did("unverify %d", person)
}

func (f *fakeNode) SetPermissions(_ context.Context, device netcore.DeviceID, p netcore.Permissions) error {
	return f.did("permit %d %s %s %t", device[0], p.Files, p.Commands, p.Clock)
}

func (f *fakeNode) SetAlias(_ context.Context, person netcore.PersonID, alias string) error {
	return f.did("alias %d %s", person, alias)
}

func (f *fakeNode) Block(_ context.Context, person netcore.PersonID) error {
	return f.did("block %d", person)
}

func (f *fakeNode) Unblock(_ context.Context, person netcore.PersonID) error {
	return f.did("unblock %d", person)
}

func (f *fakeNode) Merge(_ context.Context, from, into netcore.PersonID) error {
	return f.did("merge %d %d", from, into)
}

func (f *fakeNode) AnswerConfirm(id int64, yes bool) { _ = f.did("confirm %d %t", id, yes) }
