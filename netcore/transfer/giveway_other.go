//go:build !linux

package transfer

// giveWay does nothing where a thread alone cannot be given a priority by
// portable means.
func giveWay() {}
