package command

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func newFile(t *testing.T) func() (Spill, error) {
	return func() (Spill, error) { return os.Create(filepath.Join(t.TempDir(), "spill")) }
}

func TestTapeKeepsBytesAndOrder(t *testing.T) {
	for _, memory := range []int64{0, 1, 7, 1000} {
		tape := NewTape(memory, 1000, newFile(t))
		var want bytes.Buffer
		for i, text := range []string{"out", "err!", "", "三", "x"} {
			if err := tape.Take(Stdout+Pipe(i%2), []byte(text)); err != nil {
				t.Fatal(err)
			}
			want.WriteString(text)
		}
		got, err := io.ReadAll(io.NewSectionReader(tape, 0, tape.Size()))
		if err != nil || !bytes.Equal(got, want.Bytes()) {
			t.Errorf("%d in memory: %q, %v", memory, got, err)
		}
		var parts []string
		for at := int64(0); at < tape.Size(); {
			from, until := tape.From(at)
			parts = append(parts, string(rune('0'+from))+want.String()[at:until])
			at = until
		}
		if got := strings.Join(parts, " "); got != "1out 2err!三 1x" {
			t.Errorf("%d in memory: %s", memory, got)
		}
		if err := errors.Join(tape.Close(), tape.Close()); err != nil {
			t.Error(err)
		}
		if tape.Take(Stdout, []byte("x")) == nil {
			t.Error("a closed tape takes more")
		}
	}
}

func TestTapeHasALimit(t *testing.T) {
	for _, spill := range []func() (Spill, error){nil, newFile(t)} {
		tape := NewTape(10, 25, spill)
		most := int64(25)
		if spill == nil {
			most = 10
		}
		var err error
		for range 5 {
			if err = tape.Take(Stdout, []byte("123456")); err != nil {
				break
			}
		}
		if !errors.Is(err, ErrFull) || tape.Size() != most {
			t.Errorf("%d bytes, %v", tape.Size(), err)
		}
		p := make([]byte, 30)
		if n, err := tape.ReadAt(p, 5); int64(n) != most-5 || err != io.EOF || !strings.HasPrefix("6123456123456123456123456", string(p[:n])) {
			t.Errorf("%q, %v", p[:n], err)
		}
		if err := tape.Close(); err != nil {
			t.Error(err)
		}
	}
}

// badFile is a disk that is full.
type badFile struct{ Spill }

func (badFile) WriteAt([]byte, int64) (int, error) { return 0, errors.New("no space left on device") }
func (badFile) Close() error                       { return nil }

func TestAFullDiskStopsTheRun(t *testing.T) {
	run(t, LevelAlways, func(w *world) {
		tape := NewTape(1<<20, 1<<40, func() (Spill, error) { return badFile{}, nil })
		there, here := w.end(w.start(argv("yes"), tape.Take))
		if there.State != StateKilledHere || there.Reason != ReasonSink || here.State != StateKilledThere {
			t.Errorf("%s (%s), %s", there.State, there.Reason, here.State)
		}
		if tape.Size() != 1<<20 {
			t.Errorf("%d bytes were kept", tape.Size())
		}
	})
}
