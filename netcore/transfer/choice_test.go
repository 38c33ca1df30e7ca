//go:build unix

package transfer

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// proposed offers paths and returns both keys, undecided.
func proposed(t *testing.T, from, to *member, paths ...string) (mine, theirs int64) {
	t.Helper()
	mine, err := from.Offer(context.Background(), to.id, paths)
	if err != nil {
		t.Fatal(err)
	}
	return mine, to.offered()
}

// touch gives a file the time of another.
func touch(t *testing.T, path, like string) {
	t.Helper()
	info, err := os.Stat(like)
	if err == nil {
		err = os.Chtimes(path, info.ModTime(), info.ModTime())
	}
	if err != nil {
		t.Fatal(err)
	}
}

// clashing makes a source and a save folder that has some of it already.
func clashing(t *testing.T) (n *network, a, b *member) {
	t.Helper()
	n = newNetwork()
	a, b = join(t, n, "a"), join(t, n, "b")
	tree(t, a.dir, map[string]string{
		"src/same": "identical", "src/doubt": "same bytes", "src/diff": "new one", "src/new": "new", "src/unlike": "AAAA", "src/d/big": noise(5, 3<<20),
	})
	tree(t, b.dir, map[string]string{
		"src/same": "identical", "src/doubt": "same bytes", "src/diff": "old one!", "src/mine": "mine", "src/unlike": "BBBB", "src/d/big": noise(6, 2<<20),
	})
	touch(t, filepath.Join(b.dir, "src/same"), filepath.Join(a.dir, "src/same"))
	past := time.Unix(1_500_000_000, 0)
	for _, name := range []string{"doubt", "unlike"} {
		if err := os.Chtimes(filepath.Join(b.dir, "src", name), past, past); err != nil {
			t.Fatal(err)
		}
	}
	return n, a, b
}

// holds checks what files hold.
func holds(t *testing.T, dir string, want map[string]string) {
	t.Helper()
	for name, text := range want {
		if got, err := os.ReadFile(filepath.Join(dir, name)); err != nil || string(got) != text {
			t.Errorf("%s holds %.40q, %v; want %.40q", name, got, err, text)
		}
	}
}

func TestWhatIsThereAlreadyIsDealtWithAsChosen(t *testing.T) {
	kept := map[string]string{"src/same": "identical", "src/doubt": "same bytes", "src/mine": "mine", "src/new": "new"}
	for policy, test := range map[Policy]struct {
		want     map[string]string
		decision Decision
		done     int
	}{
		PolicyKeep: {
			map[string]string{"src/diff": "old one!", "src/diff (1)": "new one", "src/unlike (1)": "AAAA", "src/d/big (1)": noise(5, 3<<20)},
			Decision{Identical: 2, Beside: 3},
			4,
		},
		PolicyReplace: {
			map[string]string{"src/diff": "new one", "src/unlike": "AAAA", "src/d/big": noise(5, 3<<20)},
			Decision{Identical: 2, Replaced: 3},
			4,
		},
		PolicySkip: {
			map[string]string{"src/diff": "old one!", "src/unlike": "BBBB", "src/d/big": noise(6, 2<<20)},
			Decision{Identical: 2, Kept: 3},
			1,
		},
	} {
		t.Run(string(policy), func(t *testing.T) {
			_, a, b := clashing(t)
			mine, theirs := proposed(t, a, b, filepath.Join(a.dir, "src"))
			if err := b.Accept(context.Background(), theirs, AcceptOptions{Folder: b.dir, Policy: policy}); err != nil {
				t.Fatal(err)
			}
			sent, got := a.await(mine), b.await(theirs)
			wantEnd(t, sent, StateVerified, ReasonNone)
			wantEnd(t, got, StateVerified, ReasonNone)
			if sent.MD5 != got.MD5 || sent.Done != test.done || got.Done != test.done || sent.Skipped != 6-test.done || got.Skipped != 6-test.done {
				t.Errorf("ended as %+v, %+v", sent, got)
			}
			for _, shot := range []Snapshot{sent, got} {
				d, ok := DecisionOf(shot.Transfer)
				d.Left = 0
				if !ok || d != test.decision {
					t.Errorf("decided %+v, want %+v", d, test.decision)
				}
			}
			holds(t, b.dir, kept)
			holds(t, b.dir, test.want)
		})
	}
}

