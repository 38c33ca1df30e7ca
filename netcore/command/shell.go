package command

import (
	"cmp"
	"os"
	"path/filepath"
	"runtime"
)

// userShell returns what a terminal without a command runs: the shell that this
// user has chosen, or the one that every system has.
func userShell() []string {
	if runtime.GOOS == "windows" {
		return []string{cmp.Or(os.Getenv("ComSpec"), "cmd.exe")}
	}
	if shell := os.Getenv("SHELL"); filepath.IsAbs(shell) {
		return []string{shell}
	}
	return []string{"/bin/sh"}
}
