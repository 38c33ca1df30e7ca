package kit

import "strings"

// Cell is a text of somebody else as a field of a table in one line, which no
// program that opens it runs as a formula.
func Cell(text string) string {
	text = Neutral(text)
	if strings.IndexAny(text, "=+-@") == 0 {
		return "'" + text
	}
	return text
}
