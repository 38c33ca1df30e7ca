package timeline

import (
	"encoding/binary"
	"errors"
	"io"
	"log/slog"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"lanyard/netcore/identity"
	"lanyard/netcore/store"
	"lanyard/netcore/wire"
)

// logTo calls fn for each line that is logged.
func logTo(fn func()) *slog.Logger {
	return slog.New(slog.NewTextHandler(writerFunc(fn), nil))
}

type writerFunc func()

func (fn writerFunc) Write(p []byte) (int, error) {
	fn()
	return len(p), nil
}

var goodID = strings.Repeat("0a", idBytes)

// raw opens a stream to a node as a device that writes what it likes.
func raw(t *testing.T, to *node, kind string) (net.Conn, *wire.Conn) {
	t.Helper()
	conn, err := to.lan.dial(identity.DeviceID{'x'}, to.id)
	if err != nil {
		t.Fatal(err)
	}
	frames := wire.NewConn(conn)
	if err := frames.Write(kind, nil, nil); err != nil {
		t.Fatal(err)
	}
	return conn, frames
}

// header is a frame with the header as it is given.
func header(text string, body string) []byte {
	frame := binary.LittleEndian.AppendUint32(nil, uint32(len(text)))
	return append(append(frame, text...), body...)
}

func TestBadTextsAreRefused(t *testing.T) {
	long := strings.Repeat("x", MaxText+1)
	for name, frame := range map[string][]byte{
		"a byte too long":    header(`{"kind":"text","id":"`+goodID+`","body_size":32769}`, long),
		"a lying size":       header(`{"kind":"text","id":"`+goodID+`","body_size":9223372036854775807}`, "x"),
		"a negative size":    header(`{"kind":"text","id":"`+goodID+`","body_size":-1}`, ""),
		"not UTF-8":          header(`{"kind":"text","id":"`+goodID+`","body_size":4}`, "caf\xe9"),
		"empty":              header(`{"kind":"text","id":"`+goodID+`"}`, ""),
		"no id":              header(`{"kind":"text","body_size":1}`, "x"),
		"an id too long":     header(`{"kind":"text","id":"`+goodID+`00","body_size":1}`, "x"),
		"an id in capitals":  header(`{"kind":"text","id":"`+strings.ToUpper(goodID)+`","body_size":1}`, "x"),
		"an id of a path":    header(`{"kind":"text","id":"../../../../etc/passwd0000000000","body_size":1}`, "x"),
		"an id of a number":  header(`{"kind":"text","id":1,"body_size":1}`, "x"),
		"a time of a string": header(`{"kind":"text","id":"`+goodID+`","sent":"now","body_size":1}`, "x"),
		"another kind":       header(`{"kind":"seen","ids":[]}`, ""),
		"no JSON":            header(`{{{{{}`, ""),
		"a header too long":  {0xff, 0xff, 0xff, 0xff, '{'},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newLAN(t).node('b')
			conn, frames := raw(t, b, KindText)
			if err := frames.Write(KindText, textFields{ID: newID()}, []byte("a good one before")); err != nil {
				t.Fatal(err)
			}
			go func() { _, _ = conn.Write(frame) }()
			if _, err := frames.Expect(wire.MaxHello, kindStored); err != nil {
				t.Errorf("the good one: %v", err)
			}
			_, err := frames.Expect(wire.MaxHello, kindStored)
			if !errors.Is(err, &wire.RemoteError{Code: wire.CodeMalformed}) {
				t.Errorf("answer = %v, want malformed", err)
			}
			if got := b.texts(t); !slices.Equal(got, []string{"a good one before"}) {
				t.Errorf("kept %.100q", got)
			}
		})
	}
}

func TestBadReceiptsAreRefused(t *testing.T) {
	many := strings.Repeat(`"`+goodID+`",`, maxReceipts) + `"` + goodID + `"`
	for name, frame := range map[string][]byte{
		"too many":     header(`{"kind":"seen","ids":[`+many+`]}`, ""),
		"a wrong id":   header(`{"kind":"seen","ids":["x"]}`, ""),
		"no list":      header(`{"kind":"seen","ids":{}}`, ""),
		"with a body":  header(`{"kind":"seen","ids":[],"body_size":1}`, "x"),
		"another kind": header(`{"kind":"text","ids":[]}`, ""),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			conn, frames := raw(t, newLAN(t).node('b'), KindSeen)
			go func() { _, _ = conn.Write(frame) }()
			_, err := frames.Expect(wire.MaxHello, kindStored)
			if !errors.Is(err, &wire.RemoteError{Code: wire.CodeMalformed}) {
				t.Errorf("answer = %v, want malformed", err)
			}
		})
	}
}

