package safename

import (
	"errors"
	"fmt"
	"strings"
)

// ErrUnsafe says that a path from a peer must not be used at all: it is
// absolute or empty, names a drive or a share, leaves its folder, is too deep
// or too long, or has a NUL in it.
var ErrUnsafe = errors.New("unsafe path")

// ErrTooDeep is the ErrUnsafe of a path with more than MaxDepth components.
var ErrTooDeep = fmt.Errorf("too many folders within one another: %w", ErrUnsafe)

// The limits of Path.
const (
	MaxDepth = 32       // components
	maxPath  = 32 << 10 // bytes, before anything is mapped
)

// Path maps the relative path of a file inside an offered folder to one that a
// system of this style can hold, joined with "/". Names are kept that the
// system holds; the others are mapped component by component. "\" is a
// character of a name as on Unix, but never helps to leave the folder.
func Path(slashPath string, style Style) (string, error) {
	if style == Unix && strings.Count(slashPath, "/") < MaxDepth && plain(slashPath) {
		return slashPath, nil // a tenth of the cost, of each of many files
	}
	return mapped(slashPath, style)
}

// mapped is Path for whatever a peer may write.
func mapped(slashPath string, style Style) (string, error) {
	if err := checkWhole(slashPath); err != nil {
		return "", err
	}
	parts := strings.Split(slashPath, "/")
	if len(parts) > MaxDepth {
		return "", fmt.Errorf("%d names, at most %d: %w", len(parts), MaxDepth, ErrTooDeep)
	}
	for i, part := range parts {
		if err := checkPart(part); err != nil {
			return "", err
		}
		parts[i] = inTree(part, style)
		if err := checkPart(parts[i]); err != nil { // cutting may lay blanks bare behind dots
			return "", err
		}
	}
	return strings.Join(parts, "/"), nil
}

// checkWhole refuses what is wrong with the path as a whole.
func checkWhole(p string) error {
	switch {
	case p == "":
		return fmt.Errorf("empty: %w", ErrUnsafe)
	case len(p) > maxPath:
		return fmt.Errorf("%d bytes long, at most %d: %w", len(p), maxPath, ErrUnsafe)
	case strings.ContainsRune(p, 0):
		return fmt.Errorf("NUL in %q: %w", p, ErrUnsafe)
	}
	switch seen := strip(p); { // what is invisible must not hide a beginning
	case strings.HasPrefix(seen, "/") || strings.HasPrefix(seen, `\`):
		return fmt.Errorf("%q is absolute: %w", p, ErrUnsafe)
	case hasDrive(seen):
		return fmt.Errorf("%q names a drive: %w", p, ErrUnsafe)
	}
	return nil
}

// hasDrive reports whether p is "C:" or begins with "C:/" or "C:\". In "C:x"
// the colon is one of a name, which Windows gets mapped.
func hasDrive(p string) bool {
	if len(p) < 2 || p[1] != ':' {
		return false
	}
	letter := p[0] | 0x20
	return letter >= 'a' && letter <= 'z' && (len(p) == 2 || p[2] == '/' || p[2] == '\\')
}

// checkPart refuses components that mean another folder, on any system, before
// and after the characters that nobody sees are taken out.
func checkPart(part string) error {
	if part == "" {
		return fmt.Errorf("empty component: %w", ErrUnsafe)
	}
	for piece := range strings.SplitSeq(strip(part), `\`) {
		switch strings.TrimRight(piece, " ") {
		case ".", "..":
			return fmt.Errorf("component %q: %w", part, ErrUnsafe)
		}
	}
	return nil
}
