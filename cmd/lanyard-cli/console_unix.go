//go:build unix

package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

// resized returns a channel that gets a token when the terminal may have
// another size, until ctx ends.
func resized(ctx context.Context) <-chan struct{} {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGWINCH)
	tokens := make(chan struct{})
	go func() {
		defer signal.Stop(signals)
		for {
			select {
			case <-signals:
				select {
				case tokens <- struct{}{}:
				case <-ctx.Done():
					return
				}
			case <-ctx.Done():
				return
			}
		}
	}()
	return tokens
}

// drawing lets a terminal obey escape sequences, which all of Unix do.
func drawing(int) (restore func()) { return func() {} }
