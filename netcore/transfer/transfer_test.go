//go:build unix

package transfer

import (
	"path/filepath"
	"strings"
	"testing"
)

func TestAFolderArrivesAsItIs(t *testing.T) {
	n := newNetwork()
	a, b := join(t, n, "a"), join(t, n, "b")
	tree(t, a.dir, map[string]string{
		"src/a.txt":          "hello",
		"src/空/中文 名.txt":     "你好",
		"src/empty.bin":      "",
		"src/empty folder/":  "",
		"src/deep/1/2/3/x":   "x",
		"src/one MiB":        noise(1, 1<<20),
		"src/one MiB and 1":  noise(2, 1<<20+1),
		"src/big.bin":        noise(3, 5<<20+777),
		"src/.hidden":        "kept inside a folder",
		"src/Makefile":       "both",
		"src/makefile":       "are kept",
		"src/back\\slash":    "is a name here",
		"src/e\u0301 and é/": "",
	})
	sent, got := pass(t, a, b, filepath.Join(a.dir, "src"))
	for _, shot := range []Snapshot{sent, got} {
		if shot.State != string(StateVerified) || shot.Failed != 0 || shot.Done != shot.Count || shot.DoneBytes != shot.Bytes {
			t.Errorf("ended as %+v", shot)
		}
	}
	if sent.MD5 != got.MD5 || len(sent.MD5) != 32 {
		t.Errorf("MD5 %q and %q", sent.MD5, got.MD5)
	}
	sameTrees(t, look(t, a.dir), look(t, b.dir))
}

func TestManySmallFiles(t *testing.T) {
	n := newNetwork()
	a, b := join(t, n, "a"), join(t, n, "b")
	files := map[string]string{}
	for i := range 1000 {
		files["many/"+strings.Repeat("d", i%7+1)+"/"+noise(uint64(i), 4)[:0]+string(rune('a'+i%26))+strings.Repeat("x", i/26)] = noise(uint64(i), i)
	}
	tree(t, a.dir, files)
	sent, got := pass(t, a, b, filepath.Join(a.dir, "many"))
	if sent.State != string(StateVerified) || got.State != string(StateVerified) || sent.Done != 1000 {
		t.Errorf("ended as %+v, %+v", sent, got)
	}
	sameTrees(t, look(t, a.dir), look(t, b.dir))
}
