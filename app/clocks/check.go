package clocks

import (
	"context"
	"maps"
	"time"

	"golang.org/x/sync/errgroup"

	"lanyard/app/kit"
	"lanyard/netcore"
)

const (
	atOnce   = 8                // how many are asked at a time
	lookTime = 20 * time.Second // how long one of them may take
)

// checkAll looks at the clocks of all who are there.
func (p *Page) checkAll() {
	p.checkedAt = p.host.Now()
	var whom []netcore.PersonID
	for _, clock := range p.known.clocks {
		if clock.person.Online && !p.checking[clock.person.ID] {
			whom = append(whom, clock.person.ID)
		}
	}
	p.check(whom)
}

// check looks at the clocks of some, a few at a time.
func (p *Page) check(whom []netcore.PersonID) {
	if len(whom) == 0 {
		return
	}
	for _, id := range whom {
		p.checking[id] = true
	}
	p.view.refresh()
	p.ui.Go(func(ctx context.Context) {
		var group errgroup.Group
		group.SetLimit(atOnce)
		for _, id := range whom {
			group.Go(func() error { p.checkOne(ctx, id); return nil })
		}
		_ = group.Wait() // none fails
		p.asking.Trigger()
	})
}

// checkOne looks at one clock.
func (p *Page) checkOne(ctx context.Context, id netcore.PersonID) {
	ctx, cancel := context.WithTimeout(ctx, lookTime)
	defer cancel()
	_, err := p.node.CheckClock(ctx, id, 0)
	p.ui.Post(func() {
		delete(p.checking, id)
		delete(p.troubles, id)
		if err != nil {
			p.troubles[id] = ErrorWords(err)
		}
		p.redraw()
	})
	p.Refresh()
}

// redraw shows what is known, once for all who answered at the same time.
func (p *Page) redraw() {
	if p.drawing {
		return
	}
	p.drawing = true
	p.ui.Post(func() {
		p.drawing = false
		p.view.refresh()
	})
}

// setLayout has the times written in another layout; empty: not at all.
func (p *Page) setLayout(layout string) {
	p.mu.Lock()
	p.layout = layout
	p.mu.Unlock()
	clear(p.texts)
	p.wordy = layout != ""
	p.view.refresh()
	p.asking.Trigger()
}

// loadTexts asks all who are there for their time in words.
func (p *Page) loadTexts(ctx context.Context) func() {
	p.mu.Lock()
	layout, whom := p.layout, p.whom
	p.mu.Unlock()
	if layout == "" || !p.shown.Load() {
		return nil
	}
	answers := make([]string, len(whom))
	var group errgroup.Group
	group.SetLimit(atOnce)
	for i, id := range whom {
		group.Go(func() error {
			ctx, cancel := context.WithTimeout(ctx, lookTime)
			defer cancel()
			text, err := p.node.FormatTime(ctx, id, layout)
			if err == nil { // else the look at the clock says why
				answers[i] = kit.Cut(text, textMost)
			}
			return nil
		})
	}
	_ = group.Wait() // none fails
	return func() {
		p.mu.Lock()
		same := p.layout == layout
		p.mu.Unlock()
		if !same {
			return
		}
		texts := map[netcore.PersonID]string{}
		for i, id := range whom {
			texts[id] = answers[i]
		}
		if !maps.Equal(texts, p.texts) {
			p.texts = texts
			p.view.refresh()
		}
	}
}

// textMost is the longest time in words that is shown, in runes.
const textMost = 200
