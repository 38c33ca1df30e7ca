package commands

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/kit"
	"lanyard/netcore"
)

const (
	whomHigh = 121 // of the list: three rows
	whomRow  = 30
)

// whom lets the user tick people.
type whom struct {
	people  []netcore.Person // those that can be ticked first
	ticked  map[netcore.PersonID]bool
	changed func()
	list    *widget.List
	count   *kit.Line
	object  fyne.CanvasObject
}

func newWhom(changed func()) *whom {
	w := &whom{ticked: map[netcore.PersonID]bool{}, changed: changed}
	w.count = kit.NewCutLine("", kit.SizeSmall, kit.ColorMuted)
	w.list = widget.NewList(func() int { return len(w.people) },
		func() fyne.CanvasObject { return newWhomRow(w) },
		func(at int, object fyne.CanvasObject) {
			if at < len(w.people) {
				object.(*whomRowWidget).set(w.people[at])
			}
		})
	w.list.HideSeparators = true
	w.list.OnSelected = func(at int) {
		w.list.Unselect(at)
		if at < len(w.people) && whyNot(w.people[at]) == "" {
			w.tick(w.people[at].ID, !w.ticked[w.people[at].ID])
		}
	}
	w.object = kit.Column(6, container.New(fixedHeight(whomHigh), w.list), w.count)
	w.say()
	return w
}

// whyNot says why somebody cannot be asked to run something; empty: they can.
func whyNot(person netcore.Person) string {
	switch {
	case person.Trust == netcore.TrustBlocked:
		return lang.L("blocked")
	case person.Trust != netcore.TrustVerified:
		return lang.L("not verified")
	case !person.Online:
		return lang.L("not online")
	}
	return ""
}

// set shows people; whoever cannot be asked any more is not ticked any more.
func (w *whom) set(people []netcore.Person) {
	w.people = slices.Clone(people)
	slices.SortStableFunc(w.people, func(a, b netcore.Person) int {
		return boolInt(whyNot(a) != "") - boolInt(whyNot(b) != "")
	})
	for _, person := range w.people {
		if whyNot(person) != "" {
			delete(w.ticked, person.ID)
		}
	}
	w.say()
	w.list.Refresh()
}

// choose ticks some people and nobody else.
func (w *whom) choose(people []netcore.PersonID) {
	clear(w.ticked)
	for _, id := range people {
		w.ticked[id] = true
	}
	w.say()
	w.list.Refresh()
	w.changed()
}

// chosen returns who is ticked, in the order of the list.
func (w *whom) chosen() []netcore.PersonID {
	var ids []netcore.PersonID
	for _, person := range w.people {
		if w.ticked[person.ID] {
			ids = append(ids, person.ID)
		}
	}
	return ids
}

func (w *whom) tick(id netcore.PersonID, on bool) {
	if on {
		w.ticked[id] = true
	} else {
		delete(w.ticked, id)
	}
	w.say()
	w.list.Refresh()
	w.changed()
}

func (w *whom) say() {
	count := len(w.chosen())
	switch {
	case len(w.people) == 0:
		w.count.SetText(lang.L("There is nobody yet."))
	case count == 0:
		w.count.SetText(lang.L("Tick one or more people who are online."))
	default:
		w.count.SetText(lang.N("{{.Count}} ticked", count, map[string]any{"Count": count}))
	}
}

// whomRowWidget is one person with a box to tick.
type whomRowWidget struct {
	widget.BaseWidget
	whom    *whom
	person  netcore.PersonID
	filling bool
	check   *widget.Check
	avatar  *kit.Avatar
	name    *kit.Line
	note    *kit.Line
	box     fyne.CanvasObject
}

func newWhomRow(w *whom) *whomRowWidget {
	r := &whomRowWidget{
		whom: w, avatar: kit.NewAvatar(24),
		name: kit.NewCutLine("", theme.SizeNameText, theme.ColorNameForeground), note: kit.NewLine("", kit.SizeSmall, kit.ColorMuted),
	}
	r.check = widget.NewCheck("", func(on bool) {
		if !r.filling {
			w.tick(r.person, on)
		}
	})
	r.note.Align = fyne.TextAlignTrailing
	r.box = container.New(kit.Columns{Widths: []float32{26, 26, -3, -2}, Gap: 6, Height: whomRow}, r.check, r.avatar, r.name, r.note)
	r.ExtendBaseWidget(r)
	return r
}

// CreateRenderer is for Fyne.
func (r *whomRowWidget) CreateRenderer() fyne.WidgetRenderer {
	return widget.NewSimpleRenderer(r.box)
}

func (r *whomRowWidget) set(person netcore.Person) {
	r.filling = true
	defer func() { r.filling = false }()
	r.person = person.ID
	why := whyNot(person)
	presence := kit.Offline
	if person.Online {
		presence = kit.Online
	}
	r.avatar.Set(person.Name, person.Device, presence)
	r.name.SetText(kit.Cut(person.Name, nameMost))
	r.note.SetText(why)
	color := theme.ColorNameForeground
	if why != "" {
		color = kit.ColorMuted
	}
	r.name.SetColor(color)
	r.check.SetChecked(r.whom.ticked[person.ID])
	enable(r.check, why == "")
}

// fixedHeight gives its objects all the width, and a height.
type fixedHeight float32

// MinSize is for Fyne.
func (f fixedHeight) MinSize(objects []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(objects[0].MinSize().Width, float32(f))
}

// Layout is for Fyne.
func (f fixedHeight) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	for _, object := range objects {
		object.Move(fyne.Position{})
		object.Resize(size)
	}
}
