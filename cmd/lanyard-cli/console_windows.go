package main

import (
	"context"
	"time"

	"golang.org/x/sys/windows"
)

// resizeEvery is how often the size of a console is looked at: Windows tells of
// it only among the keys that are typed.
const resizeEvery = 250 * time.Millisecond

// resized returns a channel that gets a token when the terminal may have
// another size, until ctx ends.
func resized(ctx context.Context) <-chan struct{} {
	tokens := make(chan struct{})
	go func() {
		ticker := time.NewTicker(resizeEvery)
		defer ticker.Stop()
		for {
			select {
			case <-ticker.C:
				select {
				case tokens <- struct{}{}:
				case <-ctx.Done():
					return
				}
			case <-ctx.Done():
				return
			}
		}
	}()
	return tokens
}

// drawing lets a console obey escape sequences until it is restored.
func drawing(fd int) (restore func()) {
	var mode uint32
	handle := windows.Handle(fd) // #nosec G115 -- a handle that the system gave as one
	if windows.GetConsoleMode(handle, &mode) != nil {
		return func() {}
	}
	_ = windows.SetConsoleMode(handle, mode|windows.ENABLE_VIRTUAL_TERMINAL_PROCESSING|windows.DISABLE_NEWLINE_AUTO_RETURN)
	return func() { _ = windows.SetConsoleMode(handle, mode) }
}
