package netcore

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strconv"

	"lanyard/netcore/safename"
	"lanyard/netcore/store"
	"lanyard/netcore/transfer"
)

// Send offers files and folders to somebody. It returns as soon as the
// conversation has the item; the files are listed and offered in the background.
func (n *Node) Send(ctx context.Context, person PersonID, paths []string) (Item, error) {
	return n.SendWith(ctx, person, paths, SendOptions{})
}

// SendWith is Send with what the sender can say about it.
func (n *Node) SendWith(ctx context.Context, person PersonID, paths []string, options SendOptions) (Item, error) {
	to, err := n.db.Person(ctx, int64(person))
	if err != nil {
		return Item{}, fmt.Errorf("finding whom to send to: %w", err)
	}
	if !to.Blocked.IsZero() {
		return Item{}, fmt.Errorf("sending files: %w", ErrBlocked)
	}
	key, err := n.transfers.OfferWishing(ctx, to.Device, paths, transfer.Policy(options.Wish))
	if err != nil {
		return Item{}, err
	}
	t, err := n.db.Transfer(ctx, key)
	if err != nil {
		return Item{}, err
	}
	row, err := n.addFiles(ctx, t)
	if err != nil {
		return Item{}, err
	}
	n.acquainted(ctx, to.Device, to.ID)
	return n.item(ctx, row)
}

// addFiles shows a transfer in its conversation, under the name that it has there.
func (n *Node) addFiles(ctx context.Context, t store.Transfer) (store.Item, error) {
	return n.timeline.AddFiles(ctx, store.Item{
		Device: t.Device, ID: t.ID, Outgoing: t.Outgoing, Text: shownName(t), Transfer: t.Key,
		State: t.State, Reason: t.Reason, Sent: t.Created,
	})
}

// Accept takes an offer, as a user decided.
func (n *Node) Accept(ctx context.Context, key int64, options AcceptOptions) error {
	row, err := n.db.Transfer(ctx, key)
	if err != nil {
		return err
	}
	folder, err := n.makeSaveDir(ctx, row, options.SaveDir)
	if err == nil {
		err = n.transfers.Accept(ctx, key, options.inFolder(folder))
	}
	if err != nil {
		return err
	}
	_ = n.noteFiles(ctx, row, options.detail(), OutcomeAllowed) // the log's own Logger is told
	return nil
}

// detail is what the audit log says of an offer that was accepted so.
func (o AcceptOptions) detail() string {
	detail := "accepted"
	if o.Select != nil {
		detail = "accepted a part"
	}
	switch {
	case len(o.Choices) > 0:
		detail += ", mixed" // each file as the user chose
	case o.Clash != ClashBeside:
		detail += ", " + string(o.Clash)
	}
	return detail
}

// inFolder are the options as the transfers know them.
func (o AcceptOptions) inFolder(folder string) transfer.AcceptOptions {
	options := transfer.AcceptOptions{Folder: folder, Policy: transfer.Policy(o.Clash), Select: o.Select}
	if len(o.Choices) > 0 {
		options.Choices = make(map[int]transfer.Policy, len(o.Choices))
		for f, clash := range o.Choices {
			options.Choices[f] = transfer.Policy(clash)
		}
	}
	return options
}

// Decline says no to an offer.
func (n *Node) Decline(ctx context.Context, key int64) error { return n.transfers.Decline(ctx, key) }

// Cancel stops a transfer, for both sides. What has arrived whole stays.
func (n *Node) Cancel(ctx context.Context, key int64) error { return n.transfers.Cancel(ctx, key) }

// Transfer returns one transfer as it is now.
func (n *Node) Transfer(ctx context.Context, key int64) (Transfer, error) {
	row, err := n.db.Transfer(ctx, key)
	if err != nil {
		return Transfer{}, err
	}
	return n.withPerson(ctx, row)
}

// live returns one transfer as it is now, without asking the disk for it while
// it goes on.
func (n *Node) live(ctx context.Context, key int64) (Transfer, error) {
	now, err := n.transfers.Snapshot(ctx, key)
	if err != nil {
		return Transfer{}, err
	}
	device, err := n.db.Device(ctx, now.Device)
	if err != nil {
		return Transfer{}, fmt.Errorf("finding whose transfer %d is: %w", key, err)
	}
	return shownTransfer(now, PersonID(device.Person)), nil
}

// withPerson finds whose transfer it is.
func (n *Node) withPerson(ctx context.Context, row store.Transfer) (Transfer, error) {
	device, err := n.db.Device(ctx, row.Device)
	if err != nil {
		return Transfer{}, fmt.Errorf("finding whose transfer %d is: %w", row.Key, err)
	}
	return n.transfer(ctx, row, PersonID(device.Person)), nil
}

// transfer turns a row into what is shown, with the live numbers if it runs.
func (n *Node) transfer(ctx context.Context, row store.Transfer, person PersonID) Transfer {
	live := transfer.Snapshot{Transfer: row}
	if !State(row.State).Ended() {
		if now, err := n.transfers.Snapshot(ctx, row.Key); err == nil {
			live = now
		}
	}
	shown := shownTransfer(live, person)
	shown.Hopeless = n.hopeless(ctx, row)
	return shown
}

