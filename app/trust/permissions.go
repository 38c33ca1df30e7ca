package trust

import (
	"context"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/kit"
	"lanyard/netcore"
)

// permissions is the table of what one device of a verified person may do. A
// change counts at once, but for the one that gives this PC away.
type permissions struct {
	desk     *Desk
	person   netcore.Person // shown with the device of the table, always
	files    *kit.Choice
	size     *kit.Choice
	commands *kit.Choice
	clock    *kit.Tick
	status   *kit.Paragraph
	object   fyne.CanvasObject
	resized  func()

	sizes   []int64 // of the choices of size
	filling bool    // the table shows what is set: nothing was chosen
	wanted  netcore.Permissions
	saving  bool
	again   bool // another change came while one was being stored
}

// filesKinds and commandsKinds are the values of the choices, in their order.
func filesKinds() []netcore.FilesPermission {
	return []netcore.FilesPermission{netcore.FilesAsk, netcore.FilesAuto}
}

func commandsKinds() []netcore.CommandsPermission {
	return []netcore.CommandsPermission{netcore.CommandsOff, netcore.CommandsButtons, netcore.CommandsAsk, netcore.CommandsAlways}
}

// usualSizes are the caps offered for files that are accepted by themselves.
func usualSizes() []int64 {
	return []int64{10 << 20, 100 << 20, netcore.DefaultFilesCap, 10 << 30, 100 << 30}
}

func newPermissions(desk *Desk, sheet *kit.Sheet, person netcore.Person) *permissions {
	p := &permissions{desk: desk, person: person, resized: sheet.Arrange}
	p.files = kit.NewChoice([]string{lang.L("Ask first"), lang.L("Accept by itself")}, func(string) { p.change() }, sheet)
	p.size = kit.NewChoice(nil, func(string) { p.change() }, sheet)
	var words []string
	for _, kind := range commandsKinds() {
		words = append(words, kit.CommandsWords(kind))
	}
	p.commands = kit.NewChoice(words, func(string) { p.change() }, sheet)
	p.clock = kit.NewTick(lang.L("May ask what the clock of this PC says"), func(bool) { p.change() }, sheet)
	p.status = kit.NewParagraph("", kit.SizeSmall, theme.ColorNameError)
	p.status.Hide()
	p.object = kit.Column(6,
		permissionRow(lang.L("Files"), container.NewGridWithColumns(2, p.files, p.size)),
		permissionRow(lang.L("Commands"), p.commands),
		permissionRow(lang.L("Clock"), p.clock),
		p.status)
	return p
}

// permissionRow puts the name of a permission before it.
func permissionRow(name string, object fyne.CanvasObject) fyne.CanvasObject {
	line := kit.NewCutLine(name, theme.SizeNameText, theme.ColorNameForeground)
	return container.New(kit.Columns{Widths: []float32{96, -1}, Gap: 8, Height: 36}, line, object)
}

// set shows what is permitted, unless a change is on its way.
func (p *permissions) set(person netcore.Person) {
	p.person = person
	if !p.saving {
		p.show(person.Permissions)
	}
}

func (p *permissions) show(now netcore.Permissions) {
	p.filling = true
	defer func() { p.filling = false }()
	if now.FilesCap <= 0 {
		now.FilesCap = netcore.DefaultFilesCap
	}
	p.wanted = now
	p.files.SetSelectedIndex(max(slices.Index(filesKinds(), now.Files), 0))
	p.sizes = usualSizes()
	if !slices.Contains(p.sizes, now.FilesCap) {
		p.sizes = append(p.sizes, now.FilesCap)
		slices.Sort(p.sizes)
	}
	words := make([]string, len(p.sizes))
	for at, size := range p.sizes {
		words[at] = lang.L("up to {{.Size}}", map[string]any{"Size": kit.RoundBytes(size)})
	}
	p.size.SetOptions(words)
	p.size.SetSelectedIndex(slices.Index(p.sizes, now.FilesCap))
	if now.Files == netcore.FilesAuto {
		p.size.Enable()
	} else {
		p.size.Disable()
	}
	p.commands.SetSelectedIndex(max(slices.Index(commandsKinds(), now.Commands), 0))
	p.clock.SetChecked(now.Clock)
}

// chosen reads the table.
func (p *permissions) chosen() netcore.Permissions {
	return netcore.Permissions{
		Files:    filesKinds()[max(p.files.SelectedIndex(), 0)],
		FilesCap: p.sizes[max(p.size.SelectedIndex(), 0)],
		Commands: commandsKinds()[max(p.commands.SelectedIndex(), 0)],
		Clock:    p.clock.Checked,
	}
}

// change stores what was chosen; it asks back before it gives this PC away.
func (p *permissions) change() {
	if p.filling {
		return
	}
	want, before := p.chosen(), p.wanted
	if want == before {
		return
	}
	if want.Commands != netcore.CommandsAlways || before.Commands == netcore.CommandsAlways {
		p.store(want)
		return
	}
	p.desk.ask(question{
		title: lang.L("Let “{{.Name}}” run commands without being asked?", named(p.person)),
		text:  lang.L("Then “{{.Name}}” can do everything on this PC that you can do: read, change and delete files, install programs. Nobody asks you first. Permit it only for a PC that you look after yourself.", named(p.person)),
		yes:   lang.L("Permit it"), importance: widget.DangerImportance,
		done:    func(context.Context) error { return nil },
		ended:   func() { p.store(want) },
		refused: func() { p.show(before) },
	})
}

// store commits a choice. One is stored at a time, so that the last one wins.
func (p *permissions) store(want netcore.Permissions) {
	p.show(want)
	if p.saving {
		p.again = true
		return
	}
	p.saving = true
	device := p.person.Device
	kit.Do(p.desk.ui, func(ctx context.Context) error { return p.desk.node.SetPermissions(ctx, device, want) }, func(err error) {
		p.saving = false
		again := p.again
		p.again = false
		switch {
		case err != nil:
			p.say(lang.L("Not saved: {{.Problem}}", map[string]any{"Problem": kit.ErrorWords(err)}))
			p.show(p.person.Permissions)
		case again:
			p.store(p.wanted)
		default:
			p.say("")
		}
	})
}

// say shows a problem; empty: there is none.
func (p *permissions) say(problem string) {
	if problem == p.status.Text() {
		return
	}
	p.status.SetText(kit.Drawable(problem))
	if problem == "" {
		p.status.Hide()
	} else {
		p.status.Show()
	}
	p.resized()
}
