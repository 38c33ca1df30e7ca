package clocks

import (
	"strconv"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/kit"
	"lanyard/netcore"
)

// chartMost is how many looks a chart shows, the latest: each is two lines.
const chartMost = 48

// chart is a strip with the latest looks at a clock: how far it was off, with
// the bound as an upright stroke.
type chart struct {
	widget.BaseWidget
	looks []netcore.ClockEstimate
}

func newChart() *chart {
	c := &chart{}
	c.ExtendBaseWidget(c)
	return c
}

// set shows looks, the oldest first. The same ones again cost nothing.
func (c *chart) set(looks []netcore.ClockEstimate) {
	looks = looks[max(len(looks)-chartMost, 0):]
	if len(looks) == len(c.looks) && (len(looks) == 0 || looks[0] == c.looks[0] && looks[len(looks)-1] == c.looks[len(c.looks)-1]) {
		return
	}
	c.looks = looks
	c.Refresh()
}

// CreateRenderer is for Fyne.
func (c *chart) CreateRenderer() fyne.WidgetRenderer {
	r := &chartRenderer{
		chart: c, ground: canvas.NewRectangle(nil), zero: canvas.NewLine(nil),
		top:    kit.NewLine("", theme.SizeNameCaptionText, kit.ColorMuted),
		bottom: kit.NewLine("", theme.SizeNameCaptionText, kit.ColorMuted),
		span:   kit.NewLine("", theme.SizeNameCaptionText, kit.ColorMuted),
	}
	r.Refresh()
	return r
}

// chartRenderer draws a chart by lines, of which it keeps those that it has.
type chartRenderer struct {
	chart             *chart
	ground            *canvas.Rectangle
	zero              *canvas.Line
	bars, path        []*canvas.Line
	top, bottom, span *kit.Line
}

const (
	chartPad    = 6
	chartFigure = 16 // the height of a figure
)

// MinSize is for Fyne.
func (r *chartRenderer) MinSize() fyne.Size { return fyne.NewSize(120, 56) }

// Objects is for Fyne.
func (r *chartRenderer) Objects() []fyne.CanvasObject {
	objects := []fyne.CanvasObject{r.ground, r.zero}
	for _, lines := range [][]*canvas.Line{r.bars, r.path} {
		for _, line := range lines {
			objects = append(objects, line)
		}
	}
	return append(objects, r.top, r.bottom, r.span)
}

// Destroy is for Fyne.
func (r *chartRenderer) Destroy() {}

// Refresh is for Fyne.
func (r *chartRenderer) Refresh() {
	look, variant := r.chart.Theme(), fyne.CurrentApp().Settings().ThemeVariant()
	r.ground.FillColor = look.Color(theme.ColorNameInputBackground, variant)
	r.ground.CornerRadius = 6
	r.zero.StrokeColor = look.Color(kit.ColorTrack, variant)
	r.zero.StrokeWidth = 1
	count := len(r.chart.looks)
	r.bars = grown(r.bars, count)
	r.path = grown(r.path, max(count-1, 0))
	for _, bar := range r.bars {
		bar.StrokeColor, bar.StrokeWidth = look.Color(kit.ColorMuted, variant), 1
	}
	for _, part := range r.path {
		part.StrokeColor, part.StrokeWidth = look.Color(theme.ColorNamePrimary, variant), 2
	}
	r.Layout(r.chart.Size())
	canvas.Refresh(r.chart)
}

// grown returns so many lines, those that are there first.
func grown(lines []*canvas.Line, count int) []*canvas.Line {
	for len(lines) < count {
		lines = append(lines, canvas.NewLine(nil))
	}
	return lines[:count]
}

