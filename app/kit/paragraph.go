package kit

import (
	"unicode"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// Paragraph is a text of the program itself in a size and a colour of the
// theme, broken where its words want it. What others wrote does not belong
// into it, but for names, cut and neutralised.
type Paragraph struct {
	widget.BaseWidget
	segment *widget.TextSegment
	rich    *widget.RichText
}

// NewParagraph returns a paragraph.
func NewParagraph(text string, size fyne.ThemeSizeName, color fyne.ThemeColorName) *Paragraph {
	segment := &widget.TextSegment{Style: widget.RichTextStyle{ColorName: color, SizeName: size}}
	p := &Paragraph{segment: segment, rich: widget.NewRichText(segment)}
	p.fill(text)
	p.ExtendBaseWidget(p)
	return p
}

// Hint returns a small paragraph that explains what stands beside it.
func Hint(text string) *Paragraph { return NewParagraph(text, SizeSmall, ColorMuted) }

// Text returns what the paragraph says.
func (p *Paragraph) Text() string { return p.segment.Text }

// SetText changes the text; the same text again costs nothing.
func (p *Paragraph) SetText(text string) {
	if p.segment.Text != text {
		p.fill(text)
		p.rich.Refresh()
		p.Refresh()
	}
}

// Say changes text and colour.
func (p *Paragraph) Say(text string, color fyne.ThemeColorName) {
	if p.segment.Style.ColorName != color {
		p.segment.Style.ColorName = color
		p.rich.Refresh()
	}
	p.SetText(text)
}

// fill wraps Han anywhere and other texts between words, which is what each
// needs. A Chinese name in an English sentence leaves its words whole.
func (p *Paragraph) fill(text string) {
	p.segment.Text = text
	p.rich.Wrapping = fyne.TextWrapWord
	if mostlyHan(text) {
		p.rich.Wrapping = fyne.TextWrapBreak
	}
}

// mostlyHan reports whether more than a third of a text is Han.
func mostlyHan(text string) bool {
	han, all := 0, 0
	for _, r := range text {
		all++
		if unicode.Is(unicode.Han, r) {
			han++
		}
	}
	return 3*han > all
}

// CreateRenderer is for Fyne.
func (p *Paragraph) CreateRenderer() fyne.WidgetRenderer { return &paragraphRenderer{p} }

// paragraphRenderer takes away the padding that Fyne puts around texts, so
// that a paragraph stands in line with what is above and below it.
type paragraphRenderer struct{ paragraph *Paragraph }

func (r *paragraphRenderer) padding() float32 {
	return r.paragraph.Theme().Size(theme.SizeNameInnerPadding)
}

func (r *paragraphRenderer) MinSize() fyne.Size {
	return r.paragraph.rich.MinSize().SubtractWidthHeight(2*r.padding(), 2*r.padding())
}

func (r *paragraphRenderer) Layout(size fyne.Size) {
	padding := r.padding()
	r.paragraph.rich.Move(fyne.NewPos(-padding, -padding))
	r.paragraph.rich.Resize(size.AddWidthHeight(2*padding, 2*padding))
}

func (r *paragraphRenderer) Refresh() { r.Layout(r.paragraph.Size()) }

func (r *paragraphRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.paragraph.rich}
}

func (r *paragraphRenderer) Destroy() {}
