//go:build linux

package transfer

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
)

func sortedNames(files map[string]int64) []string { return slices.Sorted(maps.Keys(files)) }

// sameFile compares two files byte by byte.
func sameFile(want, got string) error {
	a, err := os.Open(want)
	if err != nil {
		return err
	}
	defer func() { _ = a.Close() }()
	b, err := os.Open(got)
	if err != nil {
		return err
	}
	defer func() { _ = b.Close() }()
	p, q := make([]byte, 1<<20), make([]byte, 1<<20)
	for at := int64(0); ; at += int64(len(p)) {
		n, errA := io.ReadFull(a, p)
		m, errB := io.ReadFull(b, q)
		if !bytes.Equal(p[:n], q[:m]) {
			return fmt.Errorf("%s is not what was sent, from %d on", got, at)
		}
		if errA != nil || errB != nil {
			if errors.Is(errA, io.EOF) == errors.Is(errB, io.EOF) && errors.Is(errA, io.ErrUnexpectedEOF) == errors.Is(errB, io.ErrUnexpectedEOF) {
				return nil
			}
			return fmt.Errorf("%s and %s: %w, %w", want, got, errA, errB)
		}
	}
}

// finals lists what has a final name in a save folder, files and folders.
func finals(save string) (files, folders []string, err error) {
	err = filepath.WalkDir(save, func(p string, d fs.DirEntry, err error) error {
		rel, _ := filepath.Rel(save, p)
		switch {
		case errors.Is(err, fs.ErrNotExist), rel == ".":
			return nil // it goes on while this looks
		case err != nil:
			return err
		case strings.HasPrefix(d.Name(), ".lanyard-"):
			return fs.SkipDir
		case d.IsDir():
			folders = append(folders, rel)
		case rel != fillName:
			files = append(files, rel)
		}
		return nil
	})
	return files, folders, err
}

// fillName is the file that fills a disk.
const fillName = "fill"

// warden looks at a save folder all the time: a file with a final name must be
// whole as soon as it can be seen.
type warden struct {
	src, save string
	seen      map[string]bool
	bad       error
	stop      chan struct{}
	over      sync.WaitGroup
}

func watch(src, save string) *warden {
	w := &warden{src: src, save: save, seen: map[string]bool{}, stop: make(chan struct{})}
	w.over.Go(func() {
		tick := time.NewTicker(10 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-w.stop:
				return
			case <-tick.C:
				w.bad = errors.Join(w.bad, w.look())
			}
		}
	})
	return w
}

// look compares what is new.
func (w *warden) look() error {
	files, _, err := finals(w.save)
	for _, rel := range files {
		if !w.seen[rel] {
			w.seen[rel] = true
			err = errors.Join(err, sameFile(filepath.Join(w.src, rel), filepath.Join(w.save, rel)))
		}
	}
	return err
}

// end stops looking and returns what was found.
func (w *warden) end() error {
	close(w.stop)
	w.over.Wait()
	return w.bad
}

// wholeNow compares everything that has a final name.
func wholeNow(src, save string) error {
	files, _, err := finals(save)
	for _, rel := range files {
		err = errors.Join(err, sameFile(filepath.Join(src, rel), filepath.Join(save, rel)))
	}
	return err
}

// sameAll compares two trees: names, times, content.
func sameAll(src, save string) error {
	wantFiles, wantFolders, err := finals(src)
	files, folders, err2 := finals(save)
	if err = errors.Join(err, err2); err != nil {
		return err
	}
	if !slices.Equal(wantFiles, files) || !slices.Equal(wantFolders, folders) {
		return fmt.Errorf("there are %q and folders %q, sent were %q and %q", files, folders, wantFiles, wantFolders)
	}
	for _, rel := range append(files, folders...) {
		a, err := os.Lstat(filepath.Join(src, rel))
		if err != nil {
			return err
		}
		b, err := os.Lstat(filepath.Join(save, rel))
		if err != nil {
			return err
		}
		if !a.ModTime().Equal(b.ModTime()) {
			return fmt.Errorf("%q has the time %v, sent was %v", rel, b.ModTime(), a.ModTime())
		}
	}
	return wholeNow(src, save)
}

// stagingIn returns the staging folder of a save folder, or "".
func stagingIn(save string) string {
	list, _ := filepath.Glob(filepath.Join(save, ".lanyard-*"))
	if len(list) == 0 {
		return ""
	}
	return list[0]
}

// leftOver names temporary files: in the save folder and in both profiles.
func leftOver(dir, save string) error {
	var bad []string
	for _, pattern := range []string{
		filepath.Join(save, ".lanyard-*"), filepath.Join(save, "*.part"),
		filepath.Join(dir, "sender", "transfers", "*"), filepath.Join(dir, "receiver", "transfers", "*"),
	} {
		list, err := filepath.Glob(pattern)
		if err != nil {
			return err
		}
		bad = append(bad, slices.DeleteFunc(list, func(file string) bool { return isNoteOfOther(file, save) })...)
	}
	if len(bad) > 0 {
		return fmt.Errorf("left over: %q", bad)
	}
	return nil
}

// onDisk is what a receiver has: files in place, and of those that are not the
// chunks in its journal; and what the files that are open may come to, each of
// them a chunk, or its size if that is less.
func onDisk(save, stage string) (bytes, open int64) {
	files, _, _ := finals(save)
	for _, rel := range files {
		if info, err := os.Stat(filepath.Join(save, rel)); err == nil {
			bytes += info.Size()
		}
	}
	if stage == "" {
		return bytes, 0
	}
	claims := claimsIn(filepath.Join(stage, journalName))
	parts, _ := filepath.Glob(filepath.Join(stage, "*.part"))
	for _, part := range parts {
		if info, err := os.Stat(part); err == nil {
			open += min(info.Size(), chunkSize)
		}
		var f int
		_, _ = fmt.Sscanf(filepath.Base(part), "%d.part", &f)
		if c := claims[f]; c != nil {
			for i := range c.chunks {
				bytes += int64(chunkLen(c.size, i))
			}
		}
	}
	return bytes, open
}

// claimsIn reads a journal, whoever writes it just now.
func claimsIn(path string) map[int]*claim {
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil
	}
	claims := map[int]*claim{}
	for ; len(raw) >= journalSize; raw = raw[journalSize:] {
		r := journalRecord(raw[:journalSize])
		if !r.whole() || !note(claims, &r) {
			break
		}
	}
	return claims
}

// isNoteOfOther reports whether a file notes what could not be removed from another
// save folder than this: one whose disk is read-only, and then gone with its trial.
func isNoteOfOther(file, save string) bool {
	text, err := os.ReadFile(file)
	var left leftStage
	return err == nil && strings.HasSuffix(file, leftSuffix) && json.Unmarshal(text, &left) == nil && left.Folder != save
}
