package netcore

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lanyard/netcore/link"
	"lanyard/netcore/store"
)

func TestSaveFolderTemplate(t *testing.T) {
	at := time.Date(2031, 2, 3, 23, 59, 0, 0, time.Local)
	for _, c := range []struct{ template, person, want string }{
		{"/in", "Ann", "/in"},
		{"/in/{person}/{date}/{type}", "安 Ann", "/in/安 Ann/2031-02-03/images"},
		{"/in/{date}-{person}", "Ann", "/in/2031-02-03-Ann"},
		{"/in/{person}/{person}", "Ann", "/in/Ann/Ann"},
		{"/in/{who}/{Person}/{", "Ann", "/in/{who}/{Person}/{"},
		{"/in/{person}", "{date}", "/in/{date}"},
		{"/in/{person}", " Ann ", "/in/Ann"},
	} {
		if got := ExpandSaveDir(c.template, c.person, TypeImages, at); got != c.want {
			t.Errorf("%q of %q is %q, want %q", c.template, c.person, got, c.want)
		}
	}
}

func TestNoNameLeavesTheSaveFolder(t *testing.T) {
	for _, name := range []string{
		"", ".", "..", "...", "../..", "/etc", `..\..`, "a/../../b", "\x00", "\u202e..", "\u200b", " ", " .. ", "~", ".ssh",
		"a\nb", "\xff\xfe", "CON", "a:b", strings.Repeat("长", 300), strings.Repeat("é", 200), "{person}", "-rf", "/", "//", "‥", "．．",
	} {
		got := ExpandSaveDir("/in/{person}/x", name, TypeOther, time.Now())
		rest, inside := strings.CutPrefix(filepath.ToSlash(filepath.Clean(got)), "/in/")
		element, tail, _ := strings.Cut(rest, "/")
		if !inside || tail != "x" || element == "" || strings.HasPrefix(element, ".") || len(element) > personBytes {
			t.Errorf("%q leads to %q", name, got)
		}
		if again := ExpandSaveDir("/in/.{person}", name, "", time.Now()); filepath.Dir(again) != filepath.FromSlash("/in") || filepath.Base(again) == ".." {
			t.Errorf("%q after a dot leads to %q", name, again)
		}
	}
}

func TestTypeOfAnOffer(t *testing.T) {
	for _, c := range []struct {
		names string // with a slash behind folders
		want  string
	}{
		{"a.JPG b.png", TypeImages},
		{"a.jpg b.mp4", TypeOther},
		{"src/", TypeFolders},
		{"src/ a.jpg", TypeOther},
		{"setup.exe", TypePrograms},
		{"照片.zip", TypeArchives},
		{"README", TypeOther},
		{"a.mp3", TypeAudio},
		{"论文.docx b.pdf", TypeDocuments},
		{"x.mkv", TypeVideo},
		{".jpg", TypeImages},
		{"jpg", TypeOther},
		{"", TypeOther},
	} {
		var roots []store.TransferRoot
		for name := range strings.FieldsSeq(c.names) {
			roots = append(roots, store.TransferRoot{Name: strings.TrimSuffix(name, "/"), Dir: strings.HasSuffix(name, "/")})
		}
		if got := typeOfRoots(roots); got != c.want {
			t.Errorf("%q are %q, want %q", c.names, got, c.want)
		}
	}
}

func TestWhatIsShownBeforeAYesIsWhereFilesGo(t *testing.T) {
	net := link.NewMemory()
	ann, bob := copyOn(t, net, "ann"), copyOn(t, net, "bob")
	settings := bob.Settings()
	base := settings.SaveDir
	settings.SaveDir = filepath.Join(base, "{person}", "{date}", "{type}")
	if err := bob.SetSettings(soon(t), settings); err != nil {
		t.Fatal(err)
	}
	key := offered(t, ann, bob, map[string]string{"photo.jpg": "x"}, "photo.jpg")
	fromAnn := only(t, bob)
	if err := bob.SetAlias(soon(t), fromAnn.ID, "../Ann"); err != nil {
		t.Fatal(err)
	}
	look, err := bob.Preflight(soon(t), key, "")
	if err != nil {
		t.Fatal(err)
	}
	offer, err := bob.Transfer(soon(t), key)
	if err != nil {
		t.Fatal(err)
	}
	want := filepath.Join(base, "_._Ann", offer.Created.Format(time.DateOnly), TypeImages)
	if look.SaveDir != want {
		t.Errorf("shown is %q, want %q", look.SaveDir, want)
	}
	if err := bob.Accept(soon(t), key, AcceptOptions{}); err != nil {
		t.Fatal(err)
	}
	eventually(t, bob, "verified", func() bool { return transferIn(t, bob, key, StateVerified) })
	if got, err := bob.Transfer(soon(t), key); err != nil || len(got.Paths) != 1 || got.Paths[0] != filepath.Join(want, "photo.jpg") {
		t.Errorf("saved %q, %v", got.Paths, err)
	}

	undo := bob.SaveInto(filepath.Join(base, "into-{type}"))
	defer undo()
	key = offered(t, ann, bob, map[string]string{"b.zip": "x"}, "b.zip")
	if look, err := bob.Preflight(soon(t), key, ""); err != nil || look.SaveDir != filepath.Join(base, "into-archives") {
		t.Errorf("a folder for now: %q, %v", look.SaveDir, err)
	}
	other := filepath.Join(base, "chosen {person}")
	if look, err := bob.Preflight(soon(t), key, other); err != nil || look.SaveDir != filepath.Join(base, "chosen _._Ann") {
		t.Errorf("a folder for this one: %q, %v", look.SaveDir, err)
	}
}
