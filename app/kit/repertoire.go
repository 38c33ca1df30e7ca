package kit

import (
	"bytes"
	"strings"

	"fyne.io/fyne/v2"
	"github.com/go-text/typesetting/font"
)

// What may be drawn of characters that the embedded face does not hold. Fyne
// looks for another face for each of them, keeps what it found for good, and
// asks all that it kept for the next one: a peer who sends ever new characters
// would make every text of the window slower and slower.
const (
	foreignMost    = 600 // different ones, as long as the program runs
	foreignPerText = 80  // of them new in one text
	missing        = '□'
)

// repertoire knows what can be drawn. It belongs to the drawing goroutine.
type repertoire struct {
	face    *font.Face
	foreign map[rune]struct{} // drawn before though the face lacks them
}

func newRepertoire(face []byte) (*repertoire, error) {
	parsed, err := font.ParseTTF(bytes.NewReader(face))
	if err != nil {
		return nil, err
	}
	return &repertoire{face: parsed, foreign: map[rune]struct{}{}}, nil
}

// drawable returns the text with a box for each character too many.
func (p *repertoire) drawable(text string) string {
	fresh := 0
	return strings.Map(func(r rune) rune {
		if r < 0x7F || isEmoji(r) {
			return r
		}
		if _, held := p.face.NominalGlyph(r); held {
			return r
		}
		if _, known := p.foreign[r]; known {
			return r
		}
		if fresh == foreignPerText || len(p.foreign) == foreignMost {
			return missing
		}
		fresh++
		p.foreign[r] = struct{}{}
		return r
	}, text)
}

// holds reports whether Lanyard's own faces draw a character.
func (p *repertoire) holds(r rune) bool {
	if r < 0x7F || isEmoji(r) {
		return true
	}
	_, held := p.face.NominalGlyph(r)
	return held
}

// switches counts how often a text goes from one face to another.
func (p *repertoire) switches(text string) int {
	count, ours := 0, true
	for _, r := range text {
		held := r < 0x7F
		if !held {
			_, held = p.face.NominalGlyph(r)
		}
		if held != ours || !held && !isEmoji(r) {
			count++
		}
		ours = held
	}
	return count
}

// isEmoji reports what Fyne's own emoji face holds or combines.
func isEmoji(r rune) bool {
	const joiner, first, last = 0x200D, 0x1F300, 0x1FAFF
	return r == joiner || r >= 0xFE00 && r <= 0xFE0F || r >= first && r <= last || r >= 0x1F1E6 && r <= 0x1F1FF
}

// mixedMost is how often an ordinary text goes from one face to another.
const mixedMost = 40

// Bubble returns what a bubble shows of a text of somebody else, ready for
// widgets, and whether that is not all of it. It belongs to the drawing
// goroutine.
func Bubble(text string) (shown string, cut bool) {
	shown, cut = Bounded(text)
	look, ours := fyne.CurrentApp().Settings().Theme().(*Theme)
	if !ours {
		return shown, cut
	}
	if look.drawn.switches(shown) > mixedMost {
		shown, cut = bounded(text, mixedRunes, mixedParagraph)
	}
	return look.drawn.drawable(shown), cut
}

// Drawable returns a text of somebody else as it may be given to widgets.
// It belongs to the drawing goroutine.
func Drawable(text string) string {
	if look, ours := fyne.CurrentApp().Settings().Theme().(*Theme); ours {
		return look.drawn.drawable(text)
	}
	return text
}
