// Package settings is the page on which the user chooses name, folder,
// language and look, finds the own device ID and address, and decides whom to
// trust with what.
package settings

import (
	"context"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/kit"
	"lanyard/app/security"
	"lanyard/netcore"
)

// Node is what the page asks of the engine.
type Node interface {
	security.Node
	Buttons
	Consents
}

// Host is what the page asks of the window around it.
type Host struct {
	Window    fyne.Window
	Shortcuts kit.Shortcuts
	Copy      func(text string)
	Escaped   func()
	Keys      func() // lists the shortcuts; nil: there is no list
}

// Page shows the settings. Except Trigger its methods belong to the drawing
// goroutine.
type Page struct {
	ui   *kit.UI
	node Node
	host Host

	name     *kit.Entry
	language *widget.Select
	look     *widget.Select
	status   *kit.Line

	files       *files
	permissions *security.Permissions
	security    *security.Page
	buttons     *buttons
	consents    *consents

	object  fyne.CanvasObject
	filling bool // the page shows what is set: nothing was chosen
}

// New returns the page, with what is set now.
func New(ui *kit.UI, node Node, host Host) *Page {
	p := &Page{ui: ui, node: node, host: host}
	p.makeFields()
	trust := security.Host{Window: host.Window, Shortcuts: host.Shortcuts, Copy: host.Copy, Escaped: host.Escaped}
	p.permissions = security.NewPermissions(ui, node, trust)
	p.security = security.NewPage(ui, node, trust)
	p.buttons, p.consents = newButtons(ui, node, host), newConsents(ui, node)
	tabs := kit.NewTabs(
		kit.Tab{Title: lang.L("General"), Object: kit.Groups(p.groups()...)},
		kit.Tab{Title: lang.L("Permissions"), Object: p.permissions.Object()},
		kit.Tab{Title: lang.L("Buttons"), Object: p.buttons.object},
		kit.Tab{Title: lang.L("Consents"), Object: p.consents.object},
		kit.Tab{Title: lang.L("Security"), Object: p.security.Object()})
	p.object = kit.Page(lang.L("Settings"), tabs.Object())
	p.fill()
	return p
}

// Object is what stands in the window.
func (p *Page) Object() fyne.CanvasObject { return p.object }

// Show fills in what is set now, and reads the rest anew.
func (p *Page) Show() {
	p.fill()
	p.security.Show()
	p.Trigger()
}

// Trigger reads anew what people may do. It may be called from any goroutine.
func (p *Page) Trigger() {
	p.permissions.Trigger()
	p.buttons.reload.Trigger()
	p.consents.reload.Trigger()
}

func (p *Page) fill() {
	p.filling = true
	defer func() { p.filling = false }()
	set := p.node.Settings()
	if p.host.Window.Canvas().Focused() != fyne.Focusable(p.name) {
		p.name.SetText(set.Name)
	}
	p.files.fill(set)
	p.language.SetSelectedIndex(indexOf(languages, set.Language))
	p.look.SetSelectedIndex(indexOf(looks, set.Theme))
}

// The values of the choices, in the order in which they are shown.
var (
	languages = [...]string{"", kit.LanguageChinese, kit.LanguageEnglish}
	looks     = [...]string{"", "light", "dark"}
)

func indexOf(values [3]string, value string) int {
	for at, known := range values {
		if known == value {
			return at
		}
	}
	return 0
}

func (p *Page) makeFields() {
	p.name = kit.NewEntry(p.host.Shortcuts)
	p.name.Escaped = p.host.Escaped
	p.name.OnSubmitted = func(string) { p.saveName() }
	p.files = newFiles(p)
	p.language = widget.NewSelect([]string{lang.L("As the system"), "简体中文", "English"}, func(string) {
		p.change(func(s *netcore.Settings) { s.Language = languages[max(p.language.SelectedIndex(), 0)] })
	})
	p.look = widget.NewSelect([]string{lang.L("As the system"), lang.L("Light"), lang.L("Dark")}, func(string) {
		p.change(func(s *netcore.Settings) { s.Theme = looks[max(p.look.SelectedIndex(), 0)] })
	})
	p.status = kit.NewCutLine("", kit.SizeSmall, kit.ColorMuted)
	p.status.Hide()
}

func (p *Page) groups() []fyne.CanvasObject {
	saveName := widget.NewButton(lang.L("Save"), p.saveName)
	self := p.node.Self()
	id := widget.NewLabelWithStyle(kit.DeviceLines(self.ID.String()), fyne.TextAlignLeading, fyne.TextStyle{Monospace: true})
	id.Selectable = true
	copyID := widget.NewButtonWithIcon(lang.L("Copy"), theme.ContentCopyIcon(), func() { p.host.Copy(self.ID.String()) })
	copyAddress := widget.NewButtonWithIcon(lang.L("Copy"), theme.ContentCopyIcon(), func() { p.host.Copy(self.Dial) })
	look := []fyne.CanvasObject{
		container.NewGridWithColumns(2, kit.Field(lang.L("Language"), p.language), kit.Field(lang.L("Colours"), p.look)),
	}
	if p.host.Keys != nil {
		look = append(look, container.NewHBox(widget.NewButton(lang.L("Keys…"), p.host.Keys)))
	}
	return []fyne.CanvasObject{
		kit.Group(lang.L("You"),
			kit.Field(lang.L("Name shown to others"), container.NewBorder(nil, nil, nil, saveName, p.name)),
			p.status),
		p.files.object,
		kit.Group(lang.L("Look"), look...),
		kit.Group(lang.L("This device"),
			kit.Field(lang.L("Device ID: tell it to others so that they can check who you are"),
				container.NewBorder(nil, nil, nil, container.NewCenter(copyID), id)),
			kit.Field(lang.L("Address: for adding you by hand"),
				container.NewBorder(nil, nil, nil, copyAddress, kit.NewCutLine(self.Dial, theme.SizeNameText, theme.ColorNameForeground)))),
	}
}

func (p *Page) saveName() {
	name := strings.TrimSpace(p.name.Text)
	if name == "" {
		p.say(lang.L("A name is needed."))
		return
	}
	p.change(func(s *netcore.Settings) { s.Name = name })
}

// say shows what became of a change.
func (p *Page) say(text string) {
	p.status.SetText(text)
	p.status.Show()
}

// change stores one choice; the node tells everybody that there is news.
func (p *Page) change(with func(*netcore.Settings)) { p.changeSaying(p.say, with) }

// changeSaying is change with a place of its own for what became of it.
func (p *Page) changeSaying(say func(string), with func(*netcore.Settings)) {
	if p.filling {
		return
	}
	set := p.node.Settings()
	with(&set)
	if set == p.node.Settings() {
		return
	}
	kit.Do(p.ui, func(ctx context.Context) error { return p.node.SetSettings(ctx, set) }, func(err error) {
		if err != nil {
			say(lang.L("Not saved: {{.Problem}}", map[string]any{"Problem": kit.Neutral(err.Error())}))
			p.Show()
			return
		}
		say(lang.L("Saved."))
	})
}
