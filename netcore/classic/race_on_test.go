//go:build race

package classic

// raced says that the race detector is on. Processes then take a second to exit,
// and everything is slow.
const raced = true
