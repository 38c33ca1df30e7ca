package wire

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
)

// parseHead reads the codec's own two fields of a header, and checks that all
// of it is JSON.
func parseHead(raw []byte) (Frame, error) {
	frame, ok := quickHead(raw)
	if !ok {
		return slowHead(raw)
	}
	if !isFlat(raw) && !json.Valid(raw) {
		return Frame{}, fmt.Errorf("not JSON: %w", ErrMalformed)
	}
	return frame, nil
}

// quickHead reads the fields as [Conn.Write] puts them, in front of all
// others: thousands of frames a second need no second parse. It reports false
// for a header that anybody else may have written otherwise.
func quickHead(raw []byte) (Frame, bool) {
	rest, ok := bytes.CutPrefix(raw, []byte(`{"kind":"`))
	if !ok {
		return Frame{}, false
	}
	end := bytes.IndexByte(rest, '"')
	if end < 1 || end > maxKind || !plainWord(rest[:end]) {
		return Frame{}, false
	}
	frame := Frame{Kind: string(rest[:end]), Raw: raw}
	rest = rest[end+1:]
	if digits, ok := bytes.CutPrefix(rest, []byte(`,"body_size":`)); ok {
		end := bytes.IndexAny(digits, ",}")
		size, err := strconv.ParseInt(string(digits[:max(end, 0)]), 10, 64)
		if err != nil || size <= 0 {
			return Frame{}, false
		}
		frame.BodySize, rest = size, digits[end:]
	}
	// A field of the same name further on would count: let the parser decide.
	return frame, !mentionsHead(rest)
}

// plainWord reports whether a kind is of lower-case letters and dashes.
func plainWord(kind []byte) bool {
	for _, b := range kind {
		if (b < 'a' || b > 'z') && b != '-' {
			return false
		}
	}
	return true
}

// mentionsHead reports whether a text may hold one of the codec's fields again,
// in whatever case or escape.
func mentionsHead(rest []byte) bool {
	return bytes.IndexByte(rest, '\\') >= 0 || foldContains(rest, `"kind"`) || foldContains(rest, `"body_size"`)
}

// foldContains looks for an ASCII needle in quotes, in any case. The two
// letters outside ASCII that fold to ASCII ones are treated as a match.
func foldContains(text []byte, needle string) bool {
	for at := bytes.IndexByte(text, '"'); at >= 0; {
		if len(text) >= at+len(needle) && bytes.EqualFold(text[at:at+len(needle)], []byte(needle)) {
			return true
		}
		next := bytes.IndexByte(text[at+1:], '"')
		if next < 0 {
			break
		}
		at += 1 + next
	}
	return bytes.Contains(text, []byte("\u212a")) || bytes.Contains(text, []byte("\u017f"))
}

// slowHead reads the fields wherever they stand.
func slowHead(raw []byte) (Frame, error) {
	var head struct {
		Kind     string `json:"kind"`
		BodySize int64  `json:"body_size"`
	}
	if err := json.Unmarshal(raw, &head); err != nil {
		return Frame{}, fmt.Errorf("%w: %.200s", ErrMalformed, err) // cut: it quotes what the peer sent
	}
	if head.Kind == "" || len(head.Kind) > maxKind || head.BodySize < 0 {
		return Frame{}, fmt.Errorf("kind %.40q with body of %d: %w", head.Kind, head.BodySize, ErrMalformed)
	}
	return Frame{Kind: head.Kind, BodySize: head.BodySize, Raw: raw}, nil
}
