package netcore

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"lanyard/netcore/control"
	"lanyard/netcore/safename"
)

// exportMD5 writes the list of a transfer's verified files to a new file, or to
// the client's standard output.
func (d *Door) exportMD5(ctx context.Context, args control.MD5Args, pipes control.Pipes, emit control.Emit) error {
	transfer, person, err := d.transferOf(ctx, args.Transfer)
	if err != nil {
		return err
	}
	if transfer.Done-transfer.Pending <= 0 {
		return control.Fail(control.ExitFailed, control.WordNoMD5, keyText(args.Transfer))
	}
	if args.Path == "" {
		err = d.printMD5(ctx, args.Transfer, pipes)
		return transferFailure(args.Transfer, person.Name, err)
	}
	path := string(args.Path)
	if err := checkAbsolute(path); err != nil {
		return err
	}
	if err := d.node.ExportMD5(ctx, args.Transfer, path); err != nil {
		return exportFailure(args.Transfer, person.Name, path, err)
	}
	return emit(control.ExportedMD5{Event: control.EventExportedMD5, Transfer: args.Transfer, Path: safename.Escape(path)})
}

// printMD5 sends the list as output.
func (d *Door) printMD5(ctx context.Context, key int64, pipes control.Pipes) error {
	dir, err := os.MkdirTemp("", "lanyard-md5-")
	if err != nil {
		return fmt.Errorf("making a folder for the list: %w", err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	path := filepath.Join(dir, "list.md5")
	if err := d.node.ExportMD5(ctx, key, path); err != nil {
		return err
	}
	list, err := os.Open(path) // #nosec G304 -- made just before, in a folder of this user's own
	if err != nil {
		return fmt.Errorf("reading the list: %w", err)
	}
	defer func() { _ = list.Close() }()
	_, err = io.Copy(pipeWriter{pipes}, list)
	return err
}

// pipeWriter writes to a client's standard output.
type pipeWriter struct{ pipes control.Pipes }

func (w pipeWriter) Write(p []byte) (int, error) {
	if err := w.pipes.Put(control.Source{Pipe: 1}, p); err != nil {
		return 0, err
	}
	return len(p), nil
}

// exportFailure says in a Failure why a list was not written.
func exportFailure(key int64, name, path string, err error) error {
	var problem *fs.PathError
	switch {
	case errors.Is(err, fs.ErrExist):
		return control.Fail(control.ExitFailed, control.WordFileThere, path)
	case errors.As(err, &problem):
		return fail(control.ExitFailed, wordFileProblem, path, problem.Err.Error())
	}
	return transferFailure(key, name, err)
}
