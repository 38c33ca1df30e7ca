package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

func TestOpenMigratesAndReopens(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a profile #1 with 空格 100%?x")
	mustMkdir(t, dir)
	for range 2 {
		db, err := Open(context.Background(), dir)
		if err != nil {
			t.Fatal(err)
		}
		var mode string
		if err := db.read.QueryRowContext(t.Context(), "PRAGMA journal_mode").Scan(&mode); err != nil || mode != "wal" {
			t.Errorf("journal_mode = %q, %v", mode, err)
		}
		var sync int
		if err := db.write.QueryRow("PRAGMA synchronous").Scan(&sync); err != nil || sync != 2 {
			t.Errorf("synchronous = %d, %v; want 2 (FULL)", sync, err)
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestOpenRefusesANewerProfile(t *testing.T) {
	dir := t.TempDir()
	db, err := Open(context.Background(), dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.write.Exec("PRAGMA user_version = 9999"); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(context.Background(), dir); !errors.Is(err, ErrNewer) {
		t.Errorf("Open = %v, want ErrNewer", err)
	}
}

func TestTheFilesAreForTheirUserAlone(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no mode bits: the profile folder's ACL decides")
	}
	dir := t.TempDir()
	db := must(Open(t.Context(), dir))(t)
	if err := db.SetSetting(t.Context(), "a", "b"); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{fileName, fileName + "-wal", fileName + "-shm"} {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", name, info.Mode(), err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, fileName+"-wal")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the log was left behind: %v", err)
	}
}

func TestAFullDiskHasAName(t *testing.T) {
	db := opened(t)
	met(t, db, 1, nil)
	if _, err := db.write.Exec("PRAGMA max_page_count = 1"); err != nil {
		t.Fatal(err) // SQLite takes the pages in use as the lowest limit
	}
	var err error
	added := 0
	for ; err == nil; added++ {
		_, err = db.AddItem(t.Context(), outgoing(1, fmt.Sprint(added), strings.Repeat("x", 4000)))
	}
	if !errors.Is(err, ErrDiskFull) {
		t.Fatalf("error = %v, want ErrDiskFull", err)
	}
	if items := must(db.ItemsAfter(t.Context(), 0, 1000))(t); len(items) != added-1 {
		t.Errorf("%d items, %d were acknowledged", len(items), added-1)
	}
	if _, err := db.write.Exec("PRAGMA max_page_count = 100000"); err != nil {
		t.Fatal(err)
	}
	must(db.AddItem(t.Context(), outgoing(1, "again", "there is room again")))(t)
}

func TestAReadOnlyProfileHasAName(t *testing.T) {
	db := opened(t)
	if _, err := db.write.Exec("PRAGMA query_only = 1"); err != nil {
		t.Fatal(err)
	}
	if err := db.SetSetting(t.Context(), "a", "b"); !errors.Is(err, ErrReadOnly) {
		t.Errorf("error = %v, want ErrReadOnly", err)
	}
	if _, err := Open(t.Context(), filepath.Join(t.TempDir(), "missing")); err == nil {
		t.Error("a folder that is not there was opened")
	}
}

func TestADamagedFileHasAName(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, fileName)
	garbage := bytes.Repeat([]byte("not a database. "), 1000)
	if err := os.WriteFile(path, garbage, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(t.Context(), dir); !errors.Is(err, ErrDamaged) {
		t.Errorf("error = %v, want ErrDamaged", err)
	}
	if left, err := os.ReadFile(path); err != nil || !bytes.Equal(left, garbage) {
		t.Errorf("the file was changed: %v", err)
	}
}

// TestDSN checks against https://www.sqlite.org/uri.html that a path comes out
// of the URI as it went in, on Windows too, where the test does not run.
func TestDSN(t *testing.T) {
	for _, path := range []string{
		`C:\Users\张 三\a#b%41?.db`, `\\server\share\x.db`, "/home/a b/x.db", "x.db",
	} {
		text := dsn(path, "immediate")
		rest, isFile := strings.CutPrefix(text, "file:")
		name, _, hasQuery := strings.Cut(rest, "?")
		back, err := url.PathUnescape(name)
		if !isFile || !hasQuery || err != nil || back != path || strings.ContainsAny(name, "/#") {
			t.Errorf("dsn(%q) = %q, path %q", path, text, back)
		}
	}
}
