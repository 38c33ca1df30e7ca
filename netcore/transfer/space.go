package transfer

import (
	"fmt"
	"os"
)

// FreeSpace returns how many bytes this user may still write to the disk that a
// folder is on.
func FreeSpace(folder string) (int64, error) {
	dir, err := os.Open(folder) // #nosec G304 -- a folder that this program made
	if err != nil {
		return 0, fmt.Errorf("looking at the disk: %w", err)
	}
	defer dir.Close()
	free, _, err := freeSpace(folder, dir)
	if err != nil {
		return 0, fmt.Errorf("looking at the disk: %w", err)
	}
	return free, nil
}
