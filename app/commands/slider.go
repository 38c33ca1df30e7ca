package commands

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/kit"
)

const (
	sliderThick = 10
	thumbLeast  = 28
)

// slider shows which part of something long is seen, and moves it. Fyne's own
// belongs to content that is laid out whole, whose places are too coarse for a
// million lines.
type slider struct {
	widget.BaseWidget
	upright bool
	total   int // lines, or columns
	page    int // of them on the screen
	at      int // the first of these
	moved   func(at int)

	grip  float32 // where the thumb was taken
	holds bool
}

func newSlider(upright bool, moved func(int)) *slider {
	s := &slider{upright: upright, moved: moved}
	s.ExtendBaseWidget(s)
	return s
}

// set shows another part; the same again costs nothing.
func (s *slider) set(total, page, at int) {
	if s.total != total || s.page != page || s.at != at {
		s.total, s.page, s.at = total, page, at
		s.Refresh()
	}
}

// needed reports whether there is more than is seen.
func (s *slider) needed() bool { return s.total > s.page }

func (s *slider) MinSize() fyne.Size { return fyne.NewSize(sliderThick, sliderThick) }

// along is a length in the direction of the slider.
func (s *slider) along(x, y float32) float32 {
	if s.upright {
		return y
	}
	return x
}

// thumb returns where the thumb begins and how long it is.
func (s *slider) thumb() (from, long float32) {
	room := s.along(s.Size().Width, s.Size().Height)
	if !s.needed() || room <= 0 {
		return 0, 0
	}
	long = min(max(room*float32(s.page)/float32(s.total), thumbLeast), room)
	return (room - long) * min(float32(float64(s.at)/float64(s.total-s.page)), 1), long
}

// jump moves so that the thumb begins at a place.
func (s *slider) jump(to float32) {
	_, long := s.thumb()
	room := s.along(s.Size().Width, s.Size().Height) - long
	if room <= 0 {
		return
	}
	part := float64(min(max(to/room, 0), 1))
	s.moved(int(part*float64(s.total-s.page) + 0.5))
}

// MouseDown is for Fyne: it takes the thumb, or brings it here.
func (s *slider) MouseDown(event *desktop.MouseEvent) {
	at := s.along(event.Position.X, event.Position.Y)
	from, long := s.thumb()
	if at < from || at > from+long {
		s.jump(at - long/2)
		from, _ = s.thumb()
	}
	s.grip, s.holds = at-from, true
}

// MouseUp is for Fyne.
func (s *slider) MouseUp(*desktop.MouseEvent) { s.holds = false }

// Dragged is for Fyne.
func (s *slider) Dragged(event *fyne.DragEvent) {
	s.jump(s.along(event.Position.X, event.Position.Y) - s.grip)
}

// DragEnd is for Fyne.
func (s *slider) DragEnd() { s.holds = false }

// CreateRenderer is for Fyne.
func (s *slider) CreateRenderer() fyne.WidgetRenderer {
	return &sliderRenderer{slider: s, thumb: canvas.NewRectangle(nil)}
}

type sliderRenderer struct {
	slider *slider
	thumb  *canvas.Rectangle
}

func (r *sliderRenderer) Layout(fyne.Size) {
	from, long := r.slider.thumb()
	const thin = sliderThick - 4
	r.thumb.CornerRadius = thin / 2.0
	if r.slider.upright {
		r.thumb.Move(fyne.NewPos(2, from))
		r.thumb.Resize(fyne.NewSize(thin, long))
	} else {
		r.thumb.Move(fyne.NewPos(from, 2))
		r.thumb.Resize(fyne.NewSize(long, thin))
	}
	r.thumb.FillColor = r.slider.Theme().Color(kit.ColorMuted, fyne.CurrentApp().Settings().ThemeVariant())
}

func (r *sliderRenderer) Refresh() {
	r.Layout(r.slider.Size())
	canvas.Refresh(r.slider)
}

func (r *sliderRenderer) MinSize() fyne.Size           { return r.slider.MinSize() }
func (r *sliderRenderer) Objects() []fyne.CanvasObject { return []fyne.CanvasObject{r.thumb} }
func (r *sliderRenderer) Destroy()                     {}
