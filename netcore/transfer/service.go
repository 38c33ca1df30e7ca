package transfer

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"golang.org/x/sync/semaphore"
	"golang.org/x/time/rate"

	"lanyard/netcore/identity"
	"lanyard/netcore/store"
)

var (
	// ErrState says that a transfer is not in a state in which that can be
	// done: accepting one that has ended, say.
	ErrState = errors.New("the transfer is not in a state for that")
	// ErrOptions says that what was chosen about an offer means nothing.
	ErrOptions = errors.New("no such choice")
	// ErrVersion says that the other side must update for that.
	ErrVersion = errors.New("the other side must update")
	// ErrClosed says that the service has been closed.
	ErrClosed = errors.New("transfers are closed")
)

// Stream is one exchange with another device. Reads and writes that wait end
// with an error when Reset or Close is called.
type Stream interface {
	Read(p []byte) (int, error)
	Write(p []byte) (int, error)
	Flush() error // sends what Write has gathered
	Close() error // ends it in order: what was written arrives
	Reset() error // ends it at once, for both sides
	SetReadDeadline(t time.Time) error
	SetWriteDeadline(t time.Time) error
}

// Links opens streams to devices. An error means that the device cannot be
// reached now.
type Links interface {
	// Open opens a stream whose first frame has this kind and these fields.
	Open(ctx context.Context, id identity.DeviceID, kind string, fields any) (Stream, error)
	// OpenBulk is Open for much data, on a link of its own where there can be one.
	OpenBulk(ctx context.Context, id identity.DeviceID, kind string, fields any) (Stream, error)
}

// Config is what a Service stands on. Store and Links are needed.
type Config struct {
	Store  *store.DB
	Links  Links
	Logger *slog.Logger     // nil: none
	Now    func() time.Time // nil: time.Now
	// Dir is a folder of this profile for the lists of files, made when it is
	// needed. Without one, what was offered does not survive the program.
	Dir    string
	GiveUp time.Duration // without the other side, until a transfer fails; 0: 14 days
	Expire time.Duration // until what could never be offered fails; 0: 14 days
	Stall  time.Duration // without a byte, until a stream is given up; 0: 30 s
	// Patience is how long a receiver may say no more than that it is alive,
	// while it syncs a slow disk, say; 0: 15 min.
	Patience time.Duration
	// Settle is how long a source that changed while it was sent is left alone
	// before its file begins anew, and twice as long each further time; 0: 1 s.
	Settle time.Duration

	// Takes, if set, says whether offers of a device are taken at all. It must
	// not wait.
	Takes func(identity.DeviceID) bool
	// OnOffer is called for a new incoming offer, and by New for one that still
	// waits, so that twice must do no harm; after its row is committed and
	// before the sender is told that it is offered: commit what shows it. It may accept or decline. An error refuses the offer.
	OnOffer func(ctx context.Context, t store.Transfer) error
	// OnRetry is called when failed files are sent again because a receiver
	// wants that, on both sides. On the sender's it is called once the new
	// transfer is recorded and before it is begun: commit what shows it; an error
	// keeps it from being sent. On the receiver's, once the offer is accepted.
	OnRetry func(ctx context.Context, t store.Transfer) error
	// OnChange is called when state, reason, name, count or bytes changed.
	// Calls for one transfer come in order. It must return soon, and of the
	// Service it may call only Snapshot and Running.
	OnChange func(key int64)
	// OnFiles is called when TransferFilesAfter of the store has news.
	OnFiles func()
}

// Service offers, sends and receives files. All methods are safe for use by
// several goroutines.
type Service struct {
	cfg   Config
	log   *slog.Logger
	ctx   context.Context // ends with Close
	stop  context.CancelFunc
	tasks sync.WaitGroup

	naming sync.Mutex // held while root folders get their names

	mu     sync.Mutex
	closed bool
	jobs   map[int64]*job // those that have not ended
	turns  turns
	rates  rates
	untold map[identity.DeviceID]map[string]ending // ends of outgoing transfers that the device has not heard of

	listRoom int64               // for lists of offers, in memory
	previews *semaphore.Weighted // of those that are compared with a folder

	up, down *rate.Limiter       // of all transfers together
	wanted   map[asked]time.Time // failed files that this user asked for
	retried  map[asked]time.Time // failed files that others asked for
}

