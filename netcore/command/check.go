package command

import (
	"encoding/hex"
	"fmt"
	"path/filepath"
	"strings"
	"time"
	"unicode/utf8"
)

// What a request may hold. A command line of Windows has at most 32767
// characters.
const (
	maxArgv    = 1024
	maxArgvLen = 32 << 10 // bytes of all arguments, each with one that ends it
	maxDirLen  = 4 << 10
	maxCells   = 1000 // columns, or rows
	maxWall    = 30 * 24 * time.Hour
	idLen      = 32 // hex digits
)

// Check returns ErrRequest, with what is wrong, if a request can run nowhere.
func (r Request) Check() error { return checkRequest(r) }

// checkRequest returns ErrRequest, with what is wrong, if a request can run
// nowhere. Whether a folder is absolute is for the PC to say on which it is.
func checkRequest(r Request) error {
	switch {
	case r.Button == "" && len(r.Argv) == 0 && r.Terminal == nil, r.Button != "" && len(r.Argv) > 0:
		return fmt.Errorf("%w: a program or a button must be named", ErrRequest)
	case r.Button != "" && (r.Dir != "" || r.Stdin || r.Terminal != nil):
		return fmt.Errorf("%w: a button has no folder, no input and no terminal of the asker's", ErrRequest)
	case r.Button == "" && len(r.Args) > 0:
		return fmt.Errorf("%w: parameters without a button", ErrRequest)
	case r.Wall < 0 || r.Wall > maxWall:
		return fmt.Errorf("%w: a time limit of %v", ErrRequest, r.Wall)
	}
	if r.Terminal != nil {
		if err := checkSize(*r.Terminal); err != nil {
			return err
		}
	}
	if r.Button != "" {
		return checkArgs(r)
	}
	return checkArgv(r.Argv, r.Dir)
}

// checkArgv looks at a program, its arguments and its folder.
func checkArgv(argv []string, dir string) error {
	if len(argv) > maxArgv {
		return fmt.Errorf("%w: %d arguments, at most %d", ErrRequest, len(argv), maxArgv)
	}
	total := 0
	for _, arg := range argv {
		total += len(arg) + 1
		if strings.ContainsRune(arg, 0) {
			return fmt.Errorf("%w: a NUL in an argument", ErrRequest)
		}
		if !utf8.ValidString(arg) { // no frame could carry it as it is
			return fmt.Errorf("%w: an argument that is not UTF-8", ErrRequest)
		}
	}
	switch {
	case total > maxArgvLen:
		return fmt.Errorf("%w: %d bytes of arguments, at most %d", ErrRequest, total, maxArgvLen)
	case len(argv) > 0 && argv[0] == "":
		return fmt.Errorf("%w: no program", ErrRequest)
	case len(dir) > maxDirLen || strings.ContainsRune(dir, 0) || !utf8.ValidString(dir):
		return fmt.Errorf("%w: no name of a folder", ErrRequest)
	}
	return nil
}

// checkArgs looks at the name and the parameters of a button that is pressed.
func checkArgs(r Request) error {
	total := len(r.Button)
	for name, value := range r.Args {
		total += len(name) + len(value)
		if !utf8.ValidString(name) || !utf8.ValidString(value) {
			return fmt.Errorf("%w: a parameter that is not UTF-8", ErrRequest)
		}
	}
	if len(r.Args) > maxParams || total > maxArgvLen {
		return fmt.Errorf("%w: %d parameters of %d bytes", ErrRequest, len(r.Args), total)
	}
	return nil
}

// checkHere looks at what only the PC can say on which it is to run.
func checkHere(r Request) error {
	if r.Dir != "" && !filepath.IsAbs(r.Dir) {
		return fmt.Errorf("%w: the folder is not absolute here", ErrRequest)
	}
	return nil
}

// checkSize looks at the size of a terminal.
func checkSize(s Size) error {
	if s.Cols < 1 || s.Cols > maxCells || s.Rows < 1 || s.Rows > maxCells {
		return fmt.Errorf("%w: a terminal of %d × %d", ErrRequest, s.Cols, s.Rows)
	}
	return nil
}

// validID reports whether id is an ID in its one form.
func validID(id string) bool {
	raw, err := hex.DecodeString(id)
	return err == nil && len(id) == idLen && hex.EncodeToString(raw) == id
}
