package transfer

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"lanyard/netcore/store"
)

// entriesOf lists a folder by name.
func entriesOf(t *testing.T, dir string) (names []string) {
	t.Helper()
	list, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range list {
		names = append(names, entry.Name())
	}
	return names
}

func TestARootFolderIsRecordedBeforeItIsMade(t *testing.T) {
	save := filepath.Join(t.TempDir(), "save")
	if err := os.MkdirAll(filepath.Join(save, "src"), 0o700); err != nil {
		t.Fatal(err)
	}
	d, err := openDisk(store.Transfer{Folder: save}, false)
	if err != nil {
		t.Fatal(err)
	}
	killed := errors.New("killed")
	roots := []store.TransferRoot{{Name: "src", Dir: true}}
	if err := d.nameRoots(roots, func() error { return killed }); !errors.Is(err, killed) {
		t.Errorf("naming ended with %v", err)
	}
	if _, err := os.Lstat(filepath.Join(save, "src (1)")); err == nil {
		t.Error("a folder was made that nobody knows of")
	}
	roots[0].Path = ""
	recorded := ""
	err = d.nameRoots(roots, func() error {
		recorded = roots[0].Path
		return nil
	})
	if err != nil || recorded != "src (1)" || roots[0].Path != recorded {
		t.Errorf("recorded %q, named %q, %v", recorded, roots[0].Path, err)
	}
	if err := d.close(); err != nil {
		t.Fatal(err)
	}
	if err := removeStaging(store.Transfer{Folder: save}); err != nil {
		t.Error(err)
	}
	if got := entriesOf(t, save); !slices.Equal(got, []string{"src", "src (1)"}) {
		t.Errorf("the save folder holds %q", got)
	}
}
