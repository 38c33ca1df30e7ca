package trust

import (
	"context"
	"errors"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/kit"
	"lanyard/netcore"
)

// question is what the user is asked before something is done.
type question struct {
	title, text string
	yes         string // what the button says that does it
	importance  widget.Importance
	done        func(context.Context) error
	ended       func() // after it was done; may be nil
	refused     func() // the user changed their mind; may be nil
	body        fyne.CanvasObject
	words       func(error) string // why it failed; nil: the error's own
}

// ask opens a question. Its default is that nothing happens.
func (d *Desk) ask(q question) {
	var s *kit.Sheet
	leave := func() {
		s.Close()
		if q.refused != nil {
			q.refused()
		}
	}
	s = kit.NewSheet(d.host.Window, q.title, 460, leave)
	status := kit.NewParagraph("", theme.SizeNameText, theme.ColorNameError)
	status.Hide()
	body := []fyne.CanvasObject{paragraph(q.text)}
	if q.body != nil {
		body = append(body, q.body)
	}
	no, yes := kit.NewButton(lang.L("Cancel"), leave), strong(kit.NewCareful(q.yes, nil), q.importance)
	yes.OnTapped = func() { d.do(q, s, status, yes) }
	s.Fill(append(body, status), no, yes)
	s.Open(no)
}

// do does what was asked for and says in the sheet if it failed.
func (d *Desk) do(q question, s *kit.Sheet, status *kit.Paragraph, yes *kit.Button) {
	yes.Disable()
	kit.Do(d.ui, q.done, func(err error) {
		if err == nil {
			s.Close()
			if q.ended != nil {
				q.ended()
			}
			return
		}
		yes.Enable()
		words := kit.ErrorWords(err)
		if q.words != nil {
			words = q.words(err)
		}
		status.SetText(kit.Drawable(words))
		status.Show()
		s.Arrange()
	})
}

// Block asks before it blocks a person.
func (d *Desk) Block(person netcore.Person) {
	d.ask(question{
		title: lang.L("Block “{{.Name}}”?", named(person)),
		text:  lang.L("Nothing comes from them any more and nothing goes to them. They are not verified any more after that, and what they were permitted is taken back, also if you unblock them later. The conversation stays."),
		yes:   lang.L("Block"), importance: widget.DangerImportance,
		done: func(ctx context.Context) error { return d.node.Block(ctx, person.ID) },
	})
}

// Unblock asks before it unblocks a person.
func (d *Desk) Unblock(person netcore.Person) {
	d.ask(question{
		title: lang.L("Unblock “{{.Name}}”?", named(person)),
		text:  lang.L("They can write to you and offer files again. They are not verified, and nothing is permitted."),
		yes:   lang.L("Unblock"), importance: widget.MediumImportance,
		done: func(ctx context.Context) error { return d.node.Unblock(ctx, person.ID) },
	})
}

// Unverify asks before it takes a verification back.
func (d *Desk) Unverify(person netcore.Person) {
	d.ask(question{
		title: lang.L("Take back the verification of “{{.Name}}”?", named(person)),
		text:  lang.L("All that they were permitted is taken back with it. You can verify them again at any time."),
		yes:   lang.L("Take back"), importance: widget.DangerImportance,
		done: func(ctx context.Context) error { return d.node.Unverify(ctx, person.ID) },
	})
}

// Merge asks before it makes the conversation with one person part of that
// with another.
func (d *Desk) Merge(from, into netcore.Person) {
	if from.ID == 0 || into.ID == 0 || from.ID == into.ID {
		return
	}
	names := map[string]any{
		"From": kit.InQuotes(cut(from.Name, nameMost)), "FromID": from.Device.Short(),
		"Into": kit.InQuotes(cut(into.Name, nameMost)), "IntoID": into.Device.Short(),
	}
	d.ask(question{
		title: lang.L("Is it the same person?"),
		text: lang.L("The conversations with “{{.From}}” ({{.FromID}}) and “{{.Into}}” ({{.IntoID}}) become one, and all devices are listed with it. This cannot be undone.", names) + "\n\n" +
			lang.L("No permission is taken along: a device that was not verified stays so."),
		yes: lang.L("Put together"), importance: widget.MediumImportance,
		done:  func(ctx context.Context) error { return d.node.Merge(ctx, from.ID, into.ID) },
		ended: func() { d.merged(from.ID, into.ID) },
		words: mergeWords,
	})
}

// mergeWords says why two people were not put together.
func mergeWords(err error) string {
	if errors.Is(err, netcore.ErrBlocked) {
		return lang.L("One of the two is blocked and the other is not. Block both, or unblock both.")
	}
	return kit.ErrorWords(err)
}

// merged leaves the card of somebody who is part of another now.
func (d *Desk) merged(from, into netcore.PersonID) {
	if d.card != nil && d.card.person.ID == from {
		d.card.close()
	}
	d.host.Merged(into)
}

// PickMerge lets the user choose with whom a person is put together.
func (d *Desk) PickMerge(person netcore.Person) {
	title := lang.L("Who is the same person as “{{.Name}}”?", named(person))
	d.host.Pick(kit.Drawable(title), person.ID, func(into netcore.Person) { d.Merge(person, into) })
}
