package netcore

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"lanyard/netcore/roster"
	"lanyard/netcore/safename"
	"lanyard/netcore/store"
)

// What a save folder may hold in place of what an offer has.
const (
	placePerson = "{person}"
	placeDate   = "{date}"
	placeType   = "{type}"
)

// personBytes is how much of a folder's name a person's name may be: other
// words, and a date, find room beside it.
const personBytes = 160

// hasPlaces reports whether a save folder differs from offer to offer.
func hasPlaces(saveDir string) bool {
	return strings.Contains(saveDir, placePerson) || strings.Contains(saveDir, placeDate) || strings.Contains(saveDir, placeType)
}

// ExpandSaveDir returns a save folder with what its placeholders stand for: the
// name of a person as it is shown, a date (2006-01-02) in the local zone, and a
// kind of files as TypeOf names it. A name becomes one element of a path,
// never empty, hidden or "..", whatever it is. What is no placeholder stays.
func ExpandSaveDir(template string, person string, kind string, at time.Time) string {
	return strings.NewReplacer( // in one go: a name that looks like a placeholder is none
		placePerson, personFolder(person), placeDate, at.Local().Format(time.DateOnly), placeType, kind,
	).Replace(template)
}

// personFolder is a person's name as one element of a path.
func personFolder(name string) string {
	for {
		clean, _ := safename.SingleFile(strings.TrimSpace(name), safename.Native())
		if len(clean) <= personBytes {
			return clean
		}
		runes := []rune(clean)
		name = string(runes[:len(runes)*personBytes/len(clean)])
	}
}

// makeSaveDir is saveDirFor, and makes the folder.
func (n *Node) makeSaveDir(ctx context.Context, row store.Transfer, saveDir string) (string, error) {
	folder, err := n.saveDirFor(ctx, row, saveDir)
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(folder, 0o755); err != nil { // #nosec G301 -- a folder for the user's files: theirs alone would surprise
		return "", fmt.Errorf("making the save folder: %w", err)
	}
	return folder, nil
}

// saveDirFor returns the folder that the files of an offer go to, absolute. The
// date is that of the offer, so that a look at it and a yes to it mean the same
// folder, however long the user thinks.
func (n *Node) saveDirFor(ctx context.Context, row store.Transfer, saveDir string) (string, error) {
	if saveDir == "" {
		saveDir = n.saves.newest(n.Settings().SaveDir)
	}
	if hasPlaces(saveDir) {
		person, err := n.roster.ByDevice(ctx, row.Device)
		if err != nil {
			return "", fmt.Errorf("finding whose offer it is: %w", err)
		}
		saveDir = ExpandSaveDir(saveDir, roster.Shown(person), typeOfRoots(row.Roots), row.Created)
	}
	full, err := filepath.Abs(saveDir)
	if err != nil {
		return "", fmt.Errorf("finding the save folder: %w", err)
	}
	return full, nil
}
