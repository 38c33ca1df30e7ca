package main

import (
	"context"
	"sync"

	"golang.org/x/term"

	"lanyard/netcore/control"
)

// The size of a terminal that does not say which it has.
const (
	usualCols = 80
	usualRows = 24
)

// systemConsole is a terminal by its two descriptors.
type systemConsole struct{ in, out int }

// raw implements console.
func (c systemConsole) raw() (func(), error) {
	before, err := term.MakeRaw(c.in)
	if err != nil {
		return nil, err
	}
	restore := drawing(c.out)
	return sync.OnceFunc(func() {
		restore()
		_ = term.Restore(c.in, before) // nothing better can be done
	}), nil
}

// size returns the size of now.
func (c systemConsole) size() control.Size {
	cols, rows, err := term.GetSize(c.out)
	if err != nil || cols < 1 || rows < 1 {
		return control.Size{Cols: usualCols, Rows: usualRows}
	}
	const most = 1000 // that the other side takes
	return control.Size{Cols: min(cols, most), Rows: min(rows, most)}
}

// sizes implements console.
func (c systemConsole) sizes(ctx context.Context) <-chan control.Size {
	sizes := make(chan control.Size, 1)
	last := c.size()
	sizes <- last
	news := resized(ctx)
	go func() {
		for {
			select {
			case <-news:
			case <-ctx.Done():
				return
			}
			if size := c.size(); size != last {
				last = size
				select {
				case sizes <- size:
				case <-ctx.Done():
					return
				}
			}
		}
	}()
	return sizes
}
