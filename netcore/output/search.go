package output

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"unicode/utf8"

	"github.com/mattn/go-runewidth"

	"lanyard/netcore/charset"
)

// Query is what is looked for in each line, whatever the case of its letters.
type Query struct{ text string }

// NewQuery returns a query; one without text is found nowhere.
func NewQuery(text string) Query { return Query{strings.ToLower(text)} }

// Empty reports whether there is nothing to look for.
func (q Query) Empty() bool { return q.text == "" }

func (q Query) in(text string) bool {
	return q.text != "" && strings.Contains(strings.ToLower(text), q.text)
}

// Range is a part of a line.
type Range struct{ Column, Width int }

// In returns where a query is found in what is shown of a line.
func (q Query) In(line Line) []Range {
	if q.Empty() {
		return nil
	}
	text, columns := lowered(line)
	var all []Range
	for from := 0; ; {
		at := strings.Index(text[from:], q.text)
		if at < 0 {
			return all
		}
		begin := from + at
		from = begin + len(q.text)
		all = append(all, Range{columns[begin], columns[from] - columns[begin]})
	}
}

// lowered returns a line in lower case, and the column of each of its bytes and
// of its end.
func lowered(line Line) (text string, columns []int) {
	var out strings.Builder
	column := 0
	for _, span := range line.Spans {
		column = span.Column
		for _, r := range span.Text {
			low := strings.ToLower(string(r))
			out.WriteString(low)
			for range len(low) {
				columns = append(columns, column)
			}
			if runewidth.RuneWidth(r) > 0 {
				column = min(column+span.each(), span.Column+span.Width)
			}
		}
	}
	return out.String(), append(columns, column)
}

// each is how many columns a character of the span takes.
func (s Span) each() int {
	if s.Wide {
		return 2
	}
	return 1
}

// Find returns the first line in which a query is found, from a number on, or
// with back the last one up to it.
func (d *Document) Find(ctx context.Context, q Query, from int, back bool) (line int, found bool, err error) {
	v := d.now()
	if q.Empty() || v.lines == 0 {
		return 0, false, nil
	}
	hit := int64(-1)
	step, block := 1, v.before(max(int64(from), 0))
	if back {
		step = -1
	}
	for ; hit < 0 && block >= 0 && block < len(v.places); block += step {
		err := v.hits(ctx, q, block, func(at int64) bool {
			switch {
			case !back && at >= int64(from):
				hit = at
				return false
			case back && at <= int64(from):
				hit = at // and perhaps a later one
			}
			return true
		})
		if err != nil {
			return 0, false, err
		}
	}
	return int(hit), hit >= 0, nil
}

// maxFilter is the longest block that is looked through at once.
const maxFilter = 1 << 20

// blockEnd returns where the lines of a block end: those from its place to the
// next.
func (v view) blockEnd(block int) (at, line int64) {
	if block+1 < len(v.places) {
		return v.places[block+1].at, v.places[block+1].line
	}
	return v.end, v.lines
}

// hits gives the lines of a block in which a query is found, until yield
// returns false.
func (v view) hits(ctx context.Context, q Query, block int, yield func(line int64) bool) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	start := v.places[block]
	end, lines := v.blockEnd(block)
	if never, err := v.never(q, start.at, end); never || err != nil {
		return err
	}
	var problem error
	err := v.walk(ctx, start.line, func(raw rawLine) bool {
		if raw.number >= lines {
			return false
		}
		found, err := v.matches(ctx, q, raw)
		if problem = err; err != nil {
			return false
		}
		return !found || yield(raw.number)
	})
	return errors.Join(err, problem)
}

// never reports that a query is in no line between two places, where that can be
// told without making lines of it.
func (v view) never(q Query, from, to int64) (bool, error) {
	if to-from > maxFilter {
		return false, nil
	}
	pipe, until := v.source.From(from)
	pipe = index(pipe)
	if until < to || v.wide[pipe] != narrow {
		return false, nil
	}
	block := make([]byte, to-from)
	if n, err := v.source.ReadAt(block, from); n < len(block) {
		return false, orUnexpected(err)
	}
	if bytes.IndexByte(block, '\b') >= 0 || bytes.Count(block, []byte("\r")) != bytes.Count(block, []byte("\r\n")) {
		return false, nil
	}
	coloured, ascii := bytes.IndexByte(block, esc) >= 0, isASCII(block)
	switch {
	case ascii && !coloured:
		return !bytes.Contains(bytes.ToLower(block), []byte(q.text)), nil
	case ascii || v.chosen[pipe] == charset.UTF8 && utf8.Valid(block):
		return !q.in(uncoloured(string(block))), nil
	case v.chosen[pipe] == charset.Auto:
		return false, nil
	}
	return !q.in(uncoloured(charset.Decode(block, v.chosen[pipe]))), nil
}

// uncoloured returns a text without control sequences.
func uncoloured(text string) string {
	if strings.IndexByte(text, esc) < 0 {
		return text
	}
	clean := NewTerminal()
	clean.plain = true
	return clean.Clean(text) + clean.End()
}

// plain returns the text of a line as it is shown.
func (v view) plain(raw rawLine) string {
	text := v.text(raw)
	if !strings.ContainsFunc(text, drawn) {
		return text
	}
	if strings.ContainsAny(text, "\r\b\t") {
		return v.line(raw).Text()
	}
	return uncoloured(text)
}

// errStop ends a walk over pieces.
var errStop = errors.New("found")

// matches reports whether a query is found in a line, also in what is not shown
// of it.
func (v view) matches(ctx context.Context, q Query, raw rawLine) (bool, error) {
	if q.in(v.plain(raw)) {
		return true, nil
	}
	if !raw.cut {
		return false, nil
	}
	before := ""
	err := v.pieces(ctx, raw, func(text string) error {
		text = before + strings.ToLower(text)
		if strings.Contains(text, q.text) {
			return errStop
		}
		before = text[max(0, len(text)-len(q.text)):]
		return nil
	})
	if errors.Is(err, errStop) {
		return true, nil
	}
	return false, err
}
