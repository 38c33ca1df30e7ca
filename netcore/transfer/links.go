package transfer

import (
	"path"
	"strings"
	"unicode/utf8"
)

// linkStays reports whether the target of a link, whose path begins with the
// name of its root, is relative and does not lead out of that root. It looks
// at names alone: what stands on a disk is checked where the link is made.
func linkStays(at, target string) bool {
	if !strings.Contains(at, "/") || target == "" || len(target) > maxLink || !utf8.ValidString(target) || strings.ContainsAny(target, "\x00\\") ||
		path.IsAbs(target) || len(target) > 1 && target[1] == ':' {
		return false
	}
	depth := strings.Count(at, "/") - 1 // of its folder, below the root
	for part := range strings.SplitSeq(target, "/") {
		switch part {
		case "..":
			depth--
		case "", ".":
		default:
			depth++
		}
		if depth < 0 {
			return false
		}
	}
	return true
}
