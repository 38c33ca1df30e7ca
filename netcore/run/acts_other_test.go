//go:build !linux && !windows

package run

// moreActs are those that need the system.
var moreActs map[string]func() int
