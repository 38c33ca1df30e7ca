package netcore

import (
	"os"
	"runtime"
)

// KeepResponsive gives the Go runtime twice as many processors as there are,
// and four at least, unless GOMAXPROCS says otherwise. Hashing and encrypting
// a large file keep every real one busy; with some to spare, a text that comes
// in is taken up at once instead of when the next piece of the file is done.
// It is for the beginning of a program: it changes the whole process.
func KeepResponsive() {
	if os.Getenv("GOMAXPROCS") == "" {
		runtime.GOMAXPROCS(max(4, 2*runtime.GOMAXPROCS(0)))
	}
}
