package security

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"

	"lanyard/app/kit"
	"lanyard/netcore"
)

// tableGap lies between two readings of the people.
const tableGap = 300 * time.Millisecond

// Permissions shows what every verified person may do on this PC, and who is
// blocked. Except Trigger its methods belong to the drawing goroutine.
type Permissions struct {
	ui     *kit.UI
	node   Node
	host   Host
	reload *kit.Reload

	everyone []netcore.Person // verified and blocked ones, in order
	shown    []netcore.Person // those of them that are looked for
	want     map[netcore.DeviceID]netcore.Permissions
	busy     map[netcore.DeviceID]bool // one is being stored

	find   *kit.Entry
	status *kit.Paragraph
	empty  *kit.Paragraph
	table  *kit.Table
	object fyne.CanvasObject
}

// NewPermissions returns the table, empty until the first Trigger.
func NewPermissions(ui *kit.UI, node Node, host Host) *Permissions {
	p := &Permissions{
		ui: ui, node: node, host: host,
		want: map[netcore.DeviceID]netcore.Permissions{}, busy: map[netcore.DeviceID]bool{},
	}
	p.reload = kit.NewReload(ui, tableGap, p.load)
	p.find = kit.NewEntry(host.Shortcuts)
	p.find.SetPlaceHolder(lang.L("Find a name or a device ID"))
	p.find.Escaped = host.Escaped
	p.find.OnChanged = func(string) { p.show() }
	p.status = kit.NewParagraph("", theme.SizeNameText, theme.ColorNameError)
	p.status.Hide()
	p.empty = kit.NewParagraph("", theme.SizeNameText, kit.ColorMuted)
	p.table = kit.NewTable(wideFrom, newHeads(), func() int { return len(p.shown) },
		func() kit.Row { return newRow(p) },
		func(at int, object kit.Row) { object.(*row).set(p.shown[at]) })
	p.table.List.HideSeparators = true
	p.table.List.OnSelected = func(id int) { p.table.List.Unselect(id) }
	head := container.New(layout.NewCustomPaddedLayout(0, 8, 20, 20), kit.Column(8,
		kit.Hint(lang.L("What verified people may do on this PC. Nobody else may do any of it.")), p.find, p.status))
	p.object = kit.Below(head, container.New(layout.NewCustomPaddedLayout(0, 8, 20, 12),
		container.NewStack(container.New(layout.NewCustomPaddedLayout(12, 0, 0, 8), container.NewVBox(p.empty)), p.table)))
	return p
}

// Object is what stands in the window.
func (p *Permissions) Object() fyne.CanvasObject { return p.object }

// Trigger asks for a new reading. It may be called from any goroutine.
func (p *Permissions) Trigger() { p.reload.Trigger() }

func (p *Permissions) load(ctx context.Context) func() {
	everyone, err := p.node.People(ctx)
	if err != nil {
		return func() { p.fail(err) }
	}
	listed := slices.DeleteFunc(slices.Clone(everyone), func(one netcore.Person) bool {
		return one.Trust != netcore.TrustVerified && one.Trust != netcore.TrustBlocked
	})
	slices.SortStableFunc(listed, order)
	return func() {
		p.everyone = listed
		p.show()
	}
}

// order puts the blocked ones last, and the others by name: rows must not
// move about below the hand of somebody who gives permissions.
func order(a, b netcore.Person) int {
	return cmp.Or(
		strings.Compare(string(b.Trust), string(a.Trust)), // "verified" before "blocked"
		strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)),
		cmp.Compare(a.ID, b.ID),
	)
}

// show shows those whom the user looks for.
func (p *Permissions) show() {
	wanted := strings.ToLower(strings.TrimSpace(p.find.Text))
	p.shown = make([]netcore.Person, 0, len(p.everyone))
	for _, one := range p.everyone {
		if wanted == "" || strings.Contains(strings.ToLower(one.Name), wanted) ||
			strings.HasPrefix(strings.ToLower(one.Device.String()), wanted) {
			p.shown = append(p.shown, one)
		}
	}
	p.sayEmpty()
	p.table.Reload()
}

