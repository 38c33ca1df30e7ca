package command

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// numbers is how a Number is written: no exponent, no hexadecimal digits,
// nothing that two programs read differently.
// Both this and words are made at their first use: the start of a program that needs
// neither would take longer.
var numbers = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^-?[0-9]{1,15}(\.[0-9]{1,9})?$`) })

// value returns a value as it becomes an argument, if it is within the rule.
func (p Param) value(value string) (string, error) {
	switch p.Kind {
	case Number:
		return value, p.checkNumber(value)
	case Choice:
		if !slices.Contains(p.Choices, value) {
			return "", errors.New("none of the choices")
		}
		return value, nil
	case File:
		return p.file(value)
	}
	return value, p.checkText(value)
}

// checkText looks at a Text.
func (p Param) checkText(value string) error {
	most := p.MaxLen
	if most == 0 {
		most = maxText
	}
	switch {
	case !utf8.ValidString(value):
		return errors.New("not UTF-8")
	case utf8.RuneCountInString(value) > most:
		return fmt.Errorf("longer than %d characters", most)
	case strings.ContainsFunc(value, unicode.IsControl), strings.ContainsAny(value, "\u2028\u2029"):
		return errors.New("a control character, or a second line")
	case !p.Dashes && strings.ContainsAny(firstByte(strings.TrimSpace(value)), "-/@+"):
		return errors.New("it begins like an option")
	}
	if p.Pattern == "" {
		return nil
	}
	whole, err := regexp.Compile(`\A(?:` + p.Pattern + `)\z`)
	if err != nil {
		return fmt.Errorf("its pattern: %w", err)
	}
	if !whole.MatchString(value) {
		return errors.New("it does not match the pattern")
	}
	return nil
}

// firstByte returns the beginning of a value.
func firstByte(value string) string { return value[:min(len(value), 1)] }

// checkNumber looks at a Number.
func (p Param) checkNumber(value string) error {
	if !numbers().MatchString(value) {
		return errors.New("no number")
	}
	number, err := strconv.ParseFloat(value, 64)
	switch {
	case err != nil:
		return fmt.Errorf("no number: %w", err)
	case p.Min != nil && number < *p.Min, p.Max != nil && number > *p.Max:
		return errors.New("out of its range")
	case number < 0 && p.Min == nil, value[0] == '-' && number == 0:
		return errors.New("it is negative") // and would begin like an option
	}
	return nil
}

// file returns the path of a File: absolute, without symbolic links, of a
// regular file inside the folder.
func (p Param) file(value string) (string, error) {
	if !filepath.IsLocal(filepath.FromSlash(value)) || strings.ContainsFunc(value, unicode.IsControl) || strings.Contains(value, `\`) {
		return "", errors.New("no name of a file inside the folder")
	}
	folder, err := filepath.EvalSymlinks(p.Folder)
	if err != nil {
		return "", fmt.Errorf("its folder: %w", err)
	}
	whole, err := filepath.EvalSymlinks(filepath.Join(folder, filepath.FromSlash(value)))
	if err != nil {
		return "", fmt.Errorf("its file: %w", err)
	}
	if inside, err := filepath.Rel(folder, whole); err != nil || !filepath.IsLocal(inside) {
		return "", errors.New("a link out of the folder")
	}
	if info, err := os.Stat(whole); err != nil || !info.Mode().IsRegular() {
		return "", errors.New("no regular file")
	}
	return whole, nil
}
