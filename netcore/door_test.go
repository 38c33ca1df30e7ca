package netcore

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"lanyard/netcore/control"
)

// transcript collects the lines of a command as JSON.
type transcript struct {
	mu    sync.Mutex
	lines []any
	heard chan struct{} // gets a token a line, as long as there is room
}

func newTranscript() *transcript { return &transcript{heard: make(chan struct{}, 4096)} }

func (r *transcript) emit(line any) error {
	r.mu.Lock()
	r.lines = append(r.lines, line)
	r.mu.Unlock()
	select {
	case r.heard <- struct{}{}:
	default:
	}
	return nil
}

// request makes a request, which cannot fail for the arguments of a command.
func request(command string, args any) control.Request {
	r, err := control.NewRequest(command, args)
	if err != nil {
		panic(err)
	}
	return r
}

// text returns the lines as JSON, one a line.
func (r *transcript) text(t *testing.T) string {
	t.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	var all strings.Builder
	for _, line := range r.lines {
		raw, err := json.Marshal(line)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(append(raw, '\n'))
	}
	return all.String()
}

// do runs one command and returns its lines and exit code.
func do(t *testing.T, ctx context.Context, d *Door, command string, args any) (lines string, exit int, err error) {
	t.Helper()
	out := newTranscript()
	err = d.Run(ctx, request(command, args), out.emit)
	if err != nil {
		exit = control.AsFailure(err).Exit
	}
	return out.text(t), exit, err
}

// wantWord insists on an exit code and on the word of the failure.
func wantWord(t *testing.T, err error, exit int, word control.Word) {
	t.Helper()
	if failure := control.AsFailure(err); failure == nil || failure.Exit != exit || failure.Word != word {
		t.Errorf("got %#v, want exit %d, %s", failure, exit, word)
	}
}

func TestDoorID(t *testing.T) {
	lines, exit, _ := do(t, t.Context(), NewDoor(newFake()), control.CommandID, nil)
	want := fmt.Sprintf(`{"name":"alice","id":"%s"}`+"\n", DeviceID{9})
	if lines != want || exit != 0 {
		t.Errorf("got %s, want %s", lines, want)
	}
}

func TestDoorRefusesWhatItDoesNotKnow(t *testing.T) {
	_, _, err := do(t, t.Context(), NewDoor(newFake()), "dance", nil)
	wantWord(t, err, control.ExitFailed, control.WordUnknownCommand)
	err = NewDoor(newFake()).Run(t.Context(), control.Request{Command: "say", Args: []byte(`[1]`)}, nil)
	wantWord(t, err, control.ExitUsage, control.WordBadArguments)
}

func TestDoorRenameAndRaise(t *testing.T) {
	node := newFake()
	door := NewDoor(node)
	if _, exit, err := do(t, t.Context(), door, control.CommandRename, control.RenameArgs{Name: "小红"}); exit != 0 || node.Settings().Name != "小红" {
		t.Errorf("renamed to %q: %v", node.Settings().Name, err)
	}
	args := control.RaiseArgs{Files: control.Paths([]string{"/a/b"})}
	_, _, err := do(t, t.Context(), door, control.CommandRaise, args)
	wantWord(t, err, control.ExitFailed, control.WordNoWindow)
	node.window = true
	if _, exit, err := do(t, t.Context(), door, control.CommandRaise, args); exit != 0 || node.raised[0] != "/a/b" {
		t.Errorf("raised with %q: %v", node.raised, err)
	}
	args.Files[0] = "b"
	_, _, err = do(t, t.Context(), door, control.CommandRaise, args)
	wantWord(t, err, control.ExitUsage, control.WordNotAbsolute)
}

func TestDoorPeopleWaitsAndLists(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begun := time.Now()
		lines, exit, _ := do(t, t.Context(), NewDoor(newFake()), control.CommandPeople, control.PeopleArgs{WaitMillis: 2000})
		want := fmt.Sprintf(`{"name":"bob","id":"%s","online":true,"address":"127.0.0.1:1","unread":0}`+"\n", bob.Device)
		if lines != want || exit != 0 || time.Since(begun) != 2*time.Second {
			t.Errorf("after %v: %s", time.Since(begun), lines)
		}
	})
}

