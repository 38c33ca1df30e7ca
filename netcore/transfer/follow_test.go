//go:build linux

package transfer

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// holdMD5 keeps a job from taking the MD5 of large files until go on is called.
func holdMD5(j *job) (goOn func()) {
	hold, once := make(chan struct{}), make(chan struct{}, 1)
	once <- struct{}{}
	w := newFollow(-1, 1, func() (*os.File, error) {
		<-hold
		return nil, errAborted
	})
	w.done = func(digest, error) {}
	j.md5s.add(w)
	return func() {
		select {
		case <-once:
			close(hold)
		default:
		}
	}
}

// lagging sends a folder while neither side takes the MD5 of its large files, and
// waits until all of them have their names.
func lagging(t *testing.T, n *network, a, b *member, large int) (mine, theirs int64, goOn func()) {
	t.Helper()
	mine, err := a.Offer(context.Background(), b.id, []string{filepath.Join(a.dir, "src")})
	if err != nil {
		t.Fatal(err)
	}
	theirs = b.offered()
	ours, other := holdMD5(a.job(mine)), holdMD5(b.job(theirs))
	goOn = func() { ours(); other() }
	t.Cleanup(goOn)
	if err := b.Accept(context.Background(), theirs, AcceptOptions{Folder: b.dir}); err != nil {
		t.Fatal(err)
	}
	until2(t, 60*time.Second, "all of it is in place", func() bool {
		sent, err := a.Snapshot(context.Background(), mine)
		got, failed := b.Snapshot(context.Background(), theirs)
		if errors.Join(err, failed) != nil || State(sent.State).Ended() || State(got.State).Ended() {
			t.Fatalf("%+v, %+v: %v, %v", sent, got, err, failed)
		}
		return sent.Pending == large && got.Pending == large
	})
	return mine, theirs, goOn
}

// openHere counts what this process has open.
func openHere(t *testing.T) int {
	t.Helper()
	list, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	return len(list)
}

// However many files wait for their MD5, they are not open meanwhile.
func TestFilesThatWaitForTheirMD5AreNotOpen(t *testing.T) {
	const files = 200
	n := newNetwork()
	a, b := join(t, n, "a"), join(t, n, "b")
	tree(t, a.dir, map[string]string{"src/small": "small"})
	for i := range files {
		name := filepath.Join(a.dir, fmt.Sprint("src/", i))
		if err := errors.Join(os.WriteFile(name, []byte(name), 0o600), os.Truncate(name, smallMax+1)); err != nil {
			t.Fatal(err)
		}
	}
	before := openHere(t)
	mine, theirs, goOn := lagging(t, n, a, b, files)
	if now := openHere(t); now > before+64 {
		t.Errorf("%d files are open while %d wait, %d were before", now, files, before)
	}
	goOn()
	arrives(t, a, b, mine, theirs)
}

// Between the sending of a file and its MD5 somebody works on it.
func TestWhatBecomesOfFilesBeforeTheirMD5IsTaken(t *testing.T) {
	n := newNetwork()
	a, b := join(t, n, "a"), join(t, n, "b")
	tree(t, a.dir, map[string]string{
		"src/a": noise(1, 2<<20), "src/chmod": noise(2, 2<<20), "src/written": noise(3, 2<<20), "src/back": noise(4, 2<<20),
		"src/gone": noise(5, 2<<20), "src/gone there": noise(6, 2<<20),
	})
	at := func(name string) string { return filepath.Join(a.dir, "src", name) }
	mine, theirs, goOn := lagging(t, n, a, b, 6)
	info, err := os.Stat(at("back"))
	if err != nil {
		t.Fatal(err)
	}
	err = errors.Join(
		os.Chmod(at("chmod"), 0o640), os.WriteFile(at("written"), []byte(noise(7, 2<<20)), 0o600), os.Remove(at("gone")),
		os.WriteFile(at("back"), []byte(noise(8, 2<<20)), 0o600), os.Chtimes(at("back"), info.ModTime(), info.ModTime()),
		os.Remove(filepath.Join(b.dir, "src", "gone there")),
	)
	if err != nil {
		t.Fatal(err)
	}
	goOn()
	wantEnd(t, b.await(theirs), StateVerified, ReasonNone)
	wantEnd(t, a.await(mine), StateVerified, ReasonNone)
	want := map[string]Reason{
		"src/written": ReasonChanged, "src/back": ReasonChanged, "src/gone": ReasonVanished, "src/gone there": ReasonVanished,
	}
	rows, err := b.db.TransferFiles(context.Background(), theirs)
	if err != nil || len(rows) != 6 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	for _, row := range rows {
		if State(row.State) != StateVerified || row.Reason != string(want[row.Path]) || row.MD5 == "" {
			t.Errorf("recorded %+v", row)
		}
	}
}

