//go:build e2e && linux

package main_test

import (
	"testing"
	"time"
)

// card has bob answer in his window, with the mouse, what alice waits for in her
// terminal on the other PC.
func (o *office) card(t *testing.T) {
	o.bob.do("allow", "alice", "commands=ask")
	o.bob.interrupt(t)
	bob := o.bob.window(newScreen(t))
	o.alice.waitSees(o.bob.id, 10*time.Second)

	denied := o.alice.begin("exec", "bob", "--", "echo", "no-2")
	deny := bob.screen.waitButton(mainButton)
	eventually(t, 20*time.Second, "it is denied", func() bool { // a new question takes no click for a moment
		bob.screen.press(deny)
		return poll(time.Second, func() bool { return !denied.running() })
	})
	if code := denied.wait(t, 20*time.Second); code != 126 || denied.out.String() != "" {
		t.Errorf("denied with the mouse: exit code %d, %q", code, denied.out.String())
	}

	run := o.alice.begin("exec", "bob", "--", "sh", "-c", "echo from the window; exec sleep 86404.1")
	deny = bob.screen.waitButton(mainButton)
	bob.screen.shot("consent-1-bob-is-asked")
	if run.out.String() != "" || !run.running() || len(o.bob.host.alive("86404.1")) > 0 {
		t.Errorf("it did not wait: %q", run.out.String())
	}
	eventually(t, 20*time.Second, "it runs", func() bool {
		bob.screen.click(lastButton, (deny.Min.Y+deny.Max.Y)/2)
		return poll(time.Second, func() bool { return run.out.String() == "from the window\n" })
	})
	o.words(t, o.bob, "86404.1", "running", "running")
	stop := bob.screen.waitButton(stopButton) // in the bar that shows what runs
	bob.screen.shot("consent-2-it-runs")
	bob.screen.press(stop)
	o.waitGone(t, o.bob, "86404.1", endTime)
	if code := run.wait(t, 20*time.Second); code != 126 {
		t.Errorf("stopped with the mouse: exit code %d, %s", code, run.stderr.String())
	}
	o.words(t, o.bob, "86404.1", "killed-there", "killed-here")
	bob.screen.close()
	if code := bob.wait(t, 15*time.Second); code != 0 {
		t.Errorf("bob's window ended with code %d", code)
	}
}

// lastButton is in the last button of a card: "Allow once".
const lastButton = (screenWidth+640)/2 - 20 - 40
