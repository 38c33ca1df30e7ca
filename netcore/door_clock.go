package netcore

import (
	"context"
	"errors"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"lanyard/netcore/control"
)

// clocker is what the door needs of a Node about clocks.
type clocker interface {
	CheckClock(ctx context.Context, person PersonID, samples int) (ClockEstimate, error)
	FormatTime(ctx context.Context, person PersonID, layout string) (string, error)
	ClockDrift(person PersonID) (ClockRate, bool)
	CheckNTP(ctx context.Context, server string) (ClockEstimate, error)
}

const (
	clockTime   = 30 * time.Second // how long one look may take
	clockAtOnce = 8                // how many are looked at at a time
	clockEvery  = time.Second      // between two looks of clock-watch
)

// looked is one look at somebody's clock.
type looked struct {
	person   Person
	estimate ClockEstimate
	text     string
	err      error // why there is none
}

// key tells people apart, also those who were not found.
func (l looked) key() string { return l.person.Device.String() + l.person.Name }

// clock looks at clocks, once.
func (d *Door) clock(ctx context.Context, args control.ClockArgs, emit control.Emit) error {
	r, err := d.newClockRounds(ctx, args, emit)
	if err != nil {
		return err
	}
	return r.look(ctx)
}

// clockWatch looks at clocks each second, until ctx ends, which is its success.
func (d *Door) clockWatch(ctx context.Context, args control.ClockArgs, emit control.Emit) error {
	r, err := d.newClockRounds(ctx, args, emit)
	if err != nil {
		return err
	}
	if err := r.look(ctx); r.good == 0 {
		return err
	}
	r.args.TimeServer = "" // such servers are not asked each second
	for r.broken == nil && ctx.Err() == nil {
		pause(ctx, clockEvery)
		_ = r.look(ctx) // somebody who is gone may come again; the line says so
	}
	if ctx.Err() != nil {
		return nil
	}
	return r.broken
}

// clockRounds are looks at the clocks of the same people.
type clockRounds struct {
	door   *Door
	args   control.ClockArgs
	emit   control.Emit
	named  []looked          // who was named, and why they cannot be asked
	good   int               // at how many clocks the last look looked
	said   map[string]string // the last problem of each, by device and name
	jury   ClockJury         // what was told last
	broken error             // nobody listens any more
}

// newClockRounds reaches those who are named.
func (d *Door) newClockRounds(ctx context.Context, args control.ClockArgs, emit control.Emit) (*clockRounds, error) {
	if _, err := FormatLocalTime(args.Format, time.Now()); err != nil {
		return nil, clockFailure("", err)
	}
	for _, query := range args.People {
		if err := checkWho(query); err != nil {
			return nil, err
		}
	}
	r := &clockRounds{door: d, args: args, emit: emit, said: map[string]string{}}
	if len(args.People) == 0 {
		pause(ctx, time.Duration(args.WaitMillis)*time.Millisecond)
	}
	r.named = make([]looked, len(args.People))
	var group errgroup.Group
	group.SetLimit(clockAtOnce)
	for i, query := range args.People {
		group.Go(func() error {
			person, err := d.reach(ctx, query)
			if err != nil {
				person.Name = query
			}
			r.named[i] = looked{person: person, err: err}
			return nil
		})
	}
	_ = group.Wait() // none fails
	r.named = eachOnce(r.named)
	return r, nil
}

// eachOnce leaves out who was named before, in whatever way: a clock that is
// counted twice would outvote others.
func eachOnce(named []looked) []looked {
	seen := map[PersonID]bool{}
	return slices.DeleteFunc(named, func(l looked) bool {
		twice := l.err == nil && seen[l.person.ID]
		seen[l.person.ID] = true
		return twice
	})
}

// look prints one look at all. It fails if nobody's clock could be looked at, or
// that of somebody who was named.
func (r *clockRounds) look(ctx context.Context) error {
	failed := r.timeServer(ctx)
	all, err := r.who(ctx)
	if err != nil {
		return err
	}
	r.ask(ctx, all)
	if ctx.Err() != nil {
		return control.Fail(control.ExitFailed, control.WordCancelled)
	}
	good := slices.DeleteFunc(slices.Clone(all), func(l looked) bool { return l.err != nil })
	r.good = len(good)
	jury := CompareClocks(estimatesOf(good))
	r.tell(all, jury)
	r.judge(good, jury)
	if r.broken != nil {
		return r.broken
	}
	if named := len(r.args.People) > 0; failed == nil && (named || len(good) == 0) {
		failed = r.failure(all)
	}
	return failed
}

// who returns whose clocks are looked at, and whose are not, with the reason.
func (r *clockRounds) who(ctx context.Context) ([]looked, error) {
	if len(r.args.People) > 0 {
		return slices.Clone(r.named), nil
	}
	people, err := r.door.node.People(ctx)
	if err != nil {
		return nil, err
	}
	var all []looked
	for _, person := range people {
		switch {
		case !person.Online || person.Trust == TrustBlocked:
		case person.Trust == TrustVerified:
			all = append(all, looked{person: person})
		default:
			all = append(all, looked{person: person, err: fail(control.ExitRefused, wordClockStranger, person.Name)})
		}
	}
	return all, nil
}

