package shell

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"lanyard/netcore"
)

// act notes what was done with a transfer.
func (f *fakeNode) act(format string, args ...any) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.acts = append(f.acts, fmt.Sprintf(format, args...))
	return nil
}

func (f *fakeNode) Pause(_ context.Context, key int64) error  { return f.act("pause %d", key) }
func (f *fakeNode) Resume(_ context.Context, key int64) error { return f.act("resume %d", key) }
func (f *fakeNode) Retry(_ context.Context, key int64) error  { return f.act("retry %d", key) }

func (f *fakeNode) SetTransferBandwidth(key, limit int64) error {
	return f.act("limit %d to %d", key, limit)
}

func (f *fakeNode) Preflight(context.Context, int64, string) (netcore.Preflight, error) {
	return netcore.Preflight{}, netcore.ErrTransferVersion
}

func (f *fakeNode) OfferFiles(context.Context, int64, int, int) ([]netcore.OfferFile, error) {
	return nil, netcore.ErrTransferVersion
}

func (f *fakeNode) FindTransfers(_ context.Context, query netcore.TransferQuery) ([]netcore.Transfer, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	var found []netcore.Transfer
	for _, item := range slices.Backward(f.items) {
		t := item.Transfer
		if t == nil || len(found) == query.Limit || query.Before != 0 && t.Key >= query.Before ||
			query.Group != netcore.GroupAll && netcore.GroupOf(*t) != query.Group || !strings.Contains(t.Name, query.Text) {
			continue
		}
		found = append(found, *t)
	}
	return found, nil
}

func (f *fakeNode) ClearTransfers(_ context.Context, group netcore.TransferGroup) (int, error) {
	return 0, f.act("clear %s", group)
}

func (f *fakeNode) FindFiles(ctx context.Context, query netcore.FileQuery) ([]netcore.FileResult, error) {
	return f.Files(ctx, query.Key, query.After, query.Limit)
}

func (f *fakeNode) ExportMD5(_ context.Context, key int64, path string) error {
	return f.act("export %d to %s", key, path)
}
