//go:build unix

package transfer

import (
	"context"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

func TestNothingIsOverwritten(t *testing.T) {
	n := newNetwork()
	a, b := join(t, n, "a"), join(t, n, "b")
	tree(t, a.dir, map[string]string{"one.tar.gz": "new", "src/x": "new"})
	tree(t, b.dir, map[string]string{"one.tar.gz": "old", "src/x": "old", "src (1)": "in the way"})
	_, got := pass(t, a, b, filepath.Join(a.dir, "one.tar.gz"), filepath.Join(a.dir, "src"))
	wantEnd(t, got, StateVerified, ReasonNone)
	for name, want := range map[string]string{
		"one.tar.gz": "old", "one (1).tar.gz": "new", "src/x": "old", "src (2)/x": "new", "src (1)": "in the way",
	} {
		if text, err := os.ReadFile(filepath.Join(b.dir, name)); err != nil || string(text) != want {
			t.Errorf("%s holds %q, %v; want %q", name, text, err, want)
		}
	}
	if got.Roots[0].Path != "one (1).tar.gz" || got.Roots[1].Path != "src (2)" {
		t.Errorf("roots saved as %+v", got.Roots)
	}
}

func TestWhatCannotBeSentIsNamedAndTheRestGoesOn(t *testing.T) {
	n := newNetwork()
	a, b := join(t, n, "a"), join(t, n, "b")
	tree(t, a.dir, map[string]string{"src/good": "good", "src/last": "last"})
	if err := os.Symlink("/etc/passwd", filepath.Join(a.dir, "src/link")); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mkfifo(filepath.Join(a.dir, "src/pipe"), 0o600); err != nil {
		t.Fatal(err)
	}
	sent, got := pass(t, a, b, filepath.Join(a.dir, "src"))
	wantEnd(t, sent, StateFailed, ReasonNotRegular)
	wantEnd(t, got, StateFailed, ReasonNotRegular)
	if sent.Done != 2 || sent.Failed != 1 || sent.Skipped != 1 || got.Done != 2 || got.Failed != 1 || got.Skipped != 1 {
		t.Errorf("ended as %+v, %+v", sent, got)
	}
	rows, err := a.db.TransferFilesAfter(context.Background(), 0, 100)
	if err != nil || len(rows) != 4 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	reasons := map[string]Reason{"src/link": ReasonNoLink, "src/pipe": ReasonNotRegular}
	for _, row := range rows {
		if want := reasons[row.Path]; row.Reason != string(want) || (want == ReasonNone) != (row.MD5 != "") {
			t.Errorf("recorded %+v", row)
		}
	}
	if _, err := os.Lstat(filepath.Join(b.dir, "src/link")); err == nil {
		t.Error("a link arrived")
	}
}

func TestASourceThatChangesComesAsItIsThen(t *testing.T) {
	for name, spoil := range map[string]func(string) error{
		"shrinks":          func(p string) error { return os.Truncate(p, 2<<20) },
		"becomes small":    func(p string) error { return os.WriteFile(p, []byte("now it is small"), 0o600) },
		"grows":            func(p string) error { return os.WriteFile(p, make([]byte, 9<<20), 0o600) },
		"is another":       func(p string) error { return os.WriteFile(p, []byte(noise(7, 8<<20)), 0o600) },
		"vanishes":         os.Remove,
		"grows beyond all": func(p string) error { return os.Truncate(p, 1<<30) },
	} {
		t.Run(name, func(t *testing.T) {
			n, reached, goOn := halted(1 << 10)
			a, b := join(t, n, "a"), join(t, n, "b")
			tree(t, a.dir, map[string]string{
				"src/a": noise(1, 64<<20), "src/b": noise(2, 8<<20), "src/c": "still comes", "src/d": "small",
			})
			mine, theirs := begin(t, a, b, filepath.Join(a.dir, "src"))
			<-reached
			if err := spoil(filepath.Join(a.dir, "src/b")); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(a.dir, "src/d"), []byte("and another length"), 0o600); err != nil {
				t.Fatal(err)
			}
			close(goOn)
			sent, got := a.await(mine), b.await(theirs)
			switch name {
			case "vanishes":
				wantEnd(t, sent, StateFailed, ReasonVanished)
				wantEnd(t, got, StateFailed, ReasonVanished)
			case "grows beyond all":
				wantEnd(t, sent, StateFailed, ReasonChanged)
				wantEnd(t, got, StateFailed, ReasonChanged)
			default:
				wantEnd(t, sent, StateVerified, ReasonNone)
				wantEnd(t, got, StateVerified, ReasonNone)
				sameTrees(t, look(t, filepath.Join(a.dir, "src")), look(t, filepath.Join(b.dir, "src")))
				if sent.Restarted == 0 || got.Restarted == 0 || sent.MD5 != got.MD5 {
					t.Errorf("ended as %+v, %+v", sent, got)
				}
			}
			if name == "vanishes" && (sent.Done != 3 || got.Done != 3) {
				t.Errorf("ended as %+v, %+v", sent, got)
			}
		})
	}
}

