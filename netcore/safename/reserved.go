package safename

import "strings"

// unreserve appends stand to a stem that names a device on Windows, whatever
// extension follows it ("nul.txt" is NUL). See "Naming Files, Paths, and
// Namespaces" in Microsoft's documentation.
func unreserve(name string) string {
	stem, rest, dotted := strings.Cut(name, ".")
	stem = strings.TrimRight(stem, " ")
	if !isDevice(strings.ToUpper(stem)) {
		return name
	}
	stem += string(stand)
	if dotted {
		stem += "." + rest
	}
	return stem
}

// isDevice reports whether the upper-case stem is the name of a device.
func isDevice(stem string) bool {
	switch stem {
	case "CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$":
		return true
	}
	number, isCom := strings.CutPrefix(stem, "COM")
	number, isLpt := strings.CutPrefix(number, "LPT")
	if isCom == isLpt {
		return false
	}
	switch number {
	case "¹", "²", "³":
		return true
	}
	return len(number) == 1 && number[0] >= '0' && number[0] <= '9'
}
