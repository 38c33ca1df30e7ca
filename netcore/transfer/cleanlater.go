package transfer

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"lanyard/netcore/store"
)

// leftSuffix is that of the files, named by the keys of transfers in the folder
// for lists, that say which staging folder could not be removed: its disk was
// read-only, or away.
const leftSuffix = ".left"

// leftFor is for how long that is tried again.
const leftFor = 90 * 24 * time.Hour

// leftStage is what such a file says.
type leftStage struct {
	Folder string `json:"folder"` // the save folder, absolute
	Name   string `json:"name"`   // of the staging folder in it
}

// remove removes it, if it is there.
func (l leftStage) remove() error {
	root, err := os.OpenRoot(l.Folder)
	if err != nil {
		return err
	}
	defer func() { _ = root.Close() }()
	if _, err := root.Lstat(l.Name); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return removeAllIn(root, l.Name)
}

// isOurs reports whether the name is one that stagingName gives.
func (l leftStage) isOurs() bool {
	digits, ours := strings.CutPrefix(l.Name, stagingPrefix)
	return ours && len(digits) == stagingDigits && isHex(digits)
}

// noteLeft keeps on disk that the staging folder of a transfer is still there.
func (s *Service) noteLeft(t store.Transfer) error {
	if s.cfg.Dir == "" {
		return nil
	}
	text, err := json.Marshal(leftStage{t.Folder, stagingName(t)})
	if err == nil {
		err = os.MkdirAll(s.cfg.Dir, 0o700)
	}
	if err == nil {
		err = os.WriteFile(filepath.Join(s.cfg.Dir, fmt.Sprint(t.Key, leftSuffix)), text, 0o600)
	}
	if err != nil {
		return fmt.Errorf("noting a folder that is left: %w", err)
	}
	return nil
}

// removeLeft removes the staging folders that ended transfers left in a save folder,
// or in all of them if that is empty. What cannot be removed now is tried again.
func (s *Service) removeLeft(folder string) {
	if s.cfg.Dir == "" {
		return
	}
	notes, err := filepath.Glob(filepath.Join(s.cfg.Dir, "*"+leftSuffix))
	if err != nil || len(notes) == 0 {
		return
	}
	used := map[string]bool{}
	s.mu.Lock()
	for _, j := range s.list(func(j *job) bool { return !j.outgoing }) {
		used[stagingName(j.record())] = true
	}
	s.mu.Unlock()
	for _, note := range notes {
		text, err := os.ReadFile(note) // #nosec G304 -- in this user's profile
		var left leftStage
		if err != nil || json.Unmarshal(text, &left) != nil || !left.isOurs() {
			_ = os.Remove(note)
			continue
		}
		if used[left.Name] || folder != "" && left.Folder != folder {
			continue
		}
		info, err := os.Stat(note)
		if left.remove() == nil || err == nil && s.cfg.Now().Sub(info.ModTime()) > leftFor {
			_ = os.Remove(note)
		}
	}
}