// A file that was edited within the second, to the same size, is not taken for
// the one that is there.
func TestAFileThatChangedJustAfterItWasSentComes(t *testing.T) {
	n := newNetwork()
	a, b := join(t, n, "a"), join(t, n, "b")
	tree(t, a.dir, map[string]string{"src/x": "new"})
	tree(t, b.dir, map[string]string{"src/x": "old"})
	then := time.Unix(1_600_000_000, 123_456_789)
	for dir, at := range map[string]time.Time{b.dir: then, a.dir: then.Add(300 * time.Millisecond)} {
		if err := os.Chtimes(filepath.Join(dir, "src/x"), at, at); err != nil {
			t.Fatal(err)
		}
	}
	mine, theirs := proposed(t, a, b, filepath.Join(a.dir, "src"))
	if err := b.Accept(context.Background(), theirs, AcceptOptions{Folder: b.dir, Policy: PolicyReplace}); err != nil {
		t.Fatal(err)
	}
	sent, got := a.await(mine), b.await(theirs)
	wantEnd(t, sent, StateVerified, ReasonNone)
	wantEnd(t, got, StateVerified, ReasonNone)
	holds(t, b.dir, map[string]string{"src/x": "new"})
	if len(got.Roots) != 1 || got.Roots[0].Path != "src" {
		t.Errorf("the shared folder is recorded as %+v", got.Roots)
	}
}

func TestTimesAreEqualAsFarAsADiskKeepsThem(t *testing.T) {
	listed := time.Unix(1_600_000_001, 123_456_789)
	for there, same := range map[time.Duration]bool{
		0: true, -89: true, -456_789: false, -3_456_789: true, -123_456_789: true, -1_123_456_789: true, // ext4, NTFS, exFAT, seconds, FAT
		1000: false, 300 * time.Millisecond: false, time.Minute: false, 876_543_211: true, // FAT, rounded up
	} {
		if got := sameTime(listed.Add(there), listed.UnixNano()); got != same {
			t.Errorf("%v off: same %v, want %v", there, got, same)
		}
	}
}

func TestAPartOfAnOfferIsAccepted(t *testing.T) {
	_, a, b := clashing(t)
	mine, theirs := proposed(t, a, b, filepath.Join(a.dir, "src"))
	list, err := b.Entries(context.Background(), theirs, 0, 100)
	if err != nil {
		t.Fatal(err)
	}
	o := AcceptOptions{Folder: b.dir, Policy: PolicyKeep, Choices: map[int]Policy{}, Select: [][2]int{}}
	for _, e := range list {
		if e.Path == "src/diff" || e.Path == "src/unlike" {
			o.Select = append(o.Select, [2]int{e.Index, e.Index})
		}
		if e.Path == "src/diff" {
			o.Choices[e.Index] = PolicyReplace
		}
	}
	if err := b.Accept(context.Background(), theirs, o); err != nil {
		t.Fatal(err)
	}
	sent, got := a.await(mine), b.await(theirs)
	wantEnd(t, sent, StateVerified, ReasonNone)
	wantEnd(t, got, StateVerified, ReasonNone)
	if sent.Done != 2 || got.Skipped != 4 || sent.MD5 != got.MD5 {
		t.Errorf("ended as %+v, %+v", sent, got)
	}
	holds(t, b.dir, map[string]string{"src/diff": "new one", "src/unlike": "BBBB", "src/unlike (1)": "AAAA"})
	if _, err := os.Stat(filepath.Join(b.dir, "src/new")); err == nil {
		t.Error("a file came that was not accepted")
	}
}

