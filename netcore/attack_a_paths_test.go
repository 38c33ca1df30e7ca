package netcore_test

import (
	"io/fs"
	"path/filepath"
	"strings"
	"testing"

	"lanyard/netcore"
)

// attackPaths brings each path to a victim in every place of an offer where a
// path may stand, one by one and all in one manifest with an honest neighbour.
func attackPaths(t *testing.T, paths ...string) *victim {
	t.Helper()
	v := newVictim(t)
	h := v.meet("mallory")
	v.befriend(h) // else the limits for strangers would spare it most of this
	all := []string{"d/honest.txt"}
	for _, path := range paths {
		all = append(all, "d/"+path)
		h.give(v, present(path))
		h.give(v, hidden(path, fields{"name": "d", "dir": true}))
		h.give(v, hidden(path, fields{"name": path}))
		h.give(v, hidden(path+"/pwned", fields{"name": path, "dir": true}))
	}
	last, shown := h.give(v, present(all...))
	if !shown || last.Done == 0 {
		t.Errorf("the honest file among them did not arrive: %+v", last)
	}
	v.tidySave()
	v.resultsAreInside()
	return v
}

// hidden is a gift of one file whose path is not what the offer named.
func hidden(path string, root fields) *gift {
	g := &gift{}
	g.add(path, "pwned")
	g.offer = fields{"id": randomHex(16), "name": root["name"], "count": 1, "bytes": 5, "roots": []fields{root}}
	return g
}

// befriend makes a hostile peer somebody whom the user has written to.
func (v *victim) befriend(h *hostile) netcore.Person {
	v.t.Helper()
	person := v.knows(h)
	if _, err := v.Say(v.t.Context(), person.ID, "hello"); err != nil {
		v.t.Fatal(err)
	}
	return person
}

// tidySave fails unless the save folder holds plain files and folders only,
// with names that do no harm on a screen, and nothing half done.
func (v *victim) tidySave() {
	v.t.Helper()
	err := filepath.WalkDir(v.save, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		switch mode := info.Mode(); {
		case !mode.IsDir() && !mode.IsRegular():
			v.t.Errorf("%q is %v", path, mode)
		case mode.IsRegular() && mode.Perm()&0o111 != 0, mode&(fs.ModeSetuid|fs.ModeSetgid|fs.ModeSticky) != 0:
			v.t.Errorf("%q has mode %v", path, mode)
		case unsafeOnScreen(d.Name()), filepath.Dir(path) == v.save && strings.HasPrefix(d.Name(), ".lanyard-"):
			v.t.Errorf("%q is left in the save folder", path)
		}
		return nil
	})
	if err != nil {
		v.t.Error(err)
	}
}

// resultsAreInside fails unless every file that the user is told of is in the
// save folder, under a name that can be shown.
func (v *victim) resultsAreInside() {
	v.t.Helper()
	results, err := v.FilesAfter(v.t.Context(), 0, 10_000)
	if err != nil {
		v.t.Fatal(err)
	}
	for _, file := range results {
		if file.State == netcore.StateVerified && !strings.HasPrefix(file.Saved, v.save+string(filepath.Separator)) {
			v.t.Errorf("%q is said to be saved at %q", file.Path, file.Saved)
		}
		if unsafeOnScreen(file.Path) || file.State != netcore.StateVerified && file.Reason == "" {
			v.t.Errorf("shown as %+v", file)
		}
	}
}

// saved lists the files below the save folder, slash-separated.
func (v *victim) saved() (names []string) {
	v.t.Helper()
	err := filepath.WalkDir(v.save, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			rel, _ := filepath.Rel(v.save, path)
			names = append(names, filepath.ToSlash(rel))
		}
		return err
	})
	if err != nil {
		v.t.Fatal(err)
	}
	return names
}

func TestA01ParentTraversal(t *testing.T) {
	t.Parallel()
	attackPaths(t, "../pwned", "../../pwned", "../../.ssh/authorized_keys", "../Lanyard-not/canary.txt",
		"..", "../", "..//pwned", "./../pwned", strings.Repeat("../", 31)+"pwned", strings.Repeat("../", 200)+"tmp/pwned")
}

