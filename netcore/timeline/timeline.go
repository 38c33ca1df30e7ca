// Package timeline is the conversations: texts that are queued, delivered once
// and in order, acknowledged when they are on the disk, and the items that
// show files.
package timeline

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"time"

	"lanyard/netcore/identity"
	"lanyard/netcore/store"
	"lanyard/netcore/wire"
)

// MaxText is the longest text in bytes.
const MaxText = 32 << 10

// ErrText says that a text is empty, too long, or not UTF-8.
var ErrText = errors.New("not a text that can be sent")

// Stream is one exchange with a device.
type Stream interface {
	io.ReadWriter
	Close() error                   // after what was written has gone out
	Reset() error                   // at once; blocked reads and writes fail
	SetDeadline(at time.Time) error // for reads and writes
}

// Open opens a stream to a device and sends its first frame.
type Open func(ctx context.Context, id identity.DeviceID, kind string, fields any) (Stream, error)

// Config is what a timeline stands on.
type Config struct {
	Store  *store.DB
	Open   Open
	Clock  func() time.Time
	Logger *slog.Logger
	// OnItem is called after each commit with the person and position of an
	// item that is new or has another state. It must not wait.
	OnItem func(person, seq int64)
}

// Service is the conversations of one profile.
type Service struct{ config Config }

// New returns a service. Close ends it.
func New(config Config) *Service { return &Service{config: config} }

// Post commits a text for a device that the roster knows, as queued, and
// returns its item. It goes out when the device is linked.
func (s *Service) Post(ctx context.Context, to identity.DeviceID, text string) (store.Item, error) {
	return store.Item{}, ErrText
}

// AddFile commits an item that shows a transfer.
func (s *Service) AddFile(ctx context.Context, item store.Item) (store.Item, error) {
	return store.Item{}, ErrText
}

// SetFileState gives the item of a transfer another state.
func (s *Service) SetFileState(ctx context.Context, key int64, state, reason string) error {
	return ErrText
}

// Up says that a device is linked: what waits for it goes out.
func (s *Service) Up(id identity.DeviceID) {}

// Down says that the last link of a device is gone.
func (s *Service) Down(id identity.DeviceID) {}

// MarkSeen notes that this user was shown the items of a person up to a
// position, and tells the authors.
func (s *Service) MarkSeen(ctx context.Context, person, upTo int64) error { return ErrText }

// HandleText answers a stream that began with a frame of kind "text".
func (s *Service) HandleText(ctx context.Context, from identity.DeviceID, stream Stream, first wire.Frame) {
}

// HandleSeen answers a stream that began with a frame of kind "seen".
func (s *Service) HandleSeen(ctx context.Context, from identity.DeviceID, stream Stream, first wire.Frame) {
}

// Close ends all deliveries and waits for them.
func (s *Service) Close() error { return nil }
