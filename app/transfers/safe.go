package transfers

import (
	"path/filepath"
	"slices"
	"strings"

	"lanyard/netcore"
)

// mayOpen reports whether a card offers to open what came or was sent: a folder,
// or a file of a kind that [Opens] knows. What a system would run instead is
// only shown in its folder: a press on a card must never start a program that
// somebody sent.
func mayOpen(t netcore.Transfer) bool {
	return t.Count != 1 || filepath.Ext(t.Paths[0]) == "" || Opens(t.Paths[0], false)
}

// Opens reports whether a system shows a file or a folder of this name when it
// is opened. Of other names nobody knows; macOS runs some folders.
func Opens(path string, folder bool) bool {
	ending := strings.ToLower(filepath.Ext(strings.TrimRight(path, ". ")))
	if folder {
		return !slices.Contains([]string{".app", ".bundle", ".action", ".workflow", ".pkg", ".mpkg", ".prefpane"}, ending)
	}
	return slices.Contains([]string{
		".txt", ".md", ".log", ".csv", ".tsv", ".json", ".yaml", ".yml", ".toml", ".md5",
		".pdf", ".epub", ".djvu", ".rtf", ".odt", ".ods", ".odp", ".docx", ".xlsx", ".pptx", ".doc", ".xls", ".ppt", ".wps", ".et", ".dps",
		".png", ".jpg", ".jpeg", ".gif", ".bmp", ".webp", ".tif", ".tiff", ".heic", ".avif",
		".mp3", ".flac", ".wav", ".ogg", ".m4a", ".aac", ".opus", ".mp4", ".mkv", ".mov", ".avi", ".webm", ".m4v", ".mpg",
		".zip", ".7z", ".rar", ".tar", ".gz", ".xz", ".zst", ".bz2", ".tgz",
	}, ending)
}
