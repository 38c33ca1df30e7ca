package md5sum

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
)

// maxLine is the longest line of a list, in bytes: more than any system's
// longest path, escaped.
const maxLine = 64 << 10

// digits is the length of an MD5 in hex.
const digits = 32

// SyntaxError says that a file is no list of MD5 digests.
type SyntaxError struct {
	Line int // the first that is none, counted from 1
}

// Error is that of error.
func (e *SyntaxError) Error() string {
	return fmt.Sprintf("line %d is not one of an MD5 list", e.Line)
}

// Parse reads a list and calls each for every file of it. It ends with the
// first error: of each, of reading, or a *SyntaxError. A list of any length
// takes little memory.
func Parse(r io.Reader, each func(Line) error) error {
	in := bufio.NewReaderSize(r, maxLine)
	for n := 1; ; n++ {
		raw, err := in.ReadSlice('\n')
		if errors.Is(err, bufio.ErrBufferFull) {
			return &SyntaxError{Line: n}
		}
		if err != nil && !errors.Is(err, io.EOF) {
			return fmt.Errorf("reading the list: %w", err)
		}
		if n == 1 {
			raw = bytes.TrimPrefix(raw, []byte("\xef\xbb\xbf"))
		}
		line, is, ok := parseLine(string(raw))
		if !ok {
			return &SyntaxError{Line: n}
		}
		if is {
			if err := each(line); err != nil {
				return err
			}
		}
		if err != nil {
			return nil
		}
	}
}

// parseLine reads one line. is says that there is a file in it, ok that it may
// stand in a list.
func parseLine(raw string) (line Line, is, ok bool) {
	raw = strings.TrimSuffix(strings.TrimSuffix(raw, "\n"), "\r")
	raw = strings.TrimLeft(raw, " \t")
	if raw == "" || raw[0] == '#' || raw[0] == ';' {
		return Line{}, false, true
	}
	raw, escaped := strings.CutPrefix(raw, `\`)
	line, ok = parseGNU(raw)
	if !ok {
		line, ok = parseBSD(raw)
	}
	if ok && escaped {
		line.Path, ok = unescape(line.Path)
	}
	return line, ok, ok && line.Path != "" && strings.IndexByte(line.Path, 0) < 0
}

// parseGNU reads a digest, then a path.
func parseGNU(raw string) (Line, bool) {
	if len(raw) < digits+2 || raw[digits] != ' ' && raw[digits] != '\t' {
		return Line{}, false
	}
	path := raw[digits+1:]
	if path[0] == ' ' || path[0] == '*' {
		path = path[1:]
	}
	sum, ok := digest(raw[:digits])
	return Line{Path: path, MD5: sum}, ok
}

// parseBSD reads a path in brackets, then a digest.
func parseBSD(raw string) (Line, bool) {
	rest, tagged := strings.CutPrefix(raw, "MD5")
	rest, open := strings.CutPrefix(strings.TrimPrefix(rest, " "), "(")
	end := strings.LastIndexByte(rest, ')') // a digest has none
	if !tagged || !open || end < 0 {
		return Line{}, false
	}
	hex, is := strings.CutPrefix(strings.TrimLeft(rest[end+1:], " \t"), "=")
	sum, ok := digest(strings.Trim(hex, " \t"))
	return Line{Path: rest[:end], MD5: sum}, is && ok
}

// digest returns hex digits in lower case, and whether they are an MD5.
func digest(hex string) (string, bool) {
	if len(hex) != digits {
		return "", false
	}
	for i := range len(hex) {
		if !strings.ContainsRune("0123456789abcdefABCDEF", rune(hex[i])) {
			return "", false
		}
	}
	return strings.ToLower(hex), true
}
