package netcore

import (
	"context"
	"crypto/md5"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"lanyard/netcore/link"
	"lanyard/netcore/md5sum"
)

// found returns the names of the transfers that a query finds.
func found(t *testing.T, n *Node, query TransferQuery) string {
	t.Helper()
	list, err := n.FindTransfers(context.Background(), query)
	if err != nil {
		t.Fatal(err)
	}
	names := make([]string, len(list))
	for i, one := range list {
		names[i] = one.Name
	}
	return strings.Join(names, " ")
}

// accepted is offered, then accepted and verified.
func accepted(t *testing.T, from, to *Node, options AcceptOptions, files map[string]string, roots ...string) int64 {
	t.Helper()
	key := offered(t, from, to, files, roots...)
	if err := to.Accept(soon(t), key, options); err != nil {
		t.Fatal(err)
	}
	eventually(t, to, "verified", func() bool { return transferIn(t, to, key, StateVerified) })
	return key
}

func TestTransfersAreFoundAsTheyAreShown(t *testing.T) {
	net := link.NewMemory()
	ann, bob := copyOn(t, net, "Änn"), copyOn(t, net, "bob")
	accepted(t, ann, bob, AcceptOptions{}, map[string]string{"Straße_1.txt": "x"}, "Straße_1.txt")
	two := accepted(t, ann, bob, AcceptOptions{}, map[string]string{"one.txt": "x", "照片/a": "y"}, "one.txt", "照片")
	open := offered(t, ann, bob, map[string]string{"100%.bin": "x"}, "100%.bin")
	fromAnn := only(t, bob)
	for _, c := range []struct {
		query TransferQuery
		want  string
	}{
		{TransferQuery{}, "100%.bin one.txt +1 Straße_1.txt"},
		{TransferQuery{Limit: 1}, "100%.bin"},
		{TransferQuery{Before: two}, "Straße_1.txt"},
		{TransferQuery{Group: GroupQueue}, "100%.bin"},
		{TransferQuery{Group: GroupDone}, "one.txt +1 Straße_1.txt"},
		{TransferQuery{Group: GroupRunning}, ""},
		{TransferQuery{Group: GroupFailed}, ""},
		{TransferQuery{Group: "none"}, ""},
		{TransferQuery{Text: "STRASSE"}, "Straße_1.txt"},
		{TransferQuery{Text: "照"}, "one.txt +1"}, // the second of its roots
		{TransferQuery{Text: "%"}, "100%.bin"},
		{TransferQuery{Text: "_"}, "Straße_1.txt"},
		{TransferQuery{Text: "e_1"}, "Straße_1.txt"},
		{TransferQuery{Text: "a\u0308NN"}, "100%.bin one.txt +1 Straße_1.txt"}, // the person, with the letter composed
		{TransferQuery{Text: "nothing"}, ""},
		{TransferQuery{Person: fromAnn.ID, Text: ".txt", Limit: 1}, "one.txt +1"},
		{TransferQuery{Person: fromAnn.ID + 1}, ""},
	} {
		if got := found(t, bob, c.query); got != c.want {
			t.Errorf("%+v finds %q, want %q", c.query, got, c.want)
		}
	}
	if err := bob.SetAlias(soon(t), fromAnn.ID, "Boss"); err != nil {
		t.Fatal(err)
	}
	if got := found(t, bob, TransferQuery{Text: "boss", Group: GroupQueue}); got != "100%.bin" {
		t.Errorf("by an alias: %q", got)
	}
	testClear(t, bob, open)
}

// testClear clears the page of what has ended: three transfers, of which one
// goes on.
func testClear(t *testing.T, n *Node, open int64) {
	t.Helper()
	events := n.Subscribe(100)
	defer events.Close()
	if count, err := n.ClearTransfers(soon(t), GroupFailed); err != nil || count != 0 {
		t.Errorf("clearing what failed: %d, %v", count, err)
	}
	if count, err := n.ClearTransfers(soon(t), GroupAll); err != nil || count != 2 {
		t.Errorf("clearing all: %d, %v", count, err)
	}
	if event := <-events.C; event.Kind != EventTransfers {
		t.Errorf("told of %+v", event)
	}
	if list, err := n.FindTransfers(soon(t), TransferQuery{}); err != nil || len(list) != 1 || list[0].Key != open {
		t.Errorf("left on the page: %+v, %v", list, err)
	}
	if items := itemsOf(t, n, only(t, n)); len(items) != 3 || items[0].Transfer == nil {
		t.Errorf("the conversation has %d items", len(items))
	}
}

