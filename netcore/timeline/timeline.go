// Package timeline is the conversations: texts that are queued, delivered once
// and in order, and acknowledged when they are on the disk; and the items that
// show files.
//
// # On the wire
//
// Texts go over streams of kind "text". After its first frame, which only
// opens it, each text is one frame:
//
//	{"kind":"text","id":"…32 hex digits…","sent":1700000000000} + UTF-8 body, 1 B to 32 KiB
//
// and is answered, in the same order, once it is committed:
//
//	{"kind":"stored","id":"…"}
//
// Many may be under way. An error frame in place of an answer speaks of the
// first text that was not answered; the stream ends with it. A text that is
// sent again is answered again and not added again: its author and id name it.
//
// Receipts go over streams of kind "seen", in frames of up to 256 texts that
// the user was shown, each answered by {"kind":"stored"}:
//
//	{"kind":"seen","ids":["…","…"]}
package timeline

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"time"
	"unicode/utf8"

	"golang.org/x/sync/semaphore"

	"lanyard/netcore/identity"
	"lanyard/netcore/store"
)

// MaxText is the longest text in bytes.
const MaxText = 32 << 10

// The kinds of frames, and of the streams that begin with the first two.
const (
	KindText   = "text"
	KindSeen   = "seen"
	kindStored = "stored"
)

// The reasons of a text that failed.
const (
	ReasonDeclined = "declined" // their side does not take texts from here
	ReasonProtocol = "protocol" // their side found a fault in it
	// ReasonNotAccepted says that their side takes texts from verified people only.
	ReasonNotAccepted = "not-accepted"
)

// ErrText says that a text is empty, longer than MaxText, or not UTF-8.
var ErrText = errors.New("not a text that can be sent")

// Stream is one exchange with a device.
type Stream interface {
	io.ReadWriter
	Close() error                   // in good order: what was written arrives
	Reset() error                   // at once; blocked reads and writes fail
	SetDeadline(at time.Time) error // of reads and writes
}

// Open opens a stream to a device and sends its first frame.
type Open func(ctx context.Context, id identity.DeviceID, kind string, fields any) (Stream, error)

// Store is what a timeline needs of *store.DB.
type Store interface {
	AddItem(ctx context.Context, item store.Item) (store.Item, error)
	AddReceived(ctx context.Context, texts []store.Item, quota store.Quota) ([]store.Received, error)
	Queued(ctx context.Context, device identity.DeviceID, after int64, limit int) ([]store.Item, error)
	Delivered(ctx context.Context, device identity.DeviceID, ids []string) ([]store.Change, error)
	Failed(ctx context.Context, seq int64, reason string) (bool, error)
	MarkSeen(ctx context.Context, person, upTo int64) ([]store.Change, error)
	Receipts(ctx context.Context, device identity.DeviceID, limit int) ([]store.Item, error)
	ReceiptsSent(ctx context.Context, device identity.DeviceID, ids []string) error
	SeenThere(ctx context.Context, device identity.DeviceID, ids []string) ([]store.Change, error)
	SetTransferState(ctx context.Context, key int64, state, reason string) (store.Change, error)
	Stranger(ctx context.Context, device identity.DeviceID) (bool, error)
}

// Config is what a timeline stands on. Logger and OnItem may be nil, and a
// zero Limits means DefaultLimits.
type Config struct {
	Store  Store
	Open   Open
	Clock  func() time.Time
	Logger *slog.Logger
	Limits Limits
	// Takes, if set, says whether texts of a device are taken at all. It must
	// not wait. A text that is not taken fails for its author.
	Takes func(identity.DeviceID) bool
	// OnItem is called after each commit with the person and position of an
	// item that is new or has another state. It comes from several goroutines
	// and must not wait.
	OnItem func(person, seq int64)
}

// Service is the conversations of one profile. It is safe for use by several
// goroutines.
type Service struct {
	config Config
	base   context.Context // ends with Close
	end    context.CancelFunc
	pumps  sync.WaitGroup

	mu    sync.Mutex
	links map[identity.DeviceID]*outlet // the devices that are linked

	limits *limits
	memory *semaphore.Weighted // bytes of texts that arrived and wait for their commit
}

// New returns a service. Close ends it.
func New(config Config) *Service {
	if config.Logger == nil {
		config.Logger = slog.New(slog.DiscardHandler)
	}
	if config.OnItem == nil {
		config.OnItem = func(int64, int64) {}
	}
	if config.Limits == (Limits{}) {
		config.Limits = DefaultLimits()
	}
	s := &Service{
		config: config,
		links:  map[identity.DeviceID]*outlet{},
		limits: newLimits(config.Limits, config.Clock),
		memory: semaphore.NewWeighted(maxWaiting),
	}
	s.base, s.end = context.WithCancel(context.Background())
	return s
}

