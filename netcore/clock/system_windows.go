package clock

import (
	"time"
	"unsafe"

	"golang.org/x/sys/windows"
)

// systemResolution is how coarse the clocks below are, generously. Those of
// package time advance in steps of up to 15.6 ms here, so they are not used.
const systemResolution = time.Microsecond

// systemWall returns the system's clock in 100 ns.
func systemWall() func() time.Time {
	return func() time.Time {
		var now windows.Filetime
		windows.GetSystemTimePreciseAsFileTime(&now)
		return time.Unix(0, now.Nanoseconds())
	}
}

// systemMono returns the performance counter.
func systemMono() func() time.Duration {
	kernel := windows.NewLazySystemDLL("kernel32.dll")
	read := func(proc *windows.LazyProc) (n int64) {
		_, _, _ = proc.Call(uintptr(unsafe.Pointer(&n))) // #nosec G103 -- filled during the call, which cannot fail since Windows XP
		return n
	}
	perSecond := read(kernel.NewProc("QueryPerformanceFrequency"))
	counter := kernel.NewProc("QueryPerformanceCounter")
	return func() time.Duration {
		n := read(counter)
		whole, rest := n/perSecond, n%perSecond
		return time.Duration(whole)*time.Second + time.Duration(rest*int64(time.Second)/perSecond)
	}
}
