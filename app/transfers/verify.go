package transfers

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/kit"
	"lanyard/netcore/md5sum"
	"lanyard/netcore/safename"
)

// The measures of the sheet that verifies a folder.
const (
	verifyWidth = 640
	verifyMost  = 10_000 // files with a problem that are listed
	verifyPath  = 300    // characters of a path that are shown
)

// verifier is the sheet in which a folder is checked against a list of MD5
// digests. It works on this PC only.
type verifier struct {
	ui     *kit.UI
	host   Host
	sheet  *kit.Sheet
	path   *kit.Entry
	status *kit.Paragraph
	rows   *kit.SheetList
	table  *fyne.Container
	begin  *kit.Button
	copied *kit.Button
	stop   context.CancelFunc // of the check under way; nil: none
	closed bool

	found   []problem // what is not as the list says
	summary md5sum.Summary
}

// problem is a file that is not as its list says.
type problem struct {
	path  string // neutralised
	state md5sum.State
}

// verify opens the sheet.
func (p *Page) verify() {
	v := &verifier{ui: p.ui, host: p.host}
	v.sheet = kit.NewSheet(p.host.Window, lang.L("Verify a folder against an MD5 list"), verifyWidth, v.close)
	v.path = kit.NewEntry(nil)
	v.path.SetPlaceHolder(lang.L("Path of the list, for example photos.md5"))
	v.path.Escaped, v.path.Reached = v.sheet.Hide, v.sheet.Reveal
	v.path.OnSubmitted = func(string) { v.start() }
	choose := kit.NewButton(lang.L("Choose…"), v.choose)
	choose.Icon = theme.FileIcon()
	choose.Escaped, choose.Reached = v.sheet.Hide, v.sheet.Reveal
	v.status = kit.NewParagraph("", theme.SizeNameText, kit.ColorMuted)
	v.rows = kit.NewSheetList(v.sheet, func() int { return len(v.found) }, newProblemRow, v.update, nil)
	v.table = container.New(listHeight(p.host.Window, 330), v.rows)
	v.table.Hide()
	v.begin = kit.NewButton(lang.L("Verify"), v.start)
	v.begin.Importance = widget.HighImportance
	v.copied = kit.NewButton(lang.L("Copy the result"), v.copy)
	v.copied.Disable()
	v.sheet.Fill([]fyne.CanvasObject{
		kit.Field(lang.L("List"), container.NewBorder(nil, nil, nil, choose, v.path)),
		kit.Hint(lang.L("The paths in the list count from the folder that it is in. MD5 finds accidents, not attackers: who can change a file and its list can make them fit.")),
		v.status, v.table,
	}, kit.NewButton(lang.L("Close"), v.close), v.copied, v.begin)
	v.sheet.Open(v.path)
}

func (v *verifier) close() {
	v.closed = true
	if v.stop != nil {
		v.stop()
	}
	v.sheet.Close()
}

func (v *verifier) choose() {
	dialog.ShowFileOpen(func(file fyne.URIReadCloser, err error) {
		if err != nil || file == nil {
			return
		}
		_ = file.Close() // only its name is wanted
		v.path.SetText(file.URI().Path())
	}, v.host.Window)
}

// start checks the folder, or stops the check under way.
func (v *verifier) start() {
	if v.stop != nil {
		v.stop()
		return
	}
	list := strings.TrimSpace(v.path.Text)
	if !filepath.IsAbs(list) {
		v.say(lang.L("The path must be absolute."), theme.ColorNameError)
		return
	}
	ctx, stop := context.WithCancel(context.Background())
	v.stop, v.found, v.summary = stop, nil, md5sum.Summary{}
	v.begin.SetText(lang.L("Stop"))
	v.copied.Disable()
	v.rows.Refresh()
	v.say(lang.L("Verifying…"), kit.ColorMuted)
	kit.Load(v.ui, func(closing context.Context) (checked, error) {
		defer context.AfterFunc(closing, stop)()
		return check(ctx, list, func(done int64, files int) {
			v.ui.Post(func() { v.progress(ctx, done, files) })
		})
	}, func(result checked, err error) {
		stopped := ctx.Err() != nil
		stop()
		v.stop = nil
		if !v.closed {
			v.done(result, err, stopped)
		}
	})
}

// checked is what a check found.
type checked struct {
	found   []problem
	summary md5sum.Summary
}

