// Package trust is where the user decides whom to trust: the card of a
// person, the comparison of digits, and the questions that another program of
// this user may only ask through the window. Every question starts at its safe
// answer, and Escape is that answer.
package trust

import (
	"context"
	"time"

	"fyne.io/fyne/v2"

	"lanyard/app/kit"
	"lanyard/netcore"
)

// Node is what this view asks of the engine.
type Node interface {
	Verify(ctx context.Context, device netcore.DeviceID) (netcore.Verification, error)
	VerifyID(ctx context.Context, person netcore.PersonID, typed string) error
	Unverify(ctx context.Context, person netcore.PersonID) error
	SetPermissions(ctx context.Context, device netcore.DeviceID, permissions netcore.Permissions) error
	SetAlias(ctx context.Context, person netcore.PersonID, alias string) error
	Block(ctx context.Context, person netcore.PersonID) error
	Unblock(ctx context.Context, person netcore.PersonID) error
	Merge(ctx context.Context, from, into netcore.PersonID) error
	AnswerConfirm(id int64, yes bool)
}

// Host is what this view asks of the window around it.
type Host struct {
	Window fyne.Window
	Copy   func(text string)
	Now    func() time.Time
	Find   func(id netcore.PersonID) (netcore.Person, bool)
	// Pick lets the user choose somebody other than the person.
	Pick   func(title string, but netcore.PersonID, picked func(netcore.Person))
	Merged func(into netcore.PersonID) // two conversations became this one
	Front  func()                      // bring the window to the front
	Ended  Ended                       // tells the ends of a comparison apart; nil: nobody can
}

// Desk opens the dialogs of this package and keeps what they show up to date.
// It belongs to the drawing goroutine.
type Desk struct {
	ui       *kit.UI
	node     Node
	host     Host
	card     *card     // open, or nil
	compare  *compare  // open, or nil
	confirms *confirms // waiting questions of another program
}

// NewDesk returns a desk with nothing on it.
func NewDesk(ui *kit.UI, node Node, host Host) *Desk {
	desk := &Desk{ui: ui, node: node, host: host}
	desk.confirms = &confirms{desk: desk}
	return desk
}

// Warm loads the faces that the dialogs write with, which takes longer than a
// click may, and is done before there is anything to click.
func (d *Desk) Warm() {
	newDigits("042917").MinSize()
	deviceText(netcore.DeviceID{}).MinSize()
}

// Card opens the card of a person.
func (d *Desk) Card(person netcore.Person) {
	if d.card != nil || person.ID == 0 {
		return
	}
	d.card = newCard(d, person)
	d.card.sheet.Open(d.card.leave)
}

// Verify opens the comparison of digits with a person. Somebody who cannot be
// reached now can be verified by their device ID, which their card offers.
func (d *Desk) Verify(person netcore.Person) {
	switch {
	case d.compare != nil || person.ID == 0:
	case !person.Online || person.Trust == netcore.TrustBlocked:
		d.Card(person)
	default:
		d.compare = newCompare(d, person)
		d.compare.start()
	}
}

// Update shows newer facts about the person of the open card.
func (d *Desk) Update() {
	if d.card == nil {
		return
	}
	if person, found := d.host.Find(d.card.person.ID); found {
		d.card.set(person)
	}
}

// Confirm queues a question of another program and brings the window to the
// front.
func (d *Desk) Confirm(question netcore.Confirmation) { d.confirms.add(question) }

// Confirmed takes back a question that was answered elsewhere or too late.
func (d *Desk) Confirmed(id int64) { d.confirms.remove(id) }
