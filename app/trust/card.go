package trust

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/kit"
	"lanyard/netcore"
)

// card shows all that is known and decided about a person.
type card struct {
	desk   *Desk
	sheet  *kit.Sheet
	person netcore.Person

	avatar    *kit.Avatar
	name      *kit.Line
	selfName  *kit.Line
	alias     *kit.Entry
	aliasSaid *kit.Line
	devices   *fyne.Container
	listed    []netcore.DeviceID
	badge     *Badge
	badgeIn   *fyne.Container
	state     *kit.Line
	hint      *kit.Paragraph
	digits    *kit.Button
	byID      *kit.Button
	unverify  *kit.Button
	allowed   *permissions
	allowedAt *fyne.Container // holds the table of the device that is shown
	allowedIn fyne.CanvasObject
	merge     *kit.Button
	block     *kit.Button
	unblock   *kit.Button
	leave     *kit.Button
}

// cardWidth is how wide a card wants to be.
const cardWidth = 600

func newCard(desk *Desk, person netcore.Person) *card {
	c := &card{desk: desk, person: person}
	c.sheet = kit.NewSheet(desk.host.Window, lang.L("About this person"), cardWidth, c.close)
	c.build()
	c.leave = kit.NewButton(lang.L("Close"), c.close)
	c.sheet.Fill([]fyne.CanvasObject{
		c.head(),
		c.trustPart(),
		c.allowedIn,
		kit.Field(lang.L("Device ID"), c.devices),
		container.New(kit.Wrap{Gap: 6}, c.merge, c.block, c.unblock),
	}, c.leave)
	c.set(person)
	return c
}

func (c *card) build() {
	c.avatar = kit.NewAvatar(48)
	c.name = kit.NewCutLine("", kit.SizeTitle, theme.ColorNameForeground)
	c.selfName = kit.NewCutLine("", kit.SizeSmall, kit.ColorMuted)
	c.alias = kit.NewEntry(nil)
	c.alias.Escaped, c.alias.Reached = c.close, c.sheet.Reveal
	c.alias.OnSubmitted = func(string) { c.saveAlias() }
	c.alias.SetText(c.person.Alias)
	c.aliasSaid = kit.NewCutLine("", kit.SizeSmall, kit.ColorMuted)
	c.aliasSaid.Hide()
	c.devices = kit.Column(4)
	c.badge = NewBadge()
	c.badgeIn = container.NewCenter(c.badge)
	c.state = kit.NewLine("", kit.SizeName, theme.ColorNameForeground)
	c.hint = kit.Hint("")
	c.digits = strong(c.button(lang.L("Compare digits…"), c.desk.Verify), widget.HighImportance)
	c.byID = c.button(lang.L("Compare the device ID…"), c.desk.CompareID)
	c.unverify = c.button(lang.L("Take back verification…"), c.desk.Unverify)
	c.merge = c.button(lang.L("It is the same person as…"), c.desk.PickMerge)
	c.block = c.button(lang.L("Block…"), c.desk.Block)
	c.unblock = c.button(lang.L("Unblock…"), c.desk.Unblock)
	c.allowedAt = container.NewStack()
	c.setTable()
	c.allowedIn = kit.Field(lang.L("Permissions on this PC"), c.allowedAt)
}

// setTable puts a table of permissions on the card that belongs to the device
// now shown. What is still open of the former one, a menu or a question, counts
// for the former device.
func (c *card) setTable() {
	c.allowed = newPermissions(c.desk, c.sheet, c.person)
	c.allowedAt.Objects = []fyne.CanvasObject{c.allowed.object}
	c.allowedAt.Refresh()
}

// button is one that does something about the person as they are then.
func (c *card) button(text string, act func(netcore.Person)) *kit.Button {
	b := kit.NewButton(text, func() { act(c.person) })
	return c.inBody(b)
}

// inBody lets a button leave the card by Escape, and come into view when the
// keyboard reaches it.
func (c *card) inBody(b *kit.Button) *kit.Button {
	b.Escaped, b.Reached = c.close, c.sheet.Reveal
	return b
}

func (c *card) head() fyne.CanvasObject {
	save := kit.NewButton(lang.L("Save"), c.saveAlias)
	c.inBody(save)
	words := kit.Column(2, c.name, c.selfName)
	return kit.Column(10,
		container.NewBorder(nil, nil, container.NewCenter(c.avatar), nil, container.NewPadded(words)),
		kit.Field(lang.L("Your own name for them; nobody else sees it"), container.NewBorder(nil, nil, nil, save, c.alias)),
		c.aliasSaid)
}

func (c *card) trustPart() fyne.CanvasObject {
	return kit.Column(6,
		container.New(layout.NewCustomPaddedHBoxLayout(4), c.badgeIn, c.state),
		c.hint,
		container.New(kit.Wrap{Gap: 6}, c.digits, c.byID, c.unverify))
}

func (c *card) close() {
	c.sheet.Close()
	if c.desk.card == c {
		c.desk.card = nil
	}
}

