package timeline

import (
	"errors"
	"strings"
	"sync/atomic"
	"testing"

	"lanyard/netcore/identity"
	"lanyard/netcore/wire"
)

// TestAnOpenStreamCarriesNoTextsThatAreNotTakenAnyMore: who may write is asked
// for each text, not for each stream.
func TestAnOpenStreamCarriesNoTextsThatAreNotTakenAnyMore(t *testing.T) {
	b := newLAN(t).node('b')
	var shut atomic.Bool
	b.service.config.Takes = func(identity.DeviceID) bool { return !shut.Load() }
	conn, frames := raw(t, b, KindText)
	defer func() { _ = conn.Close() }()
	say := func(id string) error {
		if err := frames.Write(KindText, textFields{ID: id}, []byte(id)); err != nil {
			return err
		}
		_, err := frames.Expect(wire.MaxHello, kindStored)
		return err
	}
	first := strings.Repeat("0a", idBytes)
	if err := say(first); err != nil {
		t.Fatal(err)
	}
	shut.Store(true)
	if err := say(strings.Repeat("0b", idBytes)); !errors.Is(err, &wire.RemoteError{Code: wire.CodeUnverified}) {
		t.Errorf("the next one: %v", err)
	}
	if got := b.texts(t); len(got) != 1 || got[0] != first {
		t.Errorf("kept: %q", got)
	}
}
