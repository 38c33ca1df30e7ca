package netcore

import (
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"

	"lanyard/netcore/command"
	"lanyard/netcore/store"
	"lanyard/netcore/transfer"
)

const (
	// outputFolder is where a profile keeps the output of this user's runs: for
	// each the bytes as they came, and which pipe they came from.
	outputFolder = "runs"
	outputEnd    = ".out"
	pipesEnd     = ".pipes"

	firstOutput = 256 << 10 // bytes that stay in memory while a run goes on
	mostOutput  = 1 << 30   // bytes of one run
	allOutput   = 4 << 30   // bytes of all runs, or a tenth of what is free
	pruneEvery  = 64 << 20  // bytes of runs that go on between two looks at all
)

// outputs is what is kept of the output of this user's runs.
type outputs struct {
	db    *store.DB
	dir   string
	most  int64 // bytes of one run
	all   int64 // bytes of all
	every int64 // bytes between two looks

	mu     sync.Mutex
	kept   []store.KeptOutput // of runs that have ended, the oldest first
	total  int64              // their bytes
	live   int64              // bytes in the files of runs that go on
	unseen int64              // of these, since the last look
}

// errNoRoom says that all runs together have put out what may be kept.
var errNoRoom = errors.New("no room for more output of runs that go on")

// newOutputs finds what is kept, and clears away what no run knows of.
func newOutputs(ctx context.Context, db *store.DB, dir string) (*outputs, error) {
	o := &outputs{db: db, dir: dir, most: mostOutput, all: allOutput, every: pruneEvery}
	if err := o.rescue(ctx); err != nil {
		return nil, err
	}
	kept, err := db.KeptOutputs(ctx)
	if err != nil {
		return nil, err
	}
	o.kept = kept
	for _, k := range kept {
		o.total += k.Bytes
	}
	return o, nil
}

// rescue notes what a program that died had kept of a run that it watched, and
// removes files of runs that are no more.
func (o *outputs) rescue(ctx context.Context) error {
	entries, err := os.ReadDir(o.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("looking at the output of runs: %w", err)
	}
	for _, entry := range entries {
		name, isOutput := strings.CutSuffix(entry.Name(), outputEnd)
		key, err := strconv.ParseInt(name, 10, 64)
		if !isOutput || err != nil {
			continue // the other file of a run, or none of this program's
		}
		row, err := o.db.Run(ctx, key)
		info, missing := entry.Info()
		switch {
		case errors.Is(err, store.ErrNotFound):
			o.remove(key)
		case err != nil:
			return err
		case row.Kept == 0 && missing == nil && info.Size() > 0:
			if err := o.db.SetRunKept(ctx, key, info.Size()); err != nil {
				return err
			}
		}
	}
	return nil
}

// path returns the name of a file of a run.
func (o *outputs) path(key int64, end string) string {
	return filepath.Join(o.dir, strconv.FormatInt(key, 10)+end)
}

// remove removes the files of a run, and reports whether they are gone.
func (o *outputs) remove(key int64) bool {
	err := os.Remove(o.path(key, outputEnd))
	_ = os.Remove(o.path(key, pipesEnd)) // most runs have none
	return err == nil || errors.Is(err, fs.ErrNotExist)
}

// limit is how many bytes may be kept of all runs.
func (o *outputs) limit() int64 {
	free, err := transfer.FreeSpace(filepath.Dir(o.dir))
	if err != nil {
		return o.all
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	return min(o.all, (free+o.total+o.live)/10)
}

// mostOfOne is how many bytes may be kept of one run that begins now.
func (o *outputs) mostOfOne() int64 { return max(min(o.most, o.limit()), firstOutput) }

// prune removes the oldest outputs until all have room, and reports whether they
// have: not those of ended runs alone can be too many.
func (o *outputs) prune() bool {
	limit := o.limit()
	o.mu.Lock()
	defer o.mu.Unlock()
	for i := 0; i < len(o.kept) && o.total+o.live > limit; {
		k := o.kept[i]
		if !o.remove(k.Key) { // somebody reads it, where that keeps it (Windows)
			i++
			continue
		}
		_ = o.db.SetRunKept(patiently(), k.Key, 0) // else its output is found to be missing
		o.kept = slices.Delete(o.kept, i, i+1)
		o.total -= k.Bytes
	}
	return o.total+o.live <= limit
}

// grow counts what is added to the files of runs that go on. It fails if there
// is no room for it: many PCs at once may put out as much as they like.
func (o *outputs) grow(n int64) error {
	o.mu.Lock()
	o.live += n
	o.unseen += n
	look := o.unseen >= o.every
	if look {
		o.unseen = 0
	}
	o.mu.Unlock()
	if look && !o.prune() {
		return errNoRoom
	}
	return nil
}

// settle takes the file of a run off those of runs that go on.
func (o *outputs) settle(out *keptOutput) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if out.file != nil {
		o.live -= out.file.size
	}
}

// tape makes room for the output of a run, up to most bytes. key is asked for
// when there is more than memory takes, or when the run ends.
func (o *outputs) tape(most int64, key func() int64) *keptOutput {
	out := &keptOutput{most: most, users: 1}
	out.Tape = command.NewTape(firstOutput, most, func() (command.Spill, error) {
		file, err := o.create(key())
		if err != nil {
			return nil, err
		}
		if out.file != nil { // its beginning could not be written
			file.size = out.file.size
		}
		out.file = file
		return file, nil
	})
	return out
}