// check verifies the files of a list. It stands on a goroutine of its own.
func check(ctx context.Context, list string, progress func(done int64, files int)) (checked, error) {
	var result checked
	files := 0
	summary, err := md5sum.Verify(ctx, list, func(one md5sum.Result) error {
		files++
		if one.State != md5sum.OK && len(result.found) < verifyMost {
			result.found = append(result.found, problem{safename.DisplayName(one.Path, verifyPath), one.State})
		}
		return nil
	}, func(done int64) { progress(done, files) })
	result.summary = summary
	return result, err
}

func (v *verifier) progress(ctx context.Context, done int64, files int) {
	if ctx.Err() == nil && v.stop != nil {
		v.say(lang.L("Verifying…")+" "+kit.FileCount(files)+dot+kit.Bytes(done), kit.ColorMuted)
	}
}

// done shows the result.
func (v *verifier) done(result checked, err error, stopped bool) {
	v.begin.SetText(lang.L("Verify"))
	v.found, v.summary = result.found, result.summary
	v.rows.Refresh()
	kit.Show(v.table, len(v.found) > 0)
	words, color := resultWords(result.summary)
	switch {
	case stopped:
		words, color = lang.L("Stopped.")+" "+words, kit.ColorMuted
	case err != nil:
		words, color = verifyErrorWords(err), theme.ColorNameError
	default:
		v.copied.Enable()
	}
	v.say(words, color)
}

func (v *verifier) say(words string, color fyne.ThemeColorName) {
	v.status.Say(words, color)
	v.sheet.Arrange()
}

// resultWords sums up a check.
func resultWords(s md5sum.Summary) (string, fyne.ThemeColorName) {
	bad := s.Differs + s.Missing + s.Unreadable + s.Outside
	if bad == 0 {
		if s.OK == 0 {
			return lang.L("There is no file in the list."), kit.ColorMuted
		}
		return lang.N("All {{.Count}} files are as the list says.", s.OK, count(s.OK)), theme.ColorNameSuccess
	}
	pieces := []string{lang.N("{{.Count}} as the list says", s.OK, count(s.OK))}
	add := func(words string, number int) {
		if number > 0 {
			pieces = append(pieces, lang.N(words, number, count(number)))
		}
	}
	add("{{.Count}} differ", s.Differs)
	add("{{.Count}} missing", s.Missing)
	add("{{.Count}} unreadable", s.Unreadable)
	add("{{.Count}} outside of the folder", s.Outside)
	return strings.Join(pieces, lang.L(", ")), theme.ColorNameError
}

// verifyErrorWords says why a list could not be used.
func verifyErrorWords(err error) string {
	syntax := (*md5sum.SyntaxError)(nil)
	switch {
	case errors.As(err, &syntax):
		return lang.L("This is no MD5 list: line {{.Line}} is not a digest and a path.", map[string]any{"Line": fmt.Sprint(syntax.Line)})
	case errors.Is(err, fs.ErrNotExist):
		return lang.L("There is no such list.")
	}
	return kit.ErrorWords(err)
}

// problemWordsOf says what is wrong with a file.
func problemWordsOf(state md5sum.State) string {
	switch state {
	case md5sum.Differs:
		return lang.L("differs")
	case md5sum.Missing:
		return lang.L("missing")
	case md5sum.Unreadable:
		return lang.L("unreadable")
	case md5sum.Outside:
		return lang.L("outside of the folder")
	}
	return lang.L("as the list says")
}

// newProblemRow is a path and what is wrong with it.
func newProblemRow() fyne.CanvasObject {
	return container.New(kit.Columns{Widths: []float32{-1, 130}, Gap: 8, Height: 24},
		kit.NewPathLine("", kit.SizeSmall, theme.ColorNameForeground), kit.NewCutLine("", kit.SizeSmall, theme.ColorNameError))
}

func (v *verifier) update(at int, object fyne.CanvasObject) {
	row := object.(*fyne.Container)
	row.Objects[0].(*kit.Line).SetText(v.found[at].path)
	row.Objects[1].(*kit.Line).SetText(problemWordsOf(v.found[at].state))
}

// copy copies the sum and what is wrong, one file a line.
func (v *verifier) copy() {
	words, _ := resultWords(v.summary)
	lines := []string{words}
	for _, one := range v.found {
		lines = append(lines, problemWordsOf(one.state)+"\t"+kit.Cell(one.path))
	}
	v.host.Copy(strings.Join(lines, "\n") + "\n")
}
