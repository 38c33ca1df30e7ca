package wire

import "bytes"

// isFlat reports whether a text is a JSON object of strings without escapes,
// whole numbers and nothing else, without blanks, as most headers are: they are
// seen to be good in a tenth of the time that a parser takes. False says
// nothing.
func isFlat(raw []byte) bool {
	if len(raw) < minHeader || raw[0] != '{' || raw[len(raw)-1] != '}' {
		return false
	}
	rest := raw[1 : len(raw)-1]
	for {
		var ok bool
		if rest, ok = flatString(rest); !ok || len(rest) == 0 || rest[0] != ':' {
			return false
		}
		if rest, ok = flatValue(rest[1:]); !ok {
			return false
		}
		if len(rest) == 0 {
			return true
		}
		if rest[0] != ',' {
			return false
		}
		rest = rest[1:]
	}
}

// flatValue passes over a string or a whole number.
func flatValue(text []byte) (rest []byte, ok bool) {
	if len(text) > 0 && text[0] == '"' {
		return flatString(text)
	}
	n := 0
	for n < len(text) && text[n] >= '0' && text[n] <= '9' {
		n++
	}
	return text[n:], n == 1 || n > 1 && text[0] != '0'
}

// flatString passes over a string.
func flatString(text []byte) (rest []byte, ok bool) {
	if len(text) < 2 || text[0] != '"' {
		return nil, false
	}
	end := bytes.IndexByte(text[1:], '"')
	if end < 0 {
		return nil, false
	}
	for _, c := range text[1 : 1+end] {
		if c < ' ' || c == '\\' {
			return nil, false
		}
	}
	return text[end+2:], true
}
