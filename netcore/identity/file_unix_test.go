//go:build unix

package identity

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

func modeOf(t *testing.T, path string) fs.FileMode {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return info.Mode().Perm()
}

func TestAKeyThatOthersCanReadIsNarrowedWithAWarning(t *testing.T) {
	id := newIdentity(t)
	for _, mode := range []fs.FileMode{0o644, 0o640, 0o604, 0o666, 0o700} {
		dir := profileOf(t, map[string][]byte{keyFile: mustEncode(t, id, nil)})
		path := filepath.Join(dir, keyFile)
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		got, err := LoadOrCreate(dir)
		if err != nil || got.ID() != id.ID() {
			t.Fatalf("mode %v: %v", mode, err)
		}
		if warning := got.Warning(); warning == nil || !strings.Contains(warning.Error(), mode.String()) {
			t.Errorf("mode %v: warning %v", mode, warning)
		}
		if now := modeOf(t, path); now != privateMode {
			t.Errorf("mode %v became %v", mode, now)
		}
		if again, err := LoadOrCreate(dir); err != nil || again.Warning() != nil {
			t.Errorf("mode %v: warned again: %v", mode, err)
		}
	}
}

func TestNarrowModesAreLeftAlone(t *testing.T) {
	dir := profileOf(t, map[string][]byte{keyFile: mustEncode(t, newIdentity(t), nil)})
	path := filepath.Join(dir, keyFile)
	if err := os.Chmod(path, 0o400); err != nil {
		t.Fatal(err)
	}
	if id, err := LoadOrCreate(dir); err != nil || id.Warning() != nil {
		t.Errorf("read-only key: %v", err)
	}
	if mode := modeOf(t, path); mode != 0o400 {
		t.Errorf("mode became %v", mode)
	}
}

func TestFilesOfKeysAreMadePrivate(t *testing.T) {
	before := syscall.Umask(0)
	defer syscall.Umask(before)
	dir := t.TempDir()
	if _, err := LoadOrCreate(dir); err != nil {
		t.Fatal(err)
	}
	if err := Stage(dir, newIdentity(t), nil); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{keyFile, nextFile} {
		if mode := modeOf(t, filepath.Join(dir, name)); mode != privateMode {
			t.Errorf("%s has mode %v", name, mode)
		}
	}
}

func TestAKeyMustBeAPlainFile(t *testing.T) {
	id := newIdentity(t)
	text := mustEncode(t, id, nil)
	for kind, put := range map[string]func(path string) error{
		"folder": func(path string) error { return os.Mkdir(path, 0o700) },
		"pipe":   func(path string) error { return syscall.Mkfifo(path, 0o600) },
		"link": func(path string) error {
			target := filepath.Join(t.TempDir(), "elsewhere")
			if err := os.WriteFile(target, text, 0o600); err != nil {
				return err
			}
			return os.Symlink(target, path)
		},
		"link to nothing": func(path string) error { return os.Symlink("nowhere", path) },
	} {
		for _, name := range []string{keyFile, nextFile} {
			dir := t.TempDir()
			if err := put(filepath.Join(dir, name)); err != nil {
				t.Fatal(err)
			}
			if _, err := LoadOrCreate(dir); err == nil || !strings.Contains(err.Error(), "no plain file") {
				t.Errorf("%s as %s: %v", kind, name, err)
			}
		}
	}
}

func TestAStagedKeyDoesNotFollowALink(t *testing.T) {
	target := filepath.Join(t.TempDir(), "elsewhere")
	old := mustEncode(t, newIdentity(t), nil)
	if err := os.WriteFile(target, old, 0o600); err != nil {
		t.Fatal(err)
	}
	dir := profileOf(t, map[string][]byte{nextFile: mustEncode(t, newIdentity(t), nil)})
	if err := os.Symlink(target, filepath.Join(dir, keyFile)); err != nil {
		t.Fatal(err)
	}
	if _, err := LoadOrCreate(dir); err == nil || !strings.Contains(err.Error(), "old key would stay") {
		t.Errorf("promoted over a link: %v", err)
	}
}

func TestAKeyOfAnotherUserIsRefused(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root can give a file away")
	}
	dir := profileOf(t, map[string][]byte{keyFile: mustEncode(t, newIdentity(t), nil)})
	if err := os.Chown(filepath.Join(dir, keyFile), 12345, -1); err != nil {
		t.Skip(err)
	}
	if _, err := LoadOrCreate(dir); err == nil || !strings.Contains(err.Error(), "another user") {
		t.Errorf("used the key of another user: %v", err)
	}
}
