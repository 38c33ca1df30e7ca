package safename

// plain reports whether each name of a path is of ASCII letters, digits, "-"
// and "_", and dots between them, and no longer than any system holds. Most are;
// on Unix nothing of such a path is mapped, and nothing is to be refused but its
// depth.
func plain(p string) bool {
	from := 0 // where the name begins
	for i := range len(p) {
		switch c := p[i]; {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '-', c == '_':
		case c != '.' && c != '/', i == from: // another character, an empty name, or a dot before it
			return false
		case p[i-1] == '.', i+1 == len(p): // behind a dot, or at the end
			return false
		case c == '/':
			from = i + 1
		}
		if i-from >= maxName {
			return false
		}
	}
	return p != "" && len(p) <= maxPath
}
