package clocks

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"lanyard/app/kit"
	"lanyard/netcore"
)

// fresh is how old a look may be to count when clocks are compared.
const fresh = 2 * time.Minute

// known is what is known of all clocks.
type known struct {
	clocks    []one
	strangers int // who are there and not verified
	jury      netcore.ClockJury
	judged    []netcore.PersonID // in the order of the jury
}

// one is what is known of one person's clock.
type one struct {
	person  netcore.Person
	history []netcore.ClockEstimate // the oldest first
	rate    netcore.ClockRate
	rated   bool
}

// last is the latest look.
func (o one) last() (netcore.ClockEstimate, bool) {
	if len(o.history) == 0 {
		return netcore.ClockEstimate{}, false
	}
	return o.history[len(o.history)-1], true
}

// load reads what is known.
func (p *Page) load(ctx context.Context) func() {
	everyone, err := p.node.People(ctx)
	if err != nil {
		return func() { p.view.fail(kit.ErrorWords(err)) }
	}
	now := known{}
	for _, person := range everyone {
		switch {
		case person.Trust == netcore.TrustVerified:
			clock := one{person: person, history: p.node.ClockHistory(person.ID)}
			if person.Online || len(clock.history) > 0 {
				p.rate(&clock)
				now.clocks = append(now.clocks, clock)
			}
		case person.Trust == netcore.TrustStranger && person.Online:
			now.strangers++
		}
	}
	slices.SortStableFunc(now.clocks, compare)
	return func() {
		now.judge(p.host.Now())
		p.know(now)
	}
}

// rating is how fast a clock drifts, as of a look.
type rating struct {
	at    time.Time
	rate  netcore.ClockRate
	known bool
}

// rate fills in how fast a clock drifts, which takes long to work out. It
// belongs to load.
func (p *Page) rate(clock *one) {
	last, _ := clock.last()
	was, known := p.ratings[clock.person.ID]
	if !known || !was.at.Equal(last.At) {
		was = rating{at: last.At}
		was.rate, was.known = p.node.ClockDrift(clock.person.ID)
		p.ratings[clock.person.ID] = was
	}
	clock.rate, clock.rated = was.rate, was.known
}

// compare puts those first who are there, by name.
func compare(a, b one) int {
	if a.person.Online != b.person.Online {
		if a.person.Online {
			return -1
		}
		return 1
	}
	return cmp.Or(strings.Compare(strings.ToLower(a.person.Name), strings.ToLower(b.person.Name)), a.person.Device.Compare(b.person.Device))
}

// judge finds out who is wrong, by what was seen lately.
func (k *known) judge(now time.Time) {
	var estimates []netcore.ClockEstimate
	k.judged = nil
	for _, clock := range k.clocks {
		if e, looked := clock.last(); looked && clock.person.Online && now.Sub(e.At).Abs() < fresh {
			estimates = append(estimates, e)
			k.judged = append(k.judged, clock.person.ID)
		}
	}
	k.jury = netcore.CompareClocks(estimates)
}

// verdict is what is to be thought of somebody's clock. Where this PC's own is
// the wrong one, the others are compared with what most of them agree on.
func (k *known) verdict(clock one) (verdict netcore.ClockVerdict, looked bool) {
	e, looked := clock.last()
	if !looked {
		return "", false
	}
	if k.jury.Count > 2 && k.jury.Here {
		e.Offset -= k.jury.Off
	}
	verdict = e.Judge(netcore.ClockTolerance)
	at := slices.Index(k.judged, clock.person.ID)
	if k.jury.Count > 2 && at >= 0 && k.jury.IsWrong(at) && verdict == netcore.ClockGood {
		verdict = netcore.ClockOff
	}
	return verdict, true
}

// know shows what is known now.
func (p *Page) know(now known) {
	p.known = now
	var whom []netcore.PersonID
	for _, clock := range now.clocks {
		if clock.person.Online {
			whom = append(whom, clock.person.ID)
		}
	}
	p.mu.Lock()
	p.whom = whom
	p.mu.Unlock()
	p.view.refresh()
	if p.checkedAt.IsZero() && p.shown.Load() {
		p.checkAll()
	}
}
