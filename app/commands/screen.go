package commands

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/kit"
	"lanyard/netcore/output"
)

// shownLine is a line with what was found in it.
type shownLine struct {
	output.Line
	hits []output.Range
}

// screenPad is the room over the first line.
const screenPad = 4

// screen shows lines, of which it only ever has those that are seen and some
// around them, however many there are. It belongs to the drawing goroutine.
type screen struct {
	widget.BaseWidget
	moved   func()            // other lines are seen: read them
	follows func(follow bool) // following began or ended
	copied  func()            // the chosen lines are to be copied
	search  func()
	step    func(back bool) // to the next hit
	chosen  func()          // other lines are chosen
	escaped func()
	keys    kit.Shortcuts
	window  fyne.Window

	total  int         // lines
	lines  []shownLine // one after the other
	top    int         // the first that is seen
	left   int         // the first column that is seen
	widest int         // columns, of lines seen so far
	follow bool        // the last line stays in view
	anchor int         // where choosing began; negative: nothing is chosen
	caret  int         // where it is now
	hit    int         // the line that a search stands at; negative: none

	faces   *faces
	shift   bool
	focused bool
	rest    float32 // of a line, scrolled
	up, row *slider
}

func newScreen(window fyne.Window, faces *faces) *screen {
	s := &screen{window: window, follow: true, anchor: -1, caret: -1, hit: -1, faces: faces}
	none := func() {}
	s.moved, s.copied, s.search, s.chosen, s.escaped = none, none, none, none, none
	s.follows, s.step = func(bool) {}, func(bool) {}
	s.up = newSlider(true, s.scrollTo)
	s.row = newSlider(false, func(column int) { s.left = column; s.Refresh() })
	s.ExtendBaseWidget(s)
	return s
}

// rows is how many whole lines are seen.
func (s *screen) rows() int {
	return max(int((s.Size().Height-screenPad-sliderThick)/s.faces.cell.Height), 1)
}

// columns is how many whole columns are seen.
func (s *screen) columns() int {
	return max(int((s.Size().Width-gutter-sliderThick)/s.faces.cell.Width), 1)
}

// last is the first line of the last page.
func (s *screen) last() int { return max(s.total-s.rows(), 0) }

// show shows newer lines. Those around the first one seen must be among them,
// unless others were asked for meanwhile.
func (s *screen) show(total int, lines []shownLine) {
	s.total, s.lines = total, lines
	if s.follow {
		s.top = s.last()
	}
	s.top = min(s.top, s.last())
	for _, line := range lines {
		if n := len(line.Spans); n > 0 {
			s.widest = max(s.widest, line.Spans[n-1].Column+line.Spans[n-1].Width)
		}
	}
	if s.anchor >= total {
		s.choose(-1, -1)
	}
	s.Refresh()
}

// clear forgets everything for another output.
func (s *screen) clear() {
	s.lines, s.total, s.top, s.left, s.widest, s.hit = nil, 0, 0, 0, 0, -1
	s.setFollow(true)
	s.choose(-1, -1)
	s.Refresh()
}

// at returns a line if it is there.
func (s *screen) at(number int) (shownLine, bool) {
	if len(s.lines) == 0 {
		return shownLine{}, false
	}
	place := number - s.lines[0].Number
	if place < 0 || place >= len(s.lines) {
		return shownLine{}, false
	}
	return s.lines[place], true
}

// scrollTo brings a line to the top. The end is followed from when it is seen.
func (s *screen) scrollTo(line int) {
	s.top = min(max(line, 0), s.last())
	s.setFollow(s.top == s.last())
	s.moved()
	s.Refresh()
}

func (s *screen) setFollow(follow bool) {
	if s.follow != follow {
		s.follow = follow
		s.follows(follow)
	}
}

// Follow keeps the last line in view, or no more.
func (s *screen) Follow(follow bool) {
	if follow {
		s.scrollTo(s.last())
		return
	}
	s.setFollow(false)
}

// reveal brings a line into view, and a column of it.
func (s *screen) reveal(line int) {
	if line < s.top || line >= s.top+s.rows() {
		s.scrollTo(line - s.rows()/3)
	} else {
		s.setFollow(false)
		s.Refresh()
	}
}

