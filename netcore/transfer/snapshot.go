package transfer

import (
	"context"
	"slices"
	"time"

	"lanyard/netcore/store"
)

// Snapshot is a transfer at a moment. While it runs or is held, DoneBytes of the record
// counts the bytes under way too.
type Snapshot struct {
	store.Transfer
	Speed float64       // bytes a second over the last seconds; 0 when nothing moves, or in the first second
	Left  time.Duration // estimated; 0 when unknown
	// Moving says that bytes came or went in these seconds, though Speed may not
	// be known yet.
	Moving bool

	// Away says that the other side cannot be reached, and this waits for it.
	Away bool

	Limits  Limit // what keeps it from being faster, over the last second
	Pending int   // files that are verified and in place, whose MD5 follows
	// Anew are the indices of files, up to 100, that this run of the program
	// began anew because their source changed.
	Anew []int
	// Under are files of more than 1 MiB that are under way, a few at most, in
	// the order of the list. Smaller ones pass at once.
	Under []UnderWay
}

// Snapshot returns a transfer, one that has ended too, or store.ErrNotFound.
// For one that goes on it is cheap enough to be asked ten times a second.
func (s *Service) Snapshot(ctx context.Context, key int64) (Snapshot, error) {
	if j := s.job(key); j != nil {
		return j.snapshot(), nil
	}
	t, err := s.cfg.Store.Transfer(ctx, key)
	return Snapshot{Transfer: t}, err
}

// Running returns the transfers that are accepted and have not ended, oldest
// first: those whose numbers move.
func (s *Service) Running() []int64 {
	s.mu.Lock()
	jobs := s.list(func(j *job) bool { return State(j.record().State) == StateRunning })
	s.mu.Unlock()
	keys := make([]int64, 0, len(jobs))
	for _, j := range jobs {
		keys = append(keys, j.key)
	}
	slices.Sort(keys)
	return keys
}

// Wait waits until a transfer has ended and all of its states are stored, and
// returns it. It returns ErrClosed if the service ends before.
func (s *Service) Wait(ctx context.Context, key int64) (Snapshot, error) {
	if j := s.job(key); j != nil {
		if err := j.wait(ctx); err != nil {
			return Snapshot{}, err
		}
	}
	t, err := s.cfg.Store.Transfer(ctx, key)
	if err == nil && !State(t.State).Ended() {
		err = ErrClosed
	}
	return Snapshot{Transfer: t}, err
}

// snapshot returns the record with live numbers.
func (j *job) snapshot() Snapshot {
	under := j.underWay()
	j.mu.Lock()
	defer j.mu.Unlock()
	shot := Snapshot{Transfer: j.rec}
	shot.Roots = slices.Clone(j.rec.Roots)
	shot.Pending, shot.Anew = len(j.pending), slices.Clone(j.anew)
	state, all := State(j.rec.State), j.rec.Bytes+j.grown
	if state == StateRunning || state == StatePaused {
		shot.DoneBytes = max(min(j.moved.Load(), all), 0)
	}
	if state != StateRunning {
		return shot
	}
	shot.Away = j.away
	if now := j.s.cfg.Now(); j.live > 0 && !j.away { // else what was measured last says nothing of now
		shot.Limits = j.gauge.look(time.Now(), j.outgoing)
		shot.Speed, shot.Moving = j.meter.speed(now, shot.DoneBytes), j.meter.moving(now)
	}
	if shot.Speed > 0 {
		left := float64(all-shot.DoneBytes) / shot.Speed
		shot.Left = time.Duration(min(left, 1e9) * float64(time.Second))
	}
	shot.Under = j.timed(under, shot.Speed)
	return shot
}
