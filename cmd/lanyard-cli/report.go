package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"unicode/utf8"

	"lanyard/netcore/control"
)

// reporter shows the lines of one command.
type reporter interface {
	begin(s *session)
	line(raw []byte) error
	finish()
}

// gatherer is a reporter that shows lines together; pause is called when no more
// are there yet.
type gatherer interface {
	reporter
	pause() error
}

// showNow shows one line at once.
func showNow(r reporter, raw []byte) error {
	if err := r.line(raw); err != nil {
		return err
	}
	if g, ok := r.(gatherer); ok {
		return g.pause()
	}
	return nil
}

// view shows lines to a person.
type view interface {
	begin(s *session)
	show(l line) error
	finish()
}

// line is any line of package control, as far as people are shown it.
type line struct {
	Event     string       `json:"event"`
	Name      string       `json:"name"`
	ID        string       `json:"id"`
	Address   string       `json:"address"`
	Online    bool         `json:"online"`
	Unread    int          `json:"unread"`
	From      string       `json:"from"`
	To        string       `json:"to"`
	Person    string       `json:"person"`
	Direction string       `json:"direction"`
	Kind      string       `json:"kind"`
	State     string       `json:"state"`
	Reason    string       `json:"reason"`
	Sent      string       `json:"sent"`
	Added     string       `json:"added"`
	Text      string       `json:"text"`
	Transfer  int64        `json:"transfer"`
	Count     int          `json:"count"`
	Bytes     int64        `json:"bytes"`
	Done      int          `json:"done"`
	Failed    int          `json:"failed"`
	DoneBytes int64        `json:"done_bytes"`
	Speed     int64        `json:"speed"`
	LeftMS    int64        `json:"left_ms"`
	Accepted  bool         `json:"accepted"`
	FileName  string       `json:"file_name"`
	FileSize  int64        `json:"file_size"`
	MD5       string       `json:"md5"`
	Path      string       `json:"path"`
	Word      control.Word `json:"word"`
	Args      []string     `json:"args"`
	Error     string       `json:"error"`

	trustLine
	commandLine
	transferLine
}

// reporter returns what --json asks for, or a person's view.
func (p *program) reporter(v view) reporter {
	if p.global.json {
		return &jsonReporter{program: p}
	}
	return humanReporter{v}
}

// listReporter is reporter for commands that tell what was: files that failed
// are then no news.
func (p *program) listReporter(v view) reporter {
	if p.global.json {
		return &jsonReporter{program: p, past: true}
	}
	return humanReporter{v}
}

// humanReporter shows lines in a view.
type humanReporter struct{ view view }

func (r humanReporter) begin(s *session) { r.view.begin(s) }
func (r humanReporter) finish()          { r.view.finish() }

func (r humanReporter) line(raw []byte) error {
	l, err := parseLine(raw)
	if err != nil {
		return err
	}
	return r.view.show(l)
}

// jsonReporter prints lines as they are, those that come together at once. Files
// that failed to go out are named on stderr too, where reasons are looked for.
type jsonReporter struct {
	program *program
	past    bool   // nothing is said on stderr
	ready   []byte // lines to be written
}

// gathered is how much a jsonReporter collects at most.
const gathered = 32 << 10

func (*jsonReporter) begin(*session) {}
func (*jsonReporter) finish()        {}

// pause writes what was collected.
func (r *jsonReporter) pause() error {
	if len(r.ready) == 0 {
		return nil
	}
	_, err := r.program.out.Write(r.ready)
	r.ready = r.ready[:0]
	if err != nil {
		return fmt.Errorf("writing lines: %w", err)
	}
	return nil
}

func (r *jsonReporter) line(raw []byte) error {
	r.ready = append(appendEscaped(r.ready, raw), '\n')
	if len(r.ready) >= gathered {
		if err := r.pause(); err != nil {
			return err
		}
	}
	var l line
	if r.past || !mayBe(raw, control.EventFailed) || json.Unmarshal(raw, &l) != nil || l.Event != control.EventFailed || l.Direction != "out" {
		return nil
	}
	r.program.complain(r.program.words.failedFile(l))
	return nil
}

// heed tells a person about what must not be on stdout, whatever the command: a
// line that says that Lanyard's window asks. It returns false for all others.
func (p *program) heed(raw []byte) bool {
	var l line
	if !mayBe(raw, control.EventConfirm) || json.Unmarshal(raw, &l) != nil || l.Event != control.EventConfirm {
		return false
	}
	p.complain(p.words.say("confirm-window"))
	return true
}

// mayBe reports whether a line may be of an event, or only mention it. Of
// thousands of files a second each is a line: few need to be parsed.
func mayBe(raw []byte, event string) bool { return bytes.Contains(raw, []byte(event)) }

// silent shows nothing.
type silent struct{}

func (silent) begin(*session)    {}
func (silent) line([]byte) error { return nil }
func (silent) finish()           {}

// escape writes what a terminal could take for an order, and JSON lets
// through, as \u escapes: DEL, the C1 controls, and what turns the direction
// of writing. In a JSON line they stand in strings only.
func escape(raw []byte) []byte { return appendEscaped(make([]byte, 0, len(raw)+1), raw) }

// appendEscaped is escape that adds to a text.
func appendEscaped(safe, raw []byte) []byte {
	if plain(raw) {
		return append(safe, raw...)
	}
	for len(raw) > 0 {
		r, size := utf8.DecodeRune(raw)
		if commands(r) {
			safe = fmt.Appendf(safe, `\u%04x`, r)
		} else {
			safe = append(safe, raw[:size]...)
		}
		raw = raw[size:]
	}
	return safe
}

// plain reports whether a text is of ASCII without DEL, as most are.
func plain(raw []byte) bool {
	for _, c := range raw {
		if c >= 0x7f {
			return false
		}
	}
	return true
}

// commands reports whether a rune may give orders to a terminal.
func commands(r rune) bool {
	switch {
	case r >= 0x7f && r <= 0x9f, r == 0x61c, r == 0x200e, r == 0x200f,
		r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069:
		return true
	}
	return false
}
