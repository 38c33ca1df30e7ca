package netcore

import (
	"context"
	"fmt"
	"sync"

	"lanyard/netcore/roster"
	"lanyard/netcore/store"
)

// auto accepts offers of people who may send without asking, and stops what
// came in that way when they may no more.
type auto struct {
	node *Node

	mu    sync.Mutex
	asked map[int64]bool // transfers under way that this user accepted, in this run of the program
}

// consider accepts an offer if its sender may send so much without asking. The
// key that offers counts, not the person. It is written down before: what cannot
// be, is asked for.
func (a *auto) consider(ctx context.Context, t store.Transfer) {
	if !a.may(ctx, t) {
		return
	}
	err := a.node.noteFiles(ctx, t, "accepted by itself", OutcomeAllowed)
	if err == nil {
		err = a.node.accept(ctx, t.Key, "")
	}
	if err != nil {
		a.node.config.Logger.Warn("accepting by itself", "device", t.Device.Short(), "error", err)
		_ = a.node.noteFiles(ctx, t, string(StateFailed), OutcomeFailed) // the log's own Logger is told
		return
	}
	if !a.may(ctx, t) { // taken back meanwhile, when there was nothing to stop yet
		a.stop(ctx, t.Device)
	}
}

// may reports whether a device may send what it offers without asking.
func (a *auto) may(ctx context.Context, t store.Transfer) bool {
	device, err := a.node.db.Device(ctx, t.Device)
	return err == nil && accepts(device.Permitted(), t.Bytes)
}

// accepts reports whether an offer of so many bytes needs no question.
func accepts(p store.Permissions, bytes int64) bool {
	limit := p.FilesCap
	if limit == 0 {
		limit = DefaultFilesCap
	}
	return p.Files == store.FilesAuto && bytes <= limit
}

// consent notes that this user accepted a transfer.
func (a *auto) consent(key int64) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.asked == nil {
		a.asked = map[int64]bool{}
	}
	a.asked[key] = true
}

// end forgets a transfer that ended.
func (a *auto) end(key int64) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.asked, key)
}

// consented reports whether this user accepted a transfer. Of those that an
// earlier run accepted it is not known: they count as accepted by themselves.
func (a *auto) consented(key int64) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.asked[key]
}

// stop ends what a device sends without this user having been asked.
func (a *auto) stop(ctx context.Context, id DeviceID) {
	a.node.cancelAll(ctx, id, func(t store.Transfer) bool {
		return !t.Outgoing && State(t.State) == StateRunning && !a.consented(t.Key)
	})
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
	n.auto.end(row.Key)
	detail, outcome := string(row.State), OutcomeFailed
	if State(row.State) == StateVerified {
		outcome = OutcomeDone
	} else if row.Reason != "" {
		detail += ", " + row.Reason
	}
	_ = n.noteFiles(n.ctx, row, detail, outcome) // the log's own Logger is told
}