func TestAReceiptOfAnotherDevicesTextChangesNothing(t *testing.T) {
	l := newLAN(t)
	a, b := l.node('a'), l.node('b')
	meet(t, a, b)
	a.post(t, b, "for b")
	_, frames := raw(t, a, KindSeen)
	if err := frames.Write(KindSeen, seenFields{IDs: []string{a.items(t)[0].ID}}, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := frames.Expect(wire.MaxHello, kindStored); err != nil {
		t.Error(err)
	}
	if got := a.items(t)[0].State; got != store.StateQueued {
		t.Errorf("state = %s", got)
	}
}

func TestATruncatedTextIsNotKept(t *testing.T) {
	b := newLAN(t).node('b')
	conn, _ := raw(t, b, KindText)
	if _, err := conn.Write(header(`{"kind":"text","id":"`+goodID+`","body_size":10}`, "half")); err != nil {
		t.Fatal(err)
	}
	if err := conn.Close(); err != nil {
		t.Fatal(err)
	}
	b.lan.handlers.Wait()
	if got := b.texts(t); len(got) != 0 {
		t.Errorf("kept %q", got)
	}
}

func TestADateOutOfTheCalendarBecomesNow(t *testing.T) {
	b := newLAN(t).node('b')
	_, frames := raw(t, b, KindText)
	for _, sent := range []int64{-1, maxTime + 1, 1<<63 - 1} {
		if err := frames.Write(KindText, textFields{ID: newID(), Sent: sent}, []byte("x")); err != nil {
			t.Fatal(err)
		}
		if _, err := frames.Expect(wire.MaxHello, kindStored); err != nil {
			t.Fatal(err)
		}
	}
	for _, item := range b.items(t) {
		if !item.Sent.Equal(item.Added) {
			t.Errorf("sent %v, added %v", item.Sent, item.Added)
		}
	}
}

func TestADeviceHasFewStreams(t *testing.T) {
	b := newLAN(t).node('b')
	for range DefaultLimits().Streams {
		_, frames := raw(t, b, KindText)
		if err := frames.Write(KindText, textFields{ID: newID()}, []byte("x")); err != nil {
			t.Fatal(err)
		}
		if _, err := frames.Expect(wire.MaxHello, kindStored); err != nil {
			t.Fatal(err)
		}
	}
	_, frames := raw(t, b, KindText)
	if _, err := frames.Expect(wire.MaxHello, kindStored); !errors.Is(err, &wire.RemoteError{Code: wire.CodeBusy}) {
		t.Errorf("answer = %v, want busy", err)
	}
}

func TestAStrangerFillsOnlySoMuchUntilTheUserAnswers(t *testing.T) {
	l := newLAN(t)
	limits := DefaultLimits()
	limits.Quota.PerStranger = 3
	a, b := l.node('a'), l.node('b', limits)
	meet(t, a, b)
	tried := make(chan struct{}, 1)
	a.service.config.Logger = logTo(func() { signal(tried) })
	a.post(t, b, numbered(5)...)
	a.service.Up(b.id)
	<-tried
	if queued, kept := a.count(t, store.StateQueued), len(b.texts(t)); queued != 2 || kept != 3 {
		t.Errorf("%d queued there, %d kept here", queued, kept)
	}
	b.post(t, a, "who are you?")
	a.service.Up(b.id)
	a.until(t, store.StateDelivered, 5)
	if got := b.texts(t); !slices.Equal(got, numbered(5)) {
		t.Errorf("got %q", got)
	}
}

func TestWhatArrivesDuringACommitSharesTheNext(t *testing.T) {
	b := newLAN(t).node('b')
	entered, leave := make(chan struct{}), make(chan struct{})
	var sizes []int
	b.faulty.set(func(f *faulty) {
		f.onReceived = func(texts []store.Item) {
			if sizes = append(sizes, len(texts)); len(sizes) == 1 {
				close(entered)
				<-leave
			}
		}
	})
	conn, frames := raw(t, b, KindText)
	const count = 40
	for i := range count {
		if err := frames.Write(KindText, textFields{ID: newID()}, []byte("x")); err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			<-entered
		}
	}
	close(leave)
	for range count {
		if _, err := frames.Expect(wire.MaxHello, kindStored); err != nil {
			t.Fatal(err)
		}
	}
	if err := conn.Close(); err != nil {
		t.Fatal(err)
	}
	b.lan.handlers.Wait()
	if len(sizes) > 3 {
		t.Errorf("%d commits for %d texts: %v", len(sizes), count, sizes)
	}
}

// FuzzStreams gives a node any bytes: it does not crash, and keeps only texts
// that are texts.
func FuzzStreams(f *testing.F) {
	f.Add(header(`{"kind":"text","id":"`+goodID+`","body_size":1}`, "x"))
	f.Add(header(`{"kind":"seen","ids":["`+goodID+`"]}`, ""))
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, kind := range []string{KindText, KindSeen} {
			kept := &memory{}
			s := New(Config{Store: kept, Clock: time.Now})
			near, far := net.Pipe()
			go func() { _, _ = io.Copy(io.Discard, near) }()
			go func() {
				_, _ = near.Write(data)
				_ = near.Close()
			}()
			stream := pipe{far}
			if kind == KindText {
				s.HandleText(t.Context(), identity.DeviceID{1}, stream, wire.Frame{Kind: kind})
			} else {
				s.HandleSeen(t.Context(), identity.DeviceID{1}, stream, wire.Frame{Kind: kind})
			}
			for _, item := range kept.texts {
				if checkText([]byte(item.Text)) != nil || !validID(item.ID) {
					t.Errorf("kept %+v", item)
				}
			}
		}
	})
}
