//go:build !darwin

package main

import "runtime"

// hasDesktop reports whether a window can be shown without DISPLAY.
func hasDesktop() bool { return runtime.GOOS == "windows" }
