package kit

import (
	"testing"
	"time"

	"fyne.io/fyne/v2/test"

	"lanyard/netcore"
)

func TestEveryEndOfARunHasItsOwnWords(t *testing.T) {
	test.NewTempApp(t)
	runs := []netcore.Run{
		{State: netcore.RunAsking},
		{State: netcore.RunAsking, Until: time.Unix(1, 0)},
		{State: netcore.RunRunning},
		{State: netcore.RunExited},
		{State: netcore.RunExited, Exit: 7},
		{State: netcore.RunSignalled, Signal: "SIGSEGV"},
		{State: netcore.RunTimeout},
		{State: netcore.RunKilledHere},
		{State: netcore.RunKilledThere},
		{State: netcore.RunKilledThere, Reason: netcore.RunRevoked},
		{State: netcore.RunKilledThere, Reason: netcore.RunOutputLimit},
		{State: netcore.RunKilledHere, Reason: netcore.RunClosing},
		{State: netcore.RunKilledThere, Reason: netcore.RunClosing},
		{State: netcore.RunKilledHere, Reason: netcore.RunWithdrawn},
		{State: netcore.RunKilledThere, Reason: netcore.RunWithdrawn},
		{State: netcore.RunDenied, Reason: netcore.RunSaidNo},
		{State: netcore.RunDenied, Reason: netcore.RunNotPermitted},
		{State: netcore.RunDenied, Reason: netcore.RunExpired},
		{State: netcore.RunDenied, Reason: netcore.RunRevoked},
		{State: netcore.RunDenied, Reason: netcore.RunBusy},
		{State: netcore.RunDenied, Reason: netcore.RunTooLong},
		{State: netcore.RunLost},
		{State: netcore.RunFailed},
		{State: netcore.RunFailed, Reason: netcore.RunFolder},
		{State: netcore.RunFailed, Reason: netcore.RunDamaged},
		{State: netcore.RunFailed, Reason: netcore.RunNoAnswer},
		{State: netcore.RunFailed, Reason: netcore.RunUpdate},
		{State: netcore.RunNotFound},
	}
	for _, language := range []string{LanguageEnglish, LanguageChinese} {
		if err := UseLanguage(language); err != nil {
			t.Fatal(err)
		}
		said := map[string]netcore.Run{}
		for _, run := range runs {
			words := Words(run)
			if other, twice := said[words]; twice || words == "" {
				t.Errorf("%s: %q is said of %v %v and of %v %v", language, words, run.State, run.Reason, other.State, other.Reason)
			}
			said[words] = run
		}
	}
	if err := UseLanguage(LanguageEnglish); err != nil {
		t.Fatal(err)
	}
}

func TestEveryReasonHasASentence(t *testing.T) {
	test.NewTempApp(t)
	for _, reason := range []netcore.RunReason{
		netcore.RunNotPermitted, netcore.RunExpired, netcore.RunBusy, netcore.RunBadRequest, netcore.RunTooLong, netcore.RunDuplicate,
		netcore.RunNoButton, netcore.RunBadArgument, netcore.RunRevoked, netcore.RunOutputLimit, netcore.RunFolder, netcore.RunNotAllowed,
		netcore.RunNoStart, netcore.RunSink, netcore.RunProtocol, netcore.RunDamaged, netcore.RunNoAnswer, netcore.RunUpdate,
	} {
		for _, here := range []bool{false, true} {
			if RunReasonWords(netcore.Run{Reason: reason, Here: here}) == "" {
				t.Errorf("nothing is said about %v", reason)
			}
		}
	}
}
