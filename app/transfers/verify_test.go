package transfers

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lanyard/app/kit"
	"lanyard/app/kit/kittest"
)

func TestAFolderIsVerifiedAgainstAList(t *testing.T) {
	folder := t.TempDir()
	list := filepath.Join(folder, "list.md5")
	write := func(name, content string) {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("good.txt", "hi\n")
	write("other.txt", "changed\n")
	write("list.md5", "764efa883dda1e11db47671c4a3bbd9e  good.txt\n764efa883dda1e11db47671c4a3bbd9e  other.txt\n764efa883dda1e11db47671c4a3bbd9e *gone.txt\n")
	s := newStage(t, some())
	s.open()
	s.Tap("Verify a folder…")
	path := func() *kit.Entry {
		entries := kittest.All[*kit.Entry](s.Stage)
		return entries[len(entries)-1]
	}
	path().SetText("list.md5")
	s.Tap("Verify")
	s.WantText("The path must be absolute.")
	path().SetText(list)
	s.Tap("Verify")
	s.WantText("1 as the list says, 1 differs, 1 missing")
	s.WantText("gone.txt")
	s.Tap("Copy the result")
	if !strings.Contains(s.copied, "differs\tother.txt\n") || !strings.Contains(s.copied, "missing\tgone.txt\n") {
		t.Errorf("copied %q", s.copied)
	}
	write("list.md5", "764efa883dda1e11db47671c4a3bbd9e  good.txt\n")
	s.Tap("Verify")
	s.WantText("The file is as the list says.")
	write("list.md5", "this is\nno list\n")
	s.Tap("Verify")
	s.WantText("This is no MD5 list: line 1 is not a digest and a path.")
	path().SetText(filepath.Join(folder, "none.md5"))
	s.Tap("Verify")
	s.WantText("There is no such list.")
}
