package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"golang.org/x/term"

	"lanyard/netcore/control"
)

// maxSecret is the longest line that is read as a secret, in bytes.
const maxSecret = 4 << 10

// secret asks for something that is not to be seen, with the phrase of key: at
// a terminal, without showing what is typed, and else from the first line of
// stdin. It never stands on a command line, where other users could read it.
func (p *program) secret(ctx context.Context, key string) (string, error) {
	var text string
	var err error
	if p.inTerminal && p.hidden != nil {
		fmt.Fprint(p.err, p.words.say(key))
		text, err = p.hidden(ctx)
		fmt.Fprintln(p.err)
	} else {
		text, err = firstLine(p.in)
	}
	if err != nil {
		return "", err
	}
	if text == "" {
		return "", p.badUsage("no-secret")
	}
	return text, nil
}

// firstLine reads the first line of a stream, without its end.
func firstLine(in io.Reader) (string, error) {
	text, err := bufio.NewReader(io.LimitReader(in, maxSecret)).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", fmt.Errorf("reading standard input: %w", err)
	}
	return strings.TrimRight(strings.TrimPrefix(text, "\ufeff"), "\r\n"), nil
}

// hiddenFrom returns what reads a line from the terminal fd without showing it.
// Should the context end first, the terminal is put back as it was; the read
// itself ends with the process.
func hiddenFrom(fd int) func(ctx context.Context) (string, error) {
	return func(ctx context.Context) (string, error) { return readHidden(ctx, fd) }
}

func readHidden(ctx context.Context, fd int) (string, error) {
	before, err := term.GetState(fd)
	if err != nil {
		return "", fmt.Errorf("asking about the terminal: %w", err)
	}
	type result struct {
		text []byte
		err  error
	}
	typed := make(chan result, 1)
	go func() {
		text, err := term.ReadPassword(fd)
		typed <- result{text, err}
	}()
	select {
	case r := <-typed:
		if r.err != nil && !errors.Is(r.err, io.EOF) {
			return "", fmt.Errorf("reading the terminal: %w", r.err)
		}
		return string(r.text), nil
	case <-ctx.Done():
		_ = term.Restore(fd, before) // nothing better can be done
		return "", control.Fail(control.ExitFailed, control.WordCancelled)
	}
}
