package charset

import "golang.org/x/sys/windows"

// Local returns the encoding that programs on this PC print in: the code page
// of this program's console, or without one the system's own. Elsewhere it
// is by LC_ALL, LC_CTYPE or LANG, else UTF8.
func Local() Encoding {
	if cp, err := windows.GetConsoleOutputCP(); err == nil && cp != 0 {
		return FromCodePage(int(cp))
	}
	return FromCodePage(int(windows.GetACP()))
}