// What arrived went, and its source is another by now: there is no MD5 to show.
func TestAFileOfWhichNobodyHasTheMD5IsNotSaidToBeVerified(t *testing.T) {
	n := newNetwork()
	a, b := join(t, n, "a"), join(t, n, "b")
	tree(t, a.dir, map[string]string{"src/a": noise(1, 2<<20), "src/b": noise(2, 2<<20)})
	mine, theirs, goOn := lagging(t, n, a, b, 2)
	err := errors.Join(os.WriteFile(filepath.Join(a.dir, "src/b"), []byte("other"), 0o600), os.Remove(filepath.Join(b.dir, "src/b")))
	if err != nil {
		t.Fatal(err)
	}
	goOn()
	sent, got := a.await(mine), b.await(theirs)
	wantEnd(t, got, StateFailed, ReasonVanished)
	wantEnd(t, sent, StateFailed, ReasonVanished)
	if sent.MD5 != got.MD5 || sent.Done != 1 || got.Done != 1 {
		t.Errorf("ended as %+v, %+v", sent, got)
	}
	for _, m := range []*member{a, b} {
		rows, err := m.db.TransferFiles(context.Background(), 1)
		if err != nil || len(rows) != 2 || rows[1].MD5 != "" || State(rows[1].State) != StateFailed {
			t.Errorf("recorded %+v, %v", rows, err)
		}
	}
}

// Somebody cuts a partial file while its MD5 is read back, and it is whole again
// before it gets its name.
func TestAPartThatCouldNotBeReadBackIsReadAgain(t *testing.T) {
	n, reached, goOn := halted(3 << 20)
	a, b := join(t, n, "a"), join(t, n, "b")
	body := noise(1, 6<<20)
	tree(t, a.dir, map[string]string{"src/big": body})
	mine, err := a.Offer(context.Background(), b.id, []string{filepath.Join(a.dir, "src")})
	if err != nil {
		t.Fatal(err)
	}
	theirs := b.offered()
	j := b.job(theirs)
	read := holdMD5(j)
	defer read()
	if err := b.Accept(context.Background(), theirs, AcceptOptions{Folder: b.dir}); err != nil {
		t.Fatal(err)
	}
	<-reached
	sums := func() (s twoSums) {
		j.mu.Lock()
		defer j.mu.Unlock()
		if two := j.two[1]; two != nil {
			s = *two
		}
		return s
	}
	until(t, "two chunks may be read back", func() bool {
		w := sums().taker
		if w == nil {
			return false
		}
		w.mu.Lock()
		defer w.mu.Unlock()
		return w.ready >= 2<<20
	})
	part := filepath.Join(b.stageOf(), partName(1))
	if err := os.Truncate(part, 10); err != nil {
		t.Fatal(err)
	}
	read()
	until(t, "that is noticed", func() bool { return sums().failed })
	file, err := os.OpenFile(part, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	_, err = file.WriteString(body)
	if err = errors.Join(err, file.Close()); err != nil {
		t.Fatal(err)
	}
	close(goOn)
	sent, _ := arrives(t, a, b, mine, theirs)
	if sent.Restarted != 0 {
		t.Errorf("begun anew: %+v", sent)
	}
}

// A source that was cut before its MD5 was taken, and then sent anew, ends without a
// word of that.
func TestWhyThereWasNoMD5IsForgottenWhenAFileIsSentAnew(t *testing.T) {
	a := join(t, newNetwork(), "a")
	body := noise(1, 2<<20)
	tree(t, a.dir, map[string]string{"big": body})
	path := filepath.Join(a.dir, "big")
	roots, err := rootsOf([]string{path})
	if err != nil {
		t.Fatal(err)
	}
	list, err := walk(context.Background(), roots)
	if err != nil {
		t.Fatal(err)
	}
	j := a.sendingBy(list, roots)
	defer j.cancel()
	taken := func(is version) {
		j.followSource(0, is, nil, nil).advance(2 << 20)
		j.md5s.tasks.Wait()
	}
	whole := versionAt(t, path)
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	taken(whole)
	if s := j.sums[0]; !s.is(sumNone) || s.reason != ReasonChanged {
		t.Fatalf("a source that was cut has %+v", s)
	}
	if err := os.WriteFile(path, []byte(body), 0o600); err != nil {
		t.Fatal(err)
	}
	taken(versionAt(t, path))
	row, news, err := j.receipted(receipt{F: 0, MD5: md5Of(body)}, true)
	if err != nil || !news || row.State != string(StateVerified) || row.Reason != "" {
		t.Errorf("recorded %+v, %v, %v", row, news, err)
	}
}

// versionAt is the version of a file as it is now.
func versionAt(t *testing.T, path string) version {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return versionOf(info)
}
