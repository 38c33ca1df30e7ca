package kit

import (
	"math"
	"strconv"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/widget"

	"lanyard/netcore"
)

// The units of a Rate, in bytes a second.
const (
	kilobytes = 1e3
	megabytes = 1e6
)

// maxRate is the highest limit that can be typed, in bytes a second.
const maxRate = 1e12

// unitWidth is that of the choice of a unit.
const unitWidth = 96

// Rate is a field for a limit in bytes a second: a number and its unit. Nothing
// and 0 mean that there is none. It belongs to the drawing goroutine.
type Rate struct {
	Entry  *Entry
	unit   fyne.CanvasObject
	choice *widget.Select
	object fyne.CanvasObject
}

// NewRate returns a field. In a sheet Escape leaves that; sheet may be nil.
// Changed, which may be nil, runs when the unit is another.
func NewRate(shortcuts Shortcuts, sheet *Sheet, changed func()) *Rate {
	r := &Rate{Entry: NewEntry(shortcuts)}
	r.Entry.SetPlaceHolder(lang.L("No limit"))
	words := []string{"KB/s", "MB/s"}
	tell := func(string) {
		if changed != nil {
			changed()
		}
	}
	if sheet != nil {
		r.Entry.Escaped, r.Entry.Reached = sheet.Hide, sheet.Reveal
		choice := NewChoice(words, nil, sheet)
		r.unit, r.choice = choice, &choice.Select
	} else {
		r.choice = widget.NewSelect(words, nil)
		r.unit = r.choice
	}
	r.Set(0)
	r.choice.OnChanged = tell
	r.object = container.New(Columns{Widths: []float32{-1, unitWidth}, Gap: 6}, r.Entry, r.unit)
	return r
}

// Object is what stands in the window.
func (r *Rate) Object() fyne.CanvasObject { return r.object }

// Set shows a limit; 0: none.
func (r *Rate) Set(perSecond int64) {
	tell := r.choice.OnChanged
	r.choice.OnChanged = nil
	defer func() { r.choice.OnChanged = tell }()
	unit, at := float64(megabytes), 1
	if perSecond > 0 && perSecond < megabytes {
		unit, at = kilobytes, 0
	}
	r.choice.SetSelectedIndex(at)
	text := ""
	if perSecond > 0 {
		text = strconv.FormatFloat(float64(perSecond)/unit, 'f', -1, 64)
	}
	r.Entry.SetText(text)
}

// Value is the limit in bytes a second; 0: none. It is not ok where no limit
// can be read.
func (r *Rate) Value() (perSecond int64, ok bool) {
	text := strings.TrimSpace(strings.ReplaceAll(r.Entry.Text, ",", "."))
	if text == "" {
		return 0, true
	}
	number, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsNaN(number) || number < 0 {
		return 0, false
	}
	unit := float64(megabytes)
	if r.choice.SelectedIndex() == 0 {
		unit = kilobytes
	}
	if number *= unit; number > maxRate || number > 0 && number < netcore.MinTransferLimit {
		return 0, false
	}
	return int64(number), true
}

// RateProblem says what is wrong with a limit that cannot be read.
func RateProblem() string {
	return lang.L("A limit is a number, at least {{.Least}}; nothing means no limit.", map[string]any{"Least": Speed(netcore.MinTransferLimit)})
}
