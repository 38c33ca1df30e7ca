package store

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

func TestOthersCannotReadTheDatabase(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("there, the folder's list of who may what is all")
	}
	dir := t.TempDir()
	check := func(what string) {
		t.Helper()
		files, err := filepath.Glob(filepath.Join(dir, "*"))
		if err != nil || len(files) < 3 {
			t.Fatalf("%s: %q, %v", what, files, err)
		}
		for _, file := range files {
			info, err := os.Stat(file)
			if err != nil || info.Mode().Perm() != 0o600 {
				t.Errorf("%s: %s is %v, %v", what, filepath.Base(file), info.Mode(), err)
			}
		}
	}
	db := must(Open(t.Context(), dir))(t)
	check("new")
	files := must(filepath.Glob(filepath.Join(dir, "*")))(t)
	for _, file := range files {
		if err := os.Chmod(file, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	again := must(Open(t.Context(), dir))(t)
	check("made open to others meanwhile")
	for _, one := range []*DB{db, again} {
		if err := one.Close(); err != nil {
			t.Error(err)
		}
	}
}
