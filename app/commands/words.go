package commands

import (
	"errors"
	"strings"
	"time"
	"unicode"

	"fyne.io/fyne/v2/lang"

	"lanyard/app/kit"
	"lanyard/netcore"
)

// How many characters of others' texts are drawn.
const (
	lineMost = 300 // of a command
	nameMost = 40  // of a name
)

// encodings are the choices for an output, and encodingWords what they are
// called.
func encodings() []netcore.Encoding {
	return []netcore.Encoding{"auto", "utf-8", "gbk", "big5", "shift-jis"}
}

func encodingWords(e netcore.Encoding) string {
	switch e {
	case "auto":
		return lang.L("Automatic")
	case "utf-8":
		return "UTF-8"
	case "gbk":
		return "GBK"
	case "big5":
		return "Big5"
	case "shift-jis":
		return "Shift-JIS"
	case "utf-16le", "utf-16be":
		return "UTF-16"
	}
	return ""
}

// took says how long a run has taken so far.
func took(run netcore.Run, now time.Time) string {
	switch {
	case run.Began.IsZero():
		return ""
	case run.Ended.IsZero():
		return kit.Elapsed(now.Sub(run.Began))
	}
	return kit.Took(run.Ended.Sub(run.Began))
}

// whoWords says where a run runs.
func whoWords(run netcore.Run) string {
	name := map[string]any{"Name": kit.InQuotes(kit.Cut(run.Name, nameMost))}
	if run.Here {
		return lang.L("“{{.Name}}” on this PC", name)
	}
	return lang.L("On “{{.Name}}”", name)
}

// factWords says in one line how a run stands, after its state.
func factWords(run netcore.Run, now time.Time) string {
	facts := []string{whoWords(run)}
	if run.State != netcore.RunExited && run.State.Ended() && run.Exit != 0 {
		facts = append(facts, lang.L("Exit code {{.Code}}", map[string]any{"Code": run.Exit}))
	}
	if time := took(run, now); time != "" {
		facts = append(facts, time)
	}
	if decided := kit.RunDecisionWords(run); decided != "" {
		facts = append(facts, decided)
	}
	if run.Folder != "" {
		facts = append(facts, lang.L("in {{.Folder}}", map[string]any{"Folder": kit.Cut(run.Folder, lineMost)}))
	}
	if run.Stdin {
		facts = append(facts, lang.L("with input"))
	}
	return strings.Join(facts, " · ")
}

// commandWords is what was run, in one line.
func commandWords(run netcore.Run) string { return kit.Cut(run.Line, lineMost) }

// errorWords says in a sentence what went wrong.
func errorWords(err error) string {
	switch {
	case errors.Is(err, netcore.ErrRunRequest):
		return lang.L("This cannot be run there.")
	case errors.Is(err, netcore.ErrRunEnded):
		return lang.L("It has ended already.")
	case errors.Is(err, netcore.ErrRunRefused):
		return lang.L("They do not permit you to use their buttons.")
	case errors.Is(err, netcore.ErrNoRun):
		return lang.L("This run is not there any more.")
	}
	return kit.ErrorWords(err)
}

// fileName is a name for a file with what a run put out.
func fileName(run netcore.Run, extension string) string {
	name := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || r == '-' {
			return r
		}
		return '_'
	}, kit.Cut(run.Line, fileNameMost))
	return strings.Trim(name, "_") + run.Asked.Local().Format("-20060102-150405") + extension
}

// fileNameMost is how much of a command stands in the name of a file.
const fileNameMost = 24
