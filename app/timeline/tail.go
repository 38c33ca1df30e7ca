package timeline

import (
	"context"
	"fmt"
	"io"
	"strings"

	"lanyard/app/kit"
	"lanyard/netcore"
	"lanyard/netcore/charset"
	"lanyard/netcore/output"
)

// What a card shows of the output of a run.
const (
	tailBytes = 8 << 10
	tailLines = 6
	tailRunes = 160 // of one line
)

// tailOf reads the last lines of what is kept of the output of a run. It may
// wait for the disk.
func tailOf(ctx context.Context, node Runs, run netcore.Run) (string, error) {
	kept, err := node.RunOutput(ctx, run.Key)
	if err != nil {
		return "", fmt.Errorf("opening the output of a run: %w", err)
	}
	size := kept.Size()
	lines, err := lastLines(ctx, &tail{kept: output.Of(kept), start: max(size-tailBytes, 0), size: min(size, tailBytes)}, run.Encoding)
	if closed := kept.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return "", fmt.Errorf("reading the output of a run: %w", err)
	}
	return lines, nil
}

// lastLines returns the last lines of output, harmless. Of output that began
// before them the first line is left out: it may begin within a character.
func lastLines(ctx context.Context, source *tail, local netcore.Encoding) (string, error) {
	document := output.New(source, charset.Auto, local)
	for more := true; more; {
		var err error
		if more, err = document.Step(ctx); err != nil {
			return "", err
		}
	}
	document.End()
	count := document.State().Lines
	first := max(count-tailLines, 0)
	if source.start > 0 && count > 1 {
		first = max(first, 1)
	}
	lines, err := document.Lines(ctx, first, count-first)
	if err != nil {
		return "", err
	}
	var text []string
	for _, line := range lines {
		text = append(text, kit.Cut(strings.TrimRight(line.Text(), " "), tailRunes))
	}
	return strings.TrimRight(strings.Join(text, "\n"), "\n"), nil
}

// tail is the end of what is kept of an output, as it was at one moment.
type tail struct {
	kept        output.Source
	start, size int64
}

// Size is how many bytes it has.
func (t *tail) Size() int64 { return t.size }

// ReadAt reads from a place within it.
func (t *tail) ReadAt(p []byte, at int64) (int, error) {
	if left := t.size - at; int64(len(p)) > left {
		n, err := t.kept.ReadAt(p[:max(left, 0)], t.start+at)
		if err == nil {
			err = io.EOF
		}
		return n, err
	}
	return t.kept.ReadAt(p, t.start+at)
}

// From says which pipe a byte of it came from.
func (t *tail) From(at int64) (pipe int, until int64) {
	pipe, until = t.kept.From(t.start + at)
	return pipe, min(until-t.start, t.size)
}
