// Package safename turns names that came from the network into names that can
// be given to a disk, and texts into texts that can be given to a screen.
//
// A name from a peer is data, never a path. What cannot be kept is mapped, so
// that an honest file is not lost over its name; what can only be an attack is
// refused with ErrUnsafe. What only Windows cannot hold is mapped only where
// the receiving system is Windows, so that a tree between two others stays as
// it is. Confinement (os.Root) and creation without overwriting stay the
// caller's: two names may be mapped to one.
//
// All functions are pure and safe for use by several goroutines.
package safename

import "runtime"

// Style is what a receiving system can hold.
type Style int

// The styles.
const (
	Unix    Style = iota // anything but "/" and NUL, 255 bytes
	Windows              // what Win32 and NTFS take, 255 UTF-16 units
)

// Native returns the style of the system that this runs on.
func Native() Style {
	if runtime.GOOS == "windows" {
		return Windows
	}
	return Unix
}
