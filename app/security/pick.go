package security

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"lanyard/netcore"
)

// pick chooses one permission of the person in its row. Rows are used again
// for other people when the table is scrolled or read anew, also below an open
// menu: so a choice counts for whom it was opened for.
type pick struct {
	widget.Select
	row     *row
	choices func(now netcore.Permissions) []netcore.Permissions
	words   func(netcore.Permissions) string
	opened  netcore.Person
}

func newPick(r *row, choices func(netcore.Permissions) []netcore.Permissions, words func(netcore.Permissions) string) *pick {
	p := &pick{row: r, choices: choices, words: words}
	p.OnChanged = p.chosen
	p.ExtendBaseWidget(p)
	return p
}

// set shows what is in force.
func (p *pick) set(now netcore.Permissions) {
	options := make([]string, 0, 8)
	for _, choice := range p.choices(now) {
		options = append(options, p.words(choice))
	}
	if selected := p.words(now); selected != p.Selected || !slices.Equal(options, p.Options) {
		p.Options, p.Selected = options, selected
		p.Refresh()
	}
}

// Tapped is for Fyne.
func (p *pick) Tapped(event *fyne.PointEvent) {
	p.opened = p.row.person
	p.Select.Tapped(event)
}

// TypedKey is for Fyne.
func (p *pick) TypedKey(event *fyne.KeyEvent) {
	p.opened = p.row.person
	p.Select.TypedKey(event)
}

func (p *pick) chosen(words string) {
	page := p.row.page
	for _, choice := range p.choices(page.now(p.opened)) {
		if p.words(choice) == words {
			page.choose(p.opened, choice)
			break
		}
	}
	p.row.set(p.row.person)
}

// fileChoices are what may be chosen about files, with what is in force.
func fileChoices(now netcore.Permissions) []netcore.Permissions {
	ask := now
	ask.Files = netcore.FilesAsk
	choices := []netcore.Permissions{ask}
	for _, limit := range []int64{100 << 20, netcore.DefaultFilesCap, 10 << 30, 100 << 30} {
		auto := now
		auto.Files, auto.FilesCap = netcore.FilesAuto, limit
		choices = append(choices, auto)
	}
	if now.Files == netcore.FilesAuto && !slices.Contains(choices, now) {
		choices = slices.Insert(choices, 1, now)
	}
	return choices
}

// commandChoices are what may be chosen about commands.
func commandChoices(now netcore.Permissions) []netcore.Permissions {
	var choices []netcore.Permissions
	for _, commands := range []netcore.CommandsPermission{
		netcore.CommandsOff, netcore.CommandsButtons, netcore.CommandsAsk, netcore.CommandsAlways,
	} {
		choice := now
		choice.Commands = commands
		choices = append(choices, choice)
	}
	return choices
}