func (p *Permissions) sayEmpty() {
	switch {
	case len(p.shown) > 0:
		p.empty.SetText("")
	case len(p.everyone) > 0:
		p.empty.SetText(lang.L("Nobody here matches."))
	default:
		p.empty.SetText(lang.L("Nobody is verified yet. Open a conversation and verify the person there, or pair with a string under Security."))
	}
}

// now returns what somebody may do, as last chosen.
func (p *Permissions) now(person netcore.Person) netcore.Permissions {
	if wanted, pending := p.want[person.Device]; pending {
		return wanted
	}
	now := person.Permissions
	if now.FilesCap <= 0 {
		now.FilesCap = netcore.DefaultFilesCap
	}
	return now
}

// choose changes what somebody may do; the highest right is asked back for.
func (p *Permissions) choose(person netcore.Person, chosen netcore.Permissions) {
	before := p.now(person)
	if chosen == before {
		return
	}
	if chosen.Commands != netcore.CommandsAlways || before.Commands == netcore.CommandsAlways {
		p.set(person.Device, chosen)
		return
	}
	p.table.Reload() // shows what is still in force
	sentence := lang.L("Then “{{.Name}}” can do everything on this PC that you can do: read, change and delete files, install programs. Nobody asks you first. Permit it only for a PC that you look after yourself.",
		map[string]any{"Name": fullName(person)})
	kit.Confirm(p.ui, p.host.Window, lang.L("Permit all commands?"), sentence, lang.L("Permit it"), lang.L("Cancel"),
		func(context.Context) error { return nil },
		func() { p.set(person.Device, chosen) })
}

// set stores what a device may do, the last choice if there are several. It is
// the one that was on the screen, whichever its person is shown with by now.
func (p *Permissions) set(id netcore.DeviceID, chosen netcore.Permissions) {
	p.want[id] = chosen
	p.say("")
	p.table.Reload()
	if p.busy[id] {
		return
	}
	p.busy[id] = true
	kit.Do(p.ui, func(ctx context.Context) error { return p.node.SetPermissions(ctx, id, chosen) }, func(err error) {
		delete(p.busy, id)
		if next := p.want[id]; err == nil && next != chosen {
			p.set(id, next)
			return
		}
		p.settle(id, chosen, err)
	})
}

// settle shows what is in force after a change.
func (p *Permissions) settle(id netcore.DeviceID, chosen netcore.Permissions, err error) {
	delete(p.want, id)
	if err != nil {
		p.fail(err)
	} else if at := slices.IndexFunc(p.everyone, func(one netcore.Person) bool { return one.Device == id }); at >= 0 {
		p.everyone[at].Permissions = chosen
	}
	p.show()
	p.Trigger()
}

// unblock asks and lets somebody reach this PC again.
func (p *Permissions) unblock(person netcore.Person) {
	kit.Confirm(p.ui, p.host.Window, lang.L("Unblock “{{.Name}}”?", map[string]any{"Name": fullName(person)}),
		lang.L("They can write to you and offer files again. They are not verified, and nothing is permitted."), lang.L("Unblock"), lang.L("Cancel"),
		func(ctx context.Context) error { return p.node.Unblock(ctx, person.ID) }, p.Trigger)
}

// nameMost is how many characters of a name stand in a sentence.
const nameMost = 24

// fullName names somebody in a sentence so that no other of the same name can
// be meant.
func fullName(person netcore.Person) string {
	return kit.InQuotes(kit.Drawable(kit.Cut(person.Name, nameMost))) + " (" + person.Device.Short() + ")"
}

func (p *Permissions) fail(err error) { p.say(kit.ErrorWords(err)) }

// say shows a sentence over the table, or takes it away.
func (p *Permissions) say(text string) {
	p.status.SetText(text)
	if text == "" {
		p.status.Hide()
	} else {
		p.status.Show()
	}
}
