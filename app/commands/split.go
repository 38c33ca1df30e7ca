package commands

import (
	"errors"
	"strings"
	"unicode"
)

// errQuote says that a quotation mark is not closed.
var errQuote = errors.New("a quotation mark is not closed")

// split makes arguments of a line by rules that anybody can remember: blanks
// separate arguments, quotation marks of either kind hold them together, and
// within double ones a backslash before a quotation mark or a backslash takes
// its meaning away. Everywhere else a backslash is one, as in the paths of
// Windows.
func split(line string) ([]string, error) {
	var s splitter
	for _, r := range line {
		s.take(r)
	}
	if s.quote != 0 {
		return nil, errQuote
	}
	s.end()
	return s.argv, nil
}

type splitter struct {
	argv    []string
	word    strings.Builder
	begun   bool // there is a word, perhaps an empty one
	quote   rune // that is open; 0: none
	escaped bool // a backslash within double quotation marks came before
}

func (s *splitter) take(r rune) {
	switch {
	case s.escaped:
		s.escaped = false
		if r != '"' && r != '\\' {
			s.word.WriteByte('\\')
		}
		s.word.WriteRune(r)
	case s.quote == '"' && r == '\\':
		s.escaped = true
	case s.quote != 0 && r == s.quote:
		s.quote = 0
	case s.quote != 0:
		s.word.WriteRune(r)
	case r == '"' || r == '\'':
		s.quote, s.begun = r, true
	case unicode.IsSpace(r):
		s.end()
	default:
		s.begun = true
		s.word.WriteRune(r)
	}
}

func (s *splitter) end() {
	if s.begun {
		s.argv = append(s.argv, s.word.String())
	}
	s.word.Reset()
	s.begun = false
}

// joined is a line that split makes the same arguments of.
func joined(argv []string) string {
	words := make([]string, len(argv))
	for at, arg := range argv {
		words[at] = quoted(arg)
	}
	return strings.Join(words, " ")
}

func quoted(arg string) string {
	if arg != "" && !strings.ContainsFunc(arg, func(r rune) bool { return r == '"' || r == '\'' || unicode.IsSpace(r) }) {
		return arg
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(arg) + `"`
}
