package netcore

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
)

// plant writes files below a folder.
func plant(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, content := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(content), 0o644)); err != nil {
			t.Fatal(err)
		}
	}
}

// offered has one offer some of the files that it is given to another, and
// returns the key of the offer there.
func offered(t *testing.T, from, to *Node, files map[string]string, roots ...string) int64 {
	t.Helper()
	dir := t.TempDir()
	plant(t, dir, files)
	paths := make([]string, len(roots))
	for i, name := range roots {
		paths[i] = filepath.Join(dir, name)
	}
	return sent(t, from, to, paths)
}

// sent is offered for files that are there.
func sent(t *testing.T, from, to *Node, paths []string) int64 {
	t.Helper()
	before := newestKey(t, to)
	if _, err := from.Send(soon(t), reach(t, from, to.Self().Name+":9527").ID, paths); err != nil {
		t.Fatal(err)
	}
	eventually(t, to, "the offer", func() bool { return newestKey(t, to) > before })
	return newestKey(t, to)
}

// newestKey returns the key of the newest transfer, 0 if there is none.
func newestKey(t *testing.T, n *Node) int64 {
	t.Helper()
	list, err := n.FindTransfers(context.Background(), TransferQuery{Limit: 1})
	if err != nil {
		t.Fatal(err)
	}
	if len(list) == 0 {
		return 0
	}
	return list[0].Key
}

// transferIn reports whether a transfer is in a state.
func transferIn(t *testing.T, n *Node, key int64, state State) bool {
	t.Helper()
	got, err := n.Transfer(context.Background(), key)
	if err != nil {
		t.Fatal(err)
	}
	return got.State == state
}
