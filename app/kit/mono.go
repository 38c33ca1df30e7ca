package kit

import (
	"fmt"
	"math"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// Mono shows a command or output in letters of one width, broken exactly where
// the room ends: a line break within a text shows as one, but none is lost or
// made up. What the face of one width lacks is drawn in Lanyard's own face,
// which every PC has, and not in whatever the system finds. Its cost grows with
// the length of the text alone; keep that bounded nevertheless. A Mono belongs
// to the drawing goroutine.
type Mono struct {
	widget.BaseWidget
	// Exact shows a character that Lanyard's own faces lack as U+ and its number
	// in another colour, so that no two texts look the same.
	Exact bool
	// Most is how many lines are shown; 0: all. The last one then ends in ….
	Most int

	text  string
	size  fyne.ThemeSizeName
	color fyne.ThemeColorName
}

// NewMono returns a text in a size and a colour of the theme.
func NewMono(text string, size fyne.ThemeSizeName, color fyne.ThemeColorName) *Mono {
	m := &Mono{text: text, size: size, color: color}
	m.ExtendBaseWidget(m)
	return m
}

// Text returns what is shown, uncut.
func (m *Mono) Text() string { return m.text }

// SetText changes the text; the same text again costs nothing.
func (m *Mono) SetText(text string) {
	if m.text != text {
		m.text = text
		m.Refresh()
	}
}

// CreateRenderer is for Fyne, which lets a renderer go after a while unseen: the
// next one begins with the width that the text has.
func (m *Mono) CreateRenderer() fyne.WidgetRenderer {
	r := &monoRenderer{mono: m}
	r.wrap(m.Size().Width)
	return r
}

// piece is a part of a text in one face.
type piece struct {
	text    string
	plain   bool // in Lanyard's own face
	strange bool // stands for a character that cannot be drawn
}

// pieces takes a line apart, one piece for each character.
func (m *Mono) pieces(line string) []piece {
	look, ours := fyne.CurrentApp().Settings().Theme().(*Theme)
	var all []piece
	for _, r := range line {
		switch {
		case r < 0x7F:
			all = append(all, piece{text: string(r)})
		case m.Exact && ours && !look.drawn.holds(r):
			all = append(all, piece{text: fmt.Sprintf("U+%04X", r), strange: true})
		default:
			all = append(all, piece{text: Drawable(string(r)), plain: true})
		}
	}
	return all
}

type monoRenderer struct {
	mono  *Mono
	texts []fyne.CanvasObject
	width float32 // for which the texts stand
	said  string
	tall  float32
}

func (r *monoRenderer) Layout(size fyne.Size) {
	if size.Width != r.width || r.said != r.mono.text {
		r.wrap(size.Width)
	}
}

func (r *monoRenderer) MinSize() fyne.Size {
	if r.said != r.mono.text {
		r.wrap(r.width)
	}
	return fyne.NewSize(80, max(r.tall, r.lineHeight()))
}

func (r *monoRenderer) lineHeight() float32 {
	high := fyne.MeasureText("国", r.mono.Theme().Size(r.mono.size), fyne.TextStyle{}).Height
	return float32(math.Ceil(float64(high)))
}

// wrap places the text anew for a width.
func (r *monoRenderer) wrap(width float32) {
	r.width, r.said = width, r.mono.text
	r.texts = r.texts[:0]
	w := wrapper{r: r, size: r.mono.Theme().Size(r.mono.size), high: r.lineHeight(), widths: map[string]float32{}}
	w.one = fyne.MeasureText("0", w.size, fyne.TextStyle{Monospace: true}).Width
	w.room = max(width, 4*w.one)
	for line := range strings.SplitSeq(r.mono.text, "\n") {
		if !w.line(r.mono.pieces(line)) {
			break
		}
	}
	r.tall = w.top
}

func (r *monoRenderer) Refresh() {
	r.wrap(r.mono.Size().Width)
	canvas.Refresh(r.mono)
}

func (r *monoRenderer) Objects() []fyne.CanvasObject { return r.texts }
func (r *monoRenderer) Destroy()                     {}

// wrapper sets lines one below the other.
type wrapper struct {
	r      *monoRenderer
	size   float32
	one    float32 // width of a character of the face of one width
	room   float32
	high   float32
	top    float32
	count  int
	widths map[string]float32
}

// line sets one line of the text on as many as it needs, broken after a blank
// where one is near. It returns false once there may be no more.
func (w *wrapper) line(pieces []piece) bool {
	start, used := 0, float32(0)
	for at := 0; at < len(pieces); at++ {
		wide := w.width(pieces[at])
		if used+wide > w.room && at > start {
			end := afterBlank(pieces, start, at)
			if !w.put(pieces[start:end], true) {
				return false
			}
			start, used = end, 0
			at = end
			wide = w.width(pieces[at])
		}
		used += wide
	}
	return w.put(pieces[start:], false)
}

// afterBlank returns where a line from start to end is broken: behind the last
// blank in its last third, else at its end.
func afterBlank(pieces []piece, start, end int) int {
	for at := end; at > end-(end-start)/3; at-- {
		if pieces[at-1].text == " " {
			return at
		}
	}
	return end
}

func (w *wrapper) width(p piece) float32 {
	if !p.plain {
		return w.one * float32(len(p.text))
	}
	wide, known := w.widths[p.text]
	if !known {
		wide = fyne.MeasureText(p.text, w.size, fyne.TextStyle{}).Width
		w.widths[p.text] = wide
	}
	return wide
}

// put sets one line. More says that the text goes on after it.
func (w *wrapper) put(pieces []piece, more bool) bool {
	w.count++
	last := w.r.mono.Most > 0 && w.count >= w.r.mono.Most
	if last && more && len(pieces) > 0 {
		pieces = append(pieces[:len(pieces)-1:len(pieces)-1], piece{text: "…", plain: true})
	}
	left := float32(0)
	for len(pieces) > 0 {
		run := 1
		for run < len(pieces) && pieces[run].plain == pieces[0].plain && pieces[run].strange == pieces[0].strange {
			run++
		}
		left += w.draw(pieces[:run], left)
		pieces = pieces[run:]
	}
	w.top += w.high
	return !last
}

// draw sets pieces of one face and returns how wide they are.
func (w *wrapper) draw(run []piece, left float32) float32 {
	var text strings.Builder
	for _, p := range run {
		text.WriteString(p.text)
	}
	look, variant := w.r.mono.Theme(), fyne.CurrentApp().Settings().ThemeVariant()
	color := w.r.mono.color
	if run[0].strange {
		color = theme.ColorNameError
	}
	drawn := canvas.NewText(text.String(), look.Color(color, variant))
	drawn.TextSize = w.size
	drawn.TextStyle = fyne.TextStyle{Monospace: !run[0].plain}
	wants := drawn.MinSize()
	drawn.Resize(wants)
	// Between two points of the screen letters would be blurred, and cut at the foot.
	drawn.Move(fyne.NewPos(left, w.top+float32(math.Floor(float64(w.high-wants.Height)/2))))
	w.r.texts = append(w.r.texts, drawn)
	return wants.Width
}