// hopeless reports whether a transfer has ended and no file that failed would
// come if it were sent again: the same path has the same name and depth.
func (n *Node) hopeless(ctx context.Context, row store.Transfer) bool {
	if !State(row.State).Ended() || row.Failed == 0 {
		return false
	}
	other, err := n.db.FailedOtherwise(ctx, row.Key, string(ReasonTooDeep), string(ReasonBadName))
	return err == nil && !other
}

// shownTransfer is a transfer as it is shown.
func shownTransfer(live transfer.Snapshot, person PersonID) Transfer {
	row := live.Transfer
	return Transfer{
		Key: row.Key, Person: person, Outgoing: row.Outgoing, Name: shownName(row),
		Count: row.Count, Bytes: row.Bytes, Done: row.Done, Failed: row.Failed, DoneBytes: row.DoneBytes,
		Speed: live.Speed, Left: live.Left, Moving: live.Moving, Away: live.Away, State: State(row.State), Reason: Reason(row.Reason),
		MD5: row.MD5, Paths: shownPaths(row),
		Created: row.Created, Ended: row.Ended, Skipped: row.Skipped, Pending: live.Pending, Restarted: row.Restarted,
		Accepted: row.Accepted, PausedHere: row.Paused&1 != 0, PausedThere: row.Paused&2 != 0, Retry: row.Retry != "", Limit: TransferLimit(live.Limits),
		Bandwidth: row.Bandwidth, Under: filesUnder(live.Under), Decision: decisionOf(row), Wish: Clash(transfer.WishOf(row)),
		id: row.ID, retryOf: row.Retry,
	}
}

// filesUnder are the files under way as they are shown.
func filesUnder(under []transfer.UnderWay) []FileUnder {
	var files []FileUnder
	for _, one := range under {
		files = append(files, FileUnder{
			Path: safename.DisplayName(one.Path, nameRunes), Size: one.Size, Done: one.Done, Speed: one.Speed, Left: one.Left,
		})
	}
	return files
}

// decisionOf is what the receiver of a transfer decided.
func decisionOf(row store.Transfer) *Decision {
	d, ok := transfer.DecisionOf(row)
	if !ok {
		return nil
	}
	return &Decision{
		Left: d.Left, Identical: d.Identical, Kept: d.Kept, Beside: d.Beside,
		Replaced: d.Replaced, Unselected: d.Unselected, Renamed: d.Renamed,
	}
}

// shownName is the name of a transfer on a screen: of what was chosen, the first
// and how many there are beside it.
func shownName(row store.Transfer) string {
	name := cmp.Or(safename.DisplayName(row.Name, nameRunes), "?")
	if others := len(row.Roots) - 1; others > 0 {
		name += " +" + strconv.Itoa(others)
	}
	return name
}

// nameRunes is the longest name of a transfer or of a file in it.
const nameRunes = 200

// shownPaths are the absolute paths on this PC.
func shownPaths(row store.Transfer) []string {
	var paths []string
	for _, root := range row.Roots {
		switch {
		case row.Outgoing:
			paths = append(paths, root.Path)
		case row.Folder != "" && root.Path != "":
			paths = append(paths, filepath.Join(row.Folder, root.Path))
		}
	}
	return paths
}

// Files returns up to limit files of a transfer that ended, above the position
// after, in the order of their ending.
func (n *Node) Files(ctx context.Context, key, after int64, limit int) ([]FileResult, error) {
	rows, err := n.db.FilesOfTransfer(ctx, key, after, limit)
	if err != nil {
		return nil, err
	}
	return n.fileResults(ctx, rows)
}

// FilesAfter is Files over all transfers: whoever goes on from the last
// position misses none.
func (n *Node) FilesAfter(ctx context.Context, seq int64, limit int) ([]FileResult, error) {
	rows, err := n.db.TransferFilesAfter(ctx, seq, limit)
	if err != nil {
		return nil, err
	}
	return n.fileResults(ctx, rows)
}

// fileResults turns rows into results.
func (n *Node) fileResults(ctx context.Context, rows []store.TransferFile) ([]FileResult, error) {
	results := make([]FileResult, len(rows))
	people := map[DeviceID]PersonID{}
	for i, row := range rows {
		person, ok := people[row.Device]
		if !ok {
			device, err := n.db.Device(ctx, row.Device)
			if err != nil && !errors.Is(err, store.ErrNotFound) {
				return nil, fmt.Errorf("finding whose file it is: %w", err)
			}
			person = PersonID(device.Person) // 0: a stranger who has been forgotten
			people[row.Device] = person
		}
		results[i] = FileResult{
			Seq: row.Seq, Key: row.Transfer, Person: person, Path: safename.DisplayName(row.Path, nameRunes), Raw: row.Path,
			Saved: row.Saved, Size: row.Size, MD5: row.MD5, State: State(row.State), Reason: Reason(row.Reason),
			Outgoing: row.Outgoing, Pending: row.Pending,
		}
	}
	return results, nil
}

// onTransfer is told by the transfers, in order, that one changed.
func (n *Node) onTransfer(key int64) {
	row, err := n.db.Transfer(n.ctx, key)
	if err != nil {
		return // closing
	}
	if err := n.timeline.SetFiles(n.ctx, key, row.State, row.Reason); err != nil {
		n.config.Logger.Debug("showing a transfer", "transfer", key, "error", err)
	}
	n.noteEnd(row)
	n.sampler.wake(key)
}
