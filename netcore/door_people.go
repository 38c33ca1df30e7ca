package netcore

import (
	"context"
	"time"

	"lanyard/netcore/control"
)

// people lists who is known, after listening for more of them for a while.
func (d *Door) people(ctx context.Context, args control.PeopleArgs, emit control.Emit) error {
	pause(ctx, time.Duration(args.WaitMillis)*time.Millisecond)
	if ctx.Err() != nil {
		return control.Fail(control.ExitFailed, control.WordCancelled)
	}
	people, err := d.node.People(ctx)
	if err != nil {
		return err
	}
	devices := make(map[PersonID]DeviceID, len(people))
	for _, person := range people {
		devices[person.ID] = person.Device
	}
	for _, person := range people {
		if err := emit(personLine(person, devices)); err != nil {
			return err
		}
	}
	return nil
}

// pause waits for a time, or until ctx ends.
func pause(ctx context.Context, wait time.Duration) {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// personLine is the line about somebody, among people with these devices.
func personLine(person Person, devices map[PersonID]DeviceID) control.Person {
	line := control.Person{
		Name:     person.Name,
		ID:       person.Device.String(),
		Online:   person.Online,
		Address:  person.Address,
		Unread:   person.Unread,
		LastSeen: timeText(person.LastSeen),
		Trust:    string(person.Trust),
		Notice:   string(person.Notice),
		Rights:   rightsOf(person),
	}
	if other, known := devices[person.NoticeOf]; known && person.Notice != NoticeNone {
		line.NoticeOf = other.String()
	}
	return line
}

// timeText returns the form of times in lines; nothing for the zero time.
func timeText(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return at.UTC().Format("2006-01-02T15:04:05.000Z07:00")
}

// directory knows the names of people, for lines that speak of them.
type directory struct {
	node   engine
	people map[PersonID]Person
	read   time.Time
	stale  bool // somebody changed since
}

// staleTime is how long an old name may be shown: everybody is read at once,
// and a flood of news about one must not read them all each time.
const staleTime = time.Second

// get returns a person. Of one that cannot be read only the ID is there.
func (b *directory) get(ctx context.Context, id PersonID) Person {
	person, known := b.people[id]
	if known && (!b.stale || time.Since(b.read) < staleTime) {
		return person
	}
	if people, err := b.node.People(ctx); err == nil {
		b.people = make(map[PersonID]Person, len(people))
		for _, each := range people {
			b.people[each.ID] = each
		}
		b.read, b.stale = time.Now(), false
	}
	if fresh, known := b.people[id]; known {
		return fresh
	}
	return Person{ID: id, Name: "?"}
}
