package main

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/mattn/go-runewidth"

	"lanyard/netcore/control"
	"lanyard/netcore/safename"
)

// maxPairString is the longest pairing string that is shown, in runes.
const maxPairString = 2 << 10

// trustView shows what became of somebody, or of this copy's key.
type trustView struct{ program *program }

func (p *program) newTrustView() view { return trustView{p} }

func (trustView) begin(*session) {}
func (trustView) finish()        {}

// show shows one line. Those that this version does not know are left out.
func (v trustView) show(l line) error {
	text := trustText(v.program.words, l)
	if text == "" {
		return nil
	}
	_, err := fmt.Fprintln(v.program.out, text)
	return err
}

// trustText says what a line about trust means; nothing for one that this
// version does not know.
func trustText(words lexicon, l line) string {
	who := name(l.Person)
	switch l.Event {
	case control.EventWaiting:
		return waitingText(words, l)
	case control.EventCode:
		return codeText(words, l)
	case control.EventVerified:
		return words.say("verified-"+verifiedKey(l.By), who, idStart(l.ID))
	case control.EventBlocked, control.EventUnblocked, control.EventUnverified, control.EventAlias, control.EventMerged:
		return words.say("trust-"+l.Event, who, idStart(l.ID))
	case control.EventExported, control.EventImported, control.EventRotated:
		return words.say("trust-"+l.Event, plainID(l.ID), safename.Display(l.Path, maxPath))
	case "":
		return allowedText(words, l)
	}
	return ""
}

// verifiedKey names the sentence about a way of verifying.
func verifiedKey(by string) string {
	switch by {
	case "code", "string", "id":
		return by
	}
	return "code"
}

// waitingText says who is waited for.
func waitingText(words lexicon, l line) string {
	return words.say("waiting", name(l.Person), idStart(l.ID)) + noticeLine(words, l)
}

// codeText shows the digits in two groups, as people read them, and of whom.
func codeText(words lexicon, l line) string {
	digits := safename.Display(l.Code, 2*len("123456"))
	if half := len("123"); len(digits) == 2*half {
		digits = digits[:half] + " " + digits[half:]
	}
	return "\n    " + digits + "\n\n" + words.say("code-of", name(l.Person), idStart(l.ID)) + noticeLine(words, l)
}

// noticeLine is the sentence about a name or a key, on a line of its own.
func noticeLine(words lexicon, l line) string {
	if text := noticeText(words, l.Notice); text != "" {
		return "\n! " + text
	}
	return ""
}

// noticeText is the sentence about a name or a key; nothing if there is none.
func noticeText(words lexicon, notice string) string {
	switch notice {
	case "twin", "new-key", "rotated":
		return words.say("notice-" + notice)
	case "":
		return ""
	}
	return words.say("notice-other", safename.Display(notice, maxName))
}

// plainID returns a device ID for a screen.
func plainID(id string) string { return safename.Display(id, maxName) }

// idStart is the beginning of a device ID, enough to tell people apart.
func idStart(id string) string {
	const groups = 2
	parts := strings.Split(plainID(id), "-")
	if len(parts) <= groups {
		return strings.Join(parts, "-")
	}
	return strings.Join(parts[:groups], "-") + "…"
}

// allowedText says what somebody may do.
func allowedText(words lexicon, l line) string {
	text := words.say("allowed-"+trustKey(l.Trust), name(l.Person), idStart(l.ID))
	if l.Files == "" {
		return text
	}
	return text + "\n  " + strings.Join(rights(l), " ")
}

// rights are permissions as allow takes them.
func rights(l line) []string {
	files := "files=" + name(l.Files)
	if l.FilesCap > 0 {
		files += ":" + exactSize(l.FilesCap)
	}
	return []string{files, "commands=" + name(l.Commands), "clock=" + name(l.Clock)}
}

// exactSize writes a number of bytes as allow reads it, without rounding.
func exactSize(bytes int64) string {
	for _, unit := range []struct {
		bytes int64
		name  string
	}{{1 << 30, "GiB"}, {1e9, "GB"}, {1 << 20, "MiB"}, {1e6, "MB"}, {1 << 10, "KiB"}, {1e3, "kB"}} {
		if bytes%unit.bytes == 0 {
			return strconv.FormatInt(bytes/unit.bytes, 10) + unit.name
		}
	}
	return strconv.FormatInt(bytes, 10) + "B"
}

// trustKey names the sentence about a kind of trust.
func trustKey(trust string) string {
	switch trust {
	case "verified", "blocked":
		return trust
	}
	return "stranger"
}

// pairStringView shows a pairing string, alone on its line.
type pairStringView struct{ program *program }

func (pairStringView) begin(*session) {}
func (pairStringView) finish()        {}

func (v pairStringView) show(l line) error {
	_, err := fmt.Fprintln(v.program.out, safename.Display(l.String, maxPairString))
	return err
}

// passwordView shows whether there is a network password, or the password
// alone on its line.
type passwordView struct{ program *program }

func (passwordView) begin(*session) {}
func (passwordView) finish()        {}

func (v passwordView) show(l line) error {
	text := v.program.words.say("password-none")
	switch {
	case l.Password != "":
		text = safename.Display(l.Password, maxName)
	case l.Set:
		text = v.program.words.say("password-set")
	}
	_, err := fmt.Fprintln(v.program.out, text)
	return err
}

// settingsView shows settings as they are typed.
type settingsView struct{ program *program }

func (settingsView) begin(*session) {}
func (settingsView) finish()        {}

func (v settingsView) show(l line) error {
	words := v.program.words
	_, err := fmt.Fprintf(v.program.out, "stranger-texts=%s\nstranger-files=%s\ninvisible=%s\nsend-limit=%s\nreceive-limit=%s\non-conflict=%s\nsave-dir=%s\n",
		name(l.StrangerTexts), name(l.StrangerFiles), name(l.Invisible), words.rateText(l.SendLimit), words.rateText(l.ReceiveLimit),
		name(l.Clash), safename.Display(l.SaveDir, maxPath))
	return err
}

// auditView shows the audit log.
type auditView struct {
	program *program
	width   int // cells of what an entry is about
}

func (p *program) newAuditView() view {
	v := auditView{program: p}
	for _, what := range auditWhats() {
		v.width = max(v.width, runewidth.StringWidth(p.words.say("what:"+what)))
	}
	return v
}

func (auditView) begin(*session) {}
func (auditView) finish()        {}

func (v auditView) show(l line) error {
	words := v.program.words
	who := words.say("own-profile")
	if l.ID != "" {
		who = name(l.Person) + " (" + idStart(l.ID) + ")"
	}
	parts := []string{v.program.localTime(l.At), runewidth.FillRight(words.known("what:", l.What), v.width), who}
	if l.Detail != "" {
		parts = append(parts, safename.Display(l.Detail, maxPath))
	}
	_, err := fmt.Fprintln(v.program.out, strings.Join(append(parts, "["+words.known("outcome:", l.Outcome)+"]"), "  "))
	return err
}
