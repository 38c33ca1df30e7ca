package run

import (
	"fmt"
	"path/filepath"
	"strings"
)

// isBatch reports whether Windows would run a file through its shell.
func isBatch(path string) bool {
	// Trailing blanks and dots are none of the name there.
	extension := strings.ToLower(filepath.Ext(strings.TrimRight(path, " .")))
	return extension == ".bat" || extension == ".cmd"
}

// batchLine returns the command line of the shell of Windows for a batch file.
// Within quotes that shell takes every character as it is, except for the quote
// itself, the percent sign and line ends. There is no way to write those that
// every batch file passes on unharmed, so they are refused.
func batchLine(shell, path string, args []string) (string, error) {
	var line strings.Builder
	line.WriteString(`"` + shell + `" /d /e:on /v:off /s /c "`)
	for i, text := range append([]string{path}, args...) {
		if strings.ContainsAny(text, "\"%\r\n\x00") {
			return "", fmt.Errorf("%w: %q cannot be given to a batch file", ErrInvalid, text)
		}
		if i > 0 {
			line.WriteByte(' ')
		}
		line.WriteString(`"` + text + `"`)
	}
	line.WriteByte('"')
	return line.String(), nil
}
