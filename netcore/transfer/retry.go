package transfer

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"lanyard/netcore/identity"
	"lanyard/netcore/store"
	"lanyard/netcore/wire"
)

// KindRetry is the kind of a stream on which a receiver asks for the failed
// files of an ended transfer: → "retry" {"id"}, ← "offered" or an error.
const KindRetry = "retry"

// retryFrame opens such a stream.
type retryFrame struct {
	ID string `json:"id"`
}

// retryTime is for how long an offer that was asked for needs no other yes.
const retryTime = 10 * time.Minute

// retryPause is how long a receiver waits before it asks for the same again.
const retryPause = 10 * time.Second

// asked is a transfer whose failed files this user asked for again.
type asked struct {
	device identity.DeviceID
	id     string
}

// Retry sends the failed files of an ended transfer again, in a new transfer
// that refers to it, whose key it returns. Of an incoming one it asks the
// sender for that, who must be there: then the new one comes as an offer,
// accepted by itself into the same folder, and the key is 0. It returns
// ErrState if nothing failed.
func (s *Service) Retry(ctx context.Context, key int64) (int64, error) {
	t, err := s.cfg.Store.Transfer(ctx, key)
	if err != nil {
		return 0, err
	}
	if !State(t.State).Ended() || t.Failed == 0 {
		return 0, ErrState
	}
	if t.Outgoing {
		return s.propose(ctx, store.Transfer{Device: t.Device, Roots: t.Roots, Retry: t.ID}, nil)
	}
	return 0, s.askRetry(ctx, t)
}

// askRetry asks a sender for failed files.
func (s *Service) askRetry(ctx context.Context, t store.Transfer) error {
	if !s.enter() {
		return ErrClosed
	}
	defer s.tasks.Done()
	mine := asked{t.Device, t.ID}
	s.mu.Lock()
	s.wanted[mine] = s.cfg.Now()
	s.mu.Unlock()
	ctx, cancel := context.WithTimeout(ctx, s.cfg.Stall)
	defer cancel()
	stream, err := s.cfg.Links.Open(ctx, t.Device, KindRetry, retryFrame{t.ID})
	if err == nil {
		defer func() { _ = stream.Reset() }()
		_ = stream.SetReadDeadline(time.Now().Add(s.cfg.Stall))
		_, err = wire.NewConn(stream).Expect(wire.MaxHello, kindOffered)
	}
	if err != nil {
		s.mu.Lock()
		delete(s.wanted, mine)
		s.mu.Unlock()
		return fmt.Errorf("asking for failed files: %w", err)
	}
	return nil
}

// HandleRetry serves a stream of a peer who asks for failed files again. They
// are what this user sent to that device, so that it needs no other yes; one
// such transfer at a time.
func (s *Service) HandleRetry(ctx context.Context, stream Stream, peer identity.DeviceID, first wire.Frame) {
	defer func() { _ = stream.Close() }()
	if !s.enter() {
		return
	}
	defer s.tasks.Done()
	conn := wire.NewConn(stream)
	_ = stream.SetWriteDeadline(time.Now().Add(farewell))
	var ask retryFrame
	if err := first.Decode(&ask); err != nil || first.BodySize != 0 || !isID(ask.ID) {
		_ = conn.WriteError(wire.CodeMalformed, "no transfer")
		return
	}
	if err := s.retryFor(ctx, peer, ask.ID); err != nil {
		s.log.Debug("failed files are not sent again", "device", peer.Short(), "error", err)
		_ = conn.WriteError(wire.CodeRefused, "nothing to send again")
		return
	}
	_ = errors.Join(conn.Write(kindOffered, offeredFrame{V: spoken}, nil), stream.Flush())
}

// retryFor offers the failed files of a transfer to the device that had it.
func (s *Service) retryFor(ctx context.Context, peer identity.DeviceID, id string) error {
	t, err := s.cfg.Store.FindTransfer(ctx, peer, true, id)
	if err != nil {
		return err
	}
	if !s.retryDue(asked{peer, id}) || !State(t.State).Ended() || t.Failed == 0 || State(t.State) == StateCancelled ||
		s.cfg.Now().Sub(t.Ended) > s.cfg.GiveUp { // what is there now is not for ever theirs
		return ErrState
	}
	_, err = s.propose(ctx, store.Transfer{Device: peer, Roots: t.Roots, Retry: id}, s.cfg.OnRetry)
	return err
}

// retryDue reports whether a device may have failed files sent again now: none
// are under way, and it did not ask just before.
func (s *Service) retryDue(of asked) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	under := s.list(func(j *job) bool { return j.outgoing && j.device == of.device && j.record().Retry == of.id })
	now := s.cfg.Now()
	if at, ok := s.retried[of]; ok && now.Sub(at) < retryPause || len(under) > 0 {
		return false
	}
	if len(s.retried) >= ratesKept {
		clear(s.retried)
	}
	s.retried[of] = now
	return true
}

