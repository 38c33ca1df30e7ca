package transfer

// openFlags: an open does not wait for another program here.
const openFlags = 0

// isLink reports whether an open failed because the file is a link now.
func isLink(error) bool { return false }
