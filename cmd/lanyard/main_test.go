package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/BurntSushi/toml"
)

func TestPackagersAreToldWhatTheCodeSays(t *testing.T) {
	var file struct {
		Details struct {
			Icon, Name, ID, Version string
			Build                   int
		}
		Migrations map[string]bool
	}
	if _, err := toml.DecodeFile(filepath.Join("..", "..", "FyneApp.toml"), &file); err != nil {
		t.Fatal(err)
	}
	code := metadata()
	if file.Details.ID != code.ID || file.Details.Name != code.Name || file.Details.Version != code.Version || file.Details.Build != code.Build {
		t.Errorf("FyneApp.toml says %+v, the code %+v", file.Details, code)
	}
	if !file.Migrations["fyneDo"] || !code.Migrations["fyneDo"] {
		t.Error("the migration fyneDo is not set in both")
	}
	icon, err := os.ReadFile(filepath.Join("..", "..", file.Details.Icon))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(icon, code.Icon.Content()) {
		t.Error("the icons differ")
	}
}

func TestCommandLine(t *testing.T) {
	dir := t.TempDir()
	there := filepath.Join(dir, "a file")
	if err := os.WriteFile(there, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	opts, err := parse([]string{"--profile", dir, "--name", "阿明", "--discovery", "off", "--listen", "127.0.0.1:0", "--interface", "eth0", there}, &out)
	if err != nil {
		t.Fatal(err)
	}
	c := opts.config
	if c.Profile != dir || c.Name != "阿明" || !c.Quiet || c.Listen != "127.0.0.1:0" || len(c.Interfaces) != 1 || !c.Window {
		t.Errorf("got %+v", c)
	}
	if len(opts.files) != 1 || opts.files[0] != there {
		t.Errorf("files: %q", opts.files)
	}
	for _, bad := range [][]string{{"--discovery", "maybe"}, {"--log-level", "loud"}, {filepath.Join(dir, "missing")}, {"--nonsense"}} {
		if code := run(bad, &out, &out); code != 2 {
			t.Errorf("%q: exit %d, want 2", bad, code)
		}
	}
	out.Reset()
	if code := run([]string{"--version"}, &out, &out); code != 0 || !strings.HasPrefix(out.String(), "Lanyard ") {
		t.Errorf("--version: %d %q", code, out.String())
	}
}
