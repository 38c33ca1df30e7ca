package audit

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/kit"
	"lanyard/netcore"
)

// What the filter holds at most.
const (
	nameMost = 24  // characters of a name
	textMost = 200 // bytes that are searched for
)

// filter chooses what is shown.
type filter struct {
	page    *Page
	person  *widget.Select
	kind    *widget.Select
	text    *kit.Entry
	object  fyne.CanvasObject
	devices []netcore.DeviceID // of the choices of person; the first is zero: everybody
	filling bool               // choices are put in, not made
}

func (p *Page) newFilter() *filter {
	f := &filter{page: p, devices: []netcore.DeviceID{{}}}
	f.person = widget.NewSelect([]string{lang.L("Everybody")}, func(string) { f.changed() })
	f.kind = widget.NewSelect(kindWords(), func(string) { f.changed() })
	f.text = kit.NewEntry(p.host.Shortcuts)
	f.text.SetPlaceHolder(lang.L("Search names and details"))
	f.text.Escaped = p.host.Escaped
	f.text.OnChanged = func(string) { f.changed() }
	f.filling = true
	f.person.SetSelectedIndex(0)
	f.kind.SetSelectedIndex(0)
	f.filling = false
	f.object = container.New(filterLayout{}, f.person, f.kind, f.text)
	return f
}

// kinds are the values of the choices of kind, in the order in which they are
// shown; the first is all.
func kinds() []netcore.AuditWhat {
	return []netcore.AuditWhat{
		"", netcore.AuditFiles, netcore.AuditCommand, netcore.AuditConsent, netcore.AuditButton, netcore.AuditPermissions, netcore.AuditVerify, netcore.AuditUnverify,
		netcore.AuditString, netcore.AuditBlock, netcore.AuditUnblock, netcore.AuditMerge, netcore.AuditReach,
		netcore.AuditPassword, netcore.AuditIdentity, netcore.AuditConfirm, netcore.AuditAlias,
	}
}

func kindWords() []string {
	words := []string{lang.L("Everything")}
	for _, kind := range kinds()[1:] {
		words = append(words, kit.AuditWords(kind))
	}
	return words
}

// choice is one device of somebody.
type choice struct {
	name   string // cut
	device netcore.DeviceID
}

// choicesOf lists the devices of everybody by name. It may be called from any
// goroutine.
func choicesOf(everyone []netcore.Person) []choice {
	var choices []choice
	for _, person := range everyone {
		devices := person.Devices
		if len(devices) == 0 {
			devices = []netcore.DeviceID{person.Device}
		}
		for _, device := range devices {
			choices = append(choices, choice{kit.Cut(person.Name, nameMost), device})
		}
	}
	slices.SortStableFunc(choices, func(a, b choice) int {
		return cmp.Or(strings.Compare(strings.ToLower(a.name), strings.ToLower(b.name)), a.device.Compare(b.device))
	})
	return choices
}

// setPeople offers everybody to choose from; the one chosen stays.
func (f *filter) setPeople(choices []choice) {
	names, devices := []string{lang.L("Everybody")}, []netcore.DeviceID{{}}
	for _, one := range choices {
		names = append(names, kit.Drawable(one.name)+" ("+one.device.Short()+")")
		devices = append(devices, one.device)
	}
	if slices.Equal(devices, f.devices) && slices.Equal(names, f.person.Options) {
		return
	}
	chosen := slices.Index(devices, f.device())
	f.filling = true
	defer func() { f.filling = false }()
	f.devices, f.person.Options = devices, names
	f.person.SetSelectedIndex(max(chosen, 0))
}

// device is the one chosen; zero: everybody.
func (f *filter) device() netcore.DeviceID {
	return f.devices[max(f.person.SelectedIndex(), 0)]
}

func (f *filter) changed() {
	if f.filling {
		return
	}
	text := strings.TrimSpace(f.text.Text)
	for len(text) > textMost || !utf8.ValidString(text) {
		text = text[:len(text)-1]
	}
	f.page.ask(netcore.AuditQuery{Device: f.device(), What: kinds()[max(f.kind.SelectedIndex(), 0)], Text: text})
}

// filterLayout puts the choices side by side, in a narrow page the text below.
type filterLayout struct{}

const (
	filterWide = 560 // the width from which on all stand side by side
	filterGap  = 8
)

// MinSize is for Fyne.
func (filterLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	high := objects[2].MinSize().Height
	if width := objects[0].Size().Width; width > 0 && objects[2].Position().Y == 0 {
		return fyne.NewSize(200, high)
	}
	return fyne.NewSize(200, 2*high+filterGap)
}

// Layout is for Fyne.
func (filterLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	high := objects[2].MinSize().Height
	place := func(at int, x, y, width float32) {
		objects[at].Move(fyne.NewPos(x, y))
		objects[at].Resize(fyne.NewSize(width, high))
	}
	if size.Width >= filterWide {
		third := (size.Width - 2*filterGap) / 3
		place(0, 0, 0, third)
		place(1, third+filterGap, 0, third)
		place(2, 2*(third+filterGap), 0, third)
		return
	}
	half := (size.Width - filterGap) / 2
	place(0, 0, 0, half)
	place(1, half+filterGap, 0, half)
	place(2, 0, high+filterGap, size.Width)
}