func TestDoorLog(t *testing.T) {
	node := newFake()
	sent := time.Date(2026, 11, 23, 4, 5, 6, 7e6, time.FixedZone("", 8*3600))
	for i := range 700 {
		node.add(Item{Kind: KindText, Text: fmt.Sprint("text ", i), State: StateReceived, Sent: sent})
		node.add(Item{Person: 2, Kind: KindText, Text: "of somebody else"})
	}
	node.addFiles(Transfer{Outgoing: true, Name: "src", Count: 2, Bytes: 10, State: StateVerified, MD5: "abc", Done: 2})
	for _, test := range []struct{ last, want int }{{0, 701}, {1, 1}, {256, 256}, {257, 257}, {600, 600}, {5000, 701}} {
		out := newTranscript()
		err := NewDoor(node).Run(t.Context(), request(control.CommandLog, control.LogArgs{Person: "bob", Last: test.last}), out.emit)
		if err != nil || len(out.lines) != test.want {
			t.Errorf("last %d: %d lines, %v", test.last, len(out.lines), err)
		}
		before := int64(0)
		for _, line := range out.lines {
			item := line.(control.LogItem)
			if item.Seq <= before {
				t.Fatalf("last %d: %d after %d", test.last, item.Seq, before)
			}
			before = item.Seq
		}
	}
	_, _, err := do(t, t.Context(), NewDoor(node), control.CommandLog, control.LogArgs{Person: "carol"})
	wantWord(t, err, control.ExitFailed, control.WordUnknownPerson)
}

func TestDoorLogLines(t *testing.T) {
	node := newFake()
	sent := time.Date(2026, 11, 23, 12, 5, 6, 7e6, time.FixedZone("", 8*3600))
	node.add(Item{Kind: KindText, Text: "你好\n<b>", State: StateReceived, Sent: sent, Added: sent.Add(time.Hour)})
	node.addFiles(Transfer{Outgoing: true, Name: "src", Count: 2, Bytes: 10, State: StateFailed, Reason: ReasonLost, Done: 1})
	lines, _, _ := do(t, t.Context(), NewDoor(node), control.CommandLog, control.LogArgs{Person: "bob"})
	id := bob.Device.String()
	want := `{"direction":"in","person":"bob","id":"` + id + `","kind":"text","state":"received","sent":"2026-11-23T04:05:06.007Z","added":"2026-11-23T05:05:06.007Z","seq":1,"text":"你好\n\u003cb\u003e"}
{"direction":"out","person":"bob","id":"` + id + `","kind":"file","state":"failed","reason":"lost","sent":"","added":"","seq":2,"transfer":1,"name":"src","count":2,"bytes":10,"done":1}
`
	if lines != want {
		t.Errorf("got\n%swant\n%s", lines, want)
	}
}

func TestEveryReasonHasASentence(t *testing.T) {
	for _, reason := range []Reason{
		ReasonCancelledHere, ReasonCancelledThere, ReasonDeclined, ReasonLost, ReasonStopped, ReasonDiskFull, ReasonReadOnly,
		ReasonNoPermission, ReasonVanished, ReasonChanged, ReasonMismatch, ReasonNotRegular, ReasonBadName, ReasonTooDeep, ReasonExists,
		ReasonTooMany, ReasonReadFailed, ReasonWriteFailed, ReasonProtocol, ReasonVersion, ReasonUnreachable, ReasonFailed,
	} {
		if control.English()[control.ReasonWord(string(reason))] == "" {
			t.Errorf("%s has none", reason)
		}
		if control.AsFailure(reasonFailure(reason, "bob")).Error() == "" {
			t.Errorf("%s says nothing", reason)
		}
	}
}