// choose chooses lines, none with a negative one.
func (s *screen) choose(anchor, caret int) {
	if s.anchor != anchor || s.caret != caret {
		s.anchor, s.caret = anchor, caret
		s.chosen()
	}
}

// chosenLines returns the first line chosen and the one after the last.
func (s *screen) chosenLines() (from, to int) {
	if s.anchor < 0 {
		return 0, 0
	}
	return min(s.anchor, s.caret), max(s.anchor, s.caret) + 1
}

// MinSize is for Fyne.
func (s *screen) MinSize() fyne.Size {
	return fyne.NewSize(120, 3*s.faces.cell.Height+screenPad+sliderThick)
}

// CreateRenderer is for Fyne.
func (s *screen) CreateRenderer() fyne.WidgetRenderer {
	r := &screenRenderer{screen: s, frame: canvas.NewRectangle(nil), ground: canvas.NewRectangle(nil)}
	r.paint()
	return r
}

type screenRenderer struct {
	screen  *screen
	frame   *canvas.Rectangle
	ground  *canvas.Rectangle
	objects []fyne.CanvasObject
	size    fyne.Size
	ink     *ink
	variant fyne.ThemeVariant
	look    fyne.Theme
}

func (r *screenRenderer) Layout(size fyne.Size) {
	if size == r.size {
		return
	}
	r.size = size
	s := r.screen
	if s.follow {
		s.top = s.last()
	}
	s.top = min(s.top, s.last())
	s.moved()
	r.paint()
	canvas.Refresh(s)
}

func (r *screenRenderer) Refresh() {
	r.paint()
	canvas.Refresh(r.screen)
}

// dress takes the colours of the look of now.
func (r *screenRenderer) dress() {
	look, variant := r.screen.Theme(), fyne.CurrentApp().Settings().ThemeVariant()
	if r.ink == nil || r.look != look || r.variant != variant {
		r.ink, r.look, r.variant = newInk(look), look, variant
	}
	r.ground.FillColor = look.Color(kit.ColorCard, variant)
	r.ground.CornerRadius, r.frame.CornerRadius = 5, 6
	r.frame.FillColor = look.Color(kit.ColorTrack, variant)
	if r.screen.focused {
		r.frame.FillColor = look.Color(theme.ColorNamePrimary, variant)
	}
}

// paint makes all that is seen.
func (r *screenRenderer) paint() {
	s := r.screen
	r.dress()
	r.frame.Resize(r.size)
	r.ground.Move(fyne.NewPos(1, 1))
	r.ground.Resize(r.size.SubtractWidthHeight(2, 2))
	p := &painter{faces: s.faces, ink: r.ink, look: r.look, left: s.left, columns: s.columns(), objects: []fyne.CanvasObject{r.frame, r.ground}}
	from, to := s.chosenLines()
	for row := range s.rows() {
		number := s.top + row
		if line, there := s.at(number); there {
			top := screenPad + float32(row)*s.faces.cell.Height
			p.line(line, top, number >= from && number < to, number == s.hit, r.size.Width-2)
		}
	}
	r.objects = append(p.objects, r.sliders()...)
}

// sliders places those that there is a need for.
func (r *screenRenderer) sliders() []fyne.CanvasObject {
	s := r.screen
	var all []fyne.CanvasObject
	s.up.set(s.total, s.rows(), s.top)
	s.row.set(max(s.widest, s.left+s.columns()*boolInt(s.left > 0)), s.columns(), s.left)
	if s.up.needed() {
		s.up.Move(fyne.NewPos(r.size.Width-sliderThick-1, 2))
		s.up.Resize(fyne.NewSize(sliderThick, r.size.Height-sliderThick-4))
		all = append(all, s.up)
	}
	if s.row.needed() {
		s.row.Move(fyne.NewPos(gutter, r.size.Height-sliderThick-1))
		s.row.Resize(fyne.NewSize(r.size.Width-gutter-sliderThick-4, sliderThick))
		all = append(all, s.row)
	}
	return all
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

func (r *screenRenderer) MinSize() fyne.Size           { return r.screen.MinSize() }
func (r *screenRenderer) Objects() []fyne.CanvasObject { return r.objects }
func (r *screenRenderer) Destroy()                     {}
