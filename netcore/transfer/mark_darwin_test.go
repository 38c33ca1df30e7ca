package transfer

import (
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

func TestReceivedFilesAreUnderQuarantine(t *testing.T) {
	n := newNetwork()
	a, b := join(t, n, "a"), join(t, n, "b")
	tree(t, a.dir, map[string]string{"small": "x", "src/large": noise(1, 3<<20)})
	pass(t, a, b, filepath.Join(a.dir, "small"), filepath.Join(a.dir, "src"))
	for _, name := range []string{"small", "src/large"} {
		value := make([]byte, 256)
		size, err := unix.Getxattr(filepath.Join(b.dir, name), quarantine, value)
		if err != nil || !strings.HasSuffix(string(value[:max(size, 0)]), ";Lanyard;") {
			t.Errorf("%s: %q, %v", name, value[:max(size, 0)], err)
		}
	}
}
