package netcore

import (
	"lanyard/netcore/control"
	"lanyard/netcore/safename"
)

// transferLine is the line about one transfer.
func transferLine(person Person, t Transfer) control.Transfer {
	line := control.Transfer{
		Event: control.EventTransfer, Transfer: t.Key, Group: string(GroupOf(t)), Direction: direction(t.Outgoing),
		Person: person.Name, ID: person.Device.String(), Name: t.Name, State: string(t.State), Reason: string(t.Reason),
		Count: t.Count, Bytes: t.Bytes, Done: t.Done, Failed: t.Failed, Skipped: t.Skipped, Pending: t.Pending,
		Restarted: t.Restarted, DoneBytes: t.DoneBytes, Speed: int64(t.Speed), LeftMS: t.Left.Milliseconds(),
		Away: t.Away, Limits: string(t.Limit), Limit: t.Bandwidth, Accepted: t.Accepted, Here: t.PausedHere, There: t.PausedThere, Wish: string(t.Wish), Retry: t.Retry, MD5: t.MD5, Created: timeText(t.Created), Ended: timeText(t.Ended),
	}
	for _, path := range t.Paths {
		line.Paths = append(line.Paths, safename.Escape(path))
	}
	for _, file := range t.Under {
		line.Under = append(line.Under, control.Under{
			Path: file.Path, Size: file.Size, DoneBytes: file.Done, Speed: int64(file.Speed), LeftMS: file.Left.Milliseconds(),
		})
	}
	if t.Decision != nil {
		line.Decision = decisionLine(*t.Decision)
	}
	return line
}

// decisionLine is what a receiver decided.
func decisionLine(d Decision) *control.Decision {
	return &control.Decision{
		Left: d.Left, Identical: d.Identical, Kept: d.Kept, Beside: d.Beside, Replaced: d.Replaced,
		Unselected: d.Unselected, Renamed: d.Renamed,
	}
}

// noteLine is the line about what became of a transfer.
func noteLine(event string, person Person, t Transfer) control.TransferNote {
	return control.TransferNote{
		Event: event, Transfer: t.Key, Direction: direction(t.Outgoing), Person: person.Name, ID: person.Device.String(), Name: t.Name,
	}
}

// transferNotes says what becomes of transfers between their beginning and
// their end, each once. The zero value is ready.
type transferNotes struct {
	said map[int64]noted // of those that have begun and not ended
}

// noted is what was said of one transfer.
type noted struct {
	offered bool   // that it waits for an answer
	planned bool   // what the receiver decided
	pending bool   // that only MD5s are still to come
	by      string // who holds it; empty: nobody
}

// begin takes up a transfer of which nothing was said yet.
func (n *transferNotes) begin(key int64) { n.set(key, noted{}) }

// learn takes up a transfer as it is, as if all of it had been said.
func (n *transferNotes) learn(t Transfer) {
	n.set(t.Key, noted{planned: t.Decision != nil, pending: onlyPending(t), by: heldBy(t)})
}

func (n *transferNotes) set(key int64, now noted) {
	if n.said == nil {
		n.said = map[int64]noted{}
	}
	n.said[key] = now
}

// has reports whether a transfer was taken up and has not ended.
func (n *transferNotes) has(key int64) bool {
	_, known := n.said[key]
	return known
}

// forget drops a transfer that has ended.
func (n *transferNotes) forget(key int64) { delete(n.said, key) }

// first reports whether an offer was not printed yet, and notes that it is.
func (n *transferNotes) first(key int64) bool {
	said := n.said[key]
	n.set(key, noted{offered: true, planned: said.planned, pending: said.pending, by: said.by})
	return !said.offered
}

// look prints what is new of a transfer that was taken up, as it is now.
func (n *transferNotes) look(person Person, t Transfer, emit control.Emit) error {
	return n.print(person, t, heldBy(t), emit)
}

// moved is look for a transfer as it was a moment ago: who holds it now is not
// known.
func (n *transferNotes) moved(person Person, t Transfer, emit control.Emit) error {
	return n.print(person, t, n.said[t.Key].by, emit)
}

// print prints what is new of a transfer that was taken up and is held by
// somebody, or nobody.
func (n *transferNotes) print(person Person, t Transfer, by string, emit control.Emit) error {
	said, known := n.said[t.Key]
	if !known {
		return nil
	}
	var lines []any
	now := noted{offered: said.offered, planned: said.planned || t.Decision != nil, pending: said.pending || onlyPending(t), by: by}
	if now.planned && !said.planned {
		lines = append(lines, control.Plan{TransferNote: noteLine(control.EventPlan, person, t), Decision: *decisionLine(*t.Decision)})
	}
	if now.by != said.by && !t.State.Ended() {
		lines = append(lines, heldLine(person, t))
	}
	if now.pending && !said.pending {
		line := noteLine(control.EventPending, person, t)
		line.Pending = t.Pending
		lines = append(lines, line)
	}
	n.set(t.Key, now)
	for _, line := range lines {
		if err := emit(line); err != nil {
			return err
		}
	}
	return nil
}

// heldLine is the line about who holds a transfer, or that nobody does any more.
func heldLine(person Person, t Transfer) control.TransferNote {
	line := noteLine(control.EventResumed, person, t)
	if by := heldBy(t); by != "" {
		line.Event, line.By = control.EventPaused, by
	}
	return line
}

// heldBy says who holds a transfer; this user, if both do.
func heldBy(t Transfer) string {
	switch {
	case t.State != StatePaused:
		return ""
	case t.PausedHere:
		return control.ByHere
	}
	return control.ByThere
}

// onlyPending reports whether every file is in place, and nothing but MD5s of
// some are still to come.
func onlyPending(t Transfer) bool {
	return t.State == StateRunning && t.Pending > 0 && t.Done+t.Failed+t.Skipped >= t.Count
}
