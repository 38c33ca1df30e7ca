//go:build unix

package transfer

import (
	"os"
	"path/filepath"
	"testing"
)

// A journal that many tries made long has what is claimed, and no more, in the next.
func TestALongJournalIsWrittenAnewWhenATransferGoesOn(t *testing.T) {
	n, total, a, b, mine, theirs := partly(t)
	b.leave(n)
	rec, err := openForTest(b, theirs)
	if err != nil {
		t.Fatal(err)
	}
	stage, err := os.OpenRoot(b.stageOf())
	if err != nil {
		t.Fatal(err)
	}
	j, _, err := openJournal(stage, rec)
	if err != nil {
		t.Fatal(err)
	}
	var hash hash32
	for i := range 2000 { // files that have their names by now
		if err := j.begin(10+i, 1<<20+1, 1); err != nil {
			t.Fatal(err)
		}
		for c := range 2 {
			if err := j.chunk(10+i, c, &hash); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, end := range []func() error{j.file.Close, stage.Close} {
		if err := end(); err != nil {
			t.Fatal(err)
		}
	}
	s := &slow{left: 1 << 20, reached: make(chan struct{}), goOn: make(chan struct{})}
	n.tamper = func(kind string, to Stream) Stream {
		if kind != KindData || s.Stream != nil {
			return to
		}
		s.Stream = &counted{Stream: to, total: total}
		return s
	}
	b.start(n)
	n.heal()
	<-s.reached
	if info, err := os.Stat(filepath.Join(b.stageOf(), journalName)); err != nil || info.Size() > 100*journalSize {
		t.Errorf("the journal: %+v, %v", info, err)
	}
	close(s.goOn)
	sent, _ := arrives(t, a, b, mine, theirs)
	if again := total.Load(); again > 7<<20 || sent.Restarted != 0 {
		t.Errorf("%d bytes were sent after 8 MiB of 12 (%+v)", again, sent)
	}
}
