//go:build !linux

package classic

// gateways are not told by this system's standard library.
func gateways() map[string]string { return nil }

// Neighbours is not told by this system's standard library: it fails with a
// *[Problem] of Unsupported.
func Neighbours() ([]Neighbour, error) { return nil, problem(Unsupported, "the table of neighbours") }

// Holders is not told by this system's standard library: it fails with a
// *[Problem] of Unsupported.
func Holders(int) ([]Holder, error) { return nil, problem(Unsupported, "who holds a port") }
