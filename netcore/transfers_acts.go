package netcore

import (
	"context"
	"fmt"

	"lanyard/netcore/safename"
)

var _ TransferActs = (*Node)(nil)

// Pause is [TransferActs].Pause.
func (n *Node) Pause(ctx context.Context, key int64) error {
	return n.hold(ctx, key, "paused", n.transfers.Pause)
}

// Resume is [TransferActs].Resume.
func (n *Node) Resume(ctx context.Context, key int64) error {
	return n.hold(ctx, key, "resumed", n.transfers.Resume)
}

// hold does something to a transfer, and notes it if files come in.
func (n *Node) hold(ctx context.Context, key int64, detail string, act func(context.Context, int64) error) error {
	if err := act(ctx, key); err != nil {
		return err
	}
	if row, err := n.db.Transfer(ctx, key); err == nil && !row.Outgoing {
		_ = n.noteFiles(ctx, row, detail, OutcomeDone) // the log's own Logger is told
	}
	return nil
}

// SetTransferBandwidth is [TransferActs].SetTransferBandwidth.
func (n *Node) SetTransferBandwidth(key, bytesPerSecond int64) error {
	return n.transfers.SetTransferBandwidth(key, bytesPerSecond)
}

// Preflight is [TransferActs].Preflight.
func (n *Node) Preflight(ctx context.Context, key int64, saveDir string) (Preflight, error) {
	row, err := n.db.Transfer(ctx, key)
	if err != nil {
		return Preflight{}, err
	}
	if saveDir, err = n.saveDirFor(ctx, row, saveDir); err != nil {
		return Preflight{}, err
	}
	look, err := n.transfers.Preflight(ctx, key, saveDir)
	if err != nil {
		return Preflight{}, fmt.Errorf("looking at an offer: %w", err)
	}
	shown := Preflight{
		SaveDir: saveDir, Count: look.Count, Folders: look.Folders, Links: look.Links, Bytes: look.Bytes,
		Needed: look.Needed, Free: look.Free, Reserve: look.Reserve, Fits: look.Fits,
		Renamed: look.Renamed, Identical: look.Identical, Doubtful: look.Doubtful, Different: look.Different,
		Unsent: look.Unsent, Named: make([]PreflightFile, len(look.Named)),
	}
	for i, one := range look.Named {
		shown.Named[i] = PreflightFile{
			Index: one.Index, Path: safename.DisplayName(one.Path, nameRunes), Becomes: safename.DisplayName(one.Becomes, nameRunes),
			Size: one.Size, Kind: PreflightKind(one.Kind), Reason: Reason(one.Reason),
		}
	}
	return shown, nil
}

// OfferFiles is [TransferActs].OfferFiles.
func (n *Node) OfferFiles(ctx context.Context, key int64, from, limit int) ([]OfferFile, error) {
	entries, err := n.transfers.Entries(ctx, key, from, limit)
	if err != nil {
		return nil, fmt.Errorf("listing an offer: %w", err)
	}
	files := make([]OfferFile, len(entries))
	for i, e := range entries {
		files[i] = OfferFile{
			Index: e.Index, Path: safename.DisplayName(e.Path, nameRunes), Size: e.Size, Folder: e.Folder,
			Link: safename.DisplayName(e.Link, nameRunes), Reason: Reason(e.Reason),
		}
	}
	return files, nil
}
