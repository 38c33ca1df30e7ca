package classic

import (
	"os"
	"path/filepath"

	"lanyard/netcore/run"
)

// shellSpec returns what runs a line of the system's shell, which gets it as it
// is: it takes its command line apart by rules of its own.
func shellSpec(line string) run.Spec {
	shell := filepath.Join(os.Getenv("SystemRoot"), "System32", "cmd.exe")
	return run.Spec{Argv: []string{shell}, Line: `cmd.exe /d /s /c "` + line + `"`}
}
