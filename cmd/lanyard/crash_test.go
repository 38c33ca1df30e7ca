//go:build e2e && linux

package main_test

import (
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// killRounds bounds the time; the moments of death differ from round to round
// and are the same in each run.
const killRounds = 8

// TestKilledAtAnyTime kills one side or the other with a file, a folder and
// texts under way, and looks at what is left: nothing acknowledged is missing,
// no half file stands under a final name.
func TestKilledAtAnyTime(t *testing.T) {
	needMemory(t, 4*gib)
	net := newLAN(t)
	a, b := newUser(t, net.host(), "alice"), newUser(t, net.host(), "bob")
	newDisk(t, a.home+"/disk", gib)
	newDisk(t, b.save, 3*gib)
	f := newFiles(t, a.home+"/disk")
	alice, bob := a.serve(), b.serve()
	alice.waitSees(bob.id, 10*time.Second)
	bob.waitSees(alice.id, 10*time.Second)
	bobID := bob.id

	dice := rand.New(rand.NewPCG(20, 26))
	var acked []string
	for round := range killRounds {
		source := f.round(t, round)
		send := a.begin("send", "--json", bobID, source)
		talk := a.chat(bobID, fmt.Sprintf("round %d", round))
		<-time.After(time.Duration(50+dice.IntN(1200)) * time.Millisecond) // the moment of death
		receiver := round%2 == 0
		if receiver {
			bob.kill()
			bob = b.serve()
		} else {
			alice.kill()
			acked = append(acked, talk.quiet()...) // its texts open the profile, too, and would not let go of it
			alice = a.serve()
		}
		if bob.id != bobID {
			t.Fatalf("bob is somebody else after round %d", round)
		}
		alice.waitSees(bobID, 30*time.Second)
		code := send.wait(t, 100*time.Second)
		if receiver {
			acked = append(acked, talk.quiet()...)
		}
		t.Logf("round %d: receiver killed %v, send ended with %d, %d texts acknowledged so far", round, receiver, code, len(acked))

		if receiver && code != 0 {
			t.Errorf("round %d: the receiver came back at once, yet send ended with %d: %s", round, code, send.stderr.String())
		}
		f.noHalfFiles(t, b.save)
		f.haveAll(t, b.save, parse(send.out.String()))
		if code == 0 {
			sameTrees(t, source, filepath.Join(b.save, filepath.Base(source)))
		}
	}
	haveTexts(t, "alice", acked, a.texts(bobID, "out"))
	haveTexts(t, "bob", acked, b.texts(alice.id, "in"))

	// After a success nothing but files is left, whatever died before.
	last := f.round(t, killRounds)
	a.do("send", bobID, last)
	sameTrees(t, last, filepath.Join(b.save, filepath.Base(last)))
	eventually(t, 10*time.Second, "nothing hidden is left in the save folder", func() bool { return len(hidden(t, b.save)) == 0 })
}

// haveTexts fails if an acknowledged text is missing or stands there twice.
func haveTexts(t *testing.T, who string, acked, log []string) {
	t.Helper()
	count := map[string]int{}
	for _, text := range log {
		count[text]++
	}
	for _, text := range acked {
		if count[text] != 1 {
			t.Errorf("%s has the acknowledged text %q %d times", who, text, count[text])
		}
	}
	if len(acked) == 0 {
		t.Error("no text was acknowledged at all")
	}
}

// files makes the folders that the rounds send.
type files struct {
	dir string
}

const bigSize = 192 << 20

func newFiles(t *testing.T, dir string) *files {
	writeBig(t, filepath.Join(dir, "big.bin"), bigSize, 5)
	return &files{dir: dir}
}

// round makes a folder with one big file, which costs no room, and small ones.
func (f *files) round(t *testing.T, round int) string {
	t.Helper()
	source := filepath.Join(f.dir, fmt.Sprintf("round%d", round))
	for i := range 150 {
		writeFile(t, fmt.Sprintf("%s/small/%03d.txt", source, i), smallContent(i))
	}
	if err := os.Link(filepath.Join(f.dir, "big.bin"), filepath.Join(source, "big.bin")); err != nil {
		t.Fatal(err)
	}
	return source
}

func smallContent(i int) string { return strings.Repeat(fmt.Sprintf("line %d\n", i), i*20+1) }

// noHalfFiles looks at every file under a final name.
func (f *files) noHalfFiles(t *testing.T, dir string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if os.IsNotExist(err) {
			return nil // an empty folder of a transfer that failed is being removed
		}
		if err != nil || d.IsDir() || isHidden(dir, name) {
			return err
		}
		if err := f.whole(name); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func (f *files) whole(name string) error {
	if strings.HasPrefix(filepath.Base(name), "big") {
		return isWhole(name, bigSize, 5)
	}
	var i int
	if _, err := fmt.Sscanf(filepath.Base(name), "%d", &i); err != nil {
		return fmt.Errorf("nobody sent this: %w", err)
	}
	got, err := os.ReadFile(name)
	if err == nil && string(got) != smallContent(i) {
		err = fmt.Errorf("%d bytes that are not what was sent", len(got))
	}
	return err
}

// haveAll fails if a file that send called sent is not there.
func (f *files) haveAll(t *testing.T, dir string, lines []line) {
	t.Helper()
	for _, l := range lines {
		if l.Event != "sent" {
			continue
		}
		if _, err := os.Stat(filepath.Join(dir, filepath.FromSlash(l.FileName))); err != nil {
			t.Errorf("%s was called sent and is not there: %v", l.FileName, err)
		}
	}
}

func isHidden(dir, name string) bool {
	rel, _ := filepath.Rel(dir, name) // name is below dir
	return slices.ContainsFunc(strings.Split(rel, "/"), func(part string) bool { return strings.HasPrefix(part, ".") && part != "." })
}

// hidden lists the hidden things below a folder.
func hidden(t *testing.T, dir string) []string {
	t.Helper()
	var found []string
	err := filepath.WalkDir(dir, func(name string, _ fs.DirEntry, err error) error {
		if err == nil && isHidden(dir, name) {
			found = append(found, name)
		}
		if os.IsNotExist(err) {
			return nil // being removed right now
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}
