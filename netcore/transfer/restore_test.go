package transfer

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"lanyard/netcore/identity"
	"lanyard/netcore/store"
)

func TestAnOfferThatWasNotShownBeforeTheEndIsShownAtTheNextStart(t *testing.T) {
	ctx := context.Background()
	db, err := store.Open(ctx, filepath.Clean(t.TempDir()))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	offered := store.Transfer{
		Device: identity.DeviceID{1}, ID: "0123456789abcdef0123456789abcdef", Name: "a", Count: 1,
		State: string(StateOffered), Created: time.Now(),
	}
	key, err := db.AddTransfer(ctx, offered)
	if err != nil {
		t.Fatal(err)
	}
	var shown []int64
	s, err := New(ctx, Config{Store: db, OnOffer: func(_ context.Context, t store.Transfer) error {
		shown = append(shown, t.Key)
		return nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if len(shown) != 1 || shown[0] != key {
		t.Errorf("shown: %v, want %d", shown, key)
	}
}
