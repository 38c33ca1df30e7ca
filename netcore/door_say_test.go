package netcore

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"lanyard/netcore/control"
)

func TestDoorSay(t *testing.T) {
	queued := fmt.Sprintf(`{"event":"queued","to":"bob","id":"%s","message":"77","seq":1}`+"\n", bob.Device)
	delivered := strings.Replace(queued, "queued", "delivered", 1)
	for _, test := range []struct {
		name     string
		args     control.SayArgs
		reach    error
		play     func(e *fakeEngine, seq int64)
		lines    string
		exit     int
		word     control.Word
		seconds  int
		state    State // of the text afterwards; empty: none was made
		whomever bool
	}{
		{
			name: "delivered", args: control.SayArgs{Person: "bob", Text: "hi"},
			play:  func(e *fakeEngine, seq int64) { e.set(seq, StateDelivered, "") },
			lines: delivered, state: StateDelivered,
		},
		{
			name: "delivered after half a minute without a link", args: control.SayArgs{Person: "bob", Text: "hi"},
			play: func(e *fakeEngine, seq int64) {
				time.Sleep(30 * time.Second)
				e.set(seq, StateSeen, "")
			},
			lines: delivered, state: StateSeen, seconds: 30,
		},
		{
			name: "the link never comes back", args: control.SayArgs{Person: "bob", Text: "hi"},
			exit: control.ExitFailed, word: control.WordLost, state: StateFailed, seconds: 75,
		},
		{
			name: "the link never comes back, later will do", args: control.SayArgs{Person: "bob", Text: "hi", Later: true},
			lines: queued, state: StateQueued, seconds: 75,
		},
		{
			name: "not there", args: control.SayArgs{Person: "bob", Text: "hi"}, reach: ErrUnreachable,
			exit: control.ExitUnreachable, word: control.WordUnreachable,
		},
		{
			name: "nobody answers for long", args: control.SayArgs{Person: "bob", Text: "hi"}, reach: context.DeadlineExceeded,
			exit: control.ExitUnreachable, word: control.WordUnreachable, seconds: 12,
		},
		{
			name: "not there, later will do", args: control.SayArgs{Person: "bob", Text: "hi", Later: true}, reach: ErrUnreachable,
			lines: queued, state: StateQueued,
		},
		{
			name: "never met, later would do", args: control.SayArgs{Person: "carol", Text: "hi", Later: true}, reach: ErrUnreachable,
			exit: control.ExitUnreachable, word: control.WordQueueUnknown,
		},
		{
			name: "nobody of that name", args: control.SayArgs{Person: "carol", Text: "hi"},
			exit: control.ExitUnreachable, word: wordNobodySeen,
		},
		{
			name: "nobody of that name, later would do", args: control.SayArgs{Person: "carol", Text: "hi", Later: true},
			exit: control.ExitUnreachable, word: control.WordQueueUnknown,
		},
		{
			name: "two of that name", args: control.SayArgs{Person: "twins", Text: "hi"},
			exit: control.ExitFailed, word: control.WordAmbiguous,
		},
		{
			name: "refused by the other side", args: control.SayArgs{Person: "bob", Text: "hi"},
			play: func(e *fakeEngine, seq int64) { e.set(seq, StateFailed, ReasonTooMany) },
			exit: control.ExitFailed, word: "reason:too-many", state: StateFailed,
		},
		{
			name: "nothing to say", args: control.SayArgs{Person: "bob", Text: " \n"},
			exit: control.ExitUsage, word: control.WordEmptyText,
		},
		{
			name: "too long", args: control.SayArgs{Person: "bob", Text: strings.Repeat("x", MaxText+1)},
			exit: control.ExitUsage, word: control.WordTextTooLong,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				node := newFake()
				node.reachErr = test.reach
				if test.play != nil {
					node.onSay = func(seq int64) { test.play(node, seq) }
				}
				begun := time.Now()
				lines, exit, err := do(t, t.Context(), NewDoor(node), control.CommandSay, test.args)
				if lines != test.lines || exit != test.exit {
					t.Errorf("exit %d, %v, lines:\n%s", exit, err, lines)
				}
				if test.word != "" {
					wantWord(t, err, test.exit, test.word)
				}
				if took := time.Since(begun); took < time.Duration(test.seconds)*time.Second || took > time.Duration(test.seconds+2)*time.Second {
					t.Errorf("took %v", took)
				}
				state := State("")
				if len(node.items) > 0 {
					state = node.items[0].State
				}
				if state != test.state {
					t.Errorf("the text is %q, want %q", state, test.state)
				}
			})
		})
	}
}

func TestDoorSayCancelledLeavesNothingQueued(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		node := newFake()
		ctx, cancel := context.WithCancel(t.Context())
		node.onSay = func(int64) { cancel() }
		_, _, err := do(t, ctx, NewDoor(node), control.CommandSay, control.SayArgs{Person: "bob", Text: "hi"})
		wantWord(t, err, control.ExitFailed, control.WordCancelled)
		if node.items[0].State != StateFailed {
			t.Errorf("the text is %s", node.items[0].State)
		}
	})
}
