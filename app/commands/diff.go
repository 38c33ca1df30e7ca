package commands

import (
	"strings"
	"time"

	"fyne.io/fyne/v2/lang"
	"github.com/sergi/go-diff/diffmatchpatch"

	"lanyard/netcore/output"
)

const (
	diffPatience = 2 * time.Second // after that a coarser comparison is taken
	diffContext  = 3               // equal lines around one that differs
	lineColumns  = 4096            // of a compared line that are shown
)

// compared is the comparison of an output with the most frequent one.
type compared struct {
	lines   []shownLine
	differ  int  // lines that are there or not there
	partial bool // only the beginning was compared
}

// compare compares texts line by line: what only the other has is marked with
// +, what only the most frequent has with −, and of long equal parts only the
// edges are shown.
func compare(frequent, other string) compared {
	frequent, cutA := firstLines(frequent)
	other, cutB := firstLines(other)
	differ := diffmatchpatch.New()
	differ.DiffTimeout = diffPatience
	a, b, lines := differ.DiffLinesToRunes(frequent, other)
	parts := differ.DiffCharsToLines(differ.DiffMainRunes(a, b, false), lines)
	c := compared{partial: cutA || cutB}
	for at, part := range parts {
		text := strings.Split(strings.TrimSuffix(part.Text, "\n"), "\n")
		switch part.Type {
		case diffmatchpatch.DiffInsert:
			c.differ += len(text)
			c.put("+ ", output.Style{Fore: output.Palette(2), Weight: output.Bold}, text)
		case diffmatchpatch.DiffDelete:
			c.differ += len(text)
			c.put("− ", output.Style{Fore: output.Palette(1), Weight: output.Strike}, text)
		case diffmatchpatch.DiffEqual:
			c.equal(text, at == 0, at == len(parts)-1)
		}
	}
	return c
}

// firstLines returns as much of a text as is compared.
func firstLines(text string) (first string, cut bool) {
	at := 0
	for range compareLines {
		next := strings.IndexByte(text[at:], '\n')
		if next < 0 {
			return text, false
		}
		at += next + 1
	}
	return text[:at], at < len(text)
}

// equal adds lines that both have, of many only those at the edges.
func (c *compared) equal(text []string, first, last bool) {
	head, tail := diffContext, diffContext
	if first {
		head = 0
	}
	if last {
		tail = 0
	}
	if len(text) <= head+tail+1 {
		c.put("  ", output.Style{}, text)
		return
	}
	c.put("  ", output.Style{}, text[:head])
	left := len(text) - head - tail
	c.put("  ", output.Style{Weight: output.Faint}, []string{lang.N("… {{.Count}} equal lines", left, map[string]any{"Count": grouped(left)})})
	c.put("  ", output.Style{}, text[len(text)-tail:])
}

// put adds lines with a sign in front.
func (c *compared) put(sign string, style output.Style, lines []string) {
	for _, text := range lines {
		c.lines = append(c.lines, shownLine{Line: output.Plain(len(c.lines), sign+text, style, lineColumns)})
	}
}

// whole adds a text as it is.
func (c *compared) whole(text string) {
	if text != "" {
		c.put("  ", output.Style{}, strings.Split(strings.TrimSuffix(text, "\n"), "\n"))
	}
}
