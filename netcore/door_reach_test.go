package netcore

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"lanyard/netcore/control"
	"lanyard/netcore/link"
)

func TestDoorRefusesWhomNobodyCanBe(t *testing.T) {
	node := newFake()
	node.reachErr = errors.New("somebody was bothered")
	path := source(t)
	for query, word := range map[string]control.Word{
		"": wordNoPerson, " \t": wordNoPerson,
		":9527": wordBadAddress, "pc:0": wordBadAddress, "pc:65536": wordBadAddress, "127.0.0.1:0": wordBadAddress,
	} {
		for command, args := range map[string]any{
			control.CommandSay:  control.SayArgs{Person: query, Text: "hi", Later: true},
			control.CommandSend: control.SendArgs{Person: query, Paths: []control.Path{path}, Later: true},
			control.CommandLog:  control.LogArgs{Person: query},
		} {
			_, _, err := do(t, t.Context(), NewDoor(node), command, args)
			wantWord(t, err, control.ExitUsage, word)
		}
	}
}

func TestDoorSaysWhyNobodyIsReached(t *testing.T) {
	raw := errors.New("read tcp 127.0.0.1:5->127.0.0.1:6: oops")
	for _, test := range []struct {
		err  error
		exit int
		word control.Word
	}{
		{ErrUnknownPerson, control.ExitUnreachable, wordNobodySeen},
		{ErrUnreachable, control.ExitUnreachable, control.WordUnreachable},
		{link.ErrHungUp, control.ExitUnreachable, control.WordUnreachable},
		{link.ErrRefused, control.ExitUnreachable, control.WordUnreachable},
		{link.ErrBusy, control.ExitUnreachable, wordBusy},
		{link.ErrSelf, control.ExitFailed, wordSelf},
		{link.ErrNotLanyard, control.ExitFailed, wordNotLanyard},
		{link.ErrWrongDevice, control.ExitFailed, wordWrongDevice},
		{link.ErrVersion, control.ExitFailed, wordVersion},
		{link.ErrTheyMustUpdate, control.ExitFailed, wordTheyMustUpdate},
		{link.ErrWeMustUpdate, control.ExitFailed, wordWeMustUpdate},
	} {
		synctest.Test(t, func(t *testing.T) {
			node := newFake()
			node.reachErr = fmt.Errorf("pc:9: %w: %w", test.err, raw)
			_, _, err := do(t, t.Context(), NewDoor(node), control.CommandSay, control.SayArgs{Person: "pc:9", Text: "hi"})
			wantWord(t, err, test.exit, test.word)
			if text := err.Error(); !strings.Contains(text, "pc:9") || strings.Contains(text, "tcp") {
				t.Errorf("%v: %q", test.err, text)
			}
		})
	}
}

func TestDoorTriesAgainWhatMayPass(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		node := newFake()
		node.reachErrs = []error{link.ErrHungUp, link.ErrBusy, link.ErrRefused}
		node.onSay = func(seq int64) { node.set(seq, StateDelivered, "") }
		_, exit, err := do(t, t.Context(), NewDoor(node), control.CommandSay, control.SayArgs{Person: "bob", Text: "hi"})
		if exit != 0 {
			t.Errorf("exit %d, %v", exit, err)
		}
	})
}

func TestDoorTriesAgainFor12Seconds(t *testing.T) {
	for _, test := range []struct {
		then error // of the last tries
		word control.Word
	}{{link.ErrBusy, wordBusy}, {context.DeadlineExceeded, wordBusy}, {link.ErrHungUp, control.WordUnreachable}} {
		synctest.Test(t, func(t *testing.T) {
			node, begun := newFake(), time.Now()
			node.reachErrs, node.reachErr = []error{link.ErrBusy}, test.then
			_, _, err := do(t, t.Context(), NewDoor(node), control.CommandSay, control.SayArgs{Person: "bob", Text: "hi"})
			wantWord(t, err, control.ExitUnreachable, test.word)
			if took := time.Since(begun); took != reachTime {
				t.Errorf("took %v", took)
			}
		})
	}
}

func TestWordsOfTheDoorAreItsOwn(t *testing.T) {
	for word, sentence := range DoorWords() {
		if control.English()[word] != "" {
			t.Errorf("%s is said twice", word)
		}
		if regexp.MustCompile(`\{[^12]\}`).MatchString(sentence) || sentence == "" {
			t.Errorf("%s: %q", word, sentence)
		}
	}
}
