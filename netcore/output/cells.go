package output

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/mattn/go-runewidth"
)

const (
	tabColumns = 8
	// maxColumns is how far to the right a line goes; what would stand there is
	// not shown.
	maxColumns = 1 << 16
)

// cell is one column of a line, or two.
type cell struct {
	first rune   // 0: nothing was written here
	rest  string // marks on it, and what joins it
	style Style
	wide  bool // it takes the next column too, which then is empty
	tail  bool // it is that next column
}

// board is what a line draws on: text goes to where the cursor is, and
// replaces what is there.
type board struct {
	cells  []cell
	column int
	width  *runewidth.Condition
}

func newBoard() *board {
	return &board{width: &runewidth.Condition{}}
}

// draw writes the text of one line and returns the style at its end.
func (b *board) draw(text string, style Style) Style {
	s := newSequences(style)
	for text != "" {
		plain := strings.IndexByte(text, esc)
		if plain < 0 {
			plain = len(text)
		}
		b.write(text[:plain], s.style)
		if text = text[plain:]; text == "" {
			break
		}
		n, end := s.next(text)
		if end != complete {
			b.write(escSign+text[1:n], s.style)
		}
		text = text[n:]
	}
	return s.style
}

// write writes text without sequences.
func (b *board) write(text string, style Style) {
	var harmless neutral
	for _, r := range text {
		switch r {
		case '\r':
			b.column, harmless = 0, neutral{}
		case '\b':
			b.back()
			harmless = neutral{}
		case '\t':
			b.tab(style)
			harmless = neutral{}
		case 0, '\a', '\n':
		default:
			shown := r
			if r != utf8.RuneError {
				shown = harmless.rune(r)
			}
			if shown >= 0 {
				b.put(shown, style)
			}
		}
	}
}

func (b *board) back() {
	if b.column > 0 {
		b.column--
		if b.column < len(b.cells) && b.cells[b.column].tail && b.column > 0 {
			b.column--
		}
	}
}

// tab moves to the next stop. Blanks are written only behind the end.
func (b *board) tab(style Style) {
	stop := (b.column/tabColumns + 1) * tabColumns
	for b.column < min(stop, maxColumns) {
		if b.column >= len(b.cells) {
			b.put(' ', style)
		} else {
			b.column++
		}
	}
}

// put writes one character at the cursor.
func (b *board) put(r rune, style Style) {
	width := 1
	switch {
	case r >= 0x2460 && r < 0x2500: // characters in circles, which are as wide as Han in every face
		width = 2
	case r >= 0x300:
		width = b.width.RuneWidth(r)
	}
	if width == 0 || r == joiner || b.joins() {
		b.join(r)
		return
	}
	if b.column+width > maxColumns {
		return
	}
	for len(b.cells) < b.column+width {
		b.cells = append(b.cells, cell{})
	}
	b.clear(b.column)
	if width == 2 {
		b.clear(b.column + 1)
		b.cells[b.column+1] = cell{tail: true, style: style}
	}
	b.cells[b.column] = cell{first: r, style: style, wide: width == 2}
	b.column += width
}

// clear makes sure that no half of a wide character is left at a column.
func (b *board) clear(column int) {
	switch old := b.cells[column]; {
	case old.tail:
		b.cells[column-1] = cell{first: ' ', style: old.style}
	case old.wide:
		b.cells[column+1] = cell{first: ' ', style: old.style}
	}
	b.cells[column] = cell{}
}

// before returns the character before the cursor, nil if there is none.
func (b *board) before() *cell {
	at := b.column - 1
	if at >= 0 && at < len(b.cells) && b.cells[at].tail {
		at--
	}
	if at < 0 || at >= len(b.cells) || b.cells[at].first == 0 {
		return nil
	}
	return &b.cells[at]
}

// maxJoined is how much may join one character, in bytes.
const maxJoined = 32

// joins reports whether the next character continues the one before.
func (b *board) joins() bool {
	before := b.before()
	return before != nil && strings.HasSuffix(before.rest, string(joiner)) && len(before.rest) < maxJoined
}

func (b *board) join(r rune) {
	if before := b.before(); before != nil && len(before.rest) < maxJoined {
		before.rest += string(r)
	}
}

// Span is a piece of a line in one style, of characters of one width.
type Span struct {
	Text   string
	Style  Style
	Column int  // where it begins
	Width  int  // in columns
	Wide   bool // each character takes two columns
}

// spans returns the line as it is drawn. Blanks at its end without a style go.
func (b *board) spans() []Span {
	end := len(b.cells)
	for end > 0 && (b.cells[end-1].first == 0 || b.cells[end-1].first == ' ') && !b.cells[end-1].tail && b.cells[end-1].style == (Style{}) {
		end--
	}
	var all []Span
	for at := 0; at < end; {
		span := b.span(at, end)
		all = append(all, span)
		at += span.Width
	}
	return all
}

// span returns the piece that begins at a column.
func (b *board) span(at, end int) Span {
	first := b.cells[at]
	span := Span{Style: first.style, Column: at, Wide: first.wide}
	var text strings.Builder
	for at < end && b.cells[at].style == span.Style && b.cells[at].wide == span.Wide {
		c := b.cells[at]
		if c.first == 0 {
			c.first = ' '
		}
		text.WriteRune(c.first)
		text.WriteString(c.rest)
		step := 1
		if c.wide {
			step = 2
		}
		at += step
		span.Width += step
	}
	span.Text = text.String()
	return span
}

// Text returns what a line of spans says.
func Text(spans []Span) string {
	var text strings.Builder
	for _, span := range spans {
		text.WriteString(span.Text)
	}
	return strings.TrimRightFunc(text.String(), unicode.IsSpace)
}

// Plain returns a line of a text that is to be shown in a style among others,
// at most so many columns of it.
func Plain(number int, text string, style Style, most int) Line {
	board := newBoard()
	board.write(text, style)
	board.cells = board.cells[:min(len(board.cells), most)]
	return Line{Number: number, Spans: board.spans()}
}
