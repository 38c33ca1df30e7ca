package transfer

import (
	"context"
	"sync"
	"time"
)

// What of large files is written is made durable after so many bytes, or so
// much time, while data comes.
const (
	checkpointBytes = 64 << 20
	checkpointEvery = time.Second
)

// checkpoint is what has been written and is not durable.
type checkpoint struct {
	mu    sync.Mutex
	files map[*inFile]bool
	bytes int
	full  chan struct{} // holds a token when there is enough
	over  chan struct{}
}

// init is called before the goroutines begin.
func (c *checkpoint) init() {
	c.files, c.full, c.over = map[*inFile]bool{}, make(chan struct{}, 1), make(chan struct{})
}

// add notes what was written.
func (c *checkpoint) add(in *inFile, bytes int) {
	c.mu.Lock()
	c.files[in] = true
	c.bytes += bytes
	enough := c.bytes >= checkpointBytes
	c.mu.Unlock()
	if enough {
		select {
		case c.full <- struct{}{}:
		default:
		}
	}
}

// take returns what is not durable.
func (c *checkpoint) take() []*inFile {
	c.mu.Lock()
	defer c.mu.Unlock()
	files := make([]*inFile, 0, len(c.files))
	for in := range c.files {
		files = append(files, in)
	}
	clear(c.files)
	c.bytes = 0
	return files
}

func (c *checkpoint) close() { close(c.over) }

// checkpoints makes durable what is written, data before the journal, until
// nothing comes any more; then once again.
func (r *receiving) checkpoints(ctx context.Context) error {
	tick := time.NewTicker(checkpointEvery)
	defer tick.Stop()
	for over := false; !over; {
		select {
		case <-r.dirty.over:
			over = true
		case <-ctx.Done():
			<-r.dirty.over
			return nil
		case <-r.dirty.full:
		case <-tick.C:
		}
		files := r.dirty.take()
		for _, in := range files {
			if err := in.sync(); err != nil {
				return r.fatal("syncing a file", err)
			}
		}
		if len(files) > 0 {
			if err := r.disk.journal.file.Sync(); err != nil {
				return r.fatal("syncing the journal", err)
			}
		}
	}
	return nil
}

// fatal has the try end for an error of the disk.
func (r *receiving) fatal(doing string, err error) error {
	err = diskFault(doing, err)
	r.cancel(err)
	<-r.dirty.over
	return err
}
