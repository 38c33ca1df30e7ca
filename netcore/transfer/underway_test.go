//go:build unix

package transfer

import (
	"context"
	"path/filepath"
	"testing"
)

func TestFilesUnderWayAreToldOf(t *testing.T) {
	n, reached, goOn := halted(5<<20 + 100<<10)
	a, b := join(t, n, "a"), join(t, n, "b")
	tree(t, a.dir, map[string]string{"src/a-big": noise(1, 3<<20), "src/b-big": noise(2, 8<<20), "src/small": "small"})
	mine, theirs := begin(t, a, b, filepath.Join(a.dir, "src"))
	<-reached
	for m, key := range map[*member]int64{a: mine, b: theirs} {
		until(t, "the second large file is under way", func() bool {
			s, err := m.Snapshot(context.Background(), key)
			if err != nil || len(s.Under) != 1 {
				return false
			}
			one := s.Under[0]
			return one.Path == "src/b-big" && one.Size == 8<<20 && one.Done == 2<<20
		})
	}
	close(goOn)
	sent, got := arrives(t, a, b, mine, theirs)
	if len(sent.Under)+len(got.Under) != 0 {
		t.Errorf("at the end %+v, %+v are under way", sent.Under, got.Under)
	}
}

func TestAFileThatGoesOnBeginsWhereItWas(t *testing.T) {
	var now sentNow
	now.wrote(&fileFrame{F: 7, Size: 5 << 20, has: 2 << 20}, 0)
	now.wrote(&fileFrame{F: 8, Size: 100}, 100)
	now.wrote(&chunkFrame{F: 7}, 1<<20)
	if under := now.list(); len(under) != 1 || under[0].Index != 7 || under[0].Done != 3<<20 {
		t.Errorf("under way: %+v", under)
	}
	now.wrote(skipFrame{F: 7}, 0)
	if under := now.list(); len(under) != 0 {
		t.Errorf("after it was skipped: %+v", under)
	}
	if spanned(5<<20+1, [][2]int{{0, 0}, {4, 5}}) != 2<<20+1 {
		t.Error("the last chunk is shorter")
	}
}
