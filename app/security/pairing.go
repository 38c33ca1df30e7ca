package security

import (
	"context"
	"errors"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/kit"
	"lanyard/netcore"
	"lanyard/netcore/identity"
)

// pairTextMost is the longest pairing string that is tried, in bytes.
const pairTextMost = 4 << 10

// pairHeight is how much of a long pairing string is seen at once.
const pairHeight = 120

func (p *Page) newPairing() fyne.CanvasObject {
	words := status()
	return kit.Group(lang.L("Pair without seeing both screens"),
		kit.Hint(lang.L("A pairing string verifies two PCs for each other when nobody can compare digits on both screens.")),
		buttons(
			widget.NewButton(lang.L("Make a pairing string…"), func() { p.makeString(words) }),
			widget.NewButton(lang.L("Paste one…"), p.pasteString)),
		words)
}

// makeString makes one and shows it, once.
func (p *Page) makeString(words *kit.Paragraph) {
	say(words, lang.L("Making it…"), kit.ColorMuted)
	kit.Load(p.ui, p.node.MakePairString, func(text string, err error) {
		if err != nil {
			say(words, kit.ErrorWords(err), theme.ColorNameError)
			return
		}
		say(words, "", kit.ColorMuted)
		p.showString(text)
	})
}

func (p *Page) showString(text string) {
	label := widget.NewLabelWithStyle(text, fyne.TextAlignLeading, fyne.TextStyle{Monospace: true})
	label.Wrapping = fyne.TextWrapBreak
	label.Selectable = true
	scroll := container.NewVScroll(label)
	scroll.SetMinSize(fyne.NewSize(0, pairHeight))
	kit.NewAsk(p.ui, p.host.Window, lang.L("Pairing string"), "", lang.L("Close"),
		container.NewStack(kit.NewFill(theme.ColorNameInputBackground, 8), scroll),
		container.NewCenter(p.copyButton(text)),
		paragraph(lang.L("It works once, for ten minutes. Whoever uses it is verified: give it over a channel that you trust, and to nobody else.")),
		kit.Hint(lang.L("It is not shown again, and is void when you make another one or close Lanyard."))).Show(nil)
}

// pasteString uses the string of somebody else.
func (p *Page) pasteString() {
	entry := kit.NewEntry(p.host.Shortcuts)
	entry.SetPlaceHolder("lanyard:…")
	ask := kit.NewAsk(p.ui, p.host.Window, lang.L("Paste a pairing string"), lang.L("Pair"), lang.L("Cancel"),
		paragraph(lang.L("The string that the other person's Lanyard made within the last ten minutes.")), entry)
	use := func() {
		text := strings.TrimSpace(entry.Text)
		switch {
		case text == "":
			return
		case len(text) > pairTextMost:
			ask.Fail(kit.ErrorWords(identity.ErrPairString))
			return
		}
		var person netcore.Person
		ask.RunSaying(lang.L("Connecting…"), func(ctx context.Context) (err error) {
			person, err = p.node.UsePairString(ctx, text)
			return err
		}, pairWords, func() {
			ask.Hide()
			kit.NewAsk(p.ui, p.host.Window, lang.L("Paired"), "", lang.L("Close"),
				paragraph(lang.L("“{{.Name}}” is verified now.", map[string]any{"Name": fullName(person)})),
				kit.Hint(lang.L("What they may do on this PC is under Permissions."))).Show(nil)
		})
	}
	ask.OnAct(use)
	entry.OnSubmitted, entry.Escaped = func(string) { use() }, ask.Hide
	ask.Show(entry)
}

// problemMost is how many characters of an error are quoted.
const problemMost = 200

// pairWords says why a pairing string did not work.
func pairWords(err error) string {
	switch {
	case errors.Is(err, netcore.ErrUnreachable), errors.Is(err, context.DeadlineExceeded):
		return lang.L("The maker of this string does not answer at any of the addresses in it.")
	case kit.KnownErrorWords(err) != "":
		return kit.KnownErrorWords(err)
	}
	return lang.L("This string did not work. ({{.Problem}})",
		map[string]any{"Problem": kit.Cut(err.Error(), problemMost)})
}
