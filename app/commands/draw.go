package commands

import (
	"image/color"
	"sort"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
	"github.com/mattn/go-runewidth"

	"lanyard/app/kit"
	"lanyard/netcore/output"
)

// gutter is the room left of the lines, for the sign of stderr.
const gutter = 22

// painter makes the objects of the lines on the screen.
type painter struct {
	faces   *faces
	ink     *ink
	look    fyne.Theme
	left    int // the first column
	columns int
	objects []fyne.CanvasObject
}

func (p *painter) color(name fyne.ThemeColorName) color.Color {
	return p.look.Color(name, fyne.CurrentApp().Settings().ThemeVariant())
}

// fill paints a part of a line, by columns.
func (p *painter) fill(top float32, column, width int, c color.Color) {
	from, to := max(column, p.left), min(column+width, p.left+p.columns)
	if from >= to {
		return
	}
	p.box(gutter+float32(from-p.left)*p.faces.cell.Width, top, float32(to-from)*p.faces.cell.Width, p.faces.cell.Height, c)
}

func (p *painter) box(x, y, width, height float32, c color.Color) {
	area := canvas.NewRectangle(c)
	area.Move(fyne.NewPos(x, y))
	area.Resize(fyne.NewSize(width, height))
	p.objects = append(p.objects, area)
}

// line paints one line.
func (p *painter) line(row shownLine, top float32, chosen, current bool, width float32) {
	if chosen {
		p.box(1, top, width, p.faces.cell.Height, p.color(theme.ColorNameSelection))
	}
	if row.Stderr {
		p.box(4, top, 3, p.faces.cell.Height, p.color(theme.ColorNameError))
		p.text("!", 10, top, 0, p.color(theme.ColorNameError), false)
	}
	seen := p.inView(row.Spans)
	for _, span := range seen {
		if back := p.ink.of(span.Style).back; back != nil {
			p.fill(top, span.Column, span.Width, back)
		}
	}
	for _, hit := range row.hits {
		p.hit(top, hit, current)
	}
	for _, span := range seen {
		p.span(span, top)
	}
	if last := len(row.Spans) - 1; row.More > 0 && last >= 0 {
		p.more(row.More, row.Spans[last].Column+row.Spans[last].Width+1, top)
	}
}

// inView returns those pieces of a line that are on the screen.
func (p *painter) inView(spans []output.Span) []output.Span {
	from := sort.Search(len(spans), func(i int) bool { return spans[i].Column+spans[i].Width > p.left })
	to := sort.Search(len(spans), func(i int) bool { return spans[i].Column >= p.left+p.columns })
	return spans[from:max(to, from)]
}

// hit marks what is looked for: by a ground, and the line that the search
// stands at by a frame too.
func (p *painter) hit(top float32, hit output.Range, current bool) {
	mark := plain(p.color(theme.ColorNameWarning))
	mark.A = 0x60
	p.fill(top, hit.Column, hit.Width, mark)
	if current {
		from := max(hit.Column, p.left)
		if to := min(hit.Column+hit.Width, p.left+p.columns); from < to {
			p.box(gutter+float32(from-p.left)*p.faces.cell.Width, top+p.faces.cell.Height-2,
				float32(to-from)*p.faces.cell.Width, 2, p.color(theme.ColorNameWarning))
		}
	}
}

// more says how much of a line is not shown.
func (p *painter) more(bytes int64, column int, top float32) {
	words := lang.L("… {{.Size}} more: copy or save it", map[string]any{"Size": kit.Bytes(bytes)})
	if column >= p.left && column < p.left+p.columns {
		p.han(words, float32(column-p.left)*p.faces.cell.Width+gutter, top, p.color(kit.ColorMuted), kit.SizeSmall)
	}
}

// span paints a piece of one style, as far as it is on the screen.
func (p *painter) span(span output.Span, top float32) {
	text, column := visible(span, p.left, p.left+p.columns)
	if strings.TrimLeft(text, " ") == "" && span.Style.Weight&(output.Underline|output.Strike) == 0 {
		return
	}
	pair := p.ink.of(span.Style)
	x := gutter + float32(column-p.left)*p.faces.cell.Width
	bold := span.Style.Weight&output.Bold != 0
	begin := x
	if span.Wide {
		x = p.wide(text, x, top, pair.fore, bold)
	} else {
		x = p.narrow(text, x, top, pair.fore, bold)
	}
	p.rules(span.Style.Weight, begin, x-begin, top, pair.fore)
}

