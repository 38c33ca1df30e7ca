package main

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"github.com/mattn/go-runewidth"

	"lanyard/netcore/safename"
)

// The longest texts of other people that are shown, in runes.
const (
	maxName = 64
	maxText = 32 << 10
	maxPath = 1024
)

// name returns a name as it is shown.
func name(text string) string { return safename.Display(text, maxName) }

// selfView shows the answer of id.
type selfView struct{ program *program }

func (p *program) newSelfView() view { return selfView{p} }

func (selfView) begin(*session) {}
func (selfView) finish()        {}

func (v selfView) show(l line) error {
	words := v.program.words
	labels := []string{words.say("label-name"), words.say("label-id")}
	width := max(runewidth.StringWidth(labels[0]), runewidth.StringWidth(labels[1]))
	_, err := fmt.Fprintf(v.program.out, "%s  %s\n%s  %s\n",
		runewidth.FillRight(labels[0], width), name(l.Name),
		runewidth.FillRight(labels[1], width), l.ID)
	return err
}

// peopleView shows people as a table, for which all must be there first.
type peopleView struct {
	program *program
	rows    [][]string
	notices []string // what must be said of some of them
}

func (p *program) newPeopleView() view {
	return &peopleView{program: p, rows: [][]string{{
		p.words.say("head-name"), p.words.say("head-trust"), p.words.say("head-state"), p.words.say("head-address"),
		p.words.say("head-unread"), p.words.say("head-id"),
	}}}
}

func (*peopleView) begin(*session) {}

func (v *peopleView) show(l line) error {
	state := "offline"
	if l.Online {
		state = "online"
	}
	v.rows = append(v.rows, []string{
		name(l.Name), trustMark(v.program.words, l.Trust), v.program.words.say(state), safename.Display(l.Address, maxPath),
		fmt.Sprint(l.Unread), l.ID,
	})
	if text := noticeText(v.program.words, l.Notice); text != "" {
		v.notices = append(v.notices, "! "+v.program.words.say("notice", name(l.Name), idStart(l.ID), text)+"\n")
	}
	return nil
}

// trustMark marks those whom this user has decided about.
func trustMark(words lexicon, trust string) string {
	switch trust {
	case "verified", "blocked":
		return words.say("mark-" + trust)
	}
	return ""
}

func (v *peopleView) finish() {
	if len(v.rows) == 1 {
		v.program.complain(v.program.words.say("nobody"))
		return
	}
	fmt.Fprint(v.program.out, table(v.rows), strings.Join(v.notices, ""))
}

// table aligns rows in columns, by the cells that their texts take up.
func table(rows [][]string) string {
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, text := range row {
			widths[i] = max(widths[i], runewidth.StringWidth(text))
		}
	}
	var out strings.Builder
	for _, row := range rows {
		for i, text := range row[:len(row)-1] {
			out.WriteString(runewidth.FillRight(text, widths[i]) + "  ")
		}
		out.WriteString(row[len(row)-1] + "\n")
	}
	return out.String()
}

// logView shows a conversation.
type logView struct{ program *program }

func (p *program) newLogView() view { return logView{p} }

func (logView) begin(*session) {}
func (logView) finish()        {}

// show shows an item with the time at which this PC had it: what the author's
// clock says may be anything. Copies of before say only that.
func (v logView) show(l line) error {
	words := v.program.words
	them, me := name(l.Person), words.say("me")
	width := max(runewidth.StringWidth(them), runewidth.StringWidth(me))
	who := them
	if l.Direction == "out" {
		who = me
	}
	head := v.program.localTime(cmp.Or(l.Added, l.Sent)) + "  " + runewidth.FillRight(who, width) + "  "
	indent := strings.Repeat(" ", runewidth.StringWidth(head))
	body := strings.ReplaceAll(safename.DisplayText(l.Text, maxText), "\n", "\n"+indent)
	switch {
	case l.Kind == "file":
		body = filesText(words, l) + "  [" + stateText(words, l) + "]"
	case l.Kind == "command":
		body = "$ " + runText(words, l)
	case l.Kind == "clock":
		body = words.say("clock-card", body)
	case l.Direction == "out":
		body += "  [" + stateText(words, l) + "]"
	}
	_, err := fmt.Fprintln(v.program.out, head+body+digestText(l))
	return err
}

// localTime shows a time of a line by this PC's clock.
func (p *program) localTime(text string) string {
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return "?"
	}
	return at.In(p.zone).Format("2006-01-02 15:04")
}

// filesText names the files of an offer: "src, 12 files, 3.4 MB". Before they
// are listed, and when they could not be, nobody knows how many there are; and
// files that could not be listed may be missing in the count.
func filesText(words lexicon, l line) string {
	what, count := safename.Display(l.Name, maxPath), max(l.Count, l.Done+l.Failed)
	switch l.State {
	case "queued", "preparing", "failed", "cancelled":
		if count == 0 && l.Bytes == 0 {
			return what
		}
	}
	return words.say("files", what, words.count(count), size(l.Bytes))
}

// stateText says how far an item got, and why not further.
func stateText(words lexicon, l line) string {
	text := words.say("state:" + l.State)
	if l.State == "failed" && l.Done > 0 && l.Failed > 0 {
		text = words.say("some-failed", words.count(l.Done), words.count(max(l.Count-l.Done-l.Skipped, l.Failed))) // some may not have been tried
	}
	if l.Reason == "" || l.Reason == l.State {
		return text
	}
	if reason := words.reason(l.Reason); !strings.HasPrefix(reason, text) {
		return text + words.say("because", reason)
	} else if len(reason) > len(text) {
		return reason
	}
	return text
}
