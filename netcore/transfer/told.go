package transfer

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"lanyard/netcore/identity"
	"lanyard/netcore/store"
	"lanyard/netcore/wire"
)

// ending is the end of an outgoing transfer that the device has not heard of.
type ending struct {
	key    int64
	reason Reason
}

// untoldSuffix is that of the files, named by the keys of transfers in the folder
// for lists, that keep such ends beyond this run of the program. They say what is to
// be told: this user may have deleted the transfer by then.
const untoldSuffix = ".untold"

// untoldNote is what such a file says. Those of earlier versions say nothing.
type untoldNote struct {
	Device identity.DeviceID `json:"device"`
	ID     string            `json:"id"`
	Reason Reason            `json:"reason"`
}

// untoldPath is the file of a transfer.
func (s *Service) untoldPath(key int64) string {
	return filepath.Join(s.cfg.Dir, strconv.FormatInt(key, 10)+untoldSuffix)
}

// note keeps on disk that the end of a transfer is to be told, before it is
// stored: else a program that is killed just then would never tell it.
func (s *Service) note(t store.Transfer, reason Reason) error {
	if s.cfg.Dir == "" {
		return nil
	}
	text, err := json.Marshal(untoldNote{t.Device, t.ID, reason})
	if err == nil {
		err = os.MkdirAll(s.cfg.Dir, 0o700)
	}
	if err == nil {
		err = os.WriteFile(s.untoldPath(t.Key), text, 0o600)
	}
	if err != nil {
		return fmt.Errorf("noting an end that is to be told: %w", err)
	}
	return nil
}

// noted returns what note kept of a transfer that is not stored any more, unless it
// is too old.
func (s *Service) noted(key int64) (n untoldNote, ok bool) {
	info, err := os.Stat(s.untoldPath(key))
	if err != nil || s.cfg.Now().Sub(info.ModTime()) > s.cfg.GiveUp {
		return n, false
	}
	text, err := os.ReadFile(s.untoldPath(key))
	return n, err == nil && json.Unmarshal(text, &n) == nil && isID(n.ID)
}

// isTold forgets what note kept.
func (s *Service) isTold(key int64) {
	if s.cfg.Dir != "" {
		_ = os.Remove(s.untoldPath(key))
	}
}

// recallUntold takes up what earlier runs noted. What is too old for the other
// side to wait for it is forgotten, as is what did not end after all.
func (s *Service) recallUntold(ctx context.Context) error {
	if s.cfg.Dir == "" {
		return nil
	}
	files, err := os.ReadDir(s.cfg.Dir)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("reading what is to be told: %w", err)
	}
	for _, file := range files {
		if err := s.sweepList(ctx, file.Name()); err != nil {
			return err
		}
		name, ours := strings.CutSuffix(file.Name(), untoldSuffix)
		key, err := strconv.ParseInt(name, 10, 64)
		if !ours || err != nil {
			continue
		}
		t, err := s.cfg.Store.Transfer(ctx, key)
		switch {
		case errors.Is(err, store.ErrNotFound):
			s.recallNoted(key)
		case err == nil && (!State(t.State).Ended() || s.cfg.Now().Sub(t.Ended) > s.cfg.GiveUp):
			s.isTold(key)
		case err != nil:
			return err
		default:
			s.remember(t.Device, t.ID, ending{key, Reason(t.Reason)})
		}
	}
	return nil
}

// recallNoted takes up the end of a transfer that was deleted.
func (s *Service) recallNoted(key int64) {
	if n, ok := s.noted(key); ok {
		s.remember(n.Device, n.ID, ending{key, n.Reason})
		return
	}
	s.isTold(key)
}

// sweepList removes the list of a transfer that ended just before the program was
// killed, and one that was being written then.
func (s *Service) sweepList(ctx context.Context, file string) error {
	name, half := strings.CutSuffix(file, ".new")
	name, ours := strings.CutSuffix(name, listSuffix)
	key, err := strconv.ParseInt(name, 10, 64)
	if !ours || err != nil {
		return nil
	}
	t, err := s.cfg.Store.Transfer(ctx, key)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	if half || err != nil || State(t.State).Ended() {
		_ = os.Remove(filepath.Join(s.cfg.Dir, file))
	}
	return nil
}

// remember keeps the end of an outgoing transfer until the device can be told.
func (s *Service) remember(device identity.DeviceID, id string, end ending) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.untold[device] == nil {
		s.untold[device] = map[string]ending{}
	}
	s.untold[device][id] = end
}

// tellSoon begins to tell a device what ended while it could not be told.
func (s *Service) tellSoon(device identity.DeviceID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	notes := s.untold[device]
	if len(notes) == 0 || s.closed {
		return
	}
	delete(s.untold, device)
	s.tasks.Go(func() { s.tell(device, notes) })
}

// tell sends ends that a device has not heard of. What it does not answer is
// said again, as long as it can be reached; after that, when it is there again.
func (s *Service) tell(device identity.DeviceID, notes map[string]ending) {
	for id, end := range notes {
		wait := firstPause
		reached, err := s.tellOne(device, id, end)
		for ; err != nil && reached && s.rest(wait); wait = min(2*wait, lastPause) {
			reached, err = s.tellOne(device, id, end)
		}
		if err != nil {
			s.remember(device, id, end)
			continue
		}
		s.isTold(end.key)
	}
}

// rest waits, and reports whether the service goes on.
func (s *Service) rest(wait time.Duration) bool {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-s.ctx.Done():
		return false
	}
}

// tellOne tells one end, and waits for the answer no longer than the stall time.
// It reports whether the device was there.
func (s *Service) tellOne(device identity.DeviceID, id string, end ending) (reached bool, err error) {
	ctx, cancel := context.WithTimeout(s.ctx, s.cfg.Stall)
	defer cancel()
	stream, err := s.cfg.Links.Open(ctx, device, KindOffer, offerFrame{ID: id, Ended: end.reason})
	if err != nil {
		return false, err
	}
	defer func() { _ = stream.Close() }()
	stop := context.AfterFunc(ctx, func() { _ = stream.Reset() })
	defer stop()
	_ = stream.SetReadDeadline(time.Now().Add(s.cfg.Stall))
	_, err = wire.NewConn(stream).Next(wire.MaxHello)
	return true, err
}