// rules paints lines below and through a text.
func (p *painter) rules(weight output.Weight, x, width, top float32, c color.Color) {
	if weight&output.Underline != 0 {
		p.box(x, top+p.faces.base+2, width, 1, c)
	}
	if weight&output.Strike != 0 {
		p.box(x, top+p.faces.base*0.7, width, 1, c)
	}
}

// wide paints characters of two columns, each where it belongs.
func (p *painter) wide(text string, x, top float32, c color.Color, bold bool) float32 {
	for text != "" {
		one := cluster(text)
		text = text[len(one):]
		p.text(kit.Drawable(one), x, top, 1, c, bold)
		x += 2 * p.faces.cell.Width
	}
	return x
}

// narrow paints characters of one column, those of one face at once.
func (p *painter) narrow(text string, x, top float32, c color.Color, bold bool) float32 {
	for text != "" {
		run, count := p.run(text)
		if run == "" {
			one := cluster(text)
			p.text(kit.Drawable(one), x, top, 1, c, bold)
			run, count = one, 1
		} else if strings.Trim(run, " ") != "" {
			p.text(run, x, top, 0, c, bold)
		}
		text = text[len(run):]
		x += float32(count) * p.faces.cell.Width
	}
	return x
}

// run returns the characters in front that are drawn in the face of one width,
// and how many columns they take.
func (p *painter) run(text string) (run string, columns int) {
	for at, r := range text {
		if !p.faces.inMono(r) {
			return text[:at], columns
		}
		if r < 0x300 || runewidth.RuneWidth(r) > 0 {
			columns++
		}
	}
	return text, columns
}

// text paints a text in one face. Bold letters are drawn twice, as neither face
// has any.
func (p *painter) text(text string, x, top float32, face int, c color.Color, bold bool) {
	drawn := canvas.NewText(text, c)
	drawn.TextSize = outputSize
	drawn.TextStyle.Monospace = face == 0
	if face == 1 {
		drawn.TextSize = hanSize
	}
	drawn.Move(fyne.NewPos(x, top+p.faces.base-p.faces.foot[face]))
	drawn.Resize(fyne.NewSize(1, p.faces.high[face])) // in more room it would stand in the middle
	p.objects = append(p.objects, drawn)
	if bold {
		again := *drawn
		again.Move(fyne.NewPos(x+0.7, drawn.Position().Y))
		p.objects = append(p.objects, &again)
	}
}

// han paints words of the program itself.
func (p *painter) han(text string, x, top float32, c color.Color, size fyne.ThemeSizeName) {
	drawn := canvas.NewText(text, c)
	drawn.TextSize = p.look.Size(size)
	drawn.Move(fyne.NewPos(x, top))
	drawn.Resize(fyne.NewSize(1, p.faces.cell.Height))
	p.objects = append(p.objects, drawn)
}

// cluster returns the first character of a text with all that joins it.
func cluster(text string) string {
	const joiner = '\u200D'
	joined := false
	for at, r := range text {
		if at > 0 && !joined && r != joiner && runewidth.RuneWidth(r) > 0 {
			return text[:at]
		}
		joined = r == joiner
	}
	return text
}

// visible cuts a span to the columns of the screen.
func visible(span output.Span, from, to int) (text string, column int) {
	if span.Column >= to || span.Column+span.Width <= from {
		return "", span.Column
	}
	text, column = span.Text, span.Column
	if len(text) == span.Width { // each column is one byte
		low, high := max(from-column, 0), min(to-column, len(text))
		return text[low:high], column + low
	}
	each := 1
	if span.Wide {
		each = 2
	}
	for column < from {
		text = text[len(cluster(text)):]
		column += each
	}
	end, at := 0, column
	for end < len(text) && at+each <= to {
		end += len(cluster(text[end:]))
		at += each
	}
	return text[:end], column
}
