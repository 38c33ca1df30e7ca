package command

import (
	"errors"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// What a button may hold.
const (
	maxParams  = 32
	maxName    = 64 // characters of a button's or a parameter's name
	maxText    = 1000
	maxChoices = 100
)

// ErrButton says that the definition of a button is not sound.
var ErrButton = errors.New("not a button")

// ErrArgument says that a parameter of a button is not within its rule.
var ErrArgument = errors.New("not an argument of this button")

// Button is a command that the user of the PC has defined on which it runs.
type Button struct {
	Name string
	// Argv is the program and its arguments. An argument that is "{name}" and
	// nothing else stands for the parameter of this name: its value becomes
	// one argument, whatever is in it. There is no other place for a value.
	Argv   []string
	Dir    string // absolute; empty: the user's home
	Params []Param
	Wall   time.Duration // time limit; 0: none
}

// Kind says what a parameter takes.
type Kind string

// The kinds of parameters.
const (
	Text   Kind = "text"   // one line
	Number Kind = "number" // decimal, as in -12.5
	Choice Kind = "choice" // one of Param.Choices
	File   Kind = "file"   // a file that exists below Param.Folder, named relative to it
)

// Param is one parameter of a button.
type Param struct {
	Name     string   `json:"name"`
	Kind     Kind     `json:"kind"`
	Optional bool     `json:"optional,omitempty"` // without a value its argument is left out, or is Default
	Default  string   `json:"default,omitempty"`
	Choices  []string `json:"choices,omitempty"`
	Min      *float64 `json:"min,omitempty"` // of a Number
	Max      *float64 `json:"max,omitempty"`
	MaxLen   int      `json:"max_len,omitempty"` // characters of a Text; 0: 1000
	// Pattern is a regular expression (RE2) that a whole Text must match.
	Pattern string `json:"pattern,omitempty"`
	// Dashes lets a Text begin like an option, with "-", "/", "@" or "+".
	// Without it nobody can slip an option into the command.
	Dashes bool `json:"dashes,omitempty"`
	// Folder is where a File must be; absolute. It is not told to others.
	Folder string `json:"-"`
}

// placeholder is what stands for a parameter.
func (p Param) placeholder() string { return "{" + p.Name + "}" }

// Check returns ErrButton, with what is wrong, unless the definition is sound.
func (b Button) Check() error {
	if err := b.checkShape(); err != nil {
		return err
	}
	for i, p := range b.Params {
		if slices.ContainsFunc(b.Params[:i], func(q Param) bool { return q.Name == p.Name }) {
			return fmt.Errorf("%w: two parameters are called %q", ErrButton, p.Name)
		}
		if err := p.check(); err != nil {
			return err
		}
		if !slices.Contains(b.Argv, p.placeholder()) {
			return fmt.Errorf("%w: parameter %q is not used", ErrButton, p.Name)
		}
	}
	return b.checkPlaces()
}

// checkShape looks at all but the parameters.
func (b Button) checkShape() error {
	switch {
	case !isName(b.Name):
		return fmt.Errorf("%w: no name of a button: %q", ErrButton, b.Name)
	case len(b.Argv) == 0 || len(b.Params) > maxParams || b.Wall < 0 || b.Wall > maxWall:
		return fmt.Errorf("%w: no program, too many parameters, or no time limit", ErrButton)
	}
	if err := checkArgv(b.Argv, b.Dir); err != nil {
		return fmt.Errorf("%w: %w", ErrButton, err)
	}
	return checkHere(Request{Dir: b.Dir})
}

// isName reports whether a name can be typed and shown.
func isName(name string) bool {
	return name != "" && utf8.RuneCountInString(name) <= maxName && isLegible(strings.ReplaceAll(name, " ", "_")) &&
		strings.TrimSpace(name) == name && !strings.ContainsAny(name, "{}=")
}

// checkPlaces insists that values stand where nothing can come of them.
func (b Button) checkPlaces() error {
	for i, arg := range b.Argv {
		for _, p := range b.Params {
			switch {
			case !strings.Contains(arg, p.placeholder()):
			case arg != p.placeholder():
				return fmt.Errorf("%w: %q pastes a value into an argument; it must be one of its own", ErrButton, arg)
			case i == 0:
				return fmt.Errorf("%w: the program itself cannot be a parameter", ErrButton)
			case isScript(b.Argv, i):
				return fmt.Errorf("%w: %q would be read by a shell", ErrButton, arg)
			}
		}
	}
	return nil
}

// isScript reports whether argument i is text for a shell that the command
// calls, by itself or by a program that runs another one, or is that other one.
func isScript(argv []string, i int) bool {
	wraps := isWrapper(program(argv[0]))
	if wraps && !slices.ContainsFunc(argv[1:i], isProgram) {
		return true
	}
	for at := range i {
		if at > 0 && !wraps {
			break
		}
		if readsAsShell(program(argv[at]), argv[at+1:i]) {
			return true
		}
	}
	return false
}

// program returns what a program is called, wherever it is.
func program(name string) string {
	base := strings.ToLower(path.Base(strings.ReplaceAll(name, `\`, "/")))
	return strings.TrimSuffix(base, ".exe")
}

// isWrapper reports whether a program runs the one that its arguments name.
func isWrapper(name string) bool {
	switch name {
	case "sudo", "doas", "runuser", "pkexec", "env", "nice", "ionice", "nohup", "setsid", "timeout", "time", "stdbuf",
		"flock", "chroot", "unshare", "nsenter", "systemd-run", "busybox", "xargs", "script", "watch", "strace":
		return true
	}
	return false
}

// isProgram reports whether an argument of a wrapper can be the program it runs:
// no option, no number and no variable.
func isProgram(arg string) bool {
	return arg != "" && !strings.ContainsAny(arg[:1], "-0123456789") && !strings.Contains(arg, "=")
}

// readsAsShell reports whether a program reads the argument after those before
// as text for a shell. Some join all their arguments to one.
func readsAsShell(name string, before []string) bool {
	switch name {
	case "cmd", "powershell", "pwsh", "wsl", "ssh", "su", "watch", "script":
		return true
	case "sh", "bash", "dash", "zsh", "ksh", "ash", "fish", "busybox", "env", "xargs":
		return len(before) == 0 || strings.HasPrefix(before[len(before)-1], "-")
	}
	return false
}

// check looks at the definition of a parameter.
func (p Param) check() error {
	if !isName(p.Name) || p.MaxLen < 0 || p.MaxLen > maxText {
		return fmt.Errorf("%w: parameter %q: its name, or its length", ErrButton, p.Name)
	}
	if _, err := regexp.Compile(p.Pattern); err != nil {
		return fmt.Errorf("%w: parameter %q: %w", ErrButton, p.Name, err)
	}
	switch p.Kind {
	case Text:
	case Number:
		if p.Min != nil && p.Max != nil && *p.Min > *p.Max {
			return fmt.Errorf("%w: no number is in the range of parameter %q", ErrButton, p.Name)
		}
	case Choice:
		if err := p.checkChoices(); err != nil {
			return err
		}
	case File:
		if p.Folder == "" || checkHere(Request{Dir: p.Folder}) != nil {
			return fmt.Errorf("%w: parameter %q has no absolute folder", ErrButton, p.Name)
		}
	default:
		return fmt.Errorf("%w: parameter %q is of no kind: %q", ErrButton, p.Name, p.Kind)
	}
	if p.Default == "" || p.Kind == File {
		return nil
	}
	if _, err := p.value(p.Default); err != nil {
		return fmt.Errorf("%w: the default of parameter %q: %w", ErrButton, p.Name, err)
	}
	return nil
}

// checkChoices looks at the list of a Choice.
func (p Param) checkChoices() error {
	if len(p.Choices) == 0 || len(p.Choices) > maxChoices {
		return fmt.Errorf("%w: parameter %q has %d choices", ErrButton, p.Name, len(p.Choices))
	}
	for _, choice := range p.Choices {
		if utf8.RuneCountInString(choice) > maxName || strings.ContainsFunc(choice, unicode.IsControl) {
			return fmt.Errorf("%w: parameter %q: %q cannot be chosen", ErrButton, p.Name, choice)
		}
	}
	return nil
}

// Expand returns the argument vector for values of the parameters. An error is
// ErrArgument, with what is wrong, or ErrButton. It may look at the disk.
func (b Button) Expand(args map[string]string) ([]string, error) {
	if err := b.Check(); err != nil {
		return nil, err
	}
	values := map[string][]string{} // by placeholder; nothing: left out
	for _, p := range b.Params {
		value, err := p.argument(args)
		if err != nil {
			return nil, err
		}
		values[p.placeholder()] = value
	}
	for name := range args {
		if _, known := values["{"+name+"}"]; !known {
			return nil, fmt.Errorf("%w: there is no parameter %.40q", ErrArgument, name)
		}
	}
	var argv []string
	for _, arg := range b.Argv {
		if value, is := values[arg]; is {
			argv = append(argv, value...)
		} else {
			argv = append(argv, arg)
		}
	}
	return argv, checkArgv(argv, b.Dir)
}

// argument returns the argument for a parameter, or none.
func (p Param) argument(args map[string]string) ([]string, error) {
	value, given := args[p.Name]
	if !given {
		value = p.Default
	}
	if !given && value == "" {
		if p.Optional {
			return nil, nil
		}
		return nil, fmt.Errorf("%w: parameter %q is missing", ErrArgument, p.Name)
	}
	value, err := p.value(value)
	if err != nil {
		return nil, fmt.Errorf("%w: parameter %q: %w", ErrArgument, p.Name, err)
	}
	return []string{value}, nil
}
