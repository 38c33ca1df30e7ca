package transfers

import (
	"context"
	"errors"
	"maps"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/kit"
	"lanyard/netcore"
)

// preflightWidth is how wide the sheet grows in which an offer is decided.
const preflightWidth = 720

// preflight is the sheet in which an offer is looked at and decided: how much
// it is, whether it fits, what is there already, and what of it is accepted.
// It waits for the sender's list of files; closing it ends that.
type preflight struct {
	card  *Card
	key   int64
	sheet *kit.Sheet
	ctx   context.Context // ends when the sheet is closed
	stop  context.CancelFunc
	began time.Time
	round int // of looking; what an older one finds counts no more

	summary *kit.Paragraph
	wish    *kit.Paragraph
	folder  *kit.Entry
	given   string // what the engine said the folder is; "" before it did
	clash   *kit.Choice
	status  *kit.Paragraph
	accept  *kit.Button
	ticking func() // ends the counting of seconds; nil: nothing is waited for

	look    netcore.Preflight
	choices map[int]netcore.Clash // of single files
	picker  *picker               // nil: there is no list
	parts   *parts
	old     bool // the sender cannot list
}

// review opens the sheet.
func (c *Card) review() {
	p := &preflight{card: c, key: c.shown.Key, choices: map[int]netcore.Clash{}, began: time.Now()}
	p.ctx, p.stop = context.WithCancel(context.Background())
	title := lang.L("Accept “{{.Name}}”", map[string]any{"Name": kit.InQuotes(kit.Cut(c.shown.Name, 48))})
	p.sheet = kit.NewSheet(c.host.Window, title, preflightWidth, p.close)
	p.makeFields()
	p.fill()
	p.sheet.Open(p.folder)
	p.ask()
}

func (p *preflight) makeFields() {
	p.summary = kit.NewParagraph("", theme.SizeNameText, theme.ColorNameForeground)
	p.wish = kit.Hint("")
	setText(p.wish, wishWords(p.card.shown))
	p.status = kit.Hint("")
	p.status.Hide()
	p.folder = kit.NewEntry(nil)
	p.folder.SetPlaceHolder(lang.L("The folder of the settings"))
	p.folder.Escaped, p.folder.Reached = p.sheet.Hide, p.sheet.Reveal
	typed := kit.Debounce(p.card.ui, 2*typingPause, p.ask)
	p.folder.OnChanged = func(text string) {
		if text != p.given {
			typed()
		}
	}
	p.clash = kit.NewChoice(clashWords(), func(string) { p.chosen() }, p.sheet)
	p.clash.SetSelectedIndex(clashIndex(p.card.actions.Settings().Clash))
	p.accept = kit.NewButton(lang.L("Accept"), p.agree)
	p.accept.Importance = widget.HighImportance
	p.accept.Icon = theme.DownloadIcon()
}

// fill puts into the sheet what there is by now.
func (p *preflight) fill() {
	choose := folderButton(p.card.host.Window, func(folder string) { p.folder.SetText(folder) })
	choose.Escaped, choose.Reached = p.sheet.Hide, p.sheet.Reveal
	body := []fyne.CanvasObject{
		p.summary,
		container.New(pairLayout{},
			kit.Field(lang.L("Save into"), container.NewBorder(nil, nil, nil, choose, p.folder)),
			kit.Field(lang.L("Files that are there already"), p.clash)),
		p.wish,
	}
	if p.parts != nil {
		body = append(body, p.parts.object)
	}
	decline := kit.NewButton(lang.L("Decline"), p.decline)
	p.sheet.Fill(append(body, p.status), kit.NewButton(lang.L("Cancel"), p.close), decline, p.accept)
}

func (p *preflight) close() {
	p.stop()
	p.waited()
	p.sheet.Close()
}

// waited ends the counting of seconds.
func (p *preflight) waited() {
	if p.ticking != nil {
		p.ticking()
		p.ticking = nil
	}
}

// ask has the engine look at the offer for the folder that stands in the field.
func (p *preflight) ask() {
	if p.ctx.Err() != nil || p.old {
		return
	}
	p.round++
	round, folder := p.round, p.saveDir()
	if p.ticking == nil {
		p.began = time.Now()
		p.ticking = kit.EverySecond(p.card.ui, p.wait)
	}
	p.accept.Disable()
	p.wait()
	kit.Load(p.card.ui, func(closing context.Context) (netcore.Preflight, error) {
		defer context.AfterFunc(closing, p.stop)()
		return p.card.actions.Preflight(p.ctx, p.key, folder)
	}, func(look netcore.Preflight, err error) {
		if round == p.round && p.ctx.Err() == nil {
			p.waited()
			p.looked(look, err)
		}
	})
}