// New starts the service on what the last run left: all that has not ended
// goes on, from where it was.
func New(ctx context.Context, cfg Config) (*Service, error) {
	s := &Service{
		cfg: withDefaults(cfg), jobs: map[int64]*job{}, rates: newRates(), up: newBand(), down: newBand(), wanted: map[asked]time.Time{}, retried: map[asked]time.Time{},
		untold: map[identity.DeviceID]map[string]ending{}, listRoom: listRoom, previews: semaphore.NewWeighted(previews),
	}
	s.log = s.cfg.Logger
	s.ctx, s.stop = context.WithCancel(context.WithoutCancel(ctx))
	open, err := cfg.Store.OpenTransfers(ctx)
	if err == nil {
		err = s.recallUntold(ctx)
	}
	if err != nil {
		s.stop()
		return nil, fmt.Errorf("reading the transfers of the last run: %w", err)
	}
	for _, t := range open {
		if err := s.restore(ctx, t); err != nil {
			return nil, errors.Join(fmt.Errorf("restoring transfer %d: %w", t.Key, err), s.Close())
		}
	}
	s.tasks.Go(func() { s.removeLeft("") })
	return s, nil
}

// forgotten is after how long without the other side a transfer is given up.
const forgotten = 14 * 24 * time.Hour

// withDefaults fills in what was left out.
func withDefaults(cfg Config) Config {
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.GiveUp == 0 {
		cfg.GiveUp = forgotten
	}
	if cfg.Expire == 0 {
		cfg.Expire = forgotten
	}
	if cfg.Stall == 0 {
		cfg.Stall = 30 * time.Second
	}
	if cfg.Patience == 0 {
		cfg.Patience = 15 * time.Minute
	}
	if cfg.Settle == 0 {
		cfg.Settle = time.Second
	}
	if cfg.OnOffer == nil {
		cfg.OnOffer = func(context.Context, store.Transfer) error { return nil }
	}
	if cfg.OnRetry == nil {
		cfg.OnRetry = func(context.Context, store.Transfer) error { return nil }
	}
	if cfg.OnChange == nil {
		cfg.OnChange = func(int64) {}
	}
	if cfg.OnFiles == nil {
		cfg.OnFiles = func() {}
	}
	return cfg
}

// restore takes up a transfer of the last run.
func (s *Service) restore(ctx context.Context, t store.Transfer) error {
	j := s.newJob(t)
	if t.Outgoing && waiting(t) && t.List != "" {
		if err := j.reload(ctx); err != nil {
			s.log.Warn("an offer does not survive its program", "key", t.Key, "error", err)
			j.cancel()
			t.State, t.Reason, t.Ended = string(StateFailed), string(ReasonStopped), s.cfg.Now()
			if err := s.note(t, ReasonStopped); err != nil {
				return err
			}
			s.remember(t.Device, t.ID, ending{t.Key, ReasonStopped})
			return s.cfg.Store.UpdateTransfer(ctx, t)
		}
	}
	if !t.Outgoing && State(t.State) == StateOffered {
		// The last run may have ended before what shows the offer was there.
		if err := s.cfg.OnOffer(ctx, t); err != nil {
			j.cancel()
			return s.cfg.Store.DeleteTransfer(ctx, t.Key) // the sender offers it again
		}
	}
	return s.launch(j)
}

// Close stops everything and waits for it. What has not ended is taken up by
// the next New.
func (s *Service) Close() error {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	s.stop()
	s.tasks.Wait()
	return nil
}

// enter registers work that Close waits for, and reports whether there may be
// any more.
func (s *Service) enter() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.closed {
		s.tasks.Add(1)
	}
	return !s.closed
}

// launch makes a job known and starts it.
func (s *Service) launch(j *job) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		j.cancel()
		return ErrClosed
	}
	s.jobs[j.key] = j
	s.tasks.Add(1)
	go func() {
		defer s.tasks.Done()
		j.run()
	}()
	return nil
}

// job returns a transfer that has not ended, or nil.
func (s *Service) job(key int64) *job {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.jobs[key]
}

// find returns the transfer of a device that has not ended, or nil.
func (s *Service) find(device identity.DeviceID, outgoing bool, id string) *job {
	s.mu.Lock()
	defer s.mu.Unlock()
	found := s.list(func(j *job) bool { return j.device == device && j.outgoing == outgoing && j.id == id })
	if len(found) == 0 {
		return nil
	}
	return found[0]
}

// list returns the jobs that fit. The caller holds s.mu.
func (s *Service) list(fits func(*job) bool) []*job {
	var list []*job
	for _, j := range s.jobs {
		if fits(j) {
			list = append(list, j)
		}
	}
	return list
}

// LinkUp says that a device can be reached again: what waits for it is tried
// at once. It does not wait.
func (s *Service) LinkUp(device identity.DeviceID) {
	s.mu.Lock()
	jobs := s.list(func(j *job) bool { return j.device == device })
	s.mu.Unlock()
	for _, j := range jobs {
		j.setAway(false)
		if j.outgoing {
			j.kick()
		}
	}
	s.tellSoon(device)
}

// LinkDown says that a device cannot be reached any more, so that transfers are
// shown to wait for it at once: their streams notice by themselves, but later.
func (s *Service) LinkDown(device identity.DeviceID) {
	s.mu.Lock()
	jobs := s.list(func(j *job) bool { return j.device == device })
	s.mu.Unlock()
	for _, j := range jobs {
		j.setAway(true)
	}
}
