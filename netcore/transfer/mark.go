package transfer

import "fmt"

// mark marks partial files as having come from the network, in the way of this
// system, so that it asks before it starts a program among them. It is done
// before they get their names: no file of a peer is ever in place without. A
// file system that keeps no such mark costs nothing but the mark; the error is
// for the log.
func (d *disk) mark(files []int) error {
	var failed error
	for _, f := range files {
		if err := d.markOne(f); err != nil {
			failed = fmt.Errorf("marking %q as received: %w", d.plan.files[f].path, err)
		}
	}
	return failed
}
