package main

import (
	"errors"
	"strconv"
	"strings"

	"github.com/spf13/pflag"

	"lanyard/netcore/control"
	"lanyard/netcore/safename"
)

// lexicon says things in one of the two languages of the terminal.
type lexicon struct{ chinese bool }

// lexiconFor chooses by the environment, as other programs do.
func lexiconFor(getenv func(string) string) lexicon {
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if value := getenv(name); value != "" {
			return lexicon{chinese: strings.HasPrefix(strings.ToLower(value), "zh")}
		}
	}
	return lexicon{}
}

// pick returns the form of a phrase in this language.
func (w lexicon) pick(both phrase) string {
	if w.chinese {
		return both.zh
	}
	return both.en
}

// say returns the phrase of key with args in its places.
func (w lexicon) say(key string, args ...string) string {
	return control.Fill(w.pick(phrases()[key]), args)
}

// list names several things one after the other.
func (w lexicon) list(names []string) string { return strings.Join(names, w.say("between")) }

// known says the phrase of a prefix and a code; a code that this version does
// not know is shown as it is.
func (w lexicon) known(prefix, code string) string {
	if _, ok := phrases()[prefix+code]; ok {
		return w.say(prefix + code)
	}
	return safename.Display(code, maxName)
}

// count says how many files.
func (w lexicon) count(files int) string {
	if files == 1 {
		return w.say("one-file")
	}
	return w.say("many-files", strconv.Itoa(files))
}

// failure says why a command did not succeed. A running copy of another
// version may have words that this one does not know; it sends them in English.
func (w lexicon) failure(f *control.Failure) string {
	args := make([]string, len(f.Args))
	for i, arg := range f.Args {
		args[i] = safename.Display(arg, maxPath)
	}
	if chinese, known := chineseFailures()[f.Word]; w.chinese && known {
		return control.Fill(chinese, args)
	}
	if english, known := englishFailures()[f.Word]; known {
		return control.Fill(english, args)
	}
	return safename.Display(f.Error(), maxPath)
}

// reason says why something ended.
func (w lexicon) reason(reason string) string {
	return w.failure(&control.Failure{Word: control.ReasonWord(reason), Text: reason})
}

// failedFile says which file did not go across, and why.
func (w lexicon) failedFile(l line) string {
	return w.say("file-failed", safename.Display(l.FileName, maxPath), w.reason(l.Reason))
}

// trouble says what went wrong, of errors that are no Failure.
func (w lexicon) trouble(err error) string {
	switch {
	case errors.Is(err, control.ErrHeld):
		return w.say("held")
	case errors.Is(err, control.ErrUnsafe):
		return w.say("unsafe", err.Error())
	}
	return w.say("trouble", err.Error())
}

// usage says what is wrong with the command line.
func (w lexicon) usage(err error) string {
	var unknown *pflag.NotExistError
	var missing *pflag.ValueRequiredError
	var invalid *pflag.InvalidValueError
	var malformed *pflag.InvalidSyntaxError
	switch {
	case errors.As(err, &unknown):
		return w.say("unknown-flag", flagName(unknown.GetSpecifiedName()))
	case errors.As(err, &missing):
		return w.say("flag-value", flagName(missing.GetSpecifiedName()))
	case errors.As(err, &invalid):
		return w.say("bad-flag", flagName(invalid.GetFlag().Name), invalid.GetValue())
	case errors.As(err, &malformed):
		return w.say("unknown-flag", malformed.GetSpecifiedFlag())
	}
	return err.Error()
}

// flagName writes a flag as it is typed.
func flagName(name string) string {
	if len(name) == 1 {
		return "-" + name
	}
	return "--" + name
}

// transfers says how many transfers.
func (w lexicon) transfers(count int) string {
	if count == 1 {
		return w.say("one-transfer")
	}
	return w.say("many-transfers", strconv.Itoa(count))
}
