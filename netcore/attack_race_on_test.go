//go:build race

package netcore_test

// costs is how many times as much memory and time the race detector takes.
const costs = 8
