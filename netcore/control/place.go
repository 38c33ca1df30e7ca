package control

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path/filepath"
)

// realPath returns the one absolute path of a profile, whatever links lead to
// it; a profile that does not exist yet has the path that was given.
func realPath(profile string) (string, error) {
	absolute, err := filepath.Abs(profile)
	if err != nil {
		return "", fmt.Errorf("the profile's path: %w", err)
	}
	if real, err := filepath.EvalSymlinks(absolute); err == nil {
		return real, nil
	}
	return absolute, nil
}

// pathHash names a profile where its path cannot stand.
func pathHash(path string) string {
	sum := sha256.Sum256([]byte(path))
	return hex.EncodeToString(sum[:8])
}