// Close ends all deliveries and waits for them. Close the links first: streams
// that are being handled end with their own contexts.
func (s *Service) Close() error {
	s.mu.Lock()
	s.end()
	s.mu.Unlock()
	s.pumps.Wait()
	return nil
}

// Post commits a text for a device that the store knows, and returns its item,
// which is queued. It goes out when the device is linked. ErrText refuses what
// is no text; other errors are the store's, and nothing was queued.
func (s *Service) Post(ctx context.Context, to identity.DeviceID, text string) (store.Item, error) {
	if err := checkText([]byte(text)); err != nil {
		return store.Item{}, err
	}
	now := s.config.Clock()
	item, err := s.config.Store.AddItem(ctx, store.Item{
		Device: to, ID: newID(), Outgoing: true, Kind: store.KindText, Text: text,
		State: store.StateQueued, Sent: now, Added: now,
	})
	if err != nil {
		return store.Item{}, err
	}
	s.config.OnItem(item.Person, item.Seq)
	s.wakeTexts(to)
	return item, nil
}

// AddFiles commits an item that shows a transfer, with the transfer's device,
// ID, direction, key, name as Text, and state. An incoming one is unread; if
// there is one already, that is returned, so that an offer which comes twice
// is shown once. store.ErrFull refuses one more of a stranger.
func (s *Service) AddFiles(ctx context.Context, item store.Item) (store.Item, error) {
	now := s.config.Clock()
	item.Kind, item.Added, item.Unread = store.KindFile, now, !item.Outgoing
	if item.Sent.IsZero() {
		item.Sent = now
	}
	added, err := s.add(ctx, item)
	if err != nil {
		return store.Item{}, err
	}
	s.config.OnItem(added.Person, added.Seq)
	return added, nil
}

// AddClock commits an item that shows a look at the clock of a device that the
// store knows: a text for previews, and the result as JSON. It is this user's.
func (s *Service) AddClock(ctx context.Context, device identity.DeviceID, text, data string) (store.Item, error) {
	now := s.config.Clock()
	item, err := s.config.Store.AddItem(ctx, store.Item{
		Device: device, ID: newID(), Outgoing: true, Kind: store.KindClock, Text: text, Data: data,
		State: store.StateReceived, Sent: now, Added: now,
	})
	if err != nil {
		return store.Item{}, err
	}
	s.config.OnItem(item.Person, item.Seq)
	return item, nil
}

// add commits an item, an incoming one within the quota and once.
func (s *Service) add(ctx context.Context, item store.Item) (store.Item, error) {
	if item.Outgoing {
		return s.config.Store.AddItem(ctx, item)
	}
	kept, err := s.config.Store.AddReceived(ctx, []store.Item{item}, s.config.Limits.Quota)
	if err != nil {
		return store.Item{}, err
	}
	return kept[0].Item, kept[0].Err
}

// SetFiles commits another state of the item that shows a transfer. It returns
// store.ErrNotFound if there is none.
func (s *Service) SetFiles(ctx context.Context, transfer int64, state, reason string) error {
	changed, err := s.config.Store.SetTransferState(ctx, transfer, state, reason)
	if err != nil {
		return err
	}
	s.config.OnItem(changed.Person, changed.Seq)
	return nil
}

// MarkSeen commits that this user was shown the items of a person up to a
// position, and tells the authors of the texts when they are linked. It
// reports whether any was unread.
func (s *Service) MarkSeen(ctx context.Context, person, upTo int64) (bool, error) {
	changed, err := s.config.Store.MarkSeen(ctx, person, upTo)
	if err != nil {
		return false, err
	}
	told := map[identity.DeviceID]bool{}
	for _, c := range changed {
		if !told[c.Device] {
			told[c.Device] = true
			s.wakeReceipts(c.Device)
		}
	}
	return len(changed) > 0, nil
}

// report calls OnItem for each change.
func (s *Service) report(changes []store.Change) {
	for _, c := range changes {
		s.config.OnItem(c.Person, c.Seq)
	}
}

// checkText returns ErrText, with what is wrong, if text cannot be sent.
func checkText(text []byte) error {
	switch {
	case len(text) == 0:
		return fmt.Errorf("empty: %w", ErrText)
	case len(text) > MaxText:
		return fmt.Errorf("%d bytes, at most %d: %w", len(text), MaxText, ErrText)
	case !utf8.Valid(text):
		return fmt.Errorf("not UTF-8: %w", ErrText)
	}
	return nil
}

// idBytes is the length of an item's ID; in text it has twice as many digits.
const idBytes = 16

// newID returns a fresh ID.
func newID() string {
	var raw [idBytes]byte
	rand.Read(raw[:]) // never fails since Go 1.24
	return hex.EncodeToString(raw[:])
}

// validID reports whether id is an ID in its one form.
func validID(id string) bool {
	raw, err := hex.DecodeString(id)
	return err == nil && len(raw) == idBytes && hex.EncodeToString(raw) == id
}
