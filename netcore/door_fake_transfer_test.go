package netcore

import "context"

func (e *fakeEngine) Pause(_ context.Context, key int64) error {
	e.move(key, func(t *Transfer) { t.State, t.Reason, t.PausedHere = StatePaused, ReasonPausedHere, true })
	return nil
}

func (e *fakeEngine) Resume(_ context.Context, key int64) error {
	e.move(key, func(t *Transfer) { t.State, t.Reason, t.PausedHere = StateRunning, "", false })
	return nil
}

func (e *fakeEngine) Retry(context.Context, int64) error { return nil }

func (e *fakeEngine) SetTransferBandwidth(int64, int64) error { return nil }

func (e *fakeEngine) Preflight(context.Context, int64, string) (Preflight, error) {
	return Preflight{}, ErrTransferVersion
}

func (e *fakeEngine) OfferFiles(context.Context, int64, int, int) ([]OfferFile, error) {
	return nil, ErrTransferVersion
}

func (e *fakeEngine) FindTransfers(context.Context, TransferQuery) ([]Transfer, error) {
	return nil, nil
}

func (e *fakeEngine) ClearTransfers(context.Context, TransferGroup) (int, error) { return 0, nil }

func (e *fakeEngine) FindFiles(context.Context, FileQuery) ([]FileResult, error) { return nil, nil }

func (e *fakeEngine) ExportMD5(context.Context, int64, string) error { return nil }
