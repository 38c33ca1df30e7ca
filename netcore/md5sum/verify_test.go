package md5sum

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// verified checks a list that is written to a folder.
func verified(t *testing.T, dir, list string) (map[string]Result, Summary, error) {
	t.Helper()
	path := filepath.Join(dir, "list.md5")
	write(t, path, list)
	results := map[string]Result{}
	sum, err := Verify(context.Background(), path, func(r Result) error {
		results[r.Path] = r
		return nil
	}, nil)
	return results, sum, err
}

// wantStates compares what became of files with what should have.
func wantStates(t *testing.T, got map[string]Result, want map[string]State) {
	t.Helper()
	for path, state := range want {
		if got[path].State != state {
			t.Errorf("%q is %q (%v), want %q", path, got[path].State, got[path].Err, state)
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d results, want %d", len(got), len(want))
	}
}

// listOf is the list of files that all hold "hello".
func listOf(want map[string]State) string {
	var list strings.Builder
	for path := range want {
		list.WriteString(Format(path, sumOfHello))
	}
	return list.String()
}

func TestVerifySaysWhatBecameOfEachFile(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "in")
	write(t, filepath.Join(dir, "sub/good"), "hello")
	write(t, filepath.Join(dir, "changed"), "hellO")
	write(t, filepath.Join(dir, "..", "secret"), "hello")
	want := map[string]State{
		"sub/good": OK, "./sub/../sub/good": OK, "changed": Differs, "gone": Missing, "changed/below": Missing, "sub": Unreadable,
		"../secret": Outside, "sub/../../secret": Outside, filepath.Join(dir, "..", "secret"): Outside, `C:\secret`: Outside,
		`\\server\share\secret`: Outside,
	}
	got, sum, err := verified(t, dir, listOf(want))
	if err != nil {
		t.Fatal(err)
	}
	wantStates(t, got, want)
	if want := (Summary{OK: 2, Differs: 1, Missing: 2, Unreadable: 1, Outside: 5, Bytes: 15}); sum != want {
		t.Errorf("summary %+v, want %+v", sum, want)
	}
	if got["sub"].Err == nil {
		t.Error("nobody is told why a folder cannot be read")
	}
}

func TestNoLinkLeadsOutOfTheFolder(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "in")
	write(t, filepath.Join(dir, "good"), "hello")
	outside := filepath.Join(dir, "..", "secret")
	write(t, outside, "hello")
	for link, target := range map[string]string{
		"inside": "good", "relative": "../secret", "absolute": outside, "folder": "..", "nowhere": "gone",
	} {
		if err := os.Symlink(target, filepath.Join(dir, link)); err != nil {
			t.Skip("no symbolic links here: ", err)
		}
	}
	want := map[string]State{
		"inside": OK, "relative": Outside, "absolute": Outside, "folder/secret": Outside, "nowhere": Missing,
	}
	got, _, err := verified(t, dir, listOf(want))
	if err != nil {
		t.Fatal(err)
	}
	wantStates(t, got, want)
}

func TestListsOfOtherSystemsFindTheirFiles(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "照片", "一.jpg"), "hello")
	want := map[string]State{
		`照片\一.jpg`:                       OK,
		"\xd5\xd5\xc6\xac/\xd2\xbb.jpg":  OK, // GBK
		"\xd5\xd5\xc6\xac\\\xd2\xbb.jpg": OK,
		`..\secret`:                      Outside,
	}
	got, _, err := verified(t, dir, listOf(want)+strings.ReplaceAll(Format(`照片/一.jpg`, sumOfHello), "\n", "\r\n"))
	if err != nil {
		t.Fatal(err)
	}
	want["照片/一.jpg"] = OK
	wantStates(t, got, want)
}

func TestBytesOfNamesAreKept(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("names of other systems are no bytes")
	}
	dir, name := t.TempDir(), "\xd5\xd5\xc6\xac.jpg"
	write(t, filepath.Join(dir, name), "hello")
	got, _, err := verified(t, dir, Format(name, sumOfHello))
	if err != nil {
		t.Fatal(err)
	}
	wantStates(t, got, map[string]State{name: OK})
}

func TestResultsComeInTheOrderOfTheList(t *testing.T) {
	dir := t.TempDir()
	var list strings.Builder
	const files = 3 * ahead
	for i := range files { // the first of each ten takes longer than the others
		content := strings.Repeat("x", 1+(i%10/9)*(1<<20))
		write(t, filepath.Join(dir, fmt.Sprint(i)), content)
		list.WriteString(Format(fmt.Sprint(i), sumOfEmpty))
	}
	write(t, filepath.Join(dir, "list"), list.String())
	next, last := 0, int64(-1)
	sum, err := Verify(context.Background(), filepath.Join(dir, "list"), func(r Result) error {
		if r.Path != fmt.Sprint(next) {
			t.Fatalf("file %s comes as number %d", r.Path, next)
		}
		next++
		return nil
	}, func(done int64) {
		if done < last {
			t.Errorf("progress goes back from %d to %d", last, done)
		}
		last = done
	})
	if err != nil || next != files || sum.Differs != files || last != sum.Bytes || sum.Bytes == 0 {
		t.Errorf("%d results, %+v, progress %d, %v", next, sum, last, err)
	}
}

func TestVerifyEndsEarly(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "a"), "hello")
	list := filepath.Join(dir, "list")
	write(t, list, strings.Repeat(Format("a", sumOfHello), 10*ahead))

	stop, calls := errors.New("enough"), 0
	sum, err := Verify(context.Background(), list, func(Result) error { calls++; return stop }, nil)
	if !errors.Is(err, stop) || calls != 1 || sum.OK != 1 {
		t.Errorf("by its caller: %d calls, %+v, %v", calls, sum, err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	_, err = Verify(ctx, list, func(Result) error { cancel(); return nil }, nil)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("by its context: %v", err)
	}
	write(t, list, Format("a", sumOfHello)+"nonsense\n")
	sum, err = Verify(context.Background(), list, func(Result) error { return nil }, nil)
	if wrong, ok := errors.AsType[*SyntaxError](err); !ok || wrong.Line != 2 || sum.OK != 1 {
		t.Errorf("by what is no list: %+v, %v", sum, err)
	}
	if _, err = Verify(context.Background(), filepath.Join(dir, "none"), nil, nil); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("without a list: %v", err)
	}
}
