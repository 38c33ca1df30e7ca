//go:build unix

package transfer

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"lanyard/netcore/store"
)

// The receiver may end while another try of the sender has begun, which takes
// the digests anew.
func TestADigestThatATryBrokeOffIsTakenWhenTheReceiverHasAll(t *testing.T) {
	n := newNetwork()
	a := join(t, n, "a")
	big := noise(1, 3<<20)
	tree(t, a.dir, map[string]string{"big": big})
	roots, err := rootsOf([]string{filepath.Join(a.dir, "big")})
	if err != nil {
		t.Fatal(err)
	}
	rec := store.Transfer{Outgoing: true, ID: "0123456789abcdef0123456789abcdef", Roots: roots, Count: 1, State: string(StateRunning), Created: time.Now()}
	if rec.Key, err = a.db.AddTransfer(context.Background(), rec); err != nil {
		t.Fatal(err)
	}
	for name, theirs := range map[string]string{"verified": digestData([]byte(big)).text(), "failed": digestData(nil).text()} {
		j := a.newJob(rec)
		list, err := walk(context.Background(), roots)
		if err != nil {
			t.Fatal(err)
		}
		j.list, j.sums = &list.manifest, make([]sum, len(list.entries))
		broken := j.followSource(0, version{size: list.entries[0].size, mtime: list.entries[0].mtime, ctime: list.entries[0].ctime, inode: list.entries[0].inode}, nil, nil)
		time.AfterFunc(50*time.Millisecond, broken.abort)
		j.settleEnd(theirs)
		j.md5s.tasks.Wait()
		if j.outcome == nil || string(j.outcome.state) != name {
			t.Errorf("ended as %+v, want %s", j.outcome, name)
		}
	}
}