// Layout is for Fyne.
func (r *chartRenderer) Layout(size fyne.Size) {
	r.ground.Resize(size)
	looks := r.chart.looks
	if len(looks) == 0 || size.Width < 2*chartPad || size.Height < 2*chartPad {
		r.zero.Hide()
		r.label("", "", "", size)
		return
	}
	low, high := extent(looks)
	s := scale{low: low, high: high, from: looks[0].At, to: looks[len(looks)-1].At, size: size}
	for i, look := range looks {
		x := s.x(look.At)
		place(r.bars[i], x, s.y(look.Offset-look.Bound), x, s.y(look.Offset+look.Bound))
		if i > 0 {
			place(r.path[i-1], s.x(looks[i-1].At), s.y(looks[i-1].Offset), x, s.y(look.Offset))
		}
	}
	if low < 0 && high > 0 {
		r.zero.Show()
		place(r.zero, chartPad, s.y(0), size.Width-chartPad, s.y(0))
	} else {
		r.zero.Hide()
	}
	fine := (high - low) / 20
	r.label(signed(high, fine), signed(low, fine), spanWords(s.to.Sub(s.from)), size)
}

// place puts a line between two points.
func place(line *canvas.Line, x1, y1, x2, y2 float32) {
	line.Position1, line.Position2 = fyne.NewPos(x1, y1), fyne.NewPos(x2, y2)
}

// label writes the figures: the highest, the lowest, and how long it took.
func (r *chartRenderer) label(top, bottom, span string, size fyne.Size) {
	for _, one := range []struct {
		line  *kit.Line
		text  string
		right bool
		y     float32
	}{
		{r.top, top, false, 1}, {r.bottom, bottom, false, size.Height - chartFigure - 1}, {r.span, span, true, size.Height - chartFigure - 1},
	} {
		one.line.SetText(one.text)
		wants := one.line.MinSize()
		one.line.Resize(wants)
		x := float32(chartPad)
		if one.right {
			x = size.Width - chartPad - wants.Width
		}
		one.line.Move(fyne.NewPos(x, one.y))
	}
}

// scale turns times and offsets into places.
type scale struct {
	low, high time.Duration
	from, to  time.Time
	size      fyne.Size
}

func (s scale) x(at time.Time) float32 {
	width := s.size.Width - 2*chartPad
	span := s.to.Sub(s.from)
	if span <= 0 {
		return chartPad + width/2
	}
	return chartPad + width*float32(min(max(float64(at.Sub(s.from))/float64(span), 0), 1))
}

// y leaves room for the figures above and below.
func (s scale) y(off time.Duration) float32 {
	height := s.size.Height - 2*chartFigure
	part := (float64(off) - float64(s.low)) / (float64(s.high) - float64(s.low))
	return chartFigure + height*float32(1-min(max(part, 0), 1))
}

// extent is from the lowest to the highest that the looks allow.
func extent(looks []netcore.ClockEstimate) (low, high time.Duration) {
	low, high = looks[0].Offset-looks[0].Bound, looks[0].Offset+looks[0].Bound
	for _, look := range looks {
		low, high = min(low, look.Offset-look.Bound), max(high, look.Offset+look.Bound)
	}
	if high-low < 2*time.Microsecond {
		high += time.Microsecond
		low -= time.Microsecond
	}
	return low, high
}

// signed writes an offset with its sign, as finely as a chart needs it.
func signed(off, fine time.Duration) string {
	sign := "+"
	if off < 0 {
		sign = "−"
	}
	if off.Abs() < time.Second {
		return sign + Offset(off, fine)
	}
	digits := 1
	for step := 100 * time.Millisecond; fine < step && digits < 5; step /= 10 {
		digits++
	}
	return sign + strconv.FormatFloat(off.Abs().Seconds(), 'f', digits, 64) + " s"
}

// spanWords say how long a chart took.
func spanWords(span time.Duration) string {
	switch {
	case span <= 0:
		return ""
	case span < 2*time.Minute:
		return lang.L("{{.Count}} s", map[string]any{"Count": int(span.Round(time.Second) / time.Second)})
	case span < 2*time.Hour:
		return lang.L("{{.Count}} min", map[string]any{"Count": int(span.Round(time.Minute) / time.Minute)})
	}
	return lang.L("{{.Count}} h", map[string]any{"Count": int(span.Round(time.Hour) / time.Hour)})
}
