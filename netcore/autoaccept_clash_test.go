package netcore

import (
	"os"
	"path/filepath"
	"testing"
)

// TestWhatComesByItselfReplacesNothing: the setting for files that are there
// already counts for what nobody was asked about, too, but nothing of this
// user's goes that way.
func TestWhatComesByItselfReplacesNothing(t *testing.T) {
	ann, bob, toBob, toAnn := verified(t)
	if err := ann.SetPermissions(soon(t), toBob.Device, Permissions{Files: FilesAuto, Commands: CommandsOff}); err != nil {
		t.Fatal(err)
	}
	saved := filepath.Join(ann.Settings().SaveDir, "bob")
	for _, c := range []struct {
		clash  Clash
		name   string
		beside bool // theirs is saved under another name
	}{{ClashReplace, "replace.txt", true}, {ClashKeep, "keep.txt", true}, {ClashSkip, "skip.txt", false}} {
		plant(t, saved, map[string]string{c.name: "mine"})
		settings := ann.Settings()
		settings.Clash, settings.SaveDir = c.clash, filepath.Join(filepath.Dir(saved), "{person}")
		if err := ann.SetSettings(soon(t), settings); err != nil {
			t.Fatal(err)
		}
		source := t.TempDir()
		plant(t, source, map[string]string{c.name: "theirs"})
		item, err := bob.Send(soon(t), toAnn.ID, []string{filepath.Join(source, c.name)})
		if err != nil {
			t.Fatal(err)
		}
		eventually(t, bob, "the end", func() bool { return stateOf(t, bob, item.Seq) == StateVerified })
		if got, err := os.ReadFile(filepath.Join(saved, c.name)); err != nil || string(got) != "mine" {
			t.Errorf("%s: mine holds %q, %v", c.clash, got, err)
		}
		other := filepath.Join(saved, c.name[:len(c.name)-4]+" (1).txt")
		if got, err := os.ReadFile(other); c.beside && (err != nil || string(got) != "theirs") || !c.beside && err == nil {
			t.Errorf("%s: theirs holds %q, %v", c.clash, got, err)
		}
	}
}
