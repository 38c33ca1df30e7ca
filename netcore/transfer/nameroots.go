package transfer

import (
	"errors"
	"io/fs"

	"lanyard/netcore/safename"
	"lanyard/netcore/store"
)

// nameRoots gives each root folder that has none yet a name of its own in the
// save folder, and makes it there. note records the names before the folders
// are made: a program that is killed in between finds its own folders again and
// leaves no empty ones behind. It is called once, if nobody else makes folders:
// there may be thousands, and it records all of them.
func (d *disk) nameRoots(roots []store.TransferRoot, note func() error) error {
	fresh, err := d.freeNames(roots)
	if err == nil && len(fresh) > 0 {
		err = note()
	}
	if err != nil {
		return err
	}
	for _, i := range fresh {
		err := d.root.Mkdir(roots[i].Path, 0o777)
		if errors.Is(err, fs.ErrExist) { // it appeared meanwhile
			err = d.nameRoot(&roots[i], note)
		}
		if err != nil {
			return diskFault("making a folder", err)
		}
	}
	return nil
}

// freeNames picks names that are free for the root folders that have none, and
// returns which those are.
func (d *disk) freeNames(roots []store.TransferRoot) (fresh []int, err error) {
	taken := map[string]bool{}
	next := map[string]int{} // by the first increment, which names that are cut may share
	for i := range roots {
		if !roots[i].Dir || roots[i].Path != "" {
			continue
		}
		name, _ := safename.SingleFile(roots[i].Name, safename.Native())
		stem := nameKey(safename.Increment(name, 1))
		free, n := name, 0
		for ; d.isTaken(free) || taken[nameKey(free)]; n++ {
			if n == tries {
				return nil, diskFault("making a folder", fs.ErrExist)
			}
			next[stem]++
			free = safename.Increment(name, next[stem])
		}
		taken[nameKey(free)] = true
		roots[i].Path = free
		fresh = append(fresh, i)
	}
	return fresh, nil
}

// isTaken reports whether something of a name is in the save folder.
func (d *disk) isTaken(name string) bool {
	_, err := d.root.Lstat(name)
	return err == nil
}

// nameRoot names and makes one root folder.
func (d *disk) nameRoot(root *store.TransferRoot, note func() error) error {
	name, _ := safename.SingleFile(root.Name, safename.Native())
	for n := range tries {
		root.Path = safename.Increment(name, n)
		if _, err := d.root.Lstat(root.Path); err == nil {
			continue
		}
		if err := note(); err != nil {
			return err
		}
		err := d.root.Mkdir(root.Path, 0o777)
		if err == nil || !errors.Is(err, fs.ErrExist) {
			return diskFault("making a folder", err)
		}
	}
	return diskFault("making a folder", fs.ErrExist)
}
