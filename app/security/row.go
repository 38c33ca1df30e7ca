package security

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/kit"
	"lanyard/netcore"
)

// The measures of the table.
const (
	wideFrom   = 620 // its width with columns
	wideHeight = 52
	avatarSide = 34

	rowNameMost = 80 // characters of a name that are drawn
)

// columns are those of a wide table: who, verified how, files, commands, clock.
func columns() kit.Columns {
	return kit.Columns{Widths: []float32{-1, 110, 172, 142, 44}, Gap: 10, Height: wideHeight}
}

func newHeads() fyne.CanvasObject {
	heads := columns()
	heads.Height = 24
	head := func(text string) fyne.CanvasObject { return kit.NewCutLine(text, kit.SizeSmall, kit.ColorMuted) }
	return container.New(heads, head(lang.L("Person")), head(lang.L("Verified on")), head(lang.L("Files")), head(lang.L("Commands")), head(lang.L("Clock")))
}

// row is one person of the table.
type row struct {
	widget.BaseWidget
	page   *Permissions
	person netcore.Person
	wide   bool

	avatar   *kit.Avatar
	name     *kit.Line
	id       *kit.Line
	when     *kit.Line
	how      *kit.Line
	files    *pick
	commands *pick
	clock    *widget.Check
	unblock  *widget.Button
	filling  bool // the row shows what is in force: nothing was chosen

	heads []fyne.CanvasObject // of the choices in a narrow table
	box   *fyne.Container
}

func newRow(page *Permissions) *row {
	r := &row{
		page:   page,
		avatar: kit.NewAvatar(avatarSide),
		name:   kit.NewCutLine("", kit.SizeName, theme.ColorNameForeground),
		id:     kit.NewCutLine("", kit.SizeSmall, kit.ColorMuted),
		when:   kit.NewCutLine("", kit.SizeSmall, kit.ColorMuted),
		how:    kit.NewCutLine("", kit.SizeSmall, kit.ColorMuted),
	}
	r.files = newPick(r, fileChoices, kit.FilesWords)
	r.commands = newPick(r, commandChoices, func(p netcore.Permissions) string { return kit.CommandsWords(p.Commands) })
	r.clock = widget.NewCheck("", r.chooseClock)
	r.unblock = widget.NewButton(lang.L("Unblock…"), func() { r.page.unblock(r.person) })
	r.heads = []fyne.CanvasObject{kit.Small(lang.L("Files")), kit.Small(lang.L("Commands")), kit.Small(lang.L("Clock"))}
	r.box = container.NewWithoutLayout()
	r.arrange()
	r.ExtendBaseWidget(r)
	return r
}

// SetWide arranges the row for a wide or a narrow table.
func (r *row) SetWide(wide bool) {
	if r.wide != wide {
		r.wide = wide
		r.arrange()
		r.box.Resize(r.Size())
		r.box.Refresh()
	}
}

func (r *row) arrange() {
	if r.wide {
		r.box.Layout = columns()
		r.box.Objects = []fyne.CanvasObject{
			r.who(kit.Column(1, r.name, r.id)), kit.Column(1, r.when, r.how),
			container.NewStack(r.files, container.NewHBox(r.unblock)), r.commands, r.clock,
		}
		return
	}
	facts := container.New(kit.Columns{Widths: []float32{66, 72, -1}, Gap: 6}, r.id, r.when, r.how)
	first := container.NewBorder(nil, nil, nil, r.unblock, r.who(kit.Column(1, r.name, facts)))
	choices := container.New(kit.Columns{Widths: []float32{-172, -148, 44}, Gap: 8},
		kit.Column(1, r.heads[0], r.files), kit.Column(1, r.heads[1], r.commands), kit.Column(1, r.heads[2], r.clock))
	r.box.Layout = kit.Spaced{Gap: narrowGap}
	r.box.Objects = []fyne.CanvasObject{kit.Column(4, first, choices)}
}

// who puts the avatar before words.
func (r *row) who(words fyne.CanvasObject) fyne.CanvasObject {
	return container.NewBorder(nil, nil, container.NewCenter(r.avatar), nil, words)
}

// narrowGap lies between the entries where there is little width.
const narrowGap = 14

// CreateRenderer is for Fyne.
func (r *row) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(r.box) }

// set shows somebody, with what was chosen last.
func (r *row) set(person netcore.Person) {
	r.filling = true
	defer func() { r.filling = false }()
	r.person = person
	verified := person.Trust == netcore.TrustVerified
	r.avatar.Set(person.Name, person.Device, kit.NoPresence)
	r.name.SetText(kit.Cut(person.Name, rowNameMost))
	r.id.SetText(person.Device.Short())
	r.setHow(person, verified)
	now := r.page.now(person)
	r.files.set(now)
	r.commands.set(now)
	if r.clock.Checked != now.Clock {
		r.clock.SetChecked(now.Clock)
	}
	for _, object := range append([]fyne.CanvasObject{r.files, r.commands, r.clock}, r.heads...) {
		kit.Show(object, verified)
	}
	kit.Show(r.unblock, !verified)
}

func (r *row) setHow(person netcore.Person, verified bool) {
	if !verified {
		r.when.SetColor(theme.ColorNameError)
		r.when.SetText(lang.L("Blocked"))
		r.how.SetText("")
		return
	}
	r.when.SetColor(kit.ColorMuted)
	r.when.SetText(person.Verified.Local().Format("2006-01-02"))
	r.how.SetText(kit.VerifiedWords(person.VerifiedBy))
}

func (r *row) chooseClock(on bool) {
	if r.filling {
		return
	}
	chosen := r.page.now(r.person)
	chosen.Clock = on
	r.page.choose(r.person, chosen)
}
