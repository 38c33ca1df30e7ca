package run

import "os"

// widen has nothing to do: the system gives a pipe what it needs.
func widen(*os.File) {}
