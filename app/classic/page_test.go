package classic

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"lanyard/app/kit/kittest"
	"lanyard/netcore/classic"
)

// stage is a page in a window, drained by the test.
type stage struct {
	*testing.T
	queue    *kittest.Queue
	page     *Page
	sessions *Sessions
}

func newStage(t *testing.T) *stage {
	t.Helper()
	test.NewTempApp(t)
	window := test.NewTempWindow(t, nil)
	window.Resize(fyne.NewSize(900, 700))
	ui, queue := kittest.NewUI(t)
	sessions := NewSessions()
	t.Cleanup(sessions.Close)
	save := t.TempDir()
	page := New(ui, sessions, Host{
		Window: window, Shortcuts: func(fyne.Shortcut) bool { return false }, Copy: func(string) {}, Escaped: func() {},
		SaveDir: func() string { return save },
	})
	window.SetContent(page.Object())
	page.Shown(true)
	return &stage{t, queue, page, sessions}
}

// begin starts a session by the form and returns it once it is open.
func (s *stage) begin(name classic.Name, role classic.Role, address string) *live {
	s.Helper()
	before := len(s.sessions.list())
	s.page.toForm()
	form := s.page.form
	form.protocol.SetSelected(string(name))
	form.role.SetSelected(roleWords(role))
	form.address.SetText(address)
	test.Tap(form.start)
	s.queue.Until(s.T, "the session is open", func() bool { return len(s.sessions.list()) > before && s.page.detail != nil })
	return s.page.detail.live
}

// said is the conversation of a session.
func said(l *live) string {
	var all []string
	for _, one := range l.shot().lines {
		all = append(all, one.text)
	}
	return strings.Join(all, "\n")
}

func (s *stage) reads(l *live, part string) {
	s.Helper()
	s.queue.Until(s.T, "it reads "+part, func() bool { return strings.Contains(said(l), part) })
}

func TestTwoSessionsOfOneWindowChat(t *testing.T) {
	s := newStage(t)
	server := s.begin(classic.TCPChat, classic.RoleServe, "127.0.0.1:0")
	client := s.begin(classic.TCPChat, classic.RoleDial, server.address())
	s.page.detail.say.SetText("你好\x1b[2J")
	s.page.detail.send()
	s.reads(server, "你好")
	if strings.Contains(said(server), "\x1b") {
		t.Error("an escape of the other side stands in the conversation")
	}
	s.page.open(server)
	s.page.detail.say.SetText("answer")
	s.page.detail.send()
	s.reads(client, "answer")
}

func TestACommandServerIsNotStartedUnasked(t *testing.T) {
	s := newStage(t)
	s.page.toForm()
	s.page.form.protocol.SetSelected(string(classic.TCPCommand))
	s.page.form.address.SetText("127.0.0.1:0")
	test.Tap(s.page.form.start)
	s.queue.Drain()
	if len(s.sessions.list()) != 0 || s.page.host.Window.Canvas().Overlays().Top() == nil {
		t.Error("a server of commands was started without the question")
	}
}

func TestTheWireShowsPiecesOfTheChosenSize(t *testing.T) {
	s := newStage(t)
	server := s.begin(classic.UpperEcho, classic.RoleServe, "127.0.0.1:0")
	s.page.form.recv.SetText("2")
	client := s.begin(classic.UpperEcho, classic.RoleDial, server.address())
	s.page.detail.say.SetText("hello")
	s.page.detail.send()
	s.queue.Until(t, "three pieces came", func() bool {
		var pieces []string
		for _, r := range client.shot().records {
			if r.Direction == classic.Read && r.Size > 0 {
				pieces = append(pieces, string(r.Bytes))
			}
		}
		return strings.Join(pieces, "|") == "HE|LL|O"
	})
}

func TestAFloodStaysBounded(t *testing.T) {
	l := newLive(1, classic.Protocol{}, classic.RoleServe)
	for range 3 * mostLines {
		l.event(classic.Event{What: classic.Received, Text: strings.Repeat("x\n", 3)})
		l.record(classic.Record{Direction: classic.Read, Size: 1, Bytes: []byte("x")})
	}
	if now := l.shot(); len(now.lines) > mostLines || len(now.records) > mostRecords || now.lost != 2*mostRecords {
		t.Errorf("%d lines, %d records, %d lost", len(now.lines), len(now.records), now.lost)
	}
}

func TestTheCalculatorCompares(t *testing.T) {
	s := newStage(t)
	c := newCalcPane(s.page)
	c.other.SetText("192.168.2.9")
	if !strings.Contains(c.result.Text(), "AND 11111111 11111111 11111111 00000000") {
		t.Errorf("no AND in:\n%s", c.result.Text())
	}
	c.mask.SetText("/99")
	if !c.said.Visible() {
		t.Error("a wrong mask is not said")
	}
}
