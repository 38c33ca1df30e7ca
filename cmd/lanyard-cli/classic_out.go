package main

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"io"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"lanyard/netcore/charset"
	"lanyard/netcore/classic"
	"lanyard/netcore/control"
	"lanyard/netcore/safename"
)

// maxShown is the longest text of others that is shown in one piece, in runes.
const maxShown = 1 << 20

// classicOut writes what happens: what comes in to stdout, all else to stderr.
type classicOut struct {
	job     *classicJob
	fail    context.CancelCauseFunc // ends the program when nobody reads it
	session atomic.Pointer[classic.Session]

	mu      sync.Mutex
	broken  error
	asked   map[string]int // messages of udp-chat that were not answered, by peer
	changed chan struct{}
}

// write writes to stdout.
func (o *classicOut) write(text string) {
	if _, err := io.WriteString(o.job.program.out, text); err != nil && o.broken == nil {
		o.broken = fmt.Errorf("writing a line: %w", err)
		o.fail(o.broken)
	}
}

// problem returns why stdout could not be written.
func (o *classicOut) problem() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.broken
}

// awaited returns how many messages were not answered yet, and what is closed
// when that changes.
func (o *classicOut) awaited() (int, <-chan struct{}) {
	o.mu.Lock()
	defer o.mu.Unlock()
	count := 0
	for _, one := range o.asked {
		count += max(one, 0)
	}
	o.changed = make(chan struct{})
	return count, o.changed
}

// count keeps count of messages and answers.
func (o *classicOut) count(e classic.Event) {
	if e.What == classic.Sent {
		o.asked[e.Peer]++
	}
	if e.What == classic.Received {
		o.asked[e.Peer]--
	}
	if e.What == classic.Failed { // nobody is there: nothing is awaited
		o.asked[e.Peer] = 0
	}
	if o.changed != nil {
		close(o.changed)
		o.changed = nil
	}
}

// event shows what happened.
func (o *classicOut) event(e classic.Event) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.count(e)
	if o.job.program.global.json {
		o.writeJSON(e)
		return
	}
	o.show(e)
}

// show writes an event for people.
func (o *classicOut) show(e classic.Event) {
	words := o.job.program.words
	peer := clean(e.Peer)
	switch e.What {
	case classic.Received:
		o.received(e)
	case classic.Asked:
		o.write(words.say("classic-asked", peer, oneLine(e.Text), oneLine(e.Answer)) + "\n")
	case classic.Running:
		o.write(words.say("classic-running", peer, oneLine(e.Text)) + "\n")
	case classic.Saved:
		o.write(words.say("classic-saved", clean(e.Name), strconv.FormatInt(e.Total, 10), e.MD5, clean(e.Path)) + "\n")
	case classic.Sent:
		if e.MD5 != "" {
			o.write(words.say("classic-sent", clean(e.Name), strconv.FormatInt(e.Total, 10), e.MD5, clean(e.Path)) + "\n")
		}
	case classic.Ran:
		o.note("classic-ran", peer, strconv.Itoa(e.Exit), e.Took.Round(time.Millisecond).String(), o.because(e))
	default:
		o.remark(e, peer)
	}
}

// remark writes to stderr what is no output.
func (o *classicOut) remark(e classic.Event, peer string) {
	j := o.job
	serving := j.role == classic.RoleServe
	switch e.What {
	case classic.Listening:
		o.note("classic-listening", string(j.protocol.Name), peer)
		o.warn()
	case classic.Held:
		if j.program.inTerminal {
			o.note("classic-held")
		}
	case classic.Connected, classic.Closed:
		if serving || j.protocol.Runs == classic.RoleDial {
			o.note("classic-"+string(e.What), peer)
		}
	case classic.Refused, classic.Failed:
		if serving || j.protocol.Name == classic.UDPChat {
			o.note("classic-trouble", peer, classicReason(j.program.words, e.Reason, e.Detail))
		}
	}
}

// warn says what a stranger could do.
func (o *classicOut) warn() {
	j := o.job
	if j.protocol.Runs == j.role {
		o.note("classic-warning")
	}
}

// because says which limit ended a command.
func (o *classicOut) because(e classic.Event) string {
	if e.Reason == "" {
		return ""
	}
	words := o.job.program.words
	return words.say("because", classicReason(words, e.Reason, ""))
}