// wait says what is waited for, and how long.
func (p *preflight) wait() {
	words := lang.L("Waiting for their list of files…")
	if p.picker != nil {
		words = lang.L("Looking at the folder…")
	}
	if took := time.Since(p.began); took >= 2*time.Second {
		words += " " + kit.Elapsed(took)
	}
	p.summary.Say(words, kit.ColorMuted)
	p.sheet.Arrange()
}

// looked shows what the engine found.
func (p *preflight) looked(look netcore.Preflight, err error) {
	switch {
	case errors.Is(err, netcore.ErrTransferVersion):
		p.old = true
		p.accept.Enable()
		p.summary.Say(lang.L("Their Lanyard is older: it cannot list the files before they are accepted. You can accept them all, or ask for an update first."), theme.ColorNameForeground)
		p.sheet.Arrange()
		return
	case err != nil:
		p.summary.Say(ErrorWords(err), theme.ColorNameError)
		p.sheet.Arrange()
		return
	}
	p.look = look
	if p.given == "" {
		p.given = look.SaveDir
		if strings.TrimSpace(p.folder.Text) == "" {
			p.folder.SetText(look.SaveDir)
		}
	}
	p.showSummary()
	p.accept.Enable()
	if p.picker != nil {
		p.parts.set(look)
		p.sheet.Arrange()
		return
	}
	p.survey()
}

// survey reads the list of the offer once, to know what can be chosen.
func (p *preflight) survey() {
	list := newEntries(p.card.actions, p.key)
	kit.Load(p.card.ui, func(closing context.Context) (*selection, error) {
		defer context.AfterFunc(closing, p.stop)()
		return list.survey(p.ctx)
	}, func(chosen *selection, err error) {
		if p.ctx.Err() != nil {
			return
		}
		if err != nil {
			p.say(ErrorWords(err), theme.ColorNameError)
			return
		}
		p.picker = newPicker(p, list, chosen)
		p.parts = newParts(p)
		p.parts.set(p.look)
		focused := p.card.host.Window.Canvas().Focused()
		p.fill()
		if focused == fyne.Focusable(p.folder) {
			p.card.host.Window.Canvas().Focus(p.folder)
		}
	})
}

// saveDir is the folder that this user wants; empty: the one that the settings
// say.
func (p *preflight) saveDir() string {
	if text := strings.TrimSpace(p.folder.Text); text != p.given {
		return text
	}
	return ""
}

// chosen takes in that something was chosen.
func (p *preflight) chosen() {
	if p.parts != nil {
		p.parts.refresh()
	}
	p.showSummary()
}

// options are what the sheet says.
func (p *preflight) options() netcore.AcceptOptions {
	options := netcore.AcceptOptions{SaveDir: p.saveDir(), Clash: p.clashChosen()}
	if p.picker != nil {
		options.Select = p.picker.chosen.ranges()
	}
	if options.Clash != netcore.ClashBeside && len(p.choices) > 0 {
		options.Choices = maps.Clone(p.choices)
	}
	return options
}

func (p *preflight) clashChosen() netcore.Clash { return clashes()[max(p.clash.SelectedIndex(), 0)] }

// agree accepts what was chosen.
func (p *preflight) agree() {
	options := p.options()
	p.finish(lang.L("Accepting…"), func(ctx context.Context) error { return p.card.actions.Accept(ctx, p.key, options) })
}

func (p *preflight) decline() {
	p.finish("", func(ctx context.Context) error { return p.card.actions.Decline(ctx, p.key) })
}

// finish does what was decided and closes the sheet.
func (p *preflight) finish(words string, work func(context.Context) error) {
	p.accept.Disable()
	p.say(words, kit.ColorMuted)
	kit.Do(p.card.ui, work, func(err error) {
		if err == nil {
			p.close()
			return
		}
		p.accept.Enable()
		p.say(ErrorWords(err), theme.ColorNameError)
	})
}

// say shows a sentence below all else; none takes it away.
func (p *preflight) say(words string, color fyne.ThemeColorName) {
	p.status.Say(words, color)
	kit.Show(p.status, words != "")
	p.sheet.Arrange()
}
