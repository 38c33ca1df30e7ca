package main

import (
	"fmt"
	"strings"

	"lanyard/netcore"
	"lanyard/netcore/control"
	"lanyard/netcore/safename"
)

// transferListView shows transfers, one line each.
type transferListView struct {
	program *program
	rows    [][]string
}

func (*transferListView) begin(*session) {}

func (v *transferListView) show(l line) error {
	words := v.program.words
	v.rows = append(v.rows, []string{
		fmt.Sprint(l.Transfer), v.program.localTime(l.Created), withText(words, l), transferText(words, l),
	})
	return nil
}

func (v *transferListView) finish() {
	if len(v.rows) > 0 {
		fmt.Fprint(v.program.out, table(v.rows))
	}
}

// withText says from whom or to whom a transfer goes.
func withText(words lexicon, l line) string {
	if l.Direction == "out" {
		return words.say("to", name(l.Person))
	}
	return words.say("from", name(l.Person))
}

// transferText says what a transfer is and how far it is.
func transferText(words lexicon, l line) string {
	state := stateText(words, l)
	if l.Away {
		state = words.say("state-away", name(l.Person))
	}
	text := filesText(words, l) + "  [" + state + "]"
	if l.State == "running" || l.State == "paused" {
		text += "  " + progressText(words, l)
	}
	if l.Limit > 0 && (l.Group == string(netcore.GroupQueue) || l.Group == string(netcore.GroupRunning)) {
		text += "  " + words.say("own-limit", words.rateText(l.Limit))
	}
	return text + countsText(words, l)
}

// countsText says of a transfer how many files did not come.
func countsText(words lexicon, l line) string {
	text := ""
	for _, one := range []struct {
		key   string
		count int
	}{{"failed-count", l.Failed}, {"skipped-count", l.Skipped}, {"restarted-count", l.Restarted}} {
		said := one.key == "failed-count" && l.State == "failed" && l.Done > 0 // by stateText
		if one.count > 0 && !said {
			text += words.say(one.key, words.count(one.count))
		}
	}
	return text
}

// transferShowView shows one transfer and its files, or what was done to it.
type transferShowView struct{ program *program }

func (transferShowView) begin(*session) {}
func (transferShowView) finish()        {}

func (v transferShowView) show(l line) error {
	_, err := fmt.Fprintln(v.program.out, v.text(l))
	return err
}

func (v transferShowView) text(l line) string {
	words := v.program.words
	switch l.Event {
	case control.EventTransfer:
		return v.whole(l)
	case control.EventReceived, control.EventSent:
		return fileText(words, l)
	case control.EventFailed, control.EventSkipped:
		return words.failedFile(l)
	case control.EventCleared:
		return words.say("cleared", words.transfers(l.Count))
	case control.EventLimited:
		return words.say("limited", fmt.Sprint(l.Transfer), words.rateText(l.Limit))
	case control.EventExportedMD5:
		return words.say("md5-written", safename.Display(l.Path, maxPath))
	}
	return ""
}

// whole says all about one transfer.
func (v transferShowView) whole(l line) string {
	words := v.program.words
	text := fmt.Sprintf("%d  %s  %s  %s", l.Transfer, v.program.localTime(l.Created), withText(words, l), transferText(words, l))
	if digest := digestText(l); digest != "" {
		text += "\n" + strings.TrimSpace(digest)
	}
	if plan := decisionText(words, l); plan != "" {
		text += "\n" + plan
	}
	if wish := wishText(words, l); wish != "" {
		text += "\n" + wish
	}
	for _, file := range l.Under {
		text += "\n" + safename.Display(file.Path, maxPath) + underText(words, file)
	}
	for _, path := range l.Paths {
		text += "\n" + safename.Display(path, maxPath)
	}
	return text
}

// underText says how far a file is that is under way.
func underText(words lexicon, file underLine) string {
	return "  " + strings.TrimSpace(progressText(words, line{Bytes: file.Size, DoneBytes: file.DoneBytes, Speed: file.Speed, LeftMS: file.LeftMS}))
}

// fileText is the line about a file that is there.
func fileText(words lexicon, l line) string {
	digest := l.MD5
	if l.Late {
		digest = words.say("md5-late")
	}
	text := words.say("file-"+l.Event, safename.Display(l.FileName, maxPath), size(l.FileSize))
	if digest == "" { // of a symbolic link
		return text
	}
	return text + "  MD5 " + digest
}

// decisionText says what the receiver decided; nothing if all comes as it was
// offered.
func decisionText(words lexicon, l line) string {
	var parts []string
	for _, one := range []struct {
		key   string
		count int
	}{
		{"plan-identical", l.Identical},
		{"plan-kept", l.Kept},
		{"plan-beside", l.Beside},
		{"plan-replaced", l.Replaced},
		{"plan-unselected", l.Unselected},
		{"plan-renamed", l.Renamed},
	} {
		if one.count > 0 {
			parts = append(parts, words.say(one.key, words.count(one.count)))
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return strings.Join(parts, words.say("comma")) + words.say("plan-left", size(l.Left))
}

// noteText says what became of a transfer between its beginning and its end.
func noteText(words lexicon, l line) string {
	what := safename.Display(l.Name, maxPath)
	switch l.Event {
	case control.EventPlan:
		if plan := decisionText(words, l); plan != "" {
			return words.say("note-plan", what, plan)
		}
		return ""
	case control.EventPaused:
		if l.By == control.ByThere {
			return words.say("note-paused-there", what, name(l.Person))
		}
		return words.say("note-paused-here", what)
	case control.EventPending:
		return words.say("note-pending", what, words.count(l.Pending))
	case control.EventResumed:
		return words.say("note-resumed", what)
	case control.EventAway:
		return words.say("note-away", name(l.Person), what)
	case control.EventBack:
		return words.say("note-back", name(l.Person), what)
	}
	return ""
}
