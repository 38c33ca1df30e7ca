package netcore

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"lanyard/netcore/link"
	"lanyard/netcore/safename"
)

func TestWhatIsNestedTooDeepIsNotSentAgain(t *testing.T) {
	net := link.NewMemory()
	ann, bob := copyOn(t, net, "ann"), copyOn(t, net, "bob")
	source := t.TempDir()
	plant(t, source, map[string]string{"src/good": "good", "src/" + strings.Repeat("in/", safename.MaxDepth) + "far": "far"})
	key := sent(t, ann, bob, []string{filepath.Join(source, "src")})
	if err := bob.Accept(soon(t), key, AcceptOptions{}); err != nil {
		t.Fatal(err)
	}
	for n, key := range map[*Node]int64{bob: key, ann: newestKey(t, ann)} {
		eventually(t, n, "the end", func() bool { return current(t, n, key).State.Ended() })
		if got := current(t, n, key); !got.Hopeless || got.Reason != ReasonTooDeep || got.Done != 1 || got.Failed != 1 {
			t.Errorf("%s shows %+v", n.Self().Name, got)
		}
		if err := n.Retry(soon(t), key); !errors.Is(err, ErrHopeless) {
			t.Errorf("%s tries again: %v", n.Self().Name, err)
		}
	}
}
