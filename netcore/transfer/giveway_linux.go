package transfer

import (
	"runtime"

	"golang.org/x/sys/unix"
)

// hashNice is how much hashing gives way to everything else, in the terms of
// setpriority(2): 0 is usual, 19 the most.
const hashNice = 10

// giveWay puts the calling goroutine on a thread of its own that runs after
// all others. The MD5 of a large file keeps a processor busy for seconds, and
// a text that arrives meanwhile must not wait for its turn. The thread ends
// with the goroutine.
func giveWay() {
	runtime.LockOSThread()
	_ = unix.Setpriority(unix.PRIO_PROCESS, unix.Gettid(), hashNice) // without it chat is slower, no more
}
