package netcore

import (
	"context"
	"os"
	"testing"
)

// TestWhatMayGoOnNoMoreIsStoppedWhoeverGaveUpWaiting: a command that is
// interrupted after its commit leaves nothing running.
func TestWhatMayGoOnNoMoreIsStoppedWhoeverGaveUpWaiting(t *testing.T) {
	ann, bob, toBob, toAnn := verified(t)
	if err := ann.SetPermissions(soon(t), toBob.Device, Permissions{Files: FilesAuto, Commands: CommandsOff}); err != nil {
		t.Fatal(err)
	}
	large := gift(t, "large", 0)
	if err := os.Truncate(large, 512<<20); err != nil { // takes seconds to send
		t.Fatal(err)
	}
	if _, err := bob.Send(soon(t), toAnn.ID, []string{large}); err != nil {
		t.Fatal(err)
	}
	eventually(t, ann, "the file coming", func() bool {
		items := itemsOf(t, ann, toBob)
		return len(items) == 1 && items[0].State == StateRunning
	})
	interrupted, interrupt := context.WithCancel(context.Background())
	interrupt()
	ann.auto.stop(interrupted, toBob.Device)
	if got := itemsOf(t, ann, toBob)[0]; got.State != StateCancelled {
		t.Errorf("it goes on: %s", got.State)
	}
}
