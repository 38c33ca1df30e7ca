package transfers

import (
	"context"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/kit"
	"lanyard/netcore"
)

// What the list of the files on a card holds at most, and how many of all are
// looked through for failed ones. The panel of files has all.
const (
	filesShown  = 200
	filesPage   = 500
	filesSearch = 10_000
	filesRows   = 4 // that are seen at once
)

// fileList shows single files of an offer, the failed ones first.
type fileList struct {
	object *fyne.Container
	list   *widget.List
	files  []netcore.FileResult
}

func newFileList() *fileList {
	l := &fileList{}
	l.list = widget.NewList(
		func() int { return len(l.files) },
		func() fyne.CanvasObject { return newFileRow() },
		func(id int, object fyne.CanvasObject) {
			if id < len(l.files) {
				object.(*fileRow).set(l.files[id])
			}
		})
	l.list.HideSeparators = true
	l.list.OnSelected = l.list.Unselect
	l.object = container.New(heightLayout(0), l.list)
	l.object.Hide()
	return l
}

// set shows files, in as little room as they need.
func (l *fileList) set(files []netcore.FileResult) {
	l.files = files
	high := newFileRow().MinSize().Height + theme.Padding()
	l.object.Layout = heightLayout(high * float32(min(len(files), filesRows)))
	l.list.Refresh()
}

// fileRow is one file: its path and size, below them its MD5, or why it failed
// or was left out.
type fileRow struct {
	widget.BaseWidget
	name, size, second *kit.Line
}

func newFileRow() *fileRow {
	r := &fileRow{
		name:   kit.NewPathLine("", kit.SizeSmall, theme.ColorNameForeground),
		size:   kit.NewLine("", kit.SizeSmall, kit.ColorMuted),
		second: kit.NewCutLine("", kit.SizeSmall, kit.ColorMuted),
	}
	r.ExtendBaseWidget(r)
	return r
}

// CreateRenderer is for Fyne.
func (r *fileRow) CreateRenderer() fyne.WidgetRenderer {
	words := kit.Column(1, container.NewBorder(nil, nil, nil, r.size, r.name), r.second)
	return widget.NewSimpleRenderer(container.New(layout.NewCustomPaddedLayout(0, 0, 0, barRoom), words))
}

func (r *fileRow) set(file netcore.FileResult) {
	r.name.SetText(file.Path)
	size := kit.Bytes(file.Size)
	if file.State == netcore.StateFailed && file.Size == 0 {
		size = "" // a link, or what was not there
	}
	r.size.SetText(size)
	words, color := fileWords(file)
	r.second.Style.Monospace = file.MD5 != ""
	r.second.SetText(words)
	r.second.SetColor(color)
}

// fileWords says what became of a file.
func fileWords(file netcore.FileResult) (string, fyne.ThemeColorName) {
	switch {
	case file.State == netcore.StateVerified && file.MD5 != "":
		return kit.MD5(file.MD5), kit.ColorMuted
	case file.State == netcore.StateVerified:
		return lang.L("Verified, MD5 to follow"), kit.ColorMuted
	case file.State == netcore.StateSkipped:
		return lang.L("Left out: {{.Why}}", map[string]any{"Why": kit.ReasonWords(file.Reason)}), kit.ColorMuted
	}
	return kit.ReasonWords(file.Reason), theme.ColorNameError
}

func (c *Card) toggleFiles() {
	if c.fileList.object.Visible() {
		c.fileList.object.Hide()
		c.buttons.files.SetText(lang.L("Show the files"))
		c.arrange()
		return
	}
	c.readFiles()
}

// readFiles shows the list with what there is now.
func (c *Card) readFiles() {
	key := c.shown.Key
	kit.Load(c.ui, func(ctx context.Context) ([]netcore.FileResult, error) { return gather(ctx, c.actions, key) },
		func(files []netcore.FileResult, err error) {
			if err != nil {
				c.fail(err)
				return
			}
			c.fileList.set(files)
			c.fileList.object.Show()
			c.buttons.files.SetText(lang.L("Hide the files"))
			c.arrange()
		})
}

// gather reads what the list shows: failed files first, then the others.
func gather(ctx context.Context, actions Actions, key int64) ([]netcore.FileResult, error) {
	var failed, good []netcore.FileResult
	after := int64(0)
	for seen := 0; seen < filesSearch; {
		page, err := actions.Files(ctx, key, after, filesPage)
		if err != nil {
			return nil, err
		}
		for _, file := range page {
			after = file.Seq
			if file.State == netcore.StateFailed && len(failed) < filesShown {
				failed = append(failed, file)
			} else if len(good) < filesShown {
				good = append(good, file)
			}
		}
		if seen += len(page); len(page) < filesPage {
			break
		}
	}
	all := append(failed, good...)
	return all[:min(len(all), filesShown)], nil
}

// barRoom is left for the bar of the scroller.
const barRoom = 12

// heightLayout gives its object a height of its own.
type heightLayout float32

func (h heightLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(100, float32(h)) }

func (h heightLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	for _, object := range objects {
		object.Resize(size)
	}
}

// squareLayout gives its object a square.
type squareLayout float32

func (s squareLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSquareSize(float32(s)) }

func (s squareLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	for _, object := range objects {
		object.Resize(fyne.NewSquareSize(float32(s)))
		object.Move(fyne.NewPos(0, (size.Height-float32(s))/2))
	}
}
