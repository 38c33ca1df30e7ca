package netcore

import (
	"context"
	"os"
	"slices"
	"strings"
)

// fakeTransfers is what a fakeEngine knows about transfers, beside them.
type fakeTransfers struct {
	bandwidths map[int64]int64
	options    map[int64]AcceptOptions // of what was accepted
	offered    []OfferFile             // the list of every offer; nil: its sender is too old
	look       Preflight
	lists      string // what ExportMD5 writes
	queries    []TransferQuery
	cleared    []TransferGroup
	actErr     error
	wish       Clash // of what was sent last
	onRetry    func()
}

func (e *fakeEngine) Pause(_ context.Context, key int64) error {
	if e.actErr != nil {
		return e.actErr
	}
	e.move(key, func(t *Transfer) { t.State, t.Reason, t.PausedHere = StatePaused, ReasonPausedHere, true })
	return nil
}

func (e *fakeEngine) Resume(_ context.Context, key int64) error {
	e.move(key, func(t *Transfer) { t.State, t.Reason, t.PausedHere = StateRunning, "", false })
	return nil
}

func (e *fakeEngine) Retry(context.Context, int64) error {
	if e.onRetry != nil {
		go e.onRetry()
	}
	return e.actErr
}

func (e *fakeEngine) SetTransferBandwidth(key, bytesPerSecond int64) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.bandwidths == nil {
		e.bandwidths = map[int64]int64{}
	}
	e.bandwidths[key] = bytesPerSecond
	return nil
}

func (e *fakeEngine) Preflight(_ context.Context, _ int64, saveDir string) (Preflight, error) {
	if e.offered == nil {
		return Preflight{}, ErrTransferVersion
	}
	look := e.look
	look.SaveDir = saveDir
	return look, nil
}

func (e *fakeEngine) OfferFiles(_ context.Context, _ int64, from, limit int) ([]OfferFile, error) {
	if e.offered == nil {
		return nil, ErrTransferVersion
	}
	page := e.offered[min(from, len(e.offered)):]
	return page[:min(limit, len(page))], nil
}

func (e *fakeEngine) FindTransfers(_ context.Context, query TransferQuery) ([]Transfer, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.queries = append(e.queries, query)
	var found []Transfer
	for key := int64(len(e.transfers)); key > 0 && len(found) < query.Limit; key-- {
		t := *e.transfers[key]
		if query.Group == GroupAll || query.Group == GroupOf(t) {
			found = append(found, t)
		}
	}
	return found, nil
}

func (e *fakeEngine) ClearTransfers(_ context.Context, group TransferGroup) (int, error) {
	e.cleared = append(e.cleared, group)
	return 3, nil
}

func (e *fakeEngine) FindFiles(_ context.Context, query FileQuery) ([]FileResult, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(e.results), func(f FileResult) bool {
		return f.Key != query.Key || f.Seq <= query.After || query.Failed && f.State != StateFailed || !strings.Contains(f.Path, query.Text)
	}), nil
}

func (e *fakeEngine) ExportMD5(_ context.Context, _ int64, path string) error {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = file.WriteString(e.lists)
	return cmpErr(err, file.Close())
}

// online sets whether the link to bob is up.
func (e *fakeEngine) online(up bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.people[0].Online = up
}