// note writes a line to stderr.
func (o *classicOut) note(key string, args ...string) {
	o.job.program.complain(o.job.program.words.say(key, args...))
}

// received shows what came: messages one per line, output as it is.
func (o *classicOut) received(e classic.Event) {
	j := o.job
	if j.protocol.Kind != classic.KindCommand {
		o.write(o.coloured(e) + "\n")
		return
	}
	switch {
	case j.program.outTerminal:
		o.write(safename.DisplayText(e.Text, maxShown))
	case j.options.Encoding == charset.Raw:
		o.write(string(e.Bytes))
	default:
		o.write(e.Text)
	}
}

// coloured returns a message on one line; on a terminal each name of a chat has
// its own colour, and each client of a server its address.
func (o *classicOut) coloured(e classic.Event) string {
	text := oneLine(strings.TrimRight(e.Text, "\r\n"))
	if !o.job.program.outTerminal || o.job.protocol.Kind != classic.KindChat {
		return text
	}
	who := e.Name
	if who == "" {
		who = e.Peer
	}
	hash := fnv.New32a()
	_, _ = hash.Write([]byte(who)) // never fails
	colour := 31 + hash.Sum32()%6
	return fmt.Sprintf("\x1b[%dm%s\x1b[0m %s", colour, clean(who), strings.TrimPrefix(text, oneLine(e.Name)+": "))
}

// clean is a short text of others on one line.
func clean(text string) string { return safename.Display(text, maxPath) }

// oneLine is a text of others on one line, with nothing that a terminal obeys.
func oneLine(text string) string {
	return strings.ReplaceAll(safename.DisplayText(text, maxShown), "\n", `\n`)
}

// record shows a read or a write on stderr.
func (o *classicOut) record(r classic.Record) {
	if o.job.program.global.json {
		o.writeRecord(r)
		return
	}
	peer := r.Peer
	if peer == "" {
		peer = r.Local
	}
	var line strings.Builder
	fmt.Fprintf(&line, "%s  %s  %-10s", r.At.Format("15:04:05.000000"), clean(peer), r.Direction)
	if r.Direction == classic.Read || r.Direction == classic.Write {
		fmt.Fprintf(&line, "  %d/%d", r.Size, r.Asked)
	}
	if r.End {
		line.WriteString("  EOF")
	}
	if r.Err != "" {
		line.WriteString("  " + clean(r.Err))
	}
	fmt.Fprint(o.job.program.err, line.String()+"\n"+o.dump(r.Bytes))
}

// dump writes bytes in hex and as text, sixteen a line.
func (o *classicOut) dump(raw []byte) string {
	const width = 16
	var all strings.Builder
	for at := 0; at < len(raw); at += width {
		row := raw[at:min(at+width, len(raw))]
		fmt.Fprintf(&all, "    %04x  %-*s  %s\n", at, 3*width-1, fmt.Sprintf("% x", row), o.glyphs(raw, at, at+len(row)))
	}
	return all.String()
}

// glyphs returns a row as text in the chosen encoding. A character stands where
// its first byte does.
func (o *classicOut) glyphs(raw []byte, from, to int) string {
	encoding := o.job.options.Encoding
	if encoding == "" {
		encoding = o.job.protocol.Encoding
	}
	before := charset.Decode(raw[:from], encoding)
	text := charset.Decode(raw[:to], encoding)
	text = strings.TrimPrefix(text, strings.TrimRight(before, "\ufffd"))
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || commands(r) {
			return '.'
		}
		return r
	}, text)
}

// classicLine is a line of --json.
type classicLine struct {
	Event   classic.What   `json:"event"`
	At      string         `json:"at"`
	Peer    string         `json:"peer,omitempty"`
	Address string         `json:"address,omitempty"`
	Name    string         `json:"name,omitempty"`
	Text    *string        `json:"text,omitempty"`
	Format  *string        `json:"format,omitempty"`
	Command string         `json:"command,omitempty"`
	Stream  string         `json:"stream,omitempty"`
	Exit    *int           `json:"exit,omitempty"`
	TookMS  *int64         `json:"took_ms,omitempty"`
	File    string         `json:"file_name,omitempty"`
	Size    *int64         `json:"file_size,omitempty"`
	Done    *int64         `json:"done_bytes,omitempty"`
	Bytes   *int64         `json:"bytes,omitempty"`
	MD5     string         `json:"md5,omitempty"`
	Path    string         `json:"path,omitempty"`
	Reason  classic.Reason `json:"reason,omitempty"`
	Detail  string         `json:"detail,omitempty"`
}

