package security

import (
	"context"
	"sync"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/kit"
	"lanyard/netcore"
)

// reach is who may reach this PC.
type reach struct {
	page    *Page
	texts   *widget.Check
	files   *widget.Check
	hidden  *widget.Check
	status  *kit.Paragraph
	object  fyne.CanvasObject
	filling bool // the checks show what is set: nothing was chosen

	one sync.Mutex // one change of the settings at a time
}

func (p *Page) newReach() *reach {
	r := &reach{page: p, status: status()}
	r.texts = r.check(lang.L("Texts from verified people only"), func(s *netcore.Settings, on bool) { s.NoStrangerTexts = on })
	r.files = r.check(lang.L("Files from verified people only"), func(s *netcore.Settings, on bool) { s.NoStrangerFiles = on })
	r.hidden = r.check(lang.L("Invisible"), func(s *netcore.Settings, on bool) { s.Invisible = on })
	explained := func(check *widget.Check, hint string) fyne.CanvasObject {
		return kit.Column(0, check, kit.Indented(kit.Hint(hint)))
	}
	r.object = kit.Group(lang.L("Who may reach me"),
		explained(r.texts, lang.L("Messages of people you have not verified are turned away, and they are told so.")),
		explained(r.files, lang.L("Offers of files from people you have not verified are turned away, and they are told so.")),
		explained(r.hidden, lang.L("This PC announces itself to nobody and answers nobody you do not know yet. People you know still reach you.")),
		r.status)
	return r
}

// check is one choice, stored as soon as it is made.
func (r *reach) check(text string, set func(s *netcore.Settings, on bool)) *widget.Check {
	return widget.NewCheck(text, func(on bool) {
		if !r.filling {
			r.change(func(s *netcore.Settings) { set(s, on) })
		}
	})
}

func (r *reach) show(s netcore.Settings) {
	r.filling = true
	defer func() { r.filling = false }()
	r.texts.SetChecked(s.NoStrangerTexts)
	r.files.SetChecked(s.NoStrangerFiles)
	r.hidden.SetChecked(s.Invisible)
}

func (r *reach) change(with func(*netcore.Settings)) {
	kit.Do(r.page.ui, func(ctx context.Context) error {
		r.one.Lock()
		defer r.one.Unlock()
		set := r.page.node.Settings()
		with(&set)
		return r.page.node.SetSettings(ctx, set)
	}, func(err error) {
		problem := ""
		if err != nil {
			problem = kit.ErrorWords(err)
		}
		say(r.status, problem, theme.ColorNameError)
		r.show(r.page.node.Settings())
	})
}