func TestBothDirectionsAndManyAtOnce(t *testing.T) {
	n := newNetwork()
	a, b := join(t, n, "a"), join(t, n, "b")
	type one struct{ mine, theirs int64 }
	var out, back []one
	for i := range 6 {
		name := string(rune('a' + i))
		tree(t, a.dir, map[string]string{"to-b-" + name: noise(uint64(i), 2<<20+i)})
		tree(t, b.dir, map[string]string{"to-a-" + name: noise(uint64(i), 1<<20-i)})
		mine, theirs := begin(t, a, b, filepath.Join(a.dir, "to-b-"+name))
		out = append(out, one{mine, theirs})
		mine, theirs = begin(t, b, a, filepath.Join(b.dir, "to-a-"+name))
		back = append(back, one{mine, theirs})
	}
	for i := range out {
		wantEnd(t, a.await(out[i].mine), StateVerified, ReasonNone)
		wantEnd(t, b.await(out[i].theirs), StateVerified, ReasonNone)
		wantEnd(t, b.await(back[i].mine), StateVerified, ReasonNone)
		wantEnd(t, a.await(back[i].theirs), StateVerified, ReasonNone)
	}
	sameTrees(t, look(t, a.dir), look(t, b.dir))
}

func TestASaveFolderThatCannotBe(t *testing.T) {
	n := newNetwork()
	a, b := join(t, n, "a"), join(t, n, "b")
	tree(t, a.dir, map[string]string{"x": "x"})
	b.dir = filepath.Join(a.dir, "x", "below a file")
	sent, got := pass(t, a, b, filepath.Join(a.dir, "x"))
	wantEnd(t, sent, StateFailed, ReasonWriteFailed)
	wantEnd(t, got, StateFailed, ReasonWriteFailed)
}

func TestAPipeAloneIsCountedAndHasNoDigest(t *testing.T) {
	n := newNetwork()
	a, b := join(t, n, "a"), join(t, n, "b")
	pipe := filepath.Join(a.dir, "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	key, err := a.Offer(context.Background(), b.id, []string{pipe})
	if err != nil {
		t.Fatal(err)
	}
	alone := a.await(key)
	wantEnd(t, alone, StateFailed, ReasonNotRegular)
	if alone.Failed != 1 || alone.Count != 1 || alone.MD5 != "" {
		t.Errorf("%d of %d failed, MD5 %q", alone.Failed, alone.Count, alone.MD5)
	}
	tree(t, a.dir, map[string]string{"src/": ""})
	if err := os.Rename(pipe, filepath.Join(a.dir, "src/pipe")); err != nil {
		t.Fatal(err)
	}
	sent, got := pass(t, a, b, filepath.Join(a.dir, "src"))
	for _, shot := range []Snapshot{sent, got} {
		wantEnd(t, shot, StateFailed, ReasonNotRegular)
		if shot.MD5 != "" {
			t.Errorf("nothing was verified, and the MD5 is %q", shot.MD5)
		}
	}
}

func TestWhatWasPlacedUnderAnotherNameIsFoundAgain(t *testing.T) {
	n, reached, goOn := halted(3 << 20)
	a, b := join(t, n, "a"), join(t, n, "b")
	tree(t, a.dir, map[string]string{"x": "new", "big": noise(1, 8<<20)})
	tree(t, b.dir, map[string]string{"x": "in the way"})
	mine, theirs := begin(t, a, b, filepath.Join(a.dir, "big"), filepath.Join(a.dir, "x"))
	<-reached
	b.leave(n)
	// As if it had been killed after the file had its place, before that was recorded.
	tree(t, b.dir, map[string]string{"x (1)": "new"})
	info, err := os.Stat(filepath.Join(a.dir, "x"))
	if err == nil {
		err = os.Chtimes(filepath.Join(b.dir, "x (1)"), info.ModTime(), info.ModTime())
	}
	if err != nil {
		t.Fatal(err)
	}
	close(goOn)
	b.start(n)
	wantEnd(t, a.await(mine), StateVerified, ReasonNone)
	got := b.await(theirs)
	if got.Roots[1].Path != "x (1)" {
		t.Errorf("roots saved as %+v", got.Roots)
	}
	if list, err := filepath.Glob(filepath.Join(b.dir, "x*")); err != nil || len(list) != 2 {
		t.Errorf("there is %q, %v", list, err)
	}
}
