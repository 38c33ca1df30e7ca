package transfer

import (
	"encoding/json"
	"os"
	"path"

	"lanyard/netcore/safename"
	"lanyard/netcore/store"
)

// removeStaging removes what a killed run left of a transfer.
func removeStaging(t store.Transfer) error { return leftStage{t.Folder, stagingName(t)}.remove() }

// cleanFolder leaves nothing but finished files of a transfer that ended, and
// no empty folders of one that failed. An error says that the staging folder stays.
func cleanFolder(t store.Transfer, out *outcome) error {
	left := removeStaging(t)
	if out == nil || out.complete || shares(t) || t.Retry != "" { // in a folder that was there, nothing empty is ours
		return left
	}
	root, err := os.OpenRoot(t.Folder)
	if err != nil {
		return left
	}
	defer func() { _ = root.Close() }()
	for _, r := range t.Roots {
		if r.Dir && r.Path != "" {
			removeEmpty(root, r.Path, safename.MaxDepth)
		}
	}
	return left
}

// shares reports whether folders that were there were used.
func shares(t store.Transfer) bool {
	var o AcceptOptions
	return t.Options != "" && (json.Unmarshal([]byte(t.Options), &o) != nil || o.Policy != PolicyBeside)
}

// removeEmpty removes a folder and those below it that hold no files.
func removeEmpty(root *os.Root, name string, depth int) {
	if info, err := root.Lstat(name); err != nil || !info.IsDir() || depth == 0 {
		return
	}
	dir, err := root.Open(name)
	if err != nil {
		return
	}
	list, _ := dir.ReadDir(-1)
	_ = dir.Close()
	for _, child := range list {
		if child.IsDir() {
			removeEmpty(root, path.Join(name, child.Name()), depth-1)
		}
	}
	_ = removeIn(root, name) // fails, as it should, when there is something in it
}
