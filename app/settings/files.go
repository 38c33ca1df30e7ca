package settings

import (
	"path/filepath"
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/kit"
	"lanyard/netcore"
)

// files is the group about transfers: where received files go, what becomes of
// files that are there already, and how fast all transfers together may be.
type files struct {
	page    *Page
	folder  *kit.Entry
	preview *kit.Paragraph
	clash   *widget.Select
	send    *kit.Rate
	receive *kit.Rate
	status  *kit.Line
	object  fyne.CanvasObject
	known   netcore.Settings // as filled in last
}

// clashes are what can become of a file that is there already, in the order in
// which they are shown.
func clashes() []netcore.Clash {
	return []netcore.Clash{netcore.ClashKeep, netcore.ClashReplace, netcore.ClashSkip}
}

func newFiles(p *Page) *files {
	f := &files{page: p}
	f.folder = kit.NewEntry(p.host.Shortcuts)
	f.folder.Escaped = p.host.Escaped
	f.folder.OnChanged = func(string) { f.showPreview() }
	f.folder.OnSubmitted = func(string) { f.save() }
	f.preview = kit.Hint("")
	f.clash = widget.NewSelect([]string{
		lang.L("Keep both"), lang.L("Replace with the new one"), lang.L("Skip the new one"),
	}, func(string) {
		p.changeSaying(f.say, func(s *netcore.Settings) { s.Clash = clashes()[max(f.clash.SelectedIndex(), 0)] })
	})
	f.send, f.receive = kit.NewRate(p.host.Shortcuts, nil, nil), kit.NewRate(p.host.Shortcuts, nil, nil)
	for _, rate := range []*kit.Rate{f.send, f.receive} {
		rate.Entry.Escaped = p.host.Escaped
		rate.Entry.OnSubmitted = func(string) { f.save() }
	}
	f.status = kit.NewCutLine("", kit.SizeSmall, kit.ColorMuted)
	f.status.Hide()
	f.object = f.group()
	return f
}

func (f *files) group() fyne.CanvasObject {
	choose := widget.NewButtonWithIcon(lang.L("Choose…"), theme.FolderOpenIcon(), f.choose)
	save := widget.NewButton(lang.L("Save"), f.save)
	return kit.Group(lang.L("Files"),
		kit.Field(lang.L("Received files go to"), container.NewBorder(nil, nil, nil, choose, f.folder)),
		kit.Hint(lang.L("In the folder, {person} stands for who sends the files, {date} for the day, and {type} for what they are: images, video, audio, documents, archives, programs, folders or other.")),
		f.preview,
		kit.Field(lang.L("When a file of that name is there already"), f.clash),
		kit.Hint(lang.L("Files that are the same do not come again. “Accept…” asks for each offer; what is accepted without asking never replaces anything.")),
		container.NewGridWithColumns(2,
			kit.Field(lang.L("Send at most"), f.send.Object()), kit.Field(lang.L("Receive at most"), f.receive.Object())),
		kit.Hint(lang.L("For all transfers together; nothing means no limit.")),
		container.NewBorder(nil, nil, nil, save, container.New(kit.Columns{Widths: []float32{-1}}, f.status)))
}

// fill shows what is set. What the user has typed and not saved yet stays.
func (f *files) fill(set netcore.Settings) {
	if set.SaveDir != f.known.SaveDir || f.known.Name == "" {
		f.folder.SetText(set.SaveDir)
	}
	if set.SendLimit != f.known.SendLimit {
		f.send.Set(set.SendLimit)
	}
	if set.ReceiveLimit != f.known.ReceiveLimit {
		f.receive.Set(set.ReceiveLimit)
	}
	f.clash.SetSelectedIndex(max(slices.Index(clashes(), set.Clash), 0))
	f.known = set
	f.showPreview()
}

// showPreview says where files would go that came now.
func (f *files) showPreview() {
	template := strings.TrimSpace(f.folder.Text)
	if !filepath.IsAbs(template) {
		f.preview.Say(lang.L("The folder must be an absolute path."), theme.ColorNameError)
		return
	}
	name := lang.L("Li Lei")
	folder := netcore.ExpandSaveDir(template, name, "images", time.Now())
	f.preview.Say(lang.L("Pictures that “{{.Name}}” sends today go to {{.Folder}}", map[string]any{"Name": name, "Folder": kit.Cut(folder, 300)}), kit.ColorMuted)
}

func (f *files) choose() {
	dialog.ShowFolderOpen(func(folder fyne.ListableURI, err error) {
		if err == nil && folder != nil {
			f.folder.SetText(folder.Path())
			f.save()
		}
	}, f.page.host.Window)
}

// save stores the folder and the limits.
func (f *files) save() {
	folder := strings.TrimSpace(f.folder.Text)
	if !filepath.IsAbs(folder) {
		f.say(lang.L("The folder must be an absolute path."))
		return
	}
	send, sendOK := f.send.Value()
	receive, receiveOK := f.receive.Value()
	if !sendOK || !receiveOK {
		f.say(kit.RateProblem())
		return
	}
	f.page.changeSaying(f.say, func(s *netcore.Settings) {
		s.SaveDir, s.SendLimit, s.ReceiveLimit = folder, send, receive
	})
}

// say shows what became of a change.
func (f *files) say(text string) {
	f.status.SetText(text)
	f.status.Show()
}
