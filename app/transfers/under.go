package transfers

import (
	"fmt"
	"path"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"

	"lanyard/app/kit"
	"lanyard/netcore"
)

// underList shows the files under way: how much of each is there, how fast it
// goes and how long it will take.
type underList struct {
	whole  bool // whole paths, not names alone
	rows   []underRow
	object *fyne.Container
}

// underRow is one of them.
type underRow struct {
	name, far *kit.Line
	object    fyne.CanvasObject
}

func newUnderList(whole bool) *underList {
	l := &underList{whole: whole, object: kit.Column(2)}
	l.object.Hide()
	return l
}

// set shows those of a transfer. While it runs no row goes away, so that what
// stands below does not jump from file to file.
func (l *underList) set(t netcore.Transfer) {
	under := t.Under
	if t.State != netcore.StateRunning || t.Count == 1 {
		under = nil // the transfer says all that there is to say
		l.cut(0)
	}
	for len(l.rows) < len(under) {
		l.add()
	}
	for at, row := range l.rows {
		name, far := " ", ""
		if at < len(under) {
			name, far = under[at].Path, underWords(under[at])
			if !l.whole {
				name = path.Base(name)
			}
		}
		row.name.SetText(name)
		row.far.SetText(far)
	}
	kit.Show(l.object, len(l.rows) > 0)
}

func (l *underList) add() {
	row := underRow{
		name: kit.NewPathLine("", kit.SizeSmall, theme.ColorNameForeground),
		far:  kit.NewLine("", kit.SizeSmall, kit.ColorMuted),
	}
	row.object = container.NewBorder(nil, nil, nil, row.far, row.name)
	l.rows = append(l.rows, row)
	l.object.Add(row.object)
}

// cut leaves so many rows.
func (l *underList) cut(length int) {
	if len(l.rows) > length {
		l.rows = l.rows[:length]
		l.object.Objects = l.object.Objects[:length]
		l.object.Refresh()
	}
}

// underWords says how far a file is.
func underWords(file netcore.FileUnder) string {
	pieces := []string{fmt.Sprintf("%d%%", int(float64(file.Done)*100/float64(max(file.Size, 1))))}
	if file.Speed > 0 {
		pieces = append(pieces, kit.Speed(file.Speed))
		if file.Left > 0 {
			pieces = append(pieces, kit.Left(file.Left))
		}
	}
	return strings.Join(pieces, dot)
}
