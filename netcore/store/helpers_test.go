package store

import (
	"context"
	"os"
	"testing"
	"time"

	"lanyard/netcore/identity"
)

// noon is when the tests take place.
var noon = time.UnixMilli(1_700_000_000_000)

func mustMkdir(t *testing.T, dir string) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
}

// opened returns a fresh database that the test closes.
func opened(t testing.TB) *DB {
	t.Helper()
	db, err := Open(context.Background(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

// device returns the n-th device ID.
func device(n int) identity.DeviceID {
	return identity.DeviceID{byte(n >> 8), byte(n), 1}
}

// met notes the n-th device as seen, later than those of lower numbers.
func met(t testing.TB, db *DB, n int, change func(*Sighting)) int64 {
	t.Helper()
	s := Sighting{ID: device(n), Name: "pc", At: noon.Add(time.Duration(n) * time.Second)}
	if change != nil {
		change(&s)
	}
	person, _, err := db.Seen(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	return person
}

// incoming is a text that the n-th device sent.
func incoming(n int, id, text string) Item {
	return Item{
		Device: device(n), ID: id, Kind: KindText, Text: text, State: StateReceived,
		Sent: noon, Added: noon.Add(time.Second), Unread: true,
	}
}

// outgoing is a text to the n-th device.
func outgoing(n int, id, text string) Item {
	return Item{
		Device: device(n), ID: id, Kind: KindText, Text: text, State: StateQueued,
		Outgoing: true, Sent: noon, Added: noon,
	}
}

// must returns the value, or ends the test.
func must[T any](value T, err error) func(t testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return value
	}
}

// wide is a quota that nothing reaches.
var wide = Quota{PerStranger: 1 << 20, Strangers: 1 << 20}
