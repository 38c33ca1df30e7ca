//go:build !race

package classic

// raced says that the race detector is off.
const raced = false