func TestA02TraversalInTheMiddle(t *testing.T) {
	t.Parallel()
	attackPaths(t, "a/../../pwned", "a/b/../../../../secret/diary.txt", "a/./../..//../pwned", "a/..", ".", "a//b", "a/", "/")
}

func TestA03AbsolutePaths(t *testing.T) {
	t.Parallel()
	home := t.TempDir() // nobody's: it must stay empty
	attackPaths(t, home+"/pwned", "/"+home+"/pwned", "//"+home+"/pwned", "\u200b"+home+"/pwned", "file://"+home+"/pwned", "~/pwned", "~root/pwned", "$HOME/pwned")
	if list := treeHash(t, home, func(string) bool { return false }); strings.Contains(list, "pwned") {
		t.Errorf("written by an absolute path: %s", list)
	}
}

func TestA04DriveLetters(t *testing.T) {
	t.Parallel()
	v := attackPaths(t, `C:\pwned`, "C:/pwned", "c:", "C:pwned", `\\?\C:\pwned`, `\\.\PhysicalDrive0`, `\??\C:\pwned`, "\u200eC:/pwned")
	v.savedNone("C:/")
}

func TestA05NetworkShares(t *testing.T) {
	t.Parallel()
	v := attackPaths(t, `\\srv\share\pwned`, "//srv/share/pwned", `\\?\UNC\srv\share\pwned`, `\/srv/share`, "smb://srv/share/pwned")
	v.savedNone("srv/share")
}

// savedNone fails if something was saved by a path with a beginning.
func (v *victim) savedNone(beginning string) {
	v.t.Helper()
	for _, name := range v.saved() {
		if strings.HasPrefix(name, beginning) {
			v.t.Errorf("%q was saved", name)
		}
	}
}

func TestA06BackslashTraversal(t *testing.T) {
	t.Parallel()
	attackPaths(t, `..\pwned`, `..\..\pwned`, `a\..\..\pwned`, `..\../pwned`, `a/..\..\pwned`, `.. \pwned`, `..\`, `\pwned`, `\..\pwned`)
}

func TestA07EncodedTraversal(t *testing.T) {
	t.Parallel()
	v := attackPaths(t, "%2e%2e/pwned", "%2e%2e%2fpwned", "%252e%252e%252fpwned", "..%2fpwned", "..%5cpwned", "%c0%ae%c0%ae/pwned", "..%00/pwned", "&#46;&#46;/pwned")
	found := false
	for _, name := range v.saved() {
		found = found || strings.HasSuffix(name, "%2e%2e/pwned")
	}
	if !found {
		t.Error("a name with a percent sign was decoded or lost: it is a name like another")
	}
}

func TestA08OverlongAndLookAlikeDots(t *testing.T) {
	t.Parallel()
	v := attackPaths(t, "\u2025/pwned", "\uff0e\uff0e/pwned", "..\u2215pwned", "..\uff0fpwned", "..\u29f8pwned", ".\u200b./pwned", ".\u0338./pwned", "\u202e../pwned")
	// As bytes no decoder of JSON may take them: the overlong form of "../".
	h := v.meet("overlong")
	v.befriend(h)
	for _, path := range []string{"\xc0\xae\xc0\xae/pwned", "..\xc0\xafpwned", "\xe0\x80\xae\xe0\x80\xae/pwned", "\xf0\x80\x80\xae./pwned", "\xed\xa0\x80/pwned"} {
		s := h.blank()
		s.send(frame(`{"kind":"offer","id":"`+randomHex(16)+`","name":"x","count":1,"bytes":1,"roots":[{"name":"`+path+`"}]}`, ""))
		if answer := s.answer(); strings.Contains(answer, `"offered"`) {
			t.Errorf("%q was shown to the user: %s", path, answer)
		}
		given := hidden("d/x", fields{"name": "d", "dir": true})
		transfer, s := v.takes(h, given.offer)
		data := h.open("data", fields{"id": given.id()})
		data.send(frame(`{"kind":"entries","entries":[{"p":"d/`+path+`","s":5,"m":1}]}`, ""), encode("entries-end", nil, ""))
		if end := v.ended(transfer.Key); end.State != netcore.StateFailed || end.Reason != netcore.ReasonProtocol {
			t.Errorf("%q in a manifest: %+v", path, end)
		}
		_ = s.raw.Close()
	}
}
