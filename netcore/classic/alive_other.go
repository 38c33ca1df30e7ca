//go:build !linux

package classic

// peerOpen cannot tell on this system.
func (c *conn) peerOpen() (open, known bool) { return false, false }
