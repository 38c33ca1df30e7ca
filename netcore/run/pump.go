package run

import (
	"context"
	"errors"
	"os"
	"sync"
	"time"
)

const (
	// pieceSize is the most that Output gets at once, and all that a run holds
	// of its output.
	pieceSize = 64 << 10
	// restSize is how much of a stream is read after the last process of a run
	// has ended: what fits into the largest pipe. What comes then is of a
	// process that is none of ours and was handed the stream.
	restSize = 1 << 20
	// restWait is how long a read may take then.
	restWait = 100 * time.Millisecond
)

// outlet is our end of a stream.
type outlet struct {
	stream Stream
	file   *os.File
}

// pumpEach hands on what comes out of each outlet, in the order in which the
// goroutines that read them are woken. It returns the first error of out, and
// closes the outlets.
func pumpEach(outlets []outlet, gone <-chan struct{}, out Output) error {
	ctx, fail := context.WithCancelCause(context.Background())
	defer fail(nil)
	var one sync.Mutex
	var readers sync.WaitGroup
	for _, o := range outlets {
		stop := context.AfterFunc(ctx, func() { _ = o.file.Close() })
		readers.Go(func() {
			defer stop()
			err := o.read(gone, func(p []byte) error {
				one.Lock()
				defer one.Unlock()
				if ctx.Err() != nil {
					return errOver
				}
				return out(o.stream, p)
			})
			if err != nil {
				fail(err)
			}
			_ = o.file.Close()
		})
	}
	readers.Wait()
	return context.Cause(ctx)
}

// read reads until the end, an error of take, or until nothing comes any more
// after everybody is gone.
func (o outlet) read(gone <-chan struct{}, take func(p []byte) error) error {
	ended, woken := make(chan struct{}), make(chan struct{})
	defer close(ended)
	go func() {
		defer close(woken)
		select {
		case <-gone:
			_ = o.file.SetReadDeadline(time.Unix(1, 0)) // wakes a read
		case <-ended:
		}
	}()
	buffer := make([]byte, pieceSize)
	for rest := restSize; rest > 0; {
		late := isClosed(gone)
		if late {
			<-woken // else its deadline could replace this one, and the rest were lost
			_ = o.file.SetReadDeadline(time.Now().Add(restWait))
		}
		n, err := o.file.Read(buffer)
		if n > 0 {
			if err := take(buffer[:n]); err != nil {
				return err
			}
		}
		if err != nil && (late || !errors.Is(err, os.ErrDeadlineExceeded)) {
			return nil // the end, of which terminals make an error
		}
		if late {
			rest -= n
		}
	}
	return nil
}

func isClosed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}
