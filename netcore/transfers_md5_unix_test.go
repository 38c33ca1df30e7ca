//go:build unix

package netcore

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"lanyard/netcore/link"
	"lanyard/netcore/md5sum"
)

// A link has no digest. Lines without one made md5sum warn, and verify-md5
// refuse the whole list.
func TestLinksAreNotInTheListOfDigests(t *testing.T) {
	net := link.NewMemory()
	ann, bob := copyOn(t, net, "ann"), copyOn(t, net, "bob")
	dir := t.TempDir()
	plant(t, dir, map[string]string{"src/a": "hello", "src/sub/b": ""})
	only := filepath.Join(dir, "links")
	err := errors.Join(os.Mkdir(only, 0o755),
		os.Symlink("sub/b", filepath.Join(dir, "src", "link")), os.Symlink("nowhere", filepath.Join(only, "link")))
	if err != nil {
		t.Fatal(err)
	}
	arrived := func(root string) (here, there int64) {
		t.Helper()
		there = sent(t, ann, bob, []string{filepath.Join(dir, root)})
		if err := bob.Accept(soon(t), there, AcceptOptions{}); err != nil {
			t.Fatal(err)
		}
		here = newestKey(t, ann)
		eventually(t, bob, "verified", func() bool { return transferIn(t, bob, there, StateVerified) })
		eventually(t, ann, "verified", func() bool { return transferIn(t, ann, here, StateVerified) })
		return here, there
	}
	here, there := arrived("src")
	card, err := bob.Transfer(soon(t), there)
	if err != nil {
		t.Fatal(err)
	}
	lists := map[string]error{
		filepath.Join(dir, "ann.md5"):                    ann.ExportMD5(soon(t), here, filepath.Join(dir, "ann.md5")),
		filepath.Join(bob.Settings().SaveDir, "bob.md5"): bob.ExportMD5(soon(t), there, filepath.Join(bob.Settings().SaveDir, "bob.md5")),
	}
	for list, err := range lists {
		if err != nil {
			t.Fatal(err)
		}
		sum, err := md5sum.Verify(soon(t), list, func(md5sum.Result) error { return nil }, nil)
		if err != nil || sum != (md5sum.Summary{OK: 2, Bytes: sum.Bytes}) {
			t.Errorf("%s: %+v, %v", filepath.Base(list), sum, err)
		}
		if text, err := os.ReadFile(list); err != nil || digestOf(text) != card.MD5 {
			t.Errorf("%s: %q, %v; its MD5 is not that of the card", filepath.Base(list), text, err)
		}
		md5sumChecks(t, list)
	}
	_, there = arrived("links")
	if err := bob.ExportMD5(soon(t), there, filepath.Join(dir, "none.md5")); !errors.Is(err, ErrNoMD5) {
		t.Errorf("of links alone: %v", err)
	}
}