// acceptRetry accepts an offer of failed files that this user asked for.
func (s *Service) acceptRetry(ctx context.Context, j *job) {
	rec := j.record()
	mine := asked{rec.Device, rec.Retry}
	s.mu.Lock()
	at, wanted := s.wanted[mine]
	delete(s.wanted, mine)
	s.mu.Unlock()
	if rec.Retry == "" || !wanted || s.cfg.Now().Sub(at) > retryTime {
		return
	}
	old, err := s.cfg.Store.FindTransfer(ctx, rec.Device, false, rec.Retry)
	if err != nil || rec.Bytes > old.Bytes || rec.Count > old.Failed || rec.Folders > 0 {
		return // more than failed: that is asked for
	}
	err = s.Accept(ctx, rec.Key, AcceptOptions{Folder: old.Folder, Failed: true})
	if err == nil {
		err = s.cfg.OnRetry(ctx, j.record())
	}
	if err != nil {
		s.log.Warn("accepting failed files again", "key", rec.Key, "error", err)
	}
}

// Wanted reports whether a new incoming offer has the failed files that this
// user asked for, so that it needs no other decision. In OnOffer it is not yet
// accepted.
func (s *Service) Wanted(t store.Transfer) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	at, wanted := s.wanted[asked{t.Device, t.Retry}]
	return wanted && t.Retry != "" && s.cfg.Now().Sub(at) <= retryTime
}

// failedBefore returns which files of a list failed in the transfer that this one
// repeats.
func (j *job) failedBefore(ctx context.Context, files []planned) ([]bool, error) {
	rec := j.record()
	old, err := j.s.cfg.Store.FindTransfer(ctx, rec.Device, false, rec.Retry)
	if errors.Is(err, store.ErrNotFound) {
		return make([]bool, len(files)), nil // forgotten
	}
	if err != nil {
		return nil, err
	}
	rows, err := j.s.cfg.Store.TransferFiles(ctx, old.Key)
	if err != nil {
		return nil, err
	}
	failed := map[string]bool{}
	for _, row := range rows {
		if State(row.State) == StateFailed {
			failed[row.Path] = true
		}
	}
	chosen := make([]bool, len(files))
	for f := range files {
		chosen[f] = failed[files[f].path]
		delete(failed, files[f].path) // each once
	}
	return chosen, nil
}

// likeBefore has root folders go where those of the transfer went whose failed
// files these are.
func (j *job) likeBefore(ctx context.Context, rec store.Transfer, roots []store.TransferRoot) {
	if rec.Retry == "" {
		return
	}
	old, err := j.s.cfg.Store.FindTransfer(ctx, rec.Device, false, rec.Retry)
	if err != nil || old.Folder != rec.Folder {
		return
	}
	named := map[string]string{}
	for _, root := range old.Roots {
		named[root.Name] = root.Path
	}
	for i := range roots {
		at := filepath.Join(rec.Folder, named[roots[i].Name])
		if info, err := os.Lstat(at); roots[i].Dir && roots[i].Path == "" && named[roots[i].Name] != "" && err == nil && info.IsDir() {
			roots[i].Path = named[roots[i].Name]
		}
	}
}

// listFailed lists what failed of an ended transfer, as it is now.
func (j *job) listFailed(rec store.Transfer) (*listing, error) {
	old, err := j.s.cfg.Store.FindTransfer(j.ctx, rec.Device, true, rec.Retry)
	if err != nil {
		return nil, err
	}
	rows, err := j.s.cfg.Store.TransferFiles(j.ctx, old.Key)
	if err != nil {
		return nil, err
	}
	list := &listing{}
	for _, root := range old.Roots {
		before := list.bytes
		top, err := filepath.EvalSymlinks(root.Path)
		if err != nil {
			top = root.Path
		}
		list.tops = append(list.tops, top)
		files := len(list.entries)
		for _, row := range rows {
			name, _, _ := strings.Cut(row.Path, "/")
			if name != root.Name || State(row.State) != StateFailed {
				continue
			}
			if err := list.again(top, row); err != nil {
				return nil, err
			}
		}
		if len(list.entries) == files {
			continue // all of it went well
		}
		root.Size = list.bytes - before
		list.roots = append(list.roots, root)
	}
	return list, nil
}

// again lists one file that failed.
func (l *listing) again(top string, row store.TransferFile) error {
	e := entry{path: row.Path}
	info, err := os.Lstat(row.Saved)
	if err != nil {
		e.reason = sourceReason(err)
	} else {
		e = entryOf(row.Path, info)
		if e.dir {
			e.dir, e.reason = false, ReasonNotRegular
		}
	}
	if rel, err := filepath.Rel(top, row.Saved); err == nil && rel != "." {
		e.raw = filepath.ToSlash(rel)
	}
	return l.add(e)
}
