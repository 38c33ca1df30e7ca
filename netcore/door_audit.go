package netcore

import (
	"context"
	"slices"

	"lanyard/netcore/control"
	"lanyard/netcore/identity"
)

// auditView is what of the audit log a command asks for.
type auditView struct {
	door    *Door
	query   AuditQuery
	devices []DeviceID // more than one: of somebody who was merged; empty: all
}

// audit prints the audit log, oldest first.
func (d *Door) audit(ctx context.Context, args control.AuditArgs, emit control.Emit) error {
	view := auditView{door: d, query: AuditQuery{What: AuditWhat(args.What), Text: args.Search}}
	if err := view.of(ctx, args.Person); err != nil {
		return err
	}
	pages, err := view.pages(ctx, args.Last)
	if err != nil {
		return err
	}
	for i := len(pages) - 1; i >= 0; i-- {
		entries, _, err := view.read(ctx, pages[i].before)
		if err != nil {
			return err
		}
		entries = entries[:min(len(entries), pages[i].limit)]
		for _, entry := range slices.Backward(entries) {
			if err := emit(auditLine(entry)); err != nil {
				return err
			}
		}
	}
	return nil
}

// of chooses the entries about one person. A whole device ID chooses it alone,
// known or not any more.
func (v *auditView) of(ctx context.Context, query string) error {
	if query == "" {
		return nil
	}
	if id, err := identity.ParseDeviceID(query); err == nil {
		v.query.Device = id
		return nil
	}
	person, err := v.door.find(ctx, query)
	if err != nil {
		return err
	}
	if len(person.Devices) > 1 {
		v.devices = person.Devices
		return nil
	}
	v.query.Device = person.Device
	return nil
}

// read returns what is wanted of one page before an entry, newest first, and
// where the next one begins; 0: there is none.
func (v *auditView) read(ctx context.Context, before int64) (wanted []AuditEntry, next int64, err error) {
	query := v.query
	query.Before, query.Limit = before, pageSize
	entries, err := v.door.node.Audit(ctx, query)
	if err != nil || len(entries) == 0 {
		return nil, 0, err
	}
	if len(entries) == pageSize {
		next = entries[len(entries)-1].Seq
	}
	if len(v.devices) > 0 {
		entries = slices.DeleteFunc(entries, func(e AuditEntry) bool { return !slices.Contains(v.devices, e.Device) })
	}
	return entries, next, nil
}

// pages finds the pages with the last so many entries, newest first, and how
// many to take of each. They are read from the newest back and shown from the
// oldest on; to keep only where they begin needs no memory for a long log.
func (v *auditView) pages(ctx context.Context, last int) ([]pageEnd, error) {
	var pages []pageEnd
	before, left := int64(0), last
	for {
		entries, next, err := v.read(ctx, before)
		if err != nil {
			return nil, err
		}
		count := len(entries)
		if last > 0 {
			count = min(count, left)
			left -= count
		}
		if count > 0 && before == 0 {
			before = entries[0].Seq + 1 // what comes meanwhile must not move the page
		}
		pages = append(pages, pageEnd{before: before, limit: count})
		if next == 0 || last > 0 && left == 0 {
			return pages, nil
		}
		before = next
	}
}

// auditLine is the line about one entry.
func auditLine(entry AuditEntry) control.AuditEntry {
	line := control.AuditEntry{
		Seq: entry.Seq, At: timeText(entry.At), Person: entry.Name,
		What: string(entry.What), Detail: entry.Detail, Outcome: string(entry.Outcome),
	}
	if !entry.Device.IsZero() {
		line.ID = entry.Device.String()
	}
	return line
}
