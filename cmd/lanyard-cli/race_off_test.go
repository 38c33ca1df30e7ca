//go:build !race

package main

// underRace says that the race detector looks on, which makes all slower.
const underRace = false
