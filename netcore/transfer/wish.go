package transfer

import (
	"context"
	"encoding/json"

	"lanyard/netcore/identity"
	"lanyard/netcore/store"
)

// keptWish is how a sender's wish is kept with a transfer: on the receiver's side
// until the decision, which takes its place.
type keptWish struct {
	Wish Policy `json:"wish"`
}

// wishText is what is kept of a wish; nothing of one that is none.
func wishText(p Policy) string {
	if p == PolicyBeside || !p.valid() {
		return ""
	}
	text, _ := json.Marshal(keptWish{p}) // cannot fail
	return string(text)
}

// WishOf returns what the sender of a transfer wishes for files that are there
// already; PolicyBeside: nothing, or it was decided. It binds nobody.
func WishOf(t store.Transfer) Policy {
	var kept keptWish
	if t.Options == "" || json.Unmarshal([]byte(t.Options), &kept) != nil || !kept.Wish.valid() {
		return PolicyBeside
	}
	return kept.Wish
}

// OfferWishing is Offer with a wish for files that are there already, which the
// receiver is told of; PolicyBeside: none. A receiver of before does not know of
// wishes.
func (s *Service) OfferWishing(ctx context.Context, device identity.DeviceID, paths []string, wish Policy) (int64, error) {
	if !wish.valid() {
		return 0, ErrOptions
	}
	return s.offerRoots(ctx, device, paths, wish)
}
