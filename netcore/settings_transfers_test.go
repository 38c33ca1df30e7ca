package netcore

import (
	"context"
	"errors"
	"testing"

	"lanyard/netcore/link"
)

func TestSettingsOfTransfersAreKeptAndChecked(t *testing.T) {
	net, profile := link.NewMemory(), t.TempDir()
	ann := reopen(t, net, "ann", profile)
	fresh := ann.Settings()
	if fresh.Clash != ClashKeep || fresh.SendLimit != 0 || fresh.ReceiveLimit != 0 {
		t.Errorf("what was never set reads as %+v", fresh)
	}
	want := fresh
	want.Clash, want.SendLimit, want.ReceiveLimit = ClashReplace, MinTransferLimit, 5<<20
	if err := ann.SetSettings(soon(t), want); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*Settings){
		"unknown clash":         func(s *Settings) { s.Clash = "burn" },
		"small send limit":      func(s *Settings) { s.SendLimit = MinTransferLimit - 1 },
		"negative receive rate": func(s *Settings) { s.ReceiveLimit = -1 },
		"relative template":     func(s *Settings) { s.SaveDir = "{person}/x" },
	} {
		bad := want
		change(&bad)
		if err := ann.SetSettings(soon(t), bad); !errors.Is(err, ErrSettings) {
			t.Errorf("%s: %v", name, err)
		}
	}
	closeNode(t, ann)
	ann, err := Open(context.Background(), Config{Profile: profile, Listen: "ann:9527", Quiet: true, Network: net.Host("ann")})
	if err != nil {
		t.Fatal(err)
	}
	defer closeNode(t, ann)
	got := ann.Settings()
	if got.Clash != ClashReplace || got.SendLimit != MinTransferLimit || got.ReceiveLimit != 5<<20 {
		t.Errorf("after a restart %+v", got)
	}
	if got.unasked() != ClashKeep {
		t.Errorf("without asking, files that are there become %q", got.unasked())
	}
	none := got
	none.Clash, none.SendLimit = ClashBeside, 0
	if err := ann.SetSettings(soon(t), none); err != nil || ann.Settings().Clash != ClashKeep || ann.Settings().SendLimit != 0 {
		t.Errorf("set as nothing: %+v, %v", ann.Settings(), err)
	}
}
