//go:build !windows

package charset

import "os"

// Local returns the encoding that programs on this PC print in: by LC_ALL,
// LC_CTYPE or LANG, whichever is set first, else UTF8. On Windows it is the
// code page of this program's console, or without one the system's own.
func Local() Encoding { return fromLocale(os.Getenv) }
