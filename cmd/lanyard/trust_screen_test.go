//go:build e2e && linux

package main_test

import (
	"testing"
	"time"
)

func TestSixDigitsInTwoWindows(t *testing.T) {
	alice, bob := openWindows(t)
	var aliceID, bobID string
	eventually(t, 10*time.Second, "the windows list each other", func() bool {
		aliceID, bobID = bob.onlyPerson(), alice.onlyPerson()
		return aliceID != "" && bobID != ""
	})
	alice.screen.key("ctrl+1", "ctrl+i")
	alice.screen.pressMain() // "Compare digits…" on bob's card
	bob.screen.key("ctrl+1")
	bob.screen.pressMain()   // "Compare…" in the banner that says who asks
	alice.screen.pressMain() // "They match"
	if got := alice.trust(bobID); got != "stranger" {
		t.Errorf("one answer made bob %s", got)
	}
	alice.screen.shot("trust-1-alice-said")
	bob.screen.pressMain()
	eventually(t, 20*time.Second, "both are verified", func() bool {
		return alice.trust(bobID) == "verified" && bob.trust(aliceID) == "verified"
	})
	alice.screen.shot("trust-2-alice-verified")
	alice.screen.key("Escape", "Escape")

	raised := alice.ask("allow", bobID, "commands=always")
	eventually(t, 20*time.Second, "the window asks", func() bool { return !biggest(alice.screen.look(), mainButton).Empty() })
	alice.screen.shot("trust-3-alice-is-asked")
	alice.screen.key("Return") // the default
	if code := raised.wait(t, 20*time.Second); code != 3 {
		t.Errorf("a right was raised with exit code %d: %s", code, raised.stderr.String())
	}
	alice.quit(t, longestCallback)
	bob.quit(t, longestCallback)
}
