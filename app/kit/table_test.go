package kit

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"
)

// styled is an app in Lanyard's look.
func styled(t *testing.T) {
	t.Helper()
	look, err := NewTheme("light")
	if err != nil {
		t.Fatal(err)
	}
	test.NewTempApp(t).Settings().SetTheme(look)
}

// wideRow counts what a table makes of it.
type wideRow struct {
	*Fill
	wide bool
}

func (r *wideRow) SetWide(wide bool) { r.wide = wide }

func (r *wideRow) MinSize() fyne.Size {
	if r.wide {
		return fyne.NewSize(100, 20)
	}
	return fyne.NewSize(100, 50)
}

func TestATableHasAsManyRowsAsAreSeen(t *testing.T) {
	styled(t)
	made, filled := 0, map[int]bool{}
	head := NewLine("Head", SizeSmall, ColorMuted)
	table := NewTable(400, head, func() int { return 10_000 },
		func() Row { made++; return &wideRow{Fill: NewFill(ColorCard, 0)} },
		func(at int, _ Row) { filled[at] = true })
	window := test.NewTempWindow(t, container.NewStack(table))
	window.Resize(fyne.NewSize(300, 500))
	if table.Wide() || head.Visible() {
		t.Error("a narrow table has heads")
	}
	narrow := len(filled)
	clear(filled)
	window.Resize(fyne.NewSize(600, 500))
	if !table.Wide() || !head.Visible() || len(filled) <= narrow {
		t.Errorf("a wide one shows %d rows, the narrow one %d", len(filled), narrow)
	}
	if made > 100 {
		t.Errorf("%d rows were made", made)
	}
}

func TestATableWithoutRowsHasNoHeads(t *testing.T) {
	styled(t)
	rows := 0
	head := NewLine("Head", SizeSmall, ColorMuted)
	table := NewTable(400, head, func() int { return rows },
		func() Row { return &wideRow{Fill: NewFill(ColorCard, 0)} }, func(int, Row) {})
	test.NewTempWindow(t, container.NewStack(table)).Resize(fyne.NewSize(600, 500))
	for _, n := range []int{0, 3, 0} {
		rows = n
		table.Reload()
		if head.Visible() != (n > 0) {
			t.Errorf("with %d rows the heads are visible: %t", n, head.Visible())
		}
	}
}

func TestColumnsShareWhatIsLeft(t *testing.T) {
	styled(t)
	objects := []fyne.CanvasObject{NewFill(ColorCard, 0), NewFill(ColorCard, 0), NewFill(ColorCard, 0)}
	Columns{Widths: []float32{-3, 100, -1}, Gap: 10}.Layout(objects, fyne.NewSize(520, 40))
	for at, want := range [][2]float32{{0, 300}, {310, 100}, {420, 100}} {
		if x, width := objects[at].Position().X, objects[at].Size().Width; x != want[0] || width != want[1] {
			t.Errorf("column %d: %g+%g, want %v", at, x, width, want)
		}
	}
}