func TestPreflightSaysWhatWouldBecomeOfAnOffer(t *testing.T) {
	_, a, b := clashing(t)
	tree(t, a.dir, map[string]string{"src/bad\u202Ename": "x"})
	if err := os.Symlink("new", filepath.Join(a.dir, "src/link")); err != nil {
		t.Fatal(err)
	}
	before := look(t, b.dir)
	_, theirs := proposed(t, a, b, filepath.Join(a.dir, "src"))
	look1, err := b.Preflight(context.Background(), theirs, b.dir)
	if err != nil {
		t.Fatal(err)
	}
	if look1.Count != 7 || look1.Links != 1 || look1.Folders != 2 || look1.Identical != 1 || look1.Doubtful != 2 ||
		look1.Different != 2 || look1.Renamed != 1 || !look1.Fits || look1.Free <= 0 || len(look1.Named) != 6 {
		t.Errorf("preflight %+v", look1)
	}
	if look2, err := b.Preflight(context.Background(), theirs, filepath.Join(b.dir, "not", "there")); err != nil || look2.Identical+look2.Different != 0 {
		t.Errorf("preflight for a new folder: %+v, %v", look2, err)
	}
	sameTrees(t, before, look(t, b.dir))
	for name, o := range map[string]AcceptOptions{
		"policy": {Policy: "burn"}, "choice": {Policy: PolicyKeep, Choices: map[int]Policy{1: "burn"}},
		"choice without a policy": {Choices: map[int]Policy{1: PolicySkip}}, "range": {Select: [][2]int{{3, 1}}},
	} {
		o.Folder = b.dir
		if err := b.Accept(context.Background(), theirs, o); !errors.Is(err, ErrOptions) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAnEarlierVersionCannotListBeforeADecision(t *testing.T) {
	b := join(t, newNetwork(), "b")
	p := &peer{t: t, b: b}
	p.ctl, p.conn = p.knock(KindOffer, handOffer(1, 1))
	key := b.offered()
	if _, err := b.Preflight(context.Background(), key, b.dir); !errors.Is(err, ErrVersion) {
		t.Errorf("preflight: %v", err)
	}
}

func TestFailedFilesAreSentAgain(t *testing.T) {
	for _, byReceiver := range []bool{false, true} {
		n, reached, goOn := halted(1 << 10)
		a, b := join(t, n, "a"), join(t, n, "b")
		tree(t, a.dir, map[string]string{"src/a": noise(1, 32<<20), "src/b": noise(2, 3<<20), "src/c": "c"})
		mine, theirs := begin(t, a, b, filepath.Join(a.dir, "src"))
		<-reached
		away := filepath.Join(a.dir, "away")
		if err := os.Rename(filepath.Join(a.dir, "src/b"), away); err != nil {
			t.Fatal(err)
		}
		close(goOn)
		wantEnd(t, a.await(mine), StateFailed, ReasonVanished)
		wantEnd(t, b.await(theirs), StateFailed, ReasonVanished)
		if err := os.Rename(away, filepath.Join(a.dir, "src/b")); err != nil {
			t.Fatal(err)
		}
		var again int64
		if byReceiver {
			if key, err := b.Retry(context.Background(), theirs); err != nil || key != 0 {
				t.Fatalf("asking: %d, %v", key, err)
			}
			again = b.offered()
		} else {
			var err error
			if _, err = a.Retry(context.Background(), mine); err != nil {
				t.Fatal(err)
			}
			again = b.offered()
			if err = b.Accept(context.Background(), again, AcceptOptions{Folder: b.dir}); err != nil {
				t.Fatal(err)
			}
		}
		got := b.await(again)
		wantEnd(t, got, StateVerified, ReasonNone)
		if got.Count != 1 || got.Retry == "" {
			t.Errorf("again: %+v", got)
		}
		sameTrees(t, noFolders(look(t, filepath.Join(a.dir, "src"))), noFolders(look(t, filepath.Join(b.dir, "src"))))
		if _, err := b.Retry(context.Background(), again); !errors.Is(err, ErrState) {
			t.Errorf("again when nothing failed: %v", err)
		}
	}
}

// noFolders is a tree without its folders, whose times are another matter.
func noFolders(tree map[string]string) map[string]string {
	for name, text := range tree {
		if text[0] == 'd' {
			delete(tree, name)
		}
	}
	return tree
}
