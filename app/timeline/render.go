package timeline

import (
	"maps"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"lanyard/app/clocks"
	"lanyard/app/transfers"
	"lanyard/netcore"
)

// buildBudget is how long the making of rows may hold the drawing goroutine
// at a time.
const buildBudget = 10 * time.Millisecond

// render makes the rows that are missing, the newest first, a few at a time,
// and then shows all.
func (v *View) render() {
	v.round++
	v.buildFrom(len(v.window.items)-1, v.round)
}

func (v *View) buildFrom(last, round int) {
	if round != v.round {
		return
	}
	start := time.Now()
	for at := last; at >= 0; at-- {
		if time.Since(start) > buildBudget {
			v.ui.Post(func() { v.buildFrom(at, round) })
			return
		}
		v.ensure(v.window.items[at])
	}
	v.arrange()
}

// ensure makes or updates the row of an item and measures it.
func (v *View) ensure(item netcore.Item) {
	row := v.rows[item.Seq]
	if row == nil {
		row = v.newRow(item)
		v.rows[item.Seq] = row
	} else {
		row.set(item)
	}
	width := v.column.width
	row.object().Resize(fyne.NewSize(width, row.height(width))) // most of the work, done here within the budget
}

func (v *View) newRow(item netcore.Item) itemRow {
	switch {
	case item.Run != nil:
		v.followRun(item.Run)
		return newRunRow(item, v.host.Commands, v.stopRun, v.cardChanged)
	case item.Kind == netcore.KindClock:
		person := v.person
		card := clocks.NewCard(item.Clock, func() { v.host.Commands.CheckClock(person) })
		return clockRow{newSideRow(card.Object(), item)}
	case item.Transfer == nil:
		return newBubble(item, v.showAll)
	}
	card := transfers.NewCard(v.ui, v.node, transfers.Host{
		Window:    v.host.Window,
		Shortcuts: v.host.Shortcuts,
		Copy:      v.host.Copy,
		Reveal:    v.host.Reveal,
		Open:      v.host.Open,
		Forward:   v.host.Forward,
		Fail:      v.host.Fail,
		Resized:   v.cardChanged,
	}, *item.Transfer)
	return newCardRow(card, item)
}

// arrange puts the rows, with the days between them, into the column.
func (v *View) arrange() {
	stick := v.sticking()
	anchor := v.column.firstInView()
	rows := make([]sized, 0, len(v.window.items)+8)
	held := map[int64]itemRow{}
	day := ""
	for _, item := range v.window.items {
		if key := item.Added.Local().Format(time.DateOnly); key != day {
			day = key
			rows = append(rows, v.dayRow(key, item.Added))
		}
		held[item.Seq] = v.rows[item.Seq]
		rows = append(rows, v.rows[item.Seq])
	}
	v.rows = held
	v.dropRuns()
	if !sameRows(rows, v.column.rows) {
		v.column.set(rows, stick, anchor)
	}
	v.mu.Lock()
	v.asked = request{v.person.ID, v.window.before(), v.window.limit()}
	v.mu.Unlock()
	v.showNewest()
	v.seen()
}

func (v *View) dayRow(key string, at time.Time) *dayRow {
	row := v.days[key]
	if row == nil {
		row = newDayRow(at, v.host.Now())
		v.days[key] = row
	}
	return row
}

func sameRows(a, b []sized) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// cardChanged places the rows again once, however many cards changed.
func (v *View) cardChanged() {
	if v.placing {
		return
	}
	v.placing = true
	v.ui.Post(func() {
		v.placing = false
		v.resized()
	})
}

// resized places the rows again after a card changed its height.
func (v *View) resized() {
	if len(v.column.rows) == 0 {
		return
	}
	stick := v.sticking()
	v.column.relayout()
	if stick {
		v.column.toEnd()
	}
	canvas.Refresh(v.column.content)
}

// Progress shows a newer snapshot of an offer. It may be called from any
// goroutine.
func (v *View) Progress(t netcore.Transfer) {
	v.mu.Lock()
	first := len(v.updates) == 0
	relevant := t.Person == v.asked.person
	if relevant {
		v.updates[t.Key] = t
	}
	v.mu.Unlock()
	if relevant && first {
		v.ui.Post(v.showProgress)
	}
}

func (v *View) showProgress() {
	v.mu.Lock()
	updates := maps.Clone(v.updates)
	clear(v.updates)
	v.mu.Unlock()
	for _, row := range v.rows {
		card, ok := row.(*cardRow)
		if !ok {
			continue
		}
		if t, changed := updates[card.card.Shown().Key]; changed && !card.card.Shown().State.Ended() {
			card.card.Set(t)
		}
	}
}

// AcceptNewest accepts the newest offer that waits for this user.
func (v *View) AcceptNewest() {
	for at := len(v.window.items) - 1; at >= 0; at-- {
		if row, ok := v.rows[v.window.items[at].Seq].(*cardRow); ok && row.card.Accept() {
			return
		}
	}
}

// Rows returns how many rows are shown, those between days included.
func (v *View) Rows() int { return len(v.column.rows) }
