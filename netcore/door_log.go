package netcore

import (
	"context"

	"lanyard/netcore/control"
)

// Directions in lines.
const (
	directionIn  = "in"
	directionOut = "out"
)

// log prints a conversation, oldest first. Nobody is dialed.
func (d *Door) log(ctx context.Context, args control.LogArgs, emit control.Emit) error {
	person, err := d.find(ctx, args.Person)
	if err != nil {
		return err
	}
	if args.Last > 0 && args.Last <= pageSize {
		return d.logPage(ctx, person, 0, args.Last, emit)
	}
	ends, err := d.logEnds(ctx, person.ID, args.Last)
	if err != nil {
		return err
	}
	for i := len(ends) - 1; i >= 0; i-- {
		if err := d.logPage(ctx, person, ends[i].before, ends[i].limit, emit); err != nil {
			return err
		}
	}
	return nil
}

// pageEnd is where a page of a conversation ends.
type pageEnd struct {
	before int64 // 0: at the newest
	limit  int
}

// logEnds finds the pages of the last items of a conversation, newest page
// first. Items are read from the newest back and shown from the oldest on; to
// keep only the ends needs no memory for long conversations.
func (d *Door) logEnds(ctx context.Context, person PersonID, last int) ([]pageEnd, error) {
	var ends []pageEnd
	before, left := int64(0), last
	for {
		limit := pageSize
		if last > 0 {
			limit = min(limit, left)
		}
		if limit == 0 {
			return ends, nil
		}
		items, err := d.node.Items(ctx, person, before, limit)
		if err != nil || len(items) == 0 {
			return ends, err
		}
		// The end is the item after this page's newest, not the newest of all:
		// what comes meanwhile must not move the page.
		ends = append(ends, pageEnd{before: items[len(items)-1].Seq + 1, limit: len(items)})
		before, left = items[0].Seq, left-len(items)
	}
}

// logPage prints one page.
func (d *Door) logPage(ctx context.Context, person Person, before int64, limit int, emit control.Emit) error {
	items, err := d.node.Items(ctx, person.ID, before, limit)
	if err != nil {
		return err
	}
	for _, item := range items {
		if err := emit(logLine(person, item)); err != nil {
			return err
		}
	}
	return nil
}

// logLine is the line about one item.
func logLine(person Person, item Item) control.LogItem {
	line := control.LogItem{
		Direction: direction(item.Outgoing),
		Person:    person.Name,
		ID:        person.Device.String(),
		Kind:      string(item.Kind),
		State:     string(item.State),
		Reason:    string(item.Reason),
		Sent:      timeText(item.Sent),
		Added:     timeText(item.Added),
		Seq:       item.Seq,
		Text:      item.Text,
	}
	if files := item.Transfer; files != nil {
		line.LogFiles = &control.LogFiles{
			Transfer: files.Key, Name: files.Name, Count: files.Count, Bytes: files.Bytes,
			Done: files.Done, MD5: files.MD5, Paths: files.Paths,
		}
	}
	switch {
	case item.Run != nil:
		facts := logRun(*item.Run)
		line.State, line.Reason = string(item.Run.State), string(item.Run.Reason)
		line.Text, line.LogRun = "", &facts
	case item.Clock != nil:
		e := item.Clock.Estimate
		line.Text = clockText(e)
		line.LogClock = &control.LogClock{Offset: int64(e.Offset), Bound: int64(e.Bound), Verdict: string(item.Clock.Verdict)}
	}
	return line
}

func direction(outgoing bool) string {
	if outgoing {
		return directionOut
	}
	return directionIn
}
