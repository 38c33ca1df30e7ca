package control

import (
	"errors"
	"fmt"
	"net"
	"slices"
	"time"

	"lanyard/netcore/wire"
)

// An Option changes how a door is kept.
type Option func(*Server)

// Jailed keeps out what this copy runs for others: roots returns the process
// IDs of those commands, and neither they nor anything that descends from them
// may use the door, for it obeys whoever is this user. Other descendants of
// this copy may, such as a terminal out of a file manager that it opened.
//
// A root should lead a session or a process group, and be named from before it
// runs until all that it started has ended. What leaves its session and
// outlives its parent belongs to nobody any more that could be told; on Linux a
// root that is a subreaper (PR_SET_CHILD_SUBREAPER) keeps those too. As long as
// there are roots, a client of which it cannot be told what it descends from is
// refused. roots is called for each client, from any goroutine.
//
// foreign, unless it is nil, says of a process whether it is such a root of
// another copy.
func Jailed(roots func() []int, foreign func(pid int) bool) Option {
	if foreign == nil {
		foreign = func(int) bool { return false }
	}
	return func(s *Server) { s.jailed, s.foreign = roots, foreign }
}

// errJailed says that a client descends from what this copy runs, or may do so.
var errJailed = errors.New("a command that Lanyard runs is at the local door")

// errGone says that a client has ended before it was let in, as one does that
// only looked whether a copy runs.
var errGone = errors.New("it has ended")

// maxAncestors is how far back the descent of a client is followed.
const maxAncestors = 256

// process is what the system says of a process.
type process struct {
	parent     int
	parentGone bool // it has ended, and the system keeps its ID (Windows)
	group      int  // process group; 0 where there are none
	session    int  // 0 where there are none
}

// checkFree insists that the client does not descend from a jailed command.
func (s *Server) checkFree(conn net.Conn) error {
	if s.jailed == nil {
		return nil
	}
	roots := s.jailed()
	client, err := newClientProcess(conn)
	if err != nil {
		if len(roots) == 0 {
			return nil
		}
		return fmt.Errorf("%w: who it is cannot be told: %w", errJailed, err)
	}
	defer client.close()
	isRoot := func(id int) bool { return slices.Contains(roots, id) || s.foreign(id) }
	inside, err := descends(client.pid, isRoot, client.look)
	// Had it ended, another process could have its ID by now, and the command
	// that it belonged to be over.
	if client.alive() != nil {
		return errGone
	}
	switch {
	case err != nil && len(roots) == 0:
		return nil // no command of this copy runs
	case err != nil:
		return fmt.Errorf("%w: its descent cannot be told: %w", errJailed, err)
	case inside:
		return fmt.Errorf("%w: process %d", errJailed, client.pid)
	}
	return nil
}

// descends reports whether a process is one of the roots, descends from one,
// or is in the session or process group of one, itself or by an ancestor.
func descends(pid int, root func(pid int) bool, look func(pid int) (process, error)) (bool, error) {
	known := map[int]bool{}
	isRoot := func(id int) bool {
		is, asked := known[id]
		if !asked && id > 0 {
			is = root(id)
			known[id] = is
		}
		return is
	}
	seen := map[int]bool{}
	for range maxAncestors {
		if isRoot(pid) {
			return true, nil
		}
		p, err := look(pid)
		if err != nil {
			return false, err
		}
		if isRoot(p.parent) || isRoot(p.group) || isRoot(p.session) {
			return true, nil
		}
		seen[pid] = true
		// IDs that were given again may close a circle.
		if p.parent <= 1 || p.parentGone || seen[p.parent] {
			return false, nil
		}
		pid = p.parent
	}
	return false, fmt.Errorf("more than %d ancestors", maxAncestors)
}

// sendAway tells a client that it is refused, without having read a byte of it.
func sendAway(conn net.Conn) {
	_ = conn.SetDeadline(time.Now().Add(lastWords))
	_ = writeExit(wire.NewConn(conn), Fail(ExitRefused, WordJailed))
}
