package run

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

// order is what a Spec comes down to: all that the system has to be told.
type order struct {
	path     string // of the program, absolute
	argv     []string
	line     string // Spec.Line
	dir      string
	env      []string
	stdin    bool // a pipe, not the null device
	terminal *Size
	grace    time.Duration
}

// plan checks a Spec and finds the program.
func plan(spec Spec, grace time.Duration) (order, error) {
	if err := check(spec); err != nil {
		return order{}, err
	}
	dir, err := folder(spec.Dir)
	if err != nil {
		return order{}, err
	}
	o := order{
		argv: slices.Clone(spec.Argv), line: spec.Line, dir: dir, env: surroundings(spec, dir),
		stdin: spec.Stdin != nil, terminal: spec.Terminal, grace: grace,
	}
	o.path, err = find(spec.Argv[0], dir, value(o.env, "PATH"))
	return o, err
}

// check refuses what cannot be run on any system.
func check(spec Spec) error {
	if len(spec.Argv) == 0 || spec.Argv[0] == "" {
		return fmt.Errorf("%w: no command", ErrInvalid)
	}
	for _, text := range slices.Concat(spec.Argv, spec.Env, []string{spec.Dir, spec.Line}) {
		if strings.ContainsRune(text, 0) {
			return fmt.Errorf("%w: a NUL in %q", ErrInvalid, text)
		}
	}
	if spec.Dir != "" && !filepath.IsAbs(spec.Dir) {
		return fmt.Errorf("%w: %q is not absolute", ErrInvalid, spec.Dir)
	}
	if spec.Terminal != nil && !spec.Terminal.valid() {
		return fmt.Errorf("%w: a terminal of %d × %d", ErrInvalid, spec.Terminal.Cols, spec.Terminal.Rows)
	}
	return nil
}

// folder returns the folder to run in, if it is one.
func folder(dir string) (string, error) {
	if dir == "" {
		home, err := os.UserHomeDir()
		if err != nil {
			return "", fmt.Errorf("%w: %w", ErrDir, err)
		}
		dir = home
	}
	info, err := os.Stat(dir)
	switch {
	case err != nil:
		return "", fmt.Errorf("%w: %w", ErrDir, err)
	case !info.IsDir():
		return "", fmt.Errorf("%w: %q is a file", ErrDir, dir)
	}
	return dir, nil
}

// find returns the path of a program.
func find(name, dir, path string) (string, error) {
	if filepath.Base(name) != name || filepath.VolumeName(name) != "" {
		if !filepath.IsAbs(name) {
			name = filepath.Join(dir, name)
		}
		found, err := exec.LookPath(name)
		return found, explain(err)
	}
	err := fmt.Errorf("%w: %q is in none of the folders of PATH", ErrNotFound, name)
	for _, place := range filepath.SplitList(path) {
		fixed := filepath.IsAbs(place)
		if !fixed {
			place = filepath.Join(dir, place)
		}
		found, failed := exec.LookPath(filepath.Join(place, name))
		switch {
		case failed == nil && fixed:
			return found, nil
		case failed == nil:
			// It would depend on the folder: that is how programs are planted.
			err = fmt.Errorf("%w: %q: %w", ErrNotFound, name, exec.ErrDot)
		case fixed && errors.Is(failed, fs.ErrPermission):
			err = explain(failed)
		}
	}
	return "", err
}

// explain puts the errors of Start around those of the system.
func explain(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, exec.ErrNotFound):
		return fmt.Errorf("%w: %w", ErrNotFound, err)
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EISDIR):
		return fmt.Errorf("%w: %w", ErrNotAllowed, err)
	}
	return fmt.Errorf("starting it: %w", err)
}
