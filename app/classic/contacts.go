package classic

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/kit"
)

// contacts is the list of those whom a client of udp-chat can write to.
func (d *detailPane) contacts() fyne.CanvasObject {
	d.whom = widget.NewSelect(nil, nil)
	add := kit.NewButton("", d.addContact)
	add.Icon, add.Escaped = theme.ContentAddIcon(), d.page.toList
	d.fillContacts("")
	return container.NewBorder(nil, nil, nil, add, container.NewGridWrap(fyne.NewSize(140, 36), d.whom))
}

// fillContacts lists the contacts, with one chosen; empty: the dialed address.
func (d *detailPane) fillContacts(chosen string) {
	names := []string{d.live.address()}
	for _, one := range d.live.people() {
		names = append(names, one.name)
	}
	d.whom.SetOptions(names)
	if chosen == "" {
		chosen = names[0]
	}
	d.whom.SetSelected(chosen)
}

// chosen is the address of the chosen contact; empty: the other side.
func (d *detailPane) chosen() string {
	if d.whom == nil || d.whom.SelectedIndex() <= 0 {
		return ""
	}
	return d.live.people()[d.whom.SelectedIndex()-1].address
}

// addContact asks for a name and an address.
func (d *detailPane) addContact() {
	name, address := kit.NewEntry(d.page.host.Shortcuts), kit.NewEntry(d.page.host.Shortcuts)
	address.SetPlaceHolder("127.0.0.1:8081")
	ask := kit.NewAsk(d.page.ui, d.page.host.Window, lang.L("New contact"), lang.L("Add"), lang.L("Cancel"),
		kit.Field(lang.L("Name"), name), kit.Field(lang.L("Address"), address))
	ask.OnAct(func() {
		one := contact{strings.TrimSpace(name.Text), strings.TrimSpace(address.Text)}
		if one.name == "" || !strings.Contains(one.address, ":") {
			ask.Fail(lang.L("A contact has a name and an address, host:port."))
			return
		}
		d.live.addContact(one)
		ask.Hide()
		d.fillContacts(one.name)
	})
	ask.Show(name)
}

// people returns the contacts.
func (l *live) people() []contact {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]contact(nil), l.contacts...)
}

// addContact adds a contact, or changes the address of one.
func (l *live) addContact(one contact) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for at := range l.contacts {
		if l.contacts[at].name == one.name {
			l.contacts[at] = one
			return
		}
	}
	l.contacts = append(l.contacts, one)
}
