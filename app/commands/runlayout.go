package commands

import "fyne.io/fyne/v2"

// runLayout stacks the parts of a run: head, state, reason, search, tools,
// output, status. With room enough the search and the tools share a row. What
// is left belongs to the output.
type runLayout struct{}

const (
	oneRowFrom = 640 // the width from which on search and tools share a row
	partGap    = 6
	sideGap    = 12
)

// MinSize is for Fyne.
func (runLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	size := fyne.NewSize(0, 0)
	for _, object := range objects {
		if object.Visible() {
			size.Height += object.MinSize().Height + partGap
			size.Width = max(size.Width, object.MinSize().Width)
		}
	}
	return size.AddWidthHeight(2*sideGap, partGap)
}

// Layout is for Fyne.
func (l runLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	head, state, reason, find, tools, lines, status := objects[0], objects[1], objects[2], objects[3], objects[4], objects[5], objects[6]
	wide := size.Width - 2*sideGap
	top := float32(partGap)
	put := func(object fyne.CanvasObject, x, width float32) float32 {
		object.Resize(fyne.NewSize(width, object.MinSize().Height)) // texts know their height at a width
		object.Resize(fyne.NewSize(width, object.MinSize().Height))
		object.Move(fyne.NewPos(x, top))
		return object.Size().Height + partGap
	}
	top += put(head, sideGap, wide)
	top += put(state, sideGap, wide)
	if reason.Visible() {
		top += put(reason, sideGap, wide)
	}
	if need := tools.MinSize().Width; wide >= oneRowFrom {
		put(tools, sideGap+wide-need, need)
		top += put(find, sideGap, wide-need-sideGap)
	} else {
		top += put(find, sideGap, wide)
		top += put(tools, sideGap, wide)
	}
	foot := status.MinSize().Height + partGap
	lines.Move(fyne.NewPos(sideGap, top))
	lines.Resize(fyne.NewSize(wide, max(size.Height-top-foot-partGap, 0)))
	top = size.Height - foot
	put(status, sideGap, wide)
}