func TestFilesAreFoundByPartOfTheirPath(t *testing.T) {
	net := link.NewMemory()
	ann, bob := copyOn(t, net, "ann"), copyOn(t, net, "bob")
	files := map[string]string{}
	for i := range 250 {
		files[fmt.Sprintf("Src/Ünit_%03d.TXT", i)] = "x"
	}
	key := accepted(t, ann, bob, AcceptOptions{}, files, "Src")
	find := func(query FileQuery) []FileResult {
		t.Helper()
		query.Key = key
		got, err := bob.FindFiles(soon(t), query)
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	for text, want := range map[string]int{
		"": 250, "src/ünit": 250, "U\u0308NIT_24": 10, "_249.txt": 1, "n_t": 0, "%": 0, "ünit 1": 0,
	} {
		if got := len(find(FileQuery{Text: text, Limit: 1000})); got != want {
			t.Errorf("%q finds %d files, want %d", text, got, want)
		}
	}
	if failed := find(FileQuery{Failed: true}); len(failed) != 0 {
		t.Errorf("failed: %+v", failed)
	}
	first := find(FileQuery{Limit: 0})
	rest := find(FileQuery{After: first[len(first)-1].Seq, Limit: 1 << 30})
	if len(first) != usualFound || len(rest) != 250-usualFound || rest[0].Seq <= first[usualFound-1].Seq {
		t.Errorf("%d files, then %d", len(first), len(rest))
	}
}

func TestTheListOfDigestsIsOneForMD5Sum(t *testing.T) {
	net := link.NewMemory()
	ann, bob := copyOn(t, net, "ann"), copyOn(t, net, "bob")
	files := map[string]string{"照片/空": "", "照片/deep/a b": "hello", "照片/big": strings.Repeat("x", 3<<20), "one.txt": "1"}
	key := accepted(t, ann, bob, AcceptOptions{}, files, "照片", "one.txt")
	sender := newestKey(t, ann)
	eventually(t, ann, "verified", func() bool { return transferIn(t, ann, sender, StateVerified) })
	got, err := ann.Transfer(soon(t), sender)
	if err != nil {
		t.Fatal(err)
	}
	for name, one := range map[string]struct {
		node *Node
		key  int64
		dir  string
	}{"sender": {ann, sender, filepath.Dir(got.Paths[0])}, "receiver": {bob, key, bob.Settings().SaveDir}} {
		list := filepath.Join(one.dir, "list of "+name+".md5")
		if err := one.node.ExportMD5(soon(t), one.key, list); err != nil {
			t.Fatal(err)
		}
		sum, err := md5sum.Verify(soon(t), list, func(md5sum.Result) error { return nil }, nil)
		if err != nil || sum.OK != 4 || sum != (md5sum.Summary{OK: 4, Bytes: sum.Bytes}) {
			t.Errorf("%s: %+v, %v", name, sum, err)
		}
		text, err := os.ReadFile(list)
		if err != nil || !strings.Contains(string(text), "  照片/deep/a b\n") || digestOf(text) != got.MD5 {
			t.Errorf("%s: %q of %s, %v; the card says %s", name, text, digestOf(text), err, got.MD5)
		}
		md5sumChecks(t, list)
		if err := one.node.ExportMD5(soon(t), one.key, list); !errors.Is(err, fs.ErrExist) {
			t.Errorf("%s: over a file: %v", name, err)
		}
	}
}

// digestOf is the MD5 of a text.
func digestOf(text []byte) string {
	sum := md5.Sum(text) //nolint:gosec // the digest of the lists
	return hex.EncodeToString(sum[:])
}

// md5sumChecks has the program md5sum check a list, where there is one.
func md5sumChecks(t *testing.T, list string) {
	t.Helper()
	program, err := exec.LookPath("md5sum")
	if err != nil {
		return // package md5sum has the test that needs it
	}
	check := exec.Command(program, "--check", "--strict", filepath.Base(list))
	check.Dir = filepath.Dir(list)
	if out, err := check.CombinedOutput(); err != nil {
		t.Errorf("md5sum --check: %v\n%s", err, out)
	}
}

func TestAListInTheFolderItselfHoldsThere(t *testing.T) {
	net := link.NewMemory()
	ann, bob := copyOn(t, net, "ann"), copyOn(t, net, "bob")
	key := accepted(t, ann, bob, AcceptOptions{}, map[string]string{"src/a": "hello", "src/b/c": ""}, "src")
	list := filepath.Join(bob.Settings().SaveDir, "src", "src.md5")
	if err := bob.ExportMD5(soon(t), key, list); err != nil {
		t.Fatal(err)
	}
	if sum, err := md5sum.Verify(soon(t), list, func(md5sum.Result) error { return nil }, nil); err != nil || sum.OK != 2 {
		t.Errorf("%+v, %v", sum, err)
	}
	md5sumChecks(t, list)
}

func TestNoListOfWhatIsNotKnown(t *testing.T) {
	net := link.NewMemory()
	ann, bob := copyOn(t, net, "ann"), copyOn(t, net, "bob")
	list := filepath.Join(t.TempDir(), "list.md5")
	key := offered(t, ann, bob, map[string]string{"a": "x"}, "a")
	if err := bob.ExportMD5(soon(t), key, list); !errors.Is(err, ErrMD5Pending) {
		t.Errorf("of one that goes on: %v", err)
	}
	if err := bob.Decline(soon(t), key); err != nil {
		t.Fatal(err)
	}
	if err := bob.ExportMD5(soon(t), key, list); !errors.Is(err, ErrNoMD5) {
		t.Errorf("of one without files: %v", err)
	}
	if _, err := os.Stat(list); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a list was left: %v", err)
	}
}