// writeJSON writes an event for programs.
func (o *classicOut) writeJSON(e classic.Event) {
	l := classicLine{Event: e.What, At: e.At.UTC().Format(time.RFC3339Nano), Peer: e.Peer, Reason: e.Reason, Detail: e.Detail, MD5: e.MD5, Path: e.Path, Stream: e.Stream}
	isFile := o.job.protocol.Kind == classic.KindFile
	switch {
	case e.What == classic.Listening:
		l.Address, l.Peer = e.Peer, ""
	case isFile && e.Name != "":
		l.File, l.Size = e.Name, &e.Total
		if e.What == classic.Progress {
			l.Done = &e.Done
		}
	case e.What == classic.Received, e.What == classic.Sent, e.What == classic.Held:
		l.Text, l.Name = &e.Text, e.Name
	case e.What == classic.Asked:
		l.Format, l.Text = &e.Text, &e.Answer
	case e.What == classic.Running:
		l.Command = e.Text
	case e.What == classic.Ran:
		took := e.Took.Milliseconds()
		l.Command, l.Exit, l.TookMS, l.Bytes = e.Text, &e.Exit, &took, &e.Total
	}
	raw, err := json.Marshal(l)
	if err == nil {
		o.write(string(append(escape(raw), '\n')))
	}
}

// wireLine is a line of --wire --json.
type wireLine struct {
	Event     string            `json:"event"`
	At        string            `json:"at"`
	Direction classic.Direction `json:"direction"`
	Local     string            `json:"local"`
	Peer      string            `json:"peer"`
	Asked     int               `json:"asked"`
	Size      int               `json:"size"`
	Hex       string            `json:"hex"`
	End       bool              `json:"end,omitempty"`
	Error     string            `json:"error,omitempty"`
}

// writeRecord writes a read or a write for programs, to stderr too.
func (o *classicOut) writeRecord(r classic.Record) {
	raw, err := json.Marshal(wireLine{
		"wire", r.At.UTC().Format(time.RFC3339Nano), r.Direction, r.Local, r.Peer, r.Asked, r.Size, hex.EncodeToString(r.Bytes), r.End, r.Err,
	})
	if err == nil {
		_, _ = o.job.program.err.Write(append(escape(raw), '\n')) // there is nowhere left to say it
	}
}

// failure turns an error of a session into one with an exit code and a sentence.
func (j *classicJob) failure(err error) error {
	var known *control.Failure
	if err == nil || asFailure(err, &known) {
		return err
	}
	sentence, reason := j.sentence(err), classic.ReasonOf(err)
	if j.role == classic.RoleServe && reason == classic.NoAnswer {
		reason = classic.Other // a client that fell silent: the server is here
	}
	switch reason {
	case classic.BadProtocol, classic.BadAddress, classic.BadOption, classic.NeedCommands, classic.NeedRemote,
		classic.NeedSecret, classic.NetworkPassword, classic.NeedFolder, classic.Unsupported:
		return usageError{plainError(sentence)}
	case classic.Unreachable, classic.NoAnswer:
		return &control.Failure{Exit: control.ExitUnreachable, Word: wordClassic, Text: sentence}
	case classic.Denied:
		return &control.Failure{Exit: control.ExitRefused, Word: wordClassic, Text: sentence}
	}
	return &control.Failure{Exit: control.ExitFailed, Word: wordClassic, Text: sentence}
}

// sentence says what went wrong.
func (j *classicJob) sentence(err error) string {
	return classicReason(j.program.words, classic.ReasonOf(err), classic.DetailOf(err))
}

// classicReason says a reason; what it is about may be missing.
func classicReason(words lexicon, reason classic.Reason, detail string) string {
	text := words.say("classic:"+string(reason), clean(detail))
	for _, empty := range []string{"()", "（）"} {
		text = strings.TrimSuffix(text, empty)
	}
	return strings.TrimRight(text, " :：")
}
