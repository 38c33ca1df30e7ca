package timeline

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"lanyard/app/kit"
	"lanyard/netcore"
	"lanyard/netcore/charset"
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
	out, err := node.RunOutput(ctx, run.Key)
	if err != nil {
		return "", fmt.Errorf("opening the output of a run: %w", err)
	}
	size := out.Size()
	raw := make([]byte, min(size, tailBytes))
	n, err := out.ReadAt(raw, size-int64(len(raw)))
	if closed := out.Close(); err == nil {
		err = closed
	}
	if err != nil && !errors.Is(err, io.EOF) {
		return "", fmt.Errorf("reading the output of a run: %w", err)
	}
	return lastLines(raw[:n], size > tailBytes, run.Encoding), nil
}

// lastLines returns the last lines of output, harmless. Of output that began
// before raw the first line is left out: it may begin within a character.
func lastLines(raw []byte, began bool, local netcore.Encoding) string {
	if began {
		if _, after, found := strings.Cut(string(raw), "\n"); found {
			raw = []byte(after)
		}
	}
	decoder := charset.NewSteadyDecoder(charset.Auto, local)
	text, _ := decoder.Write(raw)
	if rest, again := decoder.End(); again {
		text = rest
	} else {
		text += rest
	}
	lines := strings.Split(strings.TrimRight(plain(text), "\n \t\r"), "\n")
	lines = lines[max(len(lines)-tailLines, 0):]
	for at, line := range lines {
		line = strings.TrimRight(line, "\r")
		line = line[strings.LastIndexByte(line, '\r')+1:] // what was written over it
		lines[at] = kit.Cut(line, tailRunes)
	}
	return strings.Join(lines, "\n")
}

// plain returns a text without the sequences that colour it or move about in
// it. A sequence that does not end is left out to the end of its line.
func plain(text string) string {
	var out strings.Builder
	for len(text) > 0 {
		at := strings.IndexAny(text, "\x1b\u009b\u009d")
		if at < 0 {
			break
		}
		out.WriteString(text[:at])
		text = text[at+sequence(text[at:]):]
	}
	out.WriteString(text)
	return out.String()
}

// sequence is how long a control sequence is that a text begins with.
func sequence(text string) int {
	at, kind := 1, byte('[')
	switch {
	case text[0] == 0x1b && len(text) == 1:
		return 1
	case text[0] == 0x1b:
		at, kind = 2, text[1]
	case strings.HasPrefix(text, "\u009d"):
		at, kind = 2, ']'
	default:
		at = 2 // U+009B, in two bytes
	}
	switch kind {
	case '[':
		for ; at < len(text) && text[at] != '\n'; at++ {
			if text[at] >= '@' && text[at] <= '~' {
				return at + 1
			}
		}
		return at
	case ']', 'P', '_', '^', 'X':
		for ; at < len(text) && text[at] != '\n'; at++ {
			if text[at] == 0x07 {
				return at + 1
			}
			if text[at] == 0x1b {
				return min(at+2, len(text))
			}
		}
		return at
	}
	for at = 1; at < len(text) && text[at] >= ' ' && text[at] < '0'; at++ { // what stands before the last byte
	}
	if at < len(text) && text[at] >= '0' && text[at] <= '~' {
		at++
	}
	return at
}