// set shows newer facts.
func (c *card) set(person netcore.Person) {
	c.person = person
	presence := kit.Offline
	if person.Online {
		presence = kit.Online
	}
	c.avatar.Set(person.Name, person.Device, presence)
	c.name.SetText(cut(person.Name, 2*nameMost))
	c.selfName.SetText(lang.L("They call themselves “{{.Name}}”", map[string]any{"Name": cut(person.SelfName, nameMost)}))
	kit.Show(c.selfName, person.SelfName != "" && person.SelfName != person.Name)
	c.alias.SetPlaceHolder(kit.Drawable(cut(person.SelfName, nameMost)))
	c.setDevices(person)
	c.setTrust(person)
	if c.allowed.person.Device != person.Device {
		c.setTable()
	}
	c.allowed.set(person)
	c.sheet.Arrange()
}

func (c *card) setTrust(person netcore.Person) {
	verified, blocked := person.Trust == netcore.TrustVerified, person.Trust == netcore.TrustBlocked
	c.badge.Set(person.Trust)
	kit.Show(c.badgeIn, verified)
	c.state.SetText(stateWords(person))
	c.state.SetColor(Color(person.Trust))
	c.hint.SetText(kit.Drawable(trustHint(person)))
	kit.Show(c.hint, c.hint.Text() != "")
	kit.Show(c.digits, !verified && !blocked)
	kit.Show(c.byID, !verified && !blocked)
	kit.Show(c.unverify, verified)
	kit.Show(c.allowedIn, verified)
	kit.Show(c.block, !blocked)
	kit.Show(c.unblock, blocked)
	if person.Online {
		c.digits.Enable()
	} else {
		c.digits.Disable()
	}
}

// stateWords says what was decided about a person, when and how.
func stateWords(person netcore.Person) string {
	if person.Trust != netcore.TrustVerified || person.Verified.IsZero() {
		return Words(person.Trust)
	}
	return lang.L("Identity verified on {{.Date}} {{.How}}", map[string]any{
		"Date": person.Verified.Local().Format(time.DateOnly), "How": kit.VerifiedWords(person.VerifiedBy),
	})
}

// trustHint says what that means.
func trustHint(person netcore.Person) string {
	switch {
	case person.Trust == netcore.TrustBlocked:
		return lang.L("Nothing comes from them and nothing goes to them.")
	case person.Trust == netcore.TrustVerified && len(person.Devices) > 1:
		return lang.L("This and the permissions belong to the first device listed below.")
	case person.Trust == netcore.TrustVerified:
		return ""
	case !person.Online:
		return lang.L("Nobody knows yet whether this is really them. To compare digits, both of you must be online.")
	}
	return lang.L("Nobody knows yet whether this is really them. Only verified people can be permitted anything.")
}

// setDevices lists the device IDs, each with a button that copies it.
func (c *card) setDevices(person netcore.Person) {
	ids := person.Devices
	if len(ids) == 0 {
		ids = []netcore.DeviceID{person.Device}
	}
	if slices.Equal(ids, c.listed) {
		return
	}
	c.listed = slices.Clone(ids)
	c.devices.Objects = nil
	for at, id := range ids[:min(len(ids), devicesMost)] {
		c.devices.Add(c.device(at, len(ids), id))
	}
	if more := len(ids) - devicesMost; more > 0 {
		c.devices.Add(kit.Small(fmt.Sprintf("+%d", more)))
	}
}

// devicesMost is how many devices of one person a card lists.
const devicesMost = 16

func (c *card) device(at, of int, id netcore.DeviceID) fyne.CanvasObject {
	copied := kit.NewButton(lang.L("Copy"), func() { c.desk.host.Copy(id.String()) })
	c.inBody(copied)
	copied.Icon = theme.ContentCopyIcon()
	row := container.NewBorder(nil, nil, nil, container.NewCenter(copied), deviceText(id))
	if of == 1 {
		return row
	}
	number := kit.Small(lang.L("Device {{.Number}} of {{.Count}}", map[string]any{"Number": at + 1, "Count": of}))
	return kit.Column(0, number, row)
}

// deviceText is a device ID to be read, compared and marked.
func deviceText(id netcore.DeviceID) *widget.Label {
	text := widget.NewLabelWithStyle(twoLines(id), fyne.TextAlignLeading, fyne.TextStyle{Monospace: true})
	text.SizeName = theme.SizeNameCaptionText
	text.Selectable = true
	return text
}

// twoLines sets a device ID on two lines, half of it each.
func twoLines(id netcore.DeviceID) string {
	groups := strings.Split(id.String(), "-")
	half := len(groups) / 2
	return strings.Join(groups[:half], "-") + "\n" + strings.Join(groups[half:], "-")
}

// saveAlias stores the user's own name for the person; an empty one takes it
// back.
func (c *card) saveAlias() {
	alias, person := strings.TrimSpace(c.alias.Text), c.person.ID
	kit.Do(c.desk.ui, func(ctx context.Context) error { return c.desk.node.SetAlias(ctx, person, alias) }, func(err error) {
		words := lang.L("Saved.")
		if err != nil {
			words = lang.L("Not saved: {{.Problem}}", map[string]any{"Problem": kit.ErrorWords(err)})
		}
		c.aliasSaid.SetText(kit.Drawable(words))
		c.aliasSaid.Show()
		c.sheet.Arrange()
	})
}
