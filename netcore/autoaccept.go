package netcore

import (
	"context"
	"fmt"

	"lanyard/netcore/roster"
	"lanyard/netcore/store"
)

// auto accepts offers of people who may send without asking, and stops what
// came in that way when they may no more.
type auto struct {
	node  *Node
	spent dailyTotals
}

// overTotal is what the audit log says of an offer that was asked for because
// so much had come by itself already.
const overTotal = "asked: over the daily total"

// consider accepts an offer if its sender may send so much without asking. The
// key that offers counts, not the person. It is written down before: what cannot
// be, is asked for.
func (a *auto) consider(ctx context.Context, t store.Transfer) {
	p, err := a.permitted(ctx, t)
	if err != nil || !accepts(p, t) {
		return
	}
	if fits, news := a.spent.take(t.Device, costOf(t), totalOf(p), a.node.config.Now()); !fits {
		if news { // once: a sender who goes on is soon no news
			_ = a.node.noteFiles(ctx, t, overTotal, OutcomeRefused) // the log's own Logger is told
		}
		return
	}
	err = a.node.noteFiles(ctx, t, "accepted by itself", OutcomeAllowed)
	if err == nil {
		err = a.accept(ctx, t)
	}
	if err != nil {
		a.node.config.Logger.Warn("accepting by itself", "device", t.Device.Short(), "error", err)
		_ = a.node.noteFiles(ctx, t, string(StateFailed), OutcomeFailed) // the log's own Logger is told
		return
	}
	if p, err := a.permitted(ctx, t); err != nil || !accepts(p, t) { // taken back meanwhile, when there was nothing to stop yet
		a.stop(ctx, t.Device)
	}
}

// accept takes an offer, and keeps with it that nobody was asked.
func (a *auto) accept(ctx context.Context, t store.Transfer) error {
	folder, err := a.node.makeSaveDir(ctx, t, "")
	if err != nil {
		return err
	}
	options := AcceptOptions{Clash: a.node.Settings().unasked()}
	return a.node.transfers.AcceptAuto(ctx, t.Key, options.inFolder(folder))
}

// permitted returns what the sender of an offer may do.
func (a *auto) permitted(ctx context.Context, t store.Transfer) (store.Permissions, error) {
	device, err := a.node.db.Device(ctx, t.Device)
	return device.Permitted(), err
}

// entrySize is what a file or a folder takes of a disk at least, in bytes.
const entrySize = 4096

// entriesOf is what the files and folders of an offer take of a disk at least,
// in bytes, however small they are.
func entriesOf(t store.Transfer) int64 {
	return entrySize * (int64(t.Count) + int64(t.Folders))
}

// costOf is what an offer takes, in bytes.
func costOf(t store.Transfer) int64 { return max(t.Bytes, entriesOf(t)) }

// capOf is how many bytes of one offer need no question.
func capOf(p store.Permissions) int64 {
	if p.FilesCap == 0 {
		return DefaultFilesCap
	}
	return p.FilesCap
}

// accepts reports whether an offer needs no question. One file as large as the
// cap never does, however small the cap is.
func accepts(p store.Permissions, t store.Transfer) bool {
	limit := capOf(p)
	return p.Files == store.FilesAuto && t.Bytes <= limit && entriesOf(t) <= max(limit, entrySize)
}

// stop ends what a device sends without this user having been asked, now or in
// an earlier run of the program.
func (a *auto) stop(ctx context.Context, id DeviceID) {
	a.node.cancelAll(ctx, id, cameByItself)
}

// cameByItself reports whether a transfer comes in about which nobody was asked.
func cameByItself(t store.Transfer) bool {
	return !t.Outgoing && !State(t.State).Ended() && t.Auto
}

// noteFiles adds to the audit log what became of files that came in.
func (n *Node) noteFiles(ctx context.Context, row store.Transfer, detail string, outcome AuditOutcome) error {
	person, err := n.roster.ByDevice(ctx, row.Device)
	if err != nil {
		return err // forgotten: there was nothing to accept
	}
	return n.noted(ctx, logged{
		device: row.Device, person: PersonID(person.ID), name: roster.Shown(person), what: AuditFiles,
		detail: fmt.Sprintf("%s: %s (%d files, %d bytes)", detail, shownName(row), row.Count, row.Bytes), outcome: outcome,
	})
}

// noteEnd is noteFiles for files that were accepted and have ended.
func (n *Node) noteEnd(row store.Transfer) {
	if row.Outgoing || row.Folder == "" || !State(row.State).Ended() {
		return
	}
	detail, outcome := string(row.State), OutcomeFailed
	if State(row.State) == StateVerified {
		outcome = OutcomeDone
	} else if row.Reason != "" {
		detail += ", " + row.Reason
	}
	_ = n.noteFiles(n.ctx, row, detail, outcome) // the log's own Logger is told
}
