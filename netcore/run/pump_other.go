//go:build !linux

package run

// pumpInOrder hands on what comes out of several pipes, in the order in which
// it was read.
func pumpInOrder(outlets []outlet, gone <-chan struct{}, out Output) error {
	return pumpEach(outlets, gone, out)
}
