package transfer

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"lanyard/netcore/store"
)

func TestReceivedFilesCarryTheirZone(t *testing.T) {
	saveDir := t.TempDir()
	d, err := openDisk(store.Transfer{Folder: saveDir, ID: "01"}, false)
	if err != nil {
		t.Fatal(err)
	}
	at := time.Unix(1_600_000_000, 0)
	d.plan = &plan{files: []planned{{path: "a.exe", clean: "a.exe", name: "a.exe", mtime: at.UnixNano()}}, dirs: []folder{{path: ".", made: true}}}
	if err := d.writeSmall(0, []byte("MZ"), at.UnixNano(), 0o666); err != nil {
		t.Fatal(err)
	}
	if err := d.mark([]int{0}); err != nil {
		t.Fatal(err)
	}
	saved, err := d.place(0, false, digest{})
	if err != nil {
		t.Fatal(err)
	}
	if err := d.close(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(saveDir, saved)
	if text, err := os.ReadFile(path + zoneStream); err != nil || string(text) != zoneText {
		t.Errorf("zone is %q, %v", text, err)
	}
	if text, err := os.ReadFile(path); err != nil || string(text) != "MZ" {
		t.Errorf("file is %q, %v", text, err)
	}
	if info, err := os.Stat(path); err != nil || !info.ModTime().Equal(at) {
		t.Errorf("time is %v, %v", info.ModTime(), err)
	}
}
