package classic

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"fyne.io/fyne/v2/lang"

	"lanyard/app/kit"
	"lanyard/netcore/classic"
)

// What one session keeps for its view. The oldest goes first.
const (
	mostLines   = 2000
	mostRecords = 2000
	lineRunes   = 400 // of one line; a longer one goes on in the next
	eventLines  = 200 // of one event
	mostQueued  = 100 // sendings that wait for their turn
)

// kindOf says how a line of the conversation looks.
type kindOf int

const (
	lineTheirs kindOf = iota
	lineOurs
	lineError // what a command wrote to stderr
	lineNote  // what the program says
	lineFault // what went wrong
)

// line is one line of a conversation. Its texts are ready to be shown.
type line struct {
	at   time.Time
	kind kindOf
	who  string
	text string
}

// live is one session with what came of it. Its callbacks come on goroutines of
// the session and never wait.
type live struct {
	number   int
	protocol classic.Protocol
	role     classic.Role
	session  *classic.Session                 // set before anybody else sees it
	queue    chan func(context.Context) error // what is to be sent, in order

	mu       sync.Mutex
	changed  func() // something is to be shown; may be called from any goroutine
	lines    []line
	records  []classic.Record
	lost     int // records that were dropped
	paused   bool
	contacts []contact
	progress progress
	over     bool
	failure  error
	newest   uint64 // grows with each change
}

// contact is somebody whom a client of udp-chat can write to.
type contact struct{ name, address string }

// progress is how far a file is.
type progress struct {
	name        string
	done, total int64
	md5         string
}

// newLive returns a session that is still to be started.
func newLive(number int, protocol classic.Protocol, role classic.Role) *live {
	return &live{number: number, protocol: protocol, role: role, queue: make(chan func(context.Context) error, mostQueued)}
}

// follow says who is told of changes from now on.
func (l *live) follow(changed func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.changed = changed
}

// change changes what is kept, and tells.
func (l *live) change(edit func()) {
	l.mu.Lock()
	edit()
	l.newest++
	changed := l.changed
	l.mu.Unlock()
	if changed != nil {
		changed()
	}
}

// run sends what is queued until the session is over. It waits for nothing else.
func (l *live) run(ctx context.Context) {
	for {
		select {
		case send := <-l.queue:
			if err := send(ctx); err != nil && ctx.Err() == nil && classic.ReasonOf(err) != classic.Ended {
				l.note(lineFault, errorWords(err))
			}
		case <-l.session.Done():
			l.change(func() { l.over, l.failure = true, l.session.Err() })
			return
		case <-ctx.Done():
			return
		}
	}
}

// send queues something to be sent.
func (l *live) send(what func(context.Context) error) {
	select {
	case l.queue <- what:
	default:
		l.note(lineFault, lang.L("Too much waits to be sent already."))
	}
}

// event takes what happens.
func (l *live) event(e classic.Event) {
	fresh := linesOf(e)
	l.change(func() {
		l.lines = append(l.lines, fresh...)
		if over := len(l.lines) - mostLines; over > 0 {
			l.lines = slices.Delete(l.lines, 0, over)
		}
		switch e.What {
		case classic.Progress:
			l.progress = progress{kit.Neutral(e.Name), e.Done, e.Total, e.MD5}
		case classic.Saved, classic.Sent, classic.Failed, classic.Refused:
			l.progress = progress{}
		}
	})
}

// record takes a call on a socket.
func (l *live) record(r classic.Record) {
	l.mu.Lock()
	paused := l.paused
	l.mu.Unlock()
	if paused {
		return
	}
	l.change(func() {
		l.records = append(l.records, r)
		if over := len(l.records) - mostRecords; over > 0 {
			l.records = slices.Delete(l.records, 0, over)
			l.lost += over
		}
	})
}

// note adds a line of this program.
func (l *live) note(kind kindOf, text string) {
	l.change(func() { l.lines = append(l.lines, line{time.Now(), kind, "", text}) })
}

// shot is a session at one moment.
type shot struct {
	lines    []line
	records  []classic.Record
	lost     int
	progress progress
	over     bool
	failure  error
	newest   uint64
}

// shot returns what is known now.
func (l *live) shot() shot {
	l.mu.Lock()
	defer l.mu.Unlock()
	return shot{slices.Clone(l.lines), slices.Clone(l.records), l.lost, l.progress, l.over, l.failure, l.newest}
}

// state says whether a session is over, and how it ended.
func (l *live) state() (over bool, failure error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.over, l.failure
}

// clear forgets the records so far.
func (l *live) clear() {
	l.change(func() { l.records, l.lost = nil, 0 })
}

// pause stops or goes on keeping records.
func (l *live) pause(paused bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.paused = paused
}

// linesOf says in lines what happened.
func linesOf(e classic.Event) []line {
	kind, who, text := lineNote, kit.Neutral(e.Peer), ""
	switch e.What {
	case classic.Received:
		kind, text = lineTheirs, e.Text
		if e.Name != "" {
			who = kit.Neutral(e.Name)
			text = strings.TrimPrefix(strings.TrimPrefix(text, e.Name), ": ")
		}
		if e.Stream == "stderr" {
			kind = lineError
		}
	case classic.Sent:
		kind, text = lineOurs, e.Text
		if e.MD5 != "" {
			kind, text = lineNote, sentWords(e)
		}
	case classic.Refused, classic.Failed:
		kind, text = lineFault, faultWords(e.Reason, e.Detail)
	default:
		text = eventWords(e)
	}
	if text == "" {
		return nil
	}
	return split(e.At, kind, who, text)
}

// split breaks a text into lines that can be shown, so many of them at most.
func split(at time.Time, kind kindOf, who, text string) []line {
	var lines []line
	for part := range kit.Lines(strings.TrimRight(text, "\r\n"), lineRunes) {
		if len(lines) == eventLines {
			return append(lines, line{at, lineNote, who, "…"})
		}
		lines = append(lines, line{at, kind, who, part})
		who = "" // once is enough
	}
	return lines
}

// title names a session in a list.
func (l *live) title() string {
	return fmt.Sprintf("%s · %s", l.protocol.Name, roleWords(l.role))
}

// address is where the session listens, or what it dials.
func (l *live) address() string { return kit.Neutral(l.session.Address()) }
