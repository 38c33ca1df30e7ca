package md5sum

import "strings"

// Line is one file of a list.
type Line struct {
	Path string // as in the list, unescaped; may be any bytes but NUL, and is data: not for a screen as it is
	MD5  string // 32 lower-case hex digits
}

// What GNU escapes in a path, after a backslash before the digest.
var (
	escapes   = strings.NewReplacer("\\", `\\`, "\n", `\n`, "\r", `\r`)
	unescapes = map[byte]byte{'\\': '\\', 'n': '\n', 'r': '\r'}
)

// Format returns the line of a file with its line end, as md5sum prints it.
func Format(path, md5 string) string { return string(Append(nil, path, md5)) }

// Append is Format that adds to a text.
func Append(to []byte, path, md5 string) []byte {
	if strings.ContainsAny(path, "\\\n\r") {
		to, path = append(to, '\\'), escapes.Replace(path)
	}
	to = append(append(to, md5...), "  "...)
	return append(append(to, path...), '\n')
}

// unescape undoes what Format did to a path, and reports whether that was done
// well.
func unescape(escaped string) (path string, ok bool) {
	var b strings.Builder
	for {
		plain, rest, more := strings.Cut(escaped, `\`)
		b.WriteString(plain)
		if !more {
			return b.String(), true
		}
		if rest == "" || unescapes[rest[0]] == 0 {
			return "", false
		}
		b.WriteByte(unescapes[rest[0]])
		escaped = rest[1:]
	}
}