// create makes the file of a run, for this user alone.
func (o *outputs) create(key int64) (*spillFile, error) {
	if key == 0 {
		return nil, errors.New("the run is not known")
	}
	if err := os.MkdirAll(o.dir, 0o700); err != nil {
		return nil, fmt.Errorf("making the folder of outputs: %w", err)
	}
	// #nosec G304 -- a number in this user's profile
	file, err := os.OpenFile(o.path(key, outputEnd), os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return nil, fmt.Errorf("keeping output: %w", err)
	}
	return &spillFile{File: file, outputs: o}, nil
}

// spillFile is the file of a run, which has others removed while it grows.
type spillFile struct {
	*os.File
	outputs *outputs
	size    int64 // bytes that were counted; one goroutine writes
}

// WriteAt implements io.WriterAt.
func (f *spillFile) WriteAt(p []byte, at int64) (int, error) {
	f.size += int64(len(p))
	if err := f.outputs.grow(int64(len(p))); err != nil {
		return 0, err
	}
	return f.File.WriteAt(p, at)
}

// finish keeps the output of a run that has ended, and lets go of it. Failing
// loses output, which Kept tells.
func (o *outputs) finish(key int64, out *keptOutput) {
	defer out.release() // once it can be opened anew
	defer o.prune()
	defer o.settle(out)
	size := out.Size()
	if size == 0 {
		return
	}
	err := out.Finish()
	if err == nil {
		err = o.keepPipes(key, out.Changes())
	}
	if err == nil {
		err = o.db.SetRunKept(patiently(), key, size)
	}
	if err != nil {
		o.remove(key)
		return
	}
	o.mu.Lock()
	at, _ := slices.BinarySearchFunc(o.kept, key, func(k store.KeptOutput, key int64) int { return cmp.Compare(k.Key, key) })
	o.kept = slices.Insert(o.kept, at, store.KeptOutput{Key: key, Bytes: size})
	o.total += size
	o.mu.Unlock()
}

// keepPipes writes down where the output changes from one pipe to the other.
func (o *outputs) keepPipes(key int64, changes []int64) error {
	if len(changes) == 0 {
		return nil
	}
	var raw []byte
	last := int64(0)
	for _, at := range changes {
		raw = binary.AppendUvarint(raw, uint64(at-last)) // #nosec G115 -- they grow
		last = at
	}
	if err := os.WriteFile(o.path(key, pipesEnd), raw, 0o600); err != nil {
		return fmt.Errorf("keeping output: %w", err)
	}
	return nil
}

// pipes reads what keepPipes wrote.
func (o *outputs) pipes(key int64) ([]int64, error) {
	raw, err := os.ReadFile(o.path(key, pipesEnd)) // #nosec G304 -- a number in this user's profile
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading output: %w", err)
	}
	var changes []int64
	at := int64(0)
	for len(raw) > 0 {
		step, n := binary.Uvarint(raw)
		if n <= 0 {
			break // cut off: what follows counts as of the last pipe
		}
		at += int64(step) // #nosec G115 -- as keepPipes wrote it
		changes, raw = append(changes, at), raw[n:]
	}
	return changes, nil
}

// old opens the output of a run that has ended.
func (o *outputs) old(row store.Run) (*keptOutput, error) {
	if row.Kept == 0 {
		return &keptOutput{Tape: command.NewTape(0, 0, nil), users: 1}, nil
	}
	file, err := os.Open(o.path(row.Key, outputEnd))
	if err != nil {
		return nil, fmt.Errorf("reading output: %w", err)
	}
	changes, err := o.pipes(row.Key)
	info, failed := file.Stat()
	if err = errors.Join(err, failed); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return &keptOutput{Tape: command.OldTape(file, min(row.Kept, info.Size()), changes), users: 1}, nil
}

// keptOutput is a tape that is closed when its last user lets go of it.
type keptOutput struct {
	*command.Tape
	most int64
	file *spillFile // of a run that goes on, once there is one

	mu    sync.Mutex
	users int
}

// acquire adds a user, unless there is none any more.
func (k *keptOutput) acquire() bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.users == 0 {
		return false
	}
	k.users++
	return true
}

// release takes a user away.
func (k *keptOutput) release() {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.users--; k.users == 0 {
		_ = k.Tape.Close() // it was read, or failed to be written before
	}
}

// sink returns what takes the output of a run: the tape, or besides the first of
// it what the caller gave.
func (k *keptOutput) sink(take func(command.Pipe, []byte) error) command.Output {
	if take == nil {
		return k.Take
	}
	return func(from command.Pipe, p []byte) error {
		if room := k.most - k.Size(); room > 0 {
			if err := k.Take(from, p[:min(int64(len(p)), room)]); err != nil {
				return err
			}
		}
		return take(from, p)
	}
}

// openOutput is one user of a tape.
type openOutput struct {
	*keptOutput
	once sync.Once
}

// Close implements io.Closer.
func (o *openOutput) Close() error {
	o.once.Do(o.release)
	return nil
}

// RunOutput opens what is kept of the output of a run of this user: the first
// GiB at most, as long as newer ones leave it room; with RunRequest.Take the
// first 256 KiB. Run.Kept says how much there is. It fails with ErrNoRun for a
// run of somebody else, and with store.ErrNotFound.
func (n *Node) RunOutput(ctx context.Context, key int64) (RunOutput, error) {
	if l := n.commands.byKey(key); l != nil && l.output != nil && l.output.acquire() {
		return &openOutput{keptOutput: l.output}, nil
	}
	row, err := n.db.Run(ctx, key)
	if err != nil {
		return nil, err
	}
	if row.Here {
		return nil, fmt.Errorf("output of a run of somebody else: %w", command.ErrNoRun)
	}
	out, err := n.commands.outputs.old(row)
	if err != nil {
		return nil, err
	}
	return &openOutput{keptOutput: out}, nil
}
