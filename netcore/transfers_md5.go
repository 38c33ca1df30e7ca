package netcore

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"lanyard/netcore/md5sum"
	"lanyard/netcore/store"
)

var (
	// ErrMD5Pending says that a transfer goes on, so that not all MD5 digests
	// are known yet.
	ErrMD5Pending = errors.New("not all MD5 digests of the transfer are known yet")
	// ErrNoMD5 says that no file of a transfer was verified.
	ErrNoMD5 = errors.New("no file of the transfer was verified")
	// ErrScattered says that the files of a transfer are not in one folder: on
	// several drives.
	ErrScattered = errors.New("the files of the transfer are on several drives")
)

// ExportMD5 is [TransferActs].ExportMD5.
func (n *Node) ExportMD5(ctx context.Context, key int64, path string) error {
	row, err := n.db.Transfer(ctx, key)
	if err != nil {
		return err
	}
	if !State(row.State).Ended() {
		return ErrMD5Pending
	}
	if path, err = filepath.Abs(path); err != nil {
		return fmt.Errorf("finding where the list goes: %w", err)
	}
	base, err := n.listFolder(ctx, key, filepath.Dir(path))
	if err != nil {
		return err
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644) // #nosec G302 G304 -- the user's choice, a list like the files
	if err != nil {
		return fmt.Errorf("making the list: %w", err)
	}
	err = errors.Join(n.writeMD5(ctx, key, base, file), file.Close())
	if err != nil {
		return errors.Join(fmt.Errorf("writing the list: %w", err), os.Remove(path))
	}
	return nil
}

// listFolder returns the folder that the paths in a list are to be relative to:
// the one that all files and folders of the transfer are in; or, where the list
// is put into the one folder that was sent, that folder.
func (n *Node) listFolder(ctx context.Context, key int64, listDir string) (string, error) {
	roots, err := n.rootsOnDisk(ctx, key)
	if err != nil {
		return "", err
	}
	common := ""
	for _, root := range roots {
		if common == "" {
			common = filepath.Dir(root)
		}
		if common = commonFolder(common, root); common == "" {
			return "", ErrScattered
		}
	}
	switch {
	case common == "":
		return "", ErrNoMD5
	case len(roots) == 1 && listDir == roots[0]:
		return listDir, nil
	}
	return common, nil
}

// rootsOnDisk returns the files and folders right below which all verified files
// of a transfer are, as they were saved, or taken from.
func (n *Node) rootsOnDisk(ctx context.Context, key int64) ([]string, error) {
	seen := map[string]bool{}
	var roots []string
	err := n.db.EachVerifiedFile(ctx, key, false, func(f store.TransferFile) error {
		root := f.Saved
		for range strings.Count(f.Path, "/") {
			root = filepath.Dir(root)
		}
		if !seen[root] {
			seen[root] = true
			roots = append(roots, root)
		}
		return nil
	})
	return roots, err
}

// commonFolder returns the deepest folder at or above one that a path is below,
// empty if there is none.
func commonFolder(folder, path string) string {
	for !inFolder(folder, []string{path}) {
		up := filepath.Dir(folder)
		if up == folder {
			return ""
		}
		folder = up
	}
	return folder
}

// inFolder reports whether all paths are below a folder, or are it.
func inFolder(folder string, paths []string) bool {
	for _, path := range paths {
		if rel, err := filepath.Rel(folder, path); err != nil || !filepath.IsLocal(rel) {
			return false
		}
	}
	return true
}

// writeMD5 writes the lines of a list.
func (n *Node) writeMD5(ctx context.Context, key int64, base string, to *os.File) error {
	out := bufio.NewWriterSize(to, 64<<10)
	err := n.db.EachVerifiedFile(ctx, key, true, func(f store.TransferFile) error {
		rel, err := filepath.Rel(base, f.Saved)
		if err == nil {
			_, err = out.WriteString(md5sum.Format(filepath.ToSlash(rel), f.MD5))
		}
		return err
	})
	return errors.Join(err, out.Flush())
}
