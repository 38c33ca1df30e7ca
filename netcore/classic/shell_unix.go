//go:build unix

package classic

import "lanyard/netcore/run"

// shellSpec returns what runs a line of the system's shell.
func shellSpec(line string) run.Spec { return run.Spec{Argv: []string{"/bin/sh", "-c", line}} }
