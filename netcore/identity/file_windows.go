package identity

import (
	"io/fs"
	"os"
)

// claim does nothing on Windows: modes mean nothing there, and the file
// inherits the access list of the profile folder, which below the user's own
// AppData lets in this user, SYSTEM and the administrators.
func claim(*os.File, fs.FileInfo) (warning, err error) { return nil, nil }

// syncFolder does nothing: NTFS logs a rename by itself, and a folder cannot
// be flushed.
func syncFolder(string) error { return nil }
