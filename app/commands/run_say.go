package commands

import (
	"context"
	"fmt"
	"io"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"

	"lanyard/app/kit"
	"lanyard/netcore/output"
)

// copyMost is how much is copied at once, in bytes.
const copyMost = 4 << 20

// say shows what there is to be said about the output.
func (r *runPane) say() {
	r.sayCount()
	r.none.SetText(r.noneWords())
	kit.Show(r.none, r.none.Text() != "")
	switch {
	case r.moment.err != nil:
		r.status.SetColor(theme.ColorNameError)
		r.status.SetText(errorWords(r.moment.err))
	case r.said != "":
		r.status.SetColor(theme.ColorNameForeground)
		r.status.SetText(r.said)
	default:
		r.status.SetColor(kit.ColorMuted)
		r.status.SetText(strings.Join(r.statusWords(), " · "))
	}
	enable(r.copied, r.moment.state.Lines > 0)
	enable(r.save, r.moment.state.Lines > 0)
}

func enable(button fyne.Disableable, on bool) {
	switch {
	case on && button.Disabled():
		button.Enable()
	case !on && !button.Disabled():
		button.Disable()
	}
}

// noneWords says why there are no lines.
func (r *runPane) noneWords() string {
	switch {
	case r.run.Here:
		return lang.L("The output went to “{{.Name}}”, who asked for this.", map[string]any{"Name": kit.InQuotes(kit.Cut(r.run.Name, nameMost))})
	case r.moment.state.Lines > 0 || r.moment.err != nil:
		return ""
	case r.run.OutBytes+r.run.ErrBytes > 0 && r.run.State.Ended() && r.run.Kept == 0:
		return lang.L("The output was not kept.")
	case r.run.State.Ended() && !r.run.Began.IsZero():
		return lang.L("It printed nothing.")
	case r.run.Began.IsZero():
		return ""
	}
	return lang.L("Nothing was printed yet.")
}

// statusWords are the facts about the output.
func (r *runPane) statusWords() []string {
	state := r.moment.state
	if state.Lines == 0 {
		return nil
	}
	words := []string{
		lang.N("{{.Count}} lines", state.Lines, map[string]any{"Count": grouped(state.Lines)}),
		kit.Bytes(state.Bytes),
	}
	if name := encodingWords(state.Encoding); name != "" && state.Encoding != r.choices[0] {
		words = append(words, name)
	}
	if from, to := r.screen.chosenLines(); to > from {
		words = append(words, lang.N("{{.Count}} chosen", to-from, map[string]any{"Count": grouped(to - from)}))
	}
	if r.run.ErrBytes > 0 {
		words = append(words, lang.L("! marks error output"))
	}
	if all := r.run.OutBytes + r.run.ErrBytes; r.run.State.Ended() && r.run.Kept < all {
		words = append(words, lang.L("only the first {{.Kept}} of {{.All}} were kept",
			map[string]any{"Kept": kit.Bytes(r.run.Kept), "All": kit.Bytes(all)}))
	}
	if state.Bytes < state.Size {
		words = append(words, lang.L("reading {{.Size}}", map[string]any{"Size": kit.Bytes(state.Size)}))
	}
	return words
}

// grouped writes a number with its thousands apart.
func grouped(n int) string {
	digits := fmt.Sprint(n)
	for at := len(digits) - 3; at > 0; at -= 3 {
		digits = digits[:at] + "," + digits[at:]
	}
	return digits
}

// sayCount says how often something was found.
func (r *runPane) sayCount() {
	m := r.moment
	switch {
	case r.find.Text == "":
		r.count.SetText("")
	case m.hits == 0 && !m.busy:
		r.count.SetText(lang.L("not found"))
	case r.screen.hit >= 0 && m.place > 0:
		r.count.SetText(fmt.Sprintf("%s / %s%s", grouped(m.place), grouped(m.hits), more(m.busy)))
	default:
		r.count.SetText(grouped(m.hits) + more(m.busy))
	}
}

// more is the sign of a count that still grows.
func more(busy bool) string {
	if busy {
		return "+"
	}
	return ""
}

// copyLines copies the lines that are chosen, all if none are.
func (r *runPane) copyLines() {
	if r.feed == nil {
		return
	}
	from, to := r.screen.chosenLines()
	if to == from {
		from, to = 0, r.moment.state.Lines
	}
	feed := r.feed
	var text string
	var whole bool
	kit.Do(r.page.ui, func(ctx context.Context) error {
		return feed.with(ctx, func(doc *output.Document) (err error) {
			text, whole, err = doc.Copy(ctx, from, to, copyMost)
			return err
		})
	}, func(err error) {
		if err != nil {
			r.fail(err)
			return
		}
		r.page.host.Copy(text)
		r.tell(copiedWords(strings.Count(text, "\n"), whole))
	})
}

func copiedWords(count int, whole bool) string {
	words := lang.N("{{.Count}} lines copied.", count, map[string]any{"Count": grouped(count)})
	if !whole {
		words += " " + lang.L("That was not all: save it to have the rest.")
	}
	return words
}

// saveAll asks for a file and writes all lines to it; while it does, the same
// button stops it.
func (r *runPane) saveAll() {
	if r.saving != nil {
		r.saving()
		return
	}
	if r.feed == nil {
		return
	}
	feed := r.feed
	askFile(r.page.host.Window, fileName(r.run, ".txt"), func(file io.WriteCloser) { r.write(feed, file) })
}

// askFile asks for a file that may be written.
func askFile(window fyne.Window, name string, chosen func(io.WriteCloser)) {
	ask := dialog.NewFileSave(func(file fyne.URIWriteCloser, err error) {
		if err == nil && file != nil {
			chosen(file)
		}
	}, window)
	ask.SetFileName(name)
	ask.Show()
}

// write writes all lines to a file.
func (r *runPane) write(feed *feed, file io.WriteCloser) {
	ctx, stop := context.WithCancel(context.Background())
	r.saving = stop
	r.save.SetIcon(theme.CancelIcon())
	r.tell(lang.L("Saving…"))
	kit.Do(r.page.ui, func(closing context.Context) error {
		defer context.AfterFunc(closing, stop)()
		err := feed.with(ctx, func(doc *output.Document) error { return doc.Write(ctx, file, nil) })
		if closed := file.Close(); err == nil {
			err = closed
		}
		return err
	}, func(err error) {
		stop()
		r.saving = nil
		r.save.SetIcon(theme.DocumentSaveIcon())
		if err != nil {
			r.fail(err)
			return
		}
		r.tell(lang.L("Saved."))
	})
}
