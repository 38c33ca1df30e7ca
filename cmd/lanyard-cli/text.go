package main

import (
	"bytes"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"

	"lanyard/netcore"
	"lanyard/netcore/control"
)

// readText reads the text of a message from stdin: UTF-8, or GB18030 where it
// is not UTF-8. One line end at its end belongs to the shell, not to the text.
func (p *program) readText() (string, error) {
	raw, err := io.ReadAll(io.LimitReader(p.in, netcore.MaxText+8))
	if err != nil {
		return "", fmt.Errorf("reading the text from standard input: %w", err)
	}
	raw = bytes.TrimPrefix(raw, []byte("\ufeff"))
	raw = bytes.TrimSuffix(bytes.TrimSuffix(raw, []byte("\n")), []byte("\r"))
	if len(raw) > netcore.MaxText {
		return "", control.Fail(control.ExitUsage, control.WordTextTooLong,
			">"+strconv.Itoa(netcore.MaxText), strconv.Itoa(netcore.MaxText))
	}
	text, ok := decode(raw)
	if !ok {
		return "", p.badUsage("not-text")
	}
	return text, nil
}

// decode returns raw as text if it is UTF-8 or else GB18030.
func decode(raw []byte) (string, bool) {
	if utf8.Valid(raw) {
		return string(raw), true
	}
	text, err := simplifiedchinese.GB18030.NewDecoder().Bytes(raw)
	if err != nil || bytes.ContainsRune(text, utf8.RuneError) {
		return "", false
	}
	return string(text), true
}

// isText reports whether an argument can be read as text.
func isText(argument string) bool {
	_, ok := decode([]byte(argument))
	return ok
}

// plainText returns an argument of a terminal that may not be UTF-8 as text.
func plainText(argument string) string {
	if text, ok := decode([]byte(argument)); ok {
		return text
	}
	return strings.ToValidUTF8(argument, "\ufffd")
}
