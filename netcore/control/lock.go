package control

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/gofrs/flock"
)

// lockName is the file in the profile whose lock says who holds it.
const lockName = "lock"

// Hold is a profile that this process holds.
type Hold struct {
	file *flock.Flock
}

// Lock takes the profile for this process, making its folder if there is
// none. It fails with ErrHeld, at once, if another copy holds it. The system
// gives a lock back when its process dies in whatever way.
func Lock(profile string) (*Hold, error) {
	if err := os.MkdirAll(profile, 0o700); err != nil {
		return nil, fmt.Errorf("making the profile folder: %w", err)
	}
	file := flock.New(filepath.Join(profile, lockName), flock.SetPermissions(0o600))
	got, err := file.TryLock()
	if err != nil {
		return nil, fmt.Errorf("locking the profile %s: %w", profile, err)
	}
	if !got {
		return nil, fmt.Errorf("profile %s: %w", profile, ErrHeld)
	}
	return &Hold{file: file}, nil
}

// Release gives the profile back. The file stays: removing it would let two
// copies hold two files of one name.
func (h *Hold) Release() error {
	if err := h.file.Unlock(); err != nil {
		return fmt.Errorf("unlocking the profile: %w", err)
	}
	return nil
}