// ask looks at the clocks of all who can be asked.
func (r *clockRounds) ask(ctx context.Context, all []looked) {
	var group errgroup.Group
	group.SetLimit(clockAtOnce)
	for i := range all {
		if all[i].err == nil {
			group.Go(func() error { r.askOne(ctx, &all[i]); return nil })
		}
	}
	_ = group.Wait() // none fails
}

// askOne looks at one clock.
func (r *clockRounds) askOne(ctx context.Context, l *looked) {
	ctx, cancel := context.WithTimeout(ctx, clockTime)
	defer cancel()
	var err error
	l.estimate, err = r.door.node.CheckClock(ctx, l.person.ID, r.args.Samples)
	if err == nil && r.args.Format != "" {
		l.text, err = r.door.node.FormatTime(ctx, l.person.ID, r.args.Format)
	}
	if errors.Is(err, context.DeadlineExceeded) {
		err = ErrUnreachable
	}
	l.err = clockFailure(l.person.Name, err)
}

// tell prints a line for each.
func (r *clockRounds) tell(all []looked, jury ClockJury) {
	good := 0
	for _, l := range all {
		if l.err != nil {
			r.problem(l)
			continue
		}
		line := r.door.clockLine(l)
		line.Wrong = jury.Count > 2 && jury.IsWrong(good)
		good++
		delete(r.said, l.key())
		r.print(line)
	}
}

// problem prints why somebody's clock could not be looked at, once.
func (r *clockRounds) problem(l looked) {
	line := noClockLine(l.person, l.err)
	if r.said[l.key()] != line.Error {
		r.said[l.key()] = line.Error
		r.print(line)
	}
}

// print prints a line, unless nobody listens any more.
func (r *clockRounds) print(line any) {
	if r.broken == nil {
		r.broken = r.emit(line)
	}
}

// judge prints who is wrong, of three clocks or more, when that has changed.
func (r *clockRounds) judge(good []looked, jury ClockJury) {
	same := jury.Count == r.jury.Count && jury.Here == r.jury.Here && jury.Agreeing == r.jury.Agreeing &&
		slices.Equal(jury.Wrong, r.jury.Wrong)
	if jury.Count < 3 || same {
		return
	}
	r.jury = jury
	line := control.Clocks{
		Event: control.EventClocks, Count: jury.Count, Agreeing: jury.Agreeing, Here: jury.Here, Off: int64(jury.Off),
	}
	for _, at := range jury.Wrong {
		line.Wrong = append(line.Wrong, good[at].person.Name)
		line.WrongIDs = append(line.WrongIDs, good[at].person.Device.String())
	}
	r.print(line)
}

// failure returns the first reason why a clock could not be looked at; nil if
// all could.
func (r *clockRounds) failure(all []looked) error {
	for _, l := range all {
		if l.err != nil {
			return l.err
		}
	}
	if len(all) == 0 && r.args.TimeServer == "" {
		return fail(control.ExitUnreachable, wordClockNobody)
	}
	return nil
}

// timeServer compares this PC's clock with the server that was named.
func (r *clockRounds) timeServer(ctx context.Context) error {
	if r.args.TimeServer == "" {
		return nil
	}
	e, err := r.door.node.CheckNTP(ctx, r.args.TimeServer)
	if errors.Is(err, ErrTimeServer) {
		err = fail(control.ExitUnreachable, wordTimeServer, r.args.TimeServer)
	}
	if err != nil {
		return err
	}
	r.print(control.TimeServer{
		Event: control.EventTimeServer, Server: r.args.TimeServer, Offset: int64(e.Offset), Bound: int64(e.Bound),
		RoundTrip: int64(e.RoundTrip), Samples: e.Samples,
	})
	return nil
}

// estimatesOf returns the estimates of looks.
func estimatesOf(all []looked) []ClockEstimate {
	estimates := make([]ClockEstimate, len(all))
	for i, l := range all {
		estimates[i] = l.estimate
	}
	return estimates
}

// clockLine is the line about one look.
func (d *Door) clockLine(l looked) control.Clock {
	e := l.estimate
	line := control.Clock{
		Event: control.EventClock, Person: l.person.Name, ID: l.person.Device.String(),
		Offset: int64(e.Offset), Bound: int64(e.Bound), RoundTrip: int64(e.RoundTrip), Jitter: int64(e.Jitter), Samples: e.Samples,
		Zone:    control.ClockZone{Name: e.Zone.Name, Offset: int64(e.Zone.Offset / time.Second), DST: e.Zone.DST},
		Verdict: string(e.Judge(ClockTolerance)), Time: e.There(e.At).Format("2006-01-02T15:04:05.000Z07:00"), Text: l.text,
	}
	rate, known := d.node.ClockDrift(l.person.ID)
	if line.Jumped = known && rate.Jumped; known && !rate.Jumped {
		line.Drift, line.DriftBound = &rate.PPM, &rate.Bound
	}
	return line
}
