package transfers

import (
	"context"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/kit"
	"lanyard/netcore"
)

// What the list of the files of one offer holds at most, and how many of all
// are looked through for failed ones.
const (
	filesShown  = 200
	filesPage   = 500
	filesSearch = 10_000
	filesHeight = 150
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
		func() fyne.CanvasObject {
			return container.NewBorder(nil, nil, nil, kit.NewLine("", kit.SizeSmall, kit.ColorMuted),
				kit.NewCutLine("", kit.SizeSmall, theme.ColorNameForeground))
		},
		func(id int, object fyne.CanvasObject) {
			if id < len(l.files) {
				setFile(object.(*fyne.Container), l.files[id])
			}
		})
	l.list.HideSeparators = true
	l.list.OnSelected = l.list.Unselect
	l.object = container.New(heightLayout(filesHeight), l.list)
	l.object.Hide()
	return l
}

func setFile(box *fyne.Container, file netcore.FileResult) {
	name, state := box.Objects[0].(*kit.Line), box.Objects[1].(*kit.Line)
	name.SetText(file.Path)
	if file.State == netcore.StateVerified {
		state.SetText(kit.Bytes(file.Size))
		state.SetColor(kit.ColorMuted)
		return
	}
	state.SetText(kit.ReasonWords(file.Reason))
	state.SetColor(theme.ColorNameError)
}

func (c *Card) toggleFiles() {
	if c.fileList.object.Visible() {
		c.fileList.object.Hide()
		c.files.SetText(lang.L("Show the files"))
		c.host.Resized()
		return
	}
	key := c.shown.Key
	kit.Load(c.ui, func(ctx context.Context) ([]netcore.FileResult, error) { return gather(ctx, c.actions, key) },
		func(files []netcore.FileResult, err error) {
			if err != nil {
				c.host.Failed(err)
				return
			}
			c.fileList.files = files
			c.fileList.list.Refresh()
			c.fileList.object.Show()
			c.files.SetText(lang.L("Hide the files"))
			c.host.Resized()
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
			if file.State != netcore.StateVerified && len(failed) < filesShown {
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
