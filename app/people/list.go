// Package people is the left side of the window: who is there, and the ways
// of picking or adding somebody.
package people

import (
	"cmp"
	"slices"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"lanyard/netcore"
)

// List shows everybody, those last written with first. All of it belongs to
// the drawing goroutine.
type List struct {
	Picked func(netcore.Person) // a row was chosen

	list    *widget.List
	people  []netcore.Person
	chosen  netcore.PersonID
	quiet   bool // the selection is being put back, not made by the user
	nowTime func() time.Time
}

// NewList returns an empty list.
func NewList(now func() time.Time) *List {
	l := &List{nowTime: now}
	l.list = widget.NewList(
		func() int { return len(l.people) },
		func() fyne.CanvasObject { return newRow() },
		func(id int, object fyne.CanvasObject) {
			if id < len(l.people) {
				object.(*row).set(l.people[id], l.nowTime())
			}
		})
	l.list.HideSeparators = true
	l.list.OnSelected = l.selected
	return l
}

// Object is what stands in the window.
func (l *List) Object() fyne.CanvasObject { return l.list }

// People returns what is shown, from the top.
func (l *List) People() []netcore.Person { return l.people }

// Find returns somebody who is shown.
func (l *List) Find(id netcore.PersonID) (netcore.Person, bool) {
	at := slices.IndexFunc(l.people, func(p netcore.Person) bool { return p.ID == id })
	if at < 0 {
		return netcore.Person{}, false
	}
	return l.people[at], true
}

// Show replaces everybody; the same people again cost nothing.
func (l *List) Show(people []netcore.Person) {
	sorted := slices.Clone(people)
	slices.SortStableFunc(sorted, order)
	if slices.EqualFunc(sorted, l.people, looksSame) {
		l.people = sorted
		return
	}
	l.people = sorted
	l.list.Refresh()
	l.Choose(l.chosen)
}

// Choose marks the row of somebody, or none.
func (l *List) Choose(id netcore.PersonID) {
	l.chosen = id
	l.quiet = true
	defer func() { l.quiet = false }()
	at := slices.IndexFunc(l.people, func(p netcore.Person) bool { return p.ID == id })
	if at < 0 {
		l.list.UnselectAll()
		return
	}
	l.list.Select(at)
}

// Step returns the person by places below the chosen one, round the ends.
func (l *List) Step(by int) (netcore.Person, bool) {
	if len(l.people) == 0 {
		return netcore.Person{}, false
	}
	at := slices.IndexFunc(l.people, func(p netcore.Person) bool { return p.ID == l.chosen })
	if at < 0 && by < 0 {
		at = 0
	}
	return l.people[(at+by+len(l.people))%len(l.people)], true
}

func (l *List) selected(id int) {
	if l.quiet || id >= len(l.people) {
		return
	}
	l.chosen = l.people[id].ID
	if l.Picked != nil {
		l.Picked(l.people[id])
	}
}

// order puts conversations first, the newest on top, then who is online, then
// the others by name.
func order(a, b netcore.Person) int {
	return cmp.Or(
		b.Last.At.Compare(a.Last.At),
		cmp.Compare(rank(a), rank(b)),
		cmp.Compare(a.Name, b.Name),
		cmp.Compare(a.ID, b.ID),
	)
}

func rank(p netcore.Person) int {
	if p.Online {
		return 0
	}
	return 1
}

// looksSame reports whether a row need not be drawn again.
func looksSame(a, b netcore.Person) bool {
	return a.ID == b.ID && a.Name == b.Name && a.Device == b.Device && a.Online == b.Online &&
		a.Unread == b.Unread && a.Last == b.Last && a.Trust == b.Trust && a.Asks == b.Asks
}
