package netcore

import (
	"context"
	"errors"
	"slices"
	"testing"

	"lanyard/netcore/link"
)

// windowed opens a copy that has a window.
func windowed(t *testing.T) *Node {
	t.Helper()
	n, err := Open(context.Background(), Config{
		Profile: t.TempDir(), Name: "ann", Listen: "ann:9527", Quiet: true, Window: true, Network: link.NewMemory().Host("ann"),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closeNode(t, n) })
	return n
}

// asked waits for the next question to the window.
func asked(t *testing.T, events *Subscription, kind EventKind) *Confirmation {
	t.Helper()
	ctx := soon(t)
	for {
		select {
		case event := <-events.C:
			if event.Kind == kind {
				return event.Confirm
			}
		case <-ctx.Done():
			t.Fatalf("no %s came", kind)
		}
	}
}

func TestWhatIsAskedInTheWindow(t *testing.T) {
	ann := windowed(t)
	events := ann.Subscribe(64)
	defer events.Close()
	eve := Person{ID: 7, Name: "eve", Device: DeviceID{7}, Trust: TrustVerified, Notice: NoticeTwin}
	for _, test := range []struct {
		answer bool
		want   error
	}{{true, nil}, {false, ErrNotConfirmed}} {
		done := make(chan error, 1)
		go func() { done <- ann.Confirm(soon(t), ConfirmAllow, eve, "commands=always") }()
		question := asked(t, events, EventConfirm)
		if question.Act != ConfirmAllow || question.Person != 7 || question.Name != "eve" || question.Detail != "commands=always" {
			t.Errorf("asked: %+v", question)
		}
		if question.Device != eve.Device || question.Trust != eve.Trust || question.Notice != eve.Notice {
			t.Errorf("who is meant: %+v", question)
		}
		ann.AnswerConfirm(question.ID, test.answer)
		ann.AnswerConfirm(question.ID, !test.answer) // too late
		if err := <-done; !errors.Is(err, test.want) {
			t.Errorf("answered %v: %v", test.answer, err)
		}
		if over := asked(t, events, EventConfirmed); over.ID != question.ID {
			t.Errorf("over: %+v", over)
		}
	}
	want := []string{"confirm|eve|allow commands=always|refused", "confirm|eve|allow commands=always|done"}
	if lines := logOf(t, ann); !slices.Equal(lines, want) {
		t.Errorf("the log: %q", lines)
	}
}

func TestOnlySoManyQuestionsWait(t *testing.T) {
	ann := windowed(t)
	events := ann.Subscribe(64)
	defer events.Close()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, maxConfirms)
	for range maxConfirms {
		go func() { done <- ann.Confirm(ctx, ConfirmUnblock, Person{}, "") }()
		asked(t, events, EventConfirm)
	}
	if err := ann.Confirm(ctx, ConfirmUnblock, Person{}, ""); !errors.Is(err, ErrNotConfirmed) {
		t.Errorf("one more: %v", err)
	}
	cancel()
	for range maxConfirms {
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Errorf("whoever asked went away: %v", err)
		}
	}
	if err := windowless(t).Confirm(t.Context(), ConfirmUnblock, Person{}, ""); err != nil {
		t.Errorf("without a window: %v", err)
	}
}

// windowless opens a copy without a window.
func windowless(t *testing.T) *Node {
	t.Helper()
	return copyOn(t, link.NewMemory(), "bob")
}
