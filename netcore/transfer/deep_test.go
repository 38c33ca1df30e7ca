//go:build unix

package transfer

import (
	"context"
	"path/filepath"
	"strings"
	"testing"

	"lanyard/netcore/safename"
)

func TestWhatIsNestedTooDeepIsSaidToBe(t *testing.T) {
	n := newNetwork()
	a, b := join(t, n, "a"), join(t, n, "b")
	src := filepath.Join(t.TempDir(), "src")
	within := strings.Repeat("in/", safename.MaxDepth)
	tree(t, src, map[string]string{"ok": "ok", within + "file": "far"})
	key, err := a.Offer(context.Background(), b.id, []string{src})
	if err != nil {
		t.Fatal(err)
	}
	theirs := b.offered()
	look, err := b.Preflight(context.Background(), theirs, b.dir)
	if err != nil || look.Unsent != 1 || len(look.Named) != 1 || look.Named[0].Reason != ReasonTooDeep {
		t.Errorf("before a decision: %+v, %v", look, err)
	}
	if err := b.Accept(context.Background(), theirs, AcceptOptions{Folder: b.dir}); err != nil {
		t.Fatal(err)
	}
	for name, shot := range map[string]Snapshot{"sender": a.await(key), "receiver": b.await(theirs)} {
		if Reason(shot.Reason) != ReasonTooDeep || shot.Done != 1 || shot.Failed != 1 {
			t.Errorf("for the %s it ended with %q, %d good and %d failed", name, shot.Reason, shot.Done, shot.Failed)
		}
	}
}
