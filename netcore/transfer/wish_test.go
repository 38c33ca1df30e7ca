package transfer

import (
	"testing"

	"lanyard/netcore/store"
)

func TestWishesAreKept(t *testing.T) {
	for _, p := range []Policy{PolicyBeside, PolicyKeep, PolicyReplace, PolicySkip} {
		if got := WishOf(store.Transfer{Options: wishText(p)}); got != p {
			t.Errorf("%q became %q", p, got)
		}
	}
	if wishText("merge") != "" {
		t.Error("kept what is no wish")
	}
	chosen := AcceptOptions{Policy: PolicySkip}
	text, _ := chosen.text()
	for _, options := range []string{"", "{", `{"wish":"merge"}`, `{"wish":7}`, text} {
		if got := WishOf(store.Transfer{Options: options}); got != PolicyBeside {
			t.Errorf("%s wishes %q", options, got)
		}
	}
}
