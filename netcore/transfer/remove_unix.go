//go:build !windows

package transfer

import "os"

// removeIn removes a file, a link or an empty folder.
func removeIn(root *os.Root, name string) error { return root.Remove(name) }

// removeAllIn removes a folder with all that is in it, or a link.
func removeAllIn(root *os.Root, name string) error { return root.RemoveAll(name) }
