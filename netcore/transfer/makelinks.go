package transfer

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"lanyard/netcore/store"
)

// makeLinks makes the symbolic links of the list, now that everything else has
// its name. Those that cannot be, or would lead out of their root, are skipped.
func (r *receiving) makeLinks(ctx context.Context) error {
	links := r.plan.links()
	if len(links) == 0 {
		return nil
	}
	folder := r.j.record().Folder
	var rows []store.TransferFile
	var told []int
	for f := range r.plan.files {
		e := &r.plan.files[f]
		if e.link == "" || e.placed {
			continue
		}
		row := store.TransferFile{Index: f, Path: e.path, State: string(StateVerified)}
		switch err := r.disk.link(r.plan, f, links); {
		case e.reason != ReasonNone:
			row.State, row.Reason = string(StateSkipped), string(e.reason)
			if !e.reason.skips() {
				row.State = string(StateFailed)
			}
		case err != nil:
			r.j.s.log.Debug("link not made", "key", r.j.key, "path", e.path, "error", err)
			row.State, row.Reason = string(StateSkipped), string(ReasonNoLink)
		default:
			row.Saved = filepath.Join(folder, filepath.FromSlash(r.plan.target(f)))
		}
		rows, told = append(rows, row), append(told, f)
	}
	if err := r.j.settle(context.WithoutCancel(ctx), rows); err != nil {
		return err
	}
	r.j.mu.Lock()
	for _, row := range rows {
		e := &r.plan.files[row.Index]
		e.placed, e.ended, e.reason = true, true, Reason(row.Reason)
	}
	r.j.mu.Unlock()
	return r.receipts(told)
}

// links returns where links of the list go, each in the form in which this
// system tells names apart.
func (p *plan) links() map[string]bool {
	links := map[string]bool{}
	for f := range p.files {
		if e := &p.files[f]; e.link != "" && e.reason == ReasonNone {
			links[nameKey(p.target(f))] = true
		}
	}
	return links
}

// link makes one link, if its target stays in its root and is not reached
// through another link: names alone do not say where that leads.
func (d *disk) link(p *plan, f int, links map[string]bool) error {
	e := &p.files[f]
	if e.reason != ReasonNone {
		return nil
	}
	at := p.target(f)
	if runtime.GOOS == "windows" || !linkStays(at, e.link) {
		return fmt.Errorf("%q leads out of its folder: %w", e.link, fs.ErrInvalid)
	}
	if err := d.passable(path.Dir(at), e.link, links); err != nil {
		return err
	}
	if err := d.make(e.dir); err != nil {
		return err
	}
	if there, err := d.root.Readlink(at); err == nil && there == e.link {
		return nil // made by an earlier try
	}
	if err := d.root.Symlink(e.link, at); err != nil {
		return err
	}
	d.touched[e.dir] = true
	return nil
}

// passable walks to the target of a link, and refuses what is no plain folder
// on the way, or is a link at its end that this transfer did not bring.
func (d *disk) passable(from, target string, links map[string]bool) error {
	at, clean := from, path.Join(from, target)
	steps := splitPath(target)
	for i, step := range steps {
		at = path.Join(at, step)
		info, err := d.root.Lstat(at)
		last := i == len(steps)-1
		switch {
		case links[nameKey(at)] && !last:
			return fmt.Errorf("%q goes through the link %q: %w", target, at, fs.ErrInvalid)
		case err != nil && last:
			return nil // nothing there: a link may dangle
		case err != nil:
			return err
		case info.Mode()&os.ModeSymlink != 0 && !(last && links[nameKey(at)]):
			return fmt.Errorf("%q leads to the link %q: %w", clean, at, fs.ErrInvalid)
		}
	}
	return nil
}

// splitPath splits a target into its steps.
func splitPath(target string) []string {
	steps := strings.Split(target, "/")
	return slices.DeleteFunc(steps, func(step string) bool { return step == "" || step == "." })
}
