package netcore

import (
	"context"

	"lanyard/netcore/command"
)

// ownRun returns a run of this user that has not ended, or command.ErrEnded.
func (n *Node) ownRun(key int64) (*command.Run, error) {
	l := n.commands.byKey(key)
	if l == nil {
		return nil, command.ErrEnded
	}
	n.commands.mu.Lock()
	defer n.commands.mu.Unlock()
	if l.run == nil {
		return nil, command.ErrEnded
	}
	return l.run, nil
}

// WriteRun sends standard input. It waits for the start, and while the program
// does not read; it fails with ErrRunEnded once the run is over.
func (n *Node) WriteRun(ctx context.Context, key int64, p []byte) error {
	r, err := n.ownRun(key)
	if err != nil {
		return err
	}
	_, err = r.WriteContext(ctx, p)
	return err
}

// CloseRunInput ends the standard input of a run. It waits for the start.
func (n *Node) CloseRunInput(key int64) error {
	r, err := n.ownRun(key)
	if err != nil {
		return err
	}
	return r.CloseInput()
}

// ResizeRun tells a run that its terminal has another size.
func (n *Node) ResizeRun(key int64, size TerminalSize) error {
	r, err := n.ownRun(key)
	if err != nil {
		return err
	}
	return r.Resize(size)
}

// StopRun kills the whole tree, on whichever side it runs; one that waits for a
// consent is denied. It does not wait for the end. ErrNoRun says that the run
// has ended.
func (n *Node) StopRun(key int64) error {
	l := n.commands.byKey(key)
	if l == nil {
		return command.ErrNoRun
	}
	if l.number != 0 {
		return n.commands.service.Stop(l.number)
	}
	n.commands.mu.Lock()
	asked, cancel := l.run, l.cancel
	n.commands.mu.Unlock()
	if asked == nil {
		cancel()
		return nil
	}
	select {
	case <-asked.Done(): // that is still to be written down
		return command.ErrNoRun
	default:
	}
	asked.Stop()
	return nil
}
