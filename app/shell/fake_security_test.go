package shell

import (
	"context"

	"lanyard/netcore"
)

func (f *fakeNode) Password() string    { return "" }
func (f *fakeNode) NewPassword() string { return "AAAAA-BBBBB-CCCCC-DDDDD" }

func (f *fakeNode) SetPassword(context.Context, string) error { return nil }

func (f *fakeNode) MakePairString(context.Context) (string, error) {
	return "lanyard:192.168.1.7:9527/ID/SECRET", nil
}

func (f *fakeNode) UsePairString(context.Context, string) (netcore.Person, error) {
	return netcore.Person{ID: 7, Name: "Seven"}, nil
}

func (f *fakeNode) ExportIdentity(context.Context, string, string) error { return nil }

func (f *fakeNode) ImportIdentity(context.Context, string, string) (netcore.DeviceID, error) {
	return netcore.DeviceID{7}, nil
}

func (f *fakeNode) RotateIdentity(context.Context) (netcore.DeviceID, error) {
	return netcore.DeviceID{8}, nil
}

func (f *fakeNode) Audit(context.Context, netcore.AuditQuery) ([]netcore.AuditEntry, error) {
	return nil, nil
}
