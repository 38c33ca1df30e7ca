package output

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"lanyard/netcore/charset"
)

// Write writes all lines that there are by now, as UTF-8 text without control
// sequences, long lines whole. done, if it is not nil, is told from time to time
// how many bytes of the output that were.
func (d *Document) Write(ctx context.Context, w io.Writer, done func(bytes int64)) error {
	out := bufio.NewWriterSize(w, 256<<10)
	if err := d.write(ctx, out, 0, d.now().lines, done); err != nil {
		return err
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("writing the output: %w", err)
	}
	return nil
}

// tellEvery is how many lines lie between two reports.
const tellEvery = 1 << 12

// write writes some lines.
func (d *Document) write(ctx context.Context, w io.Writer, from, to int64, done func(int64)) error {
	v := d.now()
	if from >= min(to, v.lines) {
		return nil
	}
	var problem error
	err := v.walk(ctx, from, func(raw rawLine) bool {
		if raw.number >= to {
			return false
		}
		if problem = v.writeLine(ctx, w, raw); problem == nil && done != nil && raw.number%tellEvery == 0 {
			done(raw.end)
		}
		return problem == nil
	})
	return errors.Join(err, problem)
}

// writeLine writes one line.
func (v view) writeLine(ctx context.Context, w io.Writer, raw rawLine) error {
	if raw.cut {
		return v.writeLong(ctx, w, raw)
	}
	if _, err := io.WriteString(w, v.plain(raw)+"\n"); err != nil {
		return fmt.Errorf("writing the output: %w", err)
	}
	return nil
}

// drawn reports a character that does more in a line than to stand there, or to
// keep a distance.
func drawn(r rune) bool {
	return r < ' ' && r != '\t' || r >= 0x7F && (r == mark || r == joiner || harmful(r))
}

// writeLong writes a line that is not shown whole, in pieces.
func (v view) writeLong(ctx context.Context, w io.Writer, raw rawLine) error {
	err := v.pieces(ctx, raw, func(text string) error {
		_, err := io.WriteString(w, text)
		return err
	})
	if err == nil {
		_, err = io.WriteString(w, "\n")
	}
	if err != nil {
		return fmt.Errorf("writing a long line: %w", err)
	}
	return nil
}

// pieces gives the text of a long line to take, piece by piece. Carriage
// returns and backspaces have no effect in it.
func (v view) pieces(ctx context.Context, raw rawLine, take func(text string) error) error {
	decoder := charset.NewSteadyDecoder(v.chosen[raw.pipe], v.local)
	clean := NewTerminal()
	clean.plain = true
	buffer := make([]byte, maxHead)
	for at := raw.at; at < raw.end; {
		if err := ctx.Err(); err != nil {
			return err
		}
		n, err := v.source.ReadAt(buffer[:min(int64(len(buffer)), raw.end-at)], at)
		if n == 0 {
			return orUnexpected(err)
		}
		at += int64(n)
		text, _ := decoder.Write(buffer[:n])
		if err := take(clean.Clean(text)); err != nil {
			return err
		}
	}
	text, _ := decoder.End()
	return take(clean.Clean(text) + clean.End())
}

// limit takes the beginning of what is written.
type limit struct {
	most int
	full bool
	out  *strings.Builder
}

// errFull says that a limit takes no more.
var errFull = errors.New("no more is taken")

func (l *limit) Write(p []byte) (int, error) {
	room := l.most - l.out.Len()
	if len(p) > room {
		l.full = true
		l.out.WriteString(strings.ToValidUTF8(string(p[:room]), ""))
		return room, errFull
	}
	return l.out.Write(p)
}
